// SPDX-License-Identifier: PostgreSQL
//
// recommendations(…): sql/extension/40_recommendation.sql.
#include "core/shop/recommendation.h"

#include "pg/arguments.h"
#include "pg/guard.h"
#include "pg/money.h"
#include "pg/panel.h"
#include "pg/pg.h"
#include "pg/tuples.h"

namespace performance_tracker {
namespace {

struct RecommendationArguments {
  PanelArgument panel;
  int days;
  const char* product;
  const char* category;
};

struct RecommendationRow {
  const char* type;
  const char* severity;
  const char* product;
  const char* category;
  const char* metric;
  double current, prior, change_pct;
  const char* trend;
  double impact, impact_lower, impact_upper;
  const char* action;
  const char* reason;
};

std::span<const RecommendationRow> run(const RecommendationArguments& a) {
  RecommendationOptions options;
  options.days = a.days;
  options.product = to_optional(a.product);
  options.category = to_optional(a.category);
  std::vector<RecommendationRow> rows;
  for (const Recommendation& r : recommendations(to_panel(a.panel), options)) {
    rows.push_back({recommendation_type_name(r.type), severity_name(r.severity), keep(r.product), keep(r.category),
                    metric_name(r.metric), r.current, or_nan(r.prior), or_nan(r.change_pct),
                    r.trend.empty() ? nullptr : keep(r.trend), or_nan(r.impact), or_nan(r.impact_lower),
                    or_nan(r.impact_upper), keep(r.action), keep(r.reason)});
  }
  return keep(rows);
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_recommendations) {
  const RecommendationArguments arguments{
      .panel = panel_argument(fcinfo, 0),
      .days = int4_argument(fcinfo, 1, "days"),
      .product = optional_text_argument(fcinfo, 2),
      .category = optional_text_argument(fcinfo, 3),
  };
  const std::span<const RecommendationRow> recommended = compute([&] { return run(arguments); });
  RowWriter rows(fcinfo);
  for (const RecommendationRow& r : recommended) {
    rows.text(r.type);
    rows.text(r.severity);
    rows.text(r.product);
    rows.text(r.category);
    rows.text(r.metric);
    rows.float8(rounded(r.current));
    rows.float8(rounded(r.prior));
    rows.float8(std::round(r.change_pct * 100) / 100);
    rows.text(r.trend);
    put_money(rows, r.impact);
    put_money(rows, r.impact_lower);
    put_money(rows, r.impact_upper);
    rows.text(r.action);
    rows.text(r.reason);
    rows.end_row();
  }
  return rows.done();
}
