// SPDX-License-Identifier: PostgreSQL
#include "simulator/platform_json.h"

#include <boost/json/value.hpp>

#include "simulator/catalog.h"

namespace performance_tracker::simulator {
namespace {

namespace json = boost::json;

const Product& product_at(int index) { return products()[static_cast<std::size_t>(index)]; }
const Category& category_at(int index) { return categories()[static_cast<std::size_t>(index)]; }

double money(std::int64_t cents) { return static_cast<double>(cents) / 100; }

json::value nullable(bool present, std::string_view text) { return present ? json::value(text) : json::value(nullptr); }

}  // namespace

json::array products_json() {
  json::array rows;
  for (const Product& product : products())
    rows.push_back({{"product_id", product.sku},
                    {"name", product.name},
                    {"category", category_at(product.category).name},
                    {"price", product.price}});
  return rows;
}

json::array metrics_json(const std::vector<DailyMetrics>& rows) {
  json::array array;
  array.reserve(rows.size());
  for (const DailyMetrics& row : rows)
    array.push_back({{"date", to_string(row.date)},
                     {"product_id", product_at(row.product).sku},
                     {"impressions", row.impressions},
                     {"clicks", row.clicks},
                     {"ad_spend", money(row.ad_spend_cents)},
                     {"units_sold", row.units_sold},
                     {"revenue", money(row.revenue_cents)}});
  return array;
}

json::array promotions_json(const std::vector<Promotion>& promotions) {
  json::array array;
  for (const Promotion& p : promotions)
    array.push_back({{"promotion_id", p.id},
                     {"name", p.name},
                     {"product_id", nullable(p.product.has_value(), product_at(p.product.value_or(0)).sku)},
                     {"category", nullable(p.category.has_value(), category_at(p.category.value_or(0)).name)},
                     {"start", to_string(p.first)},
                     {"end", to_string(p.last)},
                     {"discount_pct", p.discount * 100}});
  return array;
}

json::array incidents_json(const std::vector<Incident>& incidents) {
  json::array array;
  for (const Incident& i : incidents)
    array.push_back({{"incident_id", i.id},
                     {"kind", name_of(i.kind)},
                     {"product_id", product_at(i.product).sku},
                     {"product", product_at(i.product).name},
                     {"category", category_at(product_at(i.product).category).name},
                     {"start", to_string(i.first)},
                     {"end", to_string(i.last)},
                     {"direction", i.effect.revenue() < 1 ? "drop" : "spike"},
                     {"impressions_factor", i.effect.impressions},
                     {"ctr_factor", i.effect.ctr},
                     {"conversion_rate_factor", i.effect.conversion_rate},
                     {"revenue_factor", i.effect.revenue()}});
  return array;
}

void spoil(json::object& page, std::string_view kind, std::string_view cursor) {
  json::array& rows = page["data"].as_array();
  if (rows.empty()) return;
  if (kind == "lose_row") {
    rows.pop_back();
    page["meta"].as_object()["row_count"] = rows.size();
  } else if (kind == "duplicate") {
    const json::value copy = rows.front();
    rows.insert(rows.begin(), copy);
    page["meta"].as_object()["row_count"] = rows.size();
  } else if (kind == "negative") {
    rows.front().as_object()["clicks"] = -1;
  } else if (kind == "unknown") {
    rows.front().as_object()["product_id"] = "SKU-0000";
  } else if (kind == "outside") {
    rows.front().as_object()["date"] = "1999-12-31";
  } else if (kind == "loop") {
    page["meta"].as_object()["next_cursor"] = cursor;
  }
}

}  // namespace performance_tracker::simulator
