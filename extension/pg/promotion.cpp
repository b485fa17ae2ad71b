// SPDX-License-Identifier: PostgreSQL
//
// promotion_impact(…): sql/extension/50_promotion.sql.
#include "core/shop/promotion.h"

#include <algorithm>
#include <tuple>

#include "pg/arguments.h"
#include "pg/guard.h"
#include "pg/money.h"
#include "pg/panel.h"
#include "pg/pg.h"
#include "pg/progress.h"
#include "pg/tuples.h"

namespace performance_tracker {
namespace {

// Either stored promotions (one, those of a product, or all), or one described by product, start and end.
struct PromotionArguments {
  PanelArgument panel;
  std::optional<int> promotion_id;
  const char* product;
  std::optional<int> start;
  std::optional<int> end;
};

struct PromotionRow {
  bool has_id;
  int id;
  const char* name;
  const char* product;
  const char* category;
  DateADT start, end;
  double actual, counterfactual, absolute_effect, relative_effect, lower, upper, p_value;
  const char* status;
  const char* report;
};

std::span<const PromotionRow> run(const PromotionArguments& a) {
  const PerformancePanel panel = to_panel(a.panel);
  const auto find_product = [&](auto matches) {
    const auto found = std::find_if(panel.products.begin(), panel.products.end(), matches);
    return found != panel.products.end() ? &*found : nullptr;
  };
  const Product* product = a.product ? find_product([&](const Product& p) { return p.name == a.product; }) : nullptr;

  std::vector<Promotion> judged;
  if (a.start && a.end) {
    Promotion described;
    if (product) described.product_id = product->id;
    described.start = *a.start;
    described.end = *a.end;
    judged.push_back(std::move(described));
  } else {
    for (const Promotion& p : panel.promotions) {
      if (a.promotion_id && p.id != a.promotion_id) continue;
      if (product && !p.covers(*product)) continue;
      judged.push_back(p);
    }
    std::sort(judged.begin(), judged.end(), [](const Promotion& x, const Promotion& y) {
      return std::tuple(-x.start, x.id.value_or(0)) < std::tuple(-y.start, y.id.value_or(0));
    });
  }
  std::vector<PromotionRow> rows;
  for (const Promotion& p : judged) {
    const PromotionImpact i = promotion_impact(panel, p, PromotionOptions(), InterruptProgress());
    const Product* of = p.product_id ? find_product([&](const Product& x) { return x.id == *p.product_id; }) : nullptr;
    const bool stored = p.id.has_value();
    rows.push_back({stored, p.id.value_or(0), stored ? keep(p.name) : nullptr, of ? keep(of->name) : nullptr,
                    of ? keep(of->category) : keep(p.category), p.start, p.end, or_nan(i.actual),
                    or_nan(i.counterfactual), or_nan(i.absolute_effect), or_nan(i.relative_effect),
                    or_nan(i.effect_lower), or_nan(i.effect_upper), or_nan(i.p_value), promotion_status_name(i.status),
                    keep(i.report)});
  }
  return keep(rows);
}

std::optional<int> optional_date_argument(FunctionCallInfo fcinfo, int index) {
  if (PG_ARGISNULL(index)) return std::nullopt;
  return PG_GETARG_DATEADT(index);
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_promotion_impact) {
  const PromotionArguments arguments{
      .panel = panel_argument(fcinfo, 0),
      .promotion_id = optional_int4_argument(fcinfo, 1),
      .product = optional_text_argument(fcinfo, 2),
      .start = optional_date_argument(fcinfo, 3),
      .end = optional_date_argument(fcinfo, 4),
  };
  const std::span<const PromotionRow> impacts = compute([&] { return run(arguments); });
  RowWriter rows(fcinfo);
  for (const PromotionRow& p : impacts) {
    if (p.has_id) {
      rows.int4(p.id);
    } else {
      rows.null();
    }
    rows.text(p.name);
    rows.text(p.product);
    rows.text(p.category);
    rows.date(p.start);
    rows.date(p.end);
    rows.float8(rounded(p.actual));
    rows.float8(rounded(p.counterfactual));
    rows.float8(rounded(p.absolute_effect));
    rows.float8(rounded(p.relative_effect));
    rows.float8(rounded(p.lower));
    rows.float8(rounded(p.upper));
    rows.float8(rounded(p.p_value));
    rows.text(p.status);
    rows.text(p.report);
    rows.end_row();
  }
  return rows.done();
}
