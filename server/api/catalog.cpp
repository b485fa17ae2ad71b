// SPDX-License-Identifier: PostgreSQL
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

Statement statement(const Arguments&) {
  return {"SELECT id, name AS product, category, price FROM products ORDER BY category, name", {}};
}

// What the page's filters and its footer need.
constexpr const char* extra_meta = R"sql(
SELECT (SELECT min(date) FROM daily_performance) AS first_day,
       (SELECT coalesce(json_agg(category ORDER BY category), '[]')
        FROM (SELECT DISTINCT category FROM products WHERE category IS NOT NULL) AS c) AS categories,
       (SELECT row_to_json(run)
        FROM (SELECT id, source, started_at, finished_at, status, period_start, period_end,
                     rows_read, rows_inserted, rows_updated, rows_unchanged, error
              FROM etl_runs ORDER BY id DESC LIMIT 1) AS run) AS last_load)sql";

}  // namespace

const DataRoute catalog_route{
    .path = "/api/v1/catalog", .parameters = {}, .statement = statement, .extra_meta = extra_meta};

}  // namespace performance_tracker::api
