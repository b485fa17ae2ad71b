// SPDX-License-Identifier: PostgreSQL
//
// The page of one product. A new section is a line in the table.
#include "api/resources.h"
#include "api/views/view.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "product", .kind = Kind::text, .required = true},
    {.name = "period_start", .kind = Kind::date},
    {.name = "period_end", .kind = Kind::date},
    {.name = "compare", .kind = Kind::word},
    {.name = "compare_start", .kind = Kind::date},
    {.name = "compare_end", .kind = Kind::date},
    {.name = "days", .kind = Kind::integer},
    {.name = "trend_days", .kind = Kind::integer, .minimum = 1, .maximum = 3660},
    {.name = "horizon", .kind = Kind::integer},
};

constexpr SectionParameter period[] = {
    {"product", "product"}, {"period_start", "period_start"},   {"period_end", "period_end"},
    {"compare", "compare"}, {"compare_start", "compare_start"}, {"compare_end", "compare_end"}};
constexpr SectionParameter window[] = {{"product", "product"}, {"days", "days"}};
constexpr SectionParameter daily[] = {{"product", "product"}, {"days", "trend_days"}};
constexpr SectionParameter forecast[] = {
    {"product", "product"}, {"horizon", "horizon"}, {"include_history", {}, "true"}};
constexpr SectionParameter product[] = {{"product", "product"}};

constexpr Section sections[] = {
    {"kpis", &kpis_route, period},
    {"why", &revenue_change_route, period},
    {"bridge", &revenue_bridge_route, period},
    {"key_drivers", &key_drivers_route, period},
    {"incidents", &incidents_route, product},
    {"performance", &product_performance_route, daily},
    {"forecast", &forecast_route, forecast},
    {"anomalies", &anomalies_route, window},
    {"recommendations", &recommendations_route, window},
    {"week_over_week", &week_over_week_route, window},
    {"promotions", &promotions_route, product},
};

}  // namespace

const View product_view{.path = "/api/v1/views/product", .parameters = parameters, .sections = sections};

}  // namespace performance_tracker::api
