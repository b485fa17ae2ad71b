// SPDX-License-Identifier: PostgreSQL
//
// The first page: the shop, or one category of it. A new section is a line in the table.
#include "api/resources.h"
#include "api/views/view.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "period_start", .kind = Kind::date},
    {.name = "period_end", .kind = Kind::date},
    {.name = "compare", .kind = Kind::word},
    {.name = "compare_start", .kind = Kind::date},
    {.name = "compare_end", .kind = Kind::date},
    {.name = "category", .kind = Kind::text},
    {.name = "days", .kind = Kind::integer},
    {.name = "trend_days", .kind = Kind::integer, .minimum = 1, .maximum = 3660},
    {.name = "horizon", .kind = Kind::integer},
};

constexpr SectionParameter period[] = {{"period_start", "period_start"}, {"period_end", "period_end"},
                                       {"compare", "compare"},           {"compare_start", "compare_start"},
                                       {"compare_end", "compare_end"},   {"category", "category"}};
constexpr SectionParameter window[] = {{"days", "days"}, {"category", "category"}};
constexpr SectionParameter daily[] = {{"days", "trend_days"}, {"category", "category"}};
constexpr SectionParameter trend[] = {{"days", "trend_days"}, {"category", "category"}, {"by", {}, "category"}};
constexpr SectionParameter forecast[] = {
    {"horizon", "horizon"}, {"category", "category"}, {"include_history", {}, "true"}};

constexpr SectionParameter outlook[] = {{"category", "category"}};
constexpr SectionParameter of_category[] = {{"category", "category"}};

constexpr Section sections[] = {
    {"catalog", &catalog_route, {}},
    {"kpis", &kpis_route, period},
    {"why", &revenue_change_route, period},
    {"bridge", &revenue_bridge_route, period},
    {"forecast_sum", &forecast_sum_route, outlook},
    {"key_drivers", &key_drivers_route, period},
    {"incidents", &incidents_route, of_category},
    {"daily", &revenue_trend_route, daily},
    {"revenue_trend", &revenue_trend_route, trend},
    {"forecast", &forecast_route, forecast},
    {"anomalies", &anomalies_route, window},
    {"recommendations", &recommendations_route, window},
    {"top_sellers", &top_sellers_route, window},
    {"worst_performers", &worst_performers_route, window},
    {"week_over_week", &week_over_week_route, window},
    {"promotions", &promotions_route, {}},
};

}  // namespace

const View overview_view{.path = "/api/v1/views/overview", .parameters = parameters, .sections = sections};

}  // namespace performance_tracker::api
