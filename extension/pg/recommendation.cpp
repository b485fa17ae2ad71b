// SPDX-License-Identifier: PostgreSQL
//
// recommendations(…), recommendation_rules(): sql/extension/40_recommendation.sql.
#include "core/shop/recommendation.h"

#include "pg/arguments.h"
#include "pg/guard.h"
#include "pg/json.h"
#include "pg/money.h"
#include "pg/panel.h"
#include "pg/pg.h"
#include "pg/progress.h"
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
  const char* cause;
  const char* evidence;  // JSON
  double break_even_roas, margin;
  bool margin_known;
  int product_id;
};

std::string evidence_of(const Recommendation& r) {
  std::string list(1, '[');
  for (const RecommendationEvidence& e : r.evidence) {
    if (list.size() > 1) list.append(", ");
    list.append("{\"what\": ").append(json_string(e.what)).append(", \"text\": ").append(json_string(e.text));
    if (e.current) list.append(", \"current\": ").append(json_value(*e.current));
    if (e.prior) list.append(", \"prior\": ").append(json_value(*e.prior));
    list.append("}");
  }
  return list.append("]");
}

std::span<const RecommendationRow> run(const RecommendationArguments& a) {
  RecommendationOptions options;
  options.days = a.days;
  options.product = to_optional(a.product);
  options.category = to_optional(a.category);
  options.rules = to_rules(a.panel);
  std::vector<RecommendationRow> rows;
  for (const Recommendation& r : recommendations(to_panel(a.panel), options, InterruptProgress())) {
    rows.push_back({recommendation_type_name(r.type),
                    severity_name(r.severity),
                    keep(r.product),
                    keep(r.category),
                    metric_name(r.metric),
                    r.current,
                    or_nan(r.prior),
                    or_nan(r.change_pct),
                    r.trend.empty() ? nullptr : keep(r.trend),
                    or_nan(r.impact),
                    or_nan(r.impact_lower),
                    or_nan(r.impact_upper),
                    keep(r.action),
                    keep(r.reason),
                    keep(r.cause),
                    keep(evidence_of(r)),
                    or_nan(r.break_even_roas),
                    r.margin,
                    r.margin_known,
                    r.product_id});
  }
  return keep(rows);
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_recommendations) {
  const RecommendationArguments arguments{
      .panel = panel_argument(fcinfo, "panel"),
      .days = int4_argument(fcinfo, "days"),
      .product = optional_text_argument(fcinfo, "product"),
      .category = optional_text_argument(fcinfo, "category"),
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
    rows.float8(rounded(r.change_pct));
    rows.text(r.trend);
    put_money(rows, r.impact);
    put_money(rows, r.impact_lower);
    put_money(rows, r.impact_upper);
    rows.text(r.action);
    rows.text(r.reason);
    rows.text(r.cause);
    rows.datum(DirectFunctionCall1(jsonb_in, CStringGetDatum(r.evidence)));
    rows.float8(rounded(r.break_even_roas));
    rows.float8(rounded(r.margin));
    rows.boolean(r.margin_known);
    rows.int4(r.product_id);
    rows.end_row();
  }
  return rows.done();
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_recommendation_rules) {
  struct Rule {
    const char* name;
    double value, lowest, highest;
    const char* unit;
    const char* meaning;
  };
  const std::span<const Rule> list = compute([]() -> std::span<const Rule> {
    std::vector<Rule> rules;
    for (const RuleInfo& r : rule_list())
      rules.push_back({keep(std::string(r.name)), or_nan(r.default_value), r.lowest, r.highest,
                       keep(std::string(r.unit)), keep(std::string(r.meaning))});
    return keep(rules);
  });
  RowWriter rows(fcinfo);
  for (const Rule& r : list) {
    rows.text(r.name);
    rows.float8(r.value);
    rows.float8(r.lowest);
    rows.float8(r.highest);
    rows.text(r.unit);
    rows.text(r.meaning);
    rows.end_row();
  }
  return rows.done();
}
