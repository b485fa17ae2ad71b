// SPDX-License-Identifier: PostgreSQL
#include "simulator/platform_json.h"

#include <boost/json/value.hpp>

#include "simulator/catalog.h"

namespace performance_tracker::simulator {
namespace {

namespace json = boost::json;

const Category& category_at(int index) { return categories()[static_cast<std::size_t>(index)]; }

double money(std::int64_t cents) { return static_cast<double>(cents) / 100; }

json::value nullable(bool present, std::string_view text) { return present ? json::value(text) : json::value(nullptr); }

}  // namespace

json::array products_json(const Shop& shop) {
  json::array rows;
  for (int i = 0; i < shop.catalogue().size(); ++i) {
    const Product& product = shop.catalogue()[i];
    rows.push_back({{"product_id", product.sku},
                    {"name", product.name},
                    {"category", category_at(product.category).name},
                    {"price", product.price},
                    {"unit_cost", economics_of(shop.seed(), i, shop.catalogue()).unit_cost}});
  }
  return rows;
}

json::array metrics_json(const std::vector<DailyMetrics>& rows, const Catalogue& catalogue) {
  json::array array;
  array.reserve(rows.size());
  for (const DailyMetrics& row : rows)
    array.push_back({{"date", to_string(row.date)},
                     {"product_id", catalogue[row.product].sku},
                     {"impressions", row.impressions},
                     {"clicks", row.clicks},
                     {"ad_spend", money(row.ad_spend_cents)},
                     {"units_sold", row.units_sold},
                     {"revenue", money(row.revenue_cents)}});
  return array;
}

json::array promotions_json(const std::vector<Promotion>& promotions, const Catalogue& catalogue) {
  json::array array;
  for (const Promotion& p : promotions)
    array.push_back({{"promotion_id", p.id},
                     {"name", p.name},
                     {"product_id", nullable(p.product.has_value(), catalogue[p.product.value_or(0)].sku)},
                     {"category", nullable(p.category.has_value(), category_at(p.category.value_or(0)).name)},
                     {"start", to_string(p.first)},
                     {"end", to_string(p.last)},
                     {"discount_pct", p.discount * 100}});
  return array;
}

json::array incidents_json(const std::vector<Incident>& incidents, const Catalogue& catalogue) {
  json::array array;
  for (const Incident& i : incidents) {
    const Product& product = catalogue[i.product.value_or(0)];
    const bool own = i.product.has_value();
    array.push_back({{"incident_id", i.id},
                     {"kind", name_of(i.kind)},
                     {"product_id", nullable(own, product.sku)},
                     {"product", nullable(own, product.name)},
                     {"category", nullable(own, category_at(product.category).name)},
                     {"start", to_string(i.first)},
                     {"end", to_string(i.last)},
                     {"direction", i.effect.revenue() < 1 ? "drop" : "spike"},
                     {"impressions_factor", i.effect.impressions},
                     {"ctr_factor", i.effect.ctr},
                     {"cpc_factor", i.effect.cpc},
                     {"conversion_rate_factor", i.effect.conversion_rate},
                     {"price_factor", i.effect.price},
                     {"revenue_factor", i.effect.revenue()}});
  }
  return array;
}

json::array responses_json(const Shop& shop) {
  json::array array;
  for (int i = 0; i < shop.catalogue().size(); ++i) {
    const Economics e = economics_of(shop.seed(), i, shop.catalogue());
    array.push_back({{"product_id", shop.catalogue()[i].sku},
                     {"product", shop.catalogue()[i].name},
                     {"shape", "power"},
                     {"elasticity", e.elasticity},
                     {"margin", e.margin},
                     {"unit_cost", e.unit_cost}});
  }
  return array;
}

json::array budgets_json(const std::vector<BudgetChange>& budgets, const Catalogue& catalogue) {
  json::array array;
  for (const BudgetChange& b : budgets)
    array.push_back({{"product_id", catalogue[b.product].sku},
                     {"product", catalogue[b.product].name},
                     {"start", to_string(b.first)},
                     {"end", to_string(b.last)},
                     {"budget_factor", b.factor}});
  return array;
}

json::array holidays_json(Day first, Day last) {
  json::array array;
  for (Day day = first; day <= last; day += std::chrono::days{1}) {
    const Holiday holiday = holiday_on(day);
    if (!holiday.name.empty())
      array.push_back({{"date", to_string(day)}, {"name", holiday.name}, {"impressions_factor", holiday.factor}});
  }
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
