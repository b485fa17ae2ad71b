// SPDX-License-Identifier: PostgreSQL
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

Statement statement(const Arguments&) { return {"SELECT id, product, category, price FROM product_catalog", {}}; }

// What the page's filters, its footer and its figures need.
constexpr const char* extra_meta =
    "SELECT first_day, categories, last_load, (SELECT json_agg(m ORDER BY m.kpi_place, m.metric) FROM metrics() m) AS "
    "metrics, (SELECT json_object_agg(r.rule, coalesce(t.value, r.default_value)) FROM recommendation_rules() r "
    "LEFT JOIN recommendation_thresholds t ON t.rule = r.rule AND t.product_id IS NULL AND t.category IS NULL) AS "
    "rules, (SELECT coalesce(json_agg(json_build_object('source', o.source, 'data_through', o.data_through, "
    "'stale_since', o.stale_since) ORDER BY o.source), '[]') FROM source_status o) AS sources FROM data_status";

}  // namespace

const DataRoute catalog_route{.path = "/api/v1/catalog",
                              .parameters = {},
                              .statement = statement,
                              .extra_meta = extra_meta,
                              .depends_on = DependsOn::catalog};

}  // namespace performance_tracker::api
