// SPDX-License-Identifier: PostgreSQL
#include "api/grain.h"

#include <string>

namespace performance_tracker::api {

Statement in_grain(Statement days, std::string_view grain) {
  if (grain == "day") return days;
  const std::string first = "date_trunc('" + std::string(grain) + "', date::timestamp)::date";
  days.sql = "WITH days AS (" + days.sql + ") SELECT " + first +
             " AS date, product, category, sum(impressions) AS impressions, sum(clicks) AS clicks, "
             "sum(ad_spend) AS ad_spend, sum(units_sold) AS units_sold, sum(revenue) AS revenue, "
             "sum(clicks)::double precision / nullif(sum(impressions), 0)::double precision AS ctr, "
             "sum(ad_spend)::double precision / nullif(sum(clicks), 0)::double precision AS cpc, "
             "sum(units_sold)::double precision / nullif(sum(clicks), 0)::double precision AS conversion_rate, "
             "sum(revenue)::double precision / nullif(sum(ad_spend), 0)::double precision AS roas, "
             "sum(ad_spend)::double precision / nullif(sum(revenue), 0)::double precision AS acos FROM days WHERE " +
             first + " >= (SELECT min(date) FROM days) GROUP BY 1, 2, 3 ORDER BY 1, 3, 2";
  return days;
}

}  // namespace performance_tracker::api
