// SPDX-License-Identifier: PostgreSQL
//
// The data routes, each defined in the file that carries its name. routes.cpp lists them all.
#pragma once

#include "api/data_service.h"

namespace performance_tracker::api {

extern const DataRoute catalog_route;
extern const DataRoute kpis_route;
extern const DataRoute revenue_trend_route;
extern const DataRoute product_performance_route;
extern const DataRoute forecast_route;
extern const DataRoute anomalies_route;
extern const DataRoute incidents_route;
extern const DataRoute key_drivers_route;
extern const DataRoute revenue_change_route;
extern const DataRoute revenue_bridge_route;
extern const DataRoute forecast_sum_route;
extern const DataRoute recommendations_route;
extern const DataRoute top_sellers_route;
extern const DataRoute worst_performers_route;
extern const DataRoute week_over_week_route;
extern const DataRoute promotions_route;
extern const DataRoute promotion_daily_route;
extern const DataRoute budget_route;
extern const DataRoute holidays_route;
extern const DataRoute forecast_accuracy_route;
extern const DataRoute settings_route;
extern const DataRoute dismissed_recommendations_route;
extern const DataRoute etl_runs_route;
extern const DataRoute etl_rejects_route;

}  // namespace performance_tracker::api
