// SPDX-License-Identifier: PostgreSQL
//
// explain_revenue_change(…): sql/extension/54_revenue_change.sql.
#include "core/shop/revenue_change.h"

#include "pg/arguments.h"
#include "pg/evidence_json.h"
#include "pg/guard.h"
#include "pg/money.h"
#include "pg/panel.h"
#include "pg/pg.h"
#include "pg/progress.h"
#include "pg/tuples.h"

namespace performance_tracker {
namespace {

struct ChangeArguments {
  PanelArgument panel;
  std::optional<PanelArgument> prior_panel;
  int period_start, period_end, prior_start, prior_end;  // days as in Day
  int most;
  double false_alarms;
  const char* product;
  const char* category;
};

struct ReasonRow {
  const char* kind;
  const char* scope;
  const char* subject;
  DateADT since, until;
  bool has_days;
  double amount;
  const char* sentence;
  const char* parameters;  // JSON
  const char* reason;
  const char* evidence;  // JSON
};

std::string json_list(const std::vector<std::string>& texts, std::size_t most) {
  std::string list(1, '[');
  for (std::size_t i = 0; i < std::min(texts.size(), most); ++i) {
    if (i > 0) list.append(", ");
    list.append(json_text(texts[i]));
  }
  return list.append(1, ']');
}

// What the sentence needs in any language: numbers, days and names, never words.
std::string parameters_of(const ChangeReason& r) {
  std::string object(1, '{');
  if (r.subject) json_field(object, "subject", json_text(*r.subject));
  if (!r.products.empty()) json_field(object, "product", json_text(r.products.front()));
  if (!r.products.empty()) json_field(object, "products", std::to_string(r.products.size()));
  if (!r.promotions.empty()) json_field(object, "promotions", json_list(r.promotions, r.promotions.size()));
  if (r.since) json_field(object, "since", json_text(to_iso_date(*r.since)));
  if (r.until) json_field(object, "until", json_text(to_iso_date(*r.until)));
  if (r.since) json_field(object, "goes_on", r.goes_on ? "true" : "false");
  if (r.cause) json_field(object, "cause", json_text(hypothesis_code_name(*r.cause)));
  if (r.metric) json_field(object, "metric", json_text(metric_name(*r.metric)));
  if (r.change) json_field(object, "change", json_number(*r.change));
  if (!r.told_apart) json_field(object, "told_apart", "false");
  return object.append(1, '}');
}

std::string evidence_of(const ChangeReason& r) {
  constexpr std::size_t kMostNames = 50;
  std::string object(1, '{');
  if (!r.products.empty()) json_field(object, "products", json_list(r.products, kMostNames));
  if (!r.categories.empty()) json_field(object, "categories", json_list(r.categories, kMostNames));
  if (r.revenue) json_field(object, "revenue", json_number(*r.revenue));
  if (r.expected) json_field(object, "expected_revenue", json_number(*r.expected));
  if (r.standard_error) json_field(object, "standard_error", json_number(*r.standard_error));
  if (!r.drivers.empty()) json_field(object, "drivers", drivers_json(r.drivers));
  return object.append(1, '}');
}

std::span<const ReasonRow> run(const ChangeArguments& a) {
  RevenueChangeOptions options;
  options.period = {a.period_start, a.period_end};
  options.prior = {a.prior_start, a.prior_end};
  options.most = static_cast<std::size_t>(std::max(a.most, 0));
  options.false_alarms = a.false_alarms;
  options.product = to_optional(a.product);
  options.category = to_optional(a.category);
  std::optional<PerformancePanel> prior;
  if (a.prior_panel) prior = to_panel(*a.prior_panel);
  std::vector<ReasonRow> rows;
  for (const ChangeReason& r :
       explain_revenue_change(to_panel(a.panel), prior ? &*prior : nullptr, options, InterruptProgress())) {
    const bool of_all = r.kind == ReasonKind::kOthers || r.kind == ReasonKind::kNothingUnusual;
    rows.push_back({reason_kind_name(r.kind), of_all ? nullptr : incident_scope_name(r.scope), keep(r.subject),
                    r.since.value_or(0), r.until.value_or(0), r.since && r.until, r.amount, keep(r.sentence),
                    keep(parameters_of(r)), keep(r.text), keep(evidence_of(r))});
  }
  return keep(rows);
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_explain_revenue_change) {
  const bool has_prior = !PG_ARGISNULL(argument_place(fcinfo, "prior_panel", own_type("performance_tracker_panel")));
  const ChangeArguments arguments{
      .panel = panel_argument(fcinfo, "panel"),
      .prior_panel = has_prior ? std::optional(panel_argument(fcinfo, "prior_panel")) : std::nullopt,
      .period_start = int4_argument(fcinfo, "period_start"),
      .period_end = int4_argument(fcinfo, "period_end"),
      .prior_start = int4_argument(fcinfo, "prior_start"),
      .prior_end = int4_argument(fcinfo, "prior_end"),
      .most = int4_argument(fcinfo, "max_reasons"),
      .false_alarms = float8_argument(fcinfo, "false_alarms"),
      .product = optional_text_argument(fcinfo, "product"),
      .category = optional_text_argument(fcinfo, "category"),
  };
  const std::span<const ReasonRow> reasons = compute([&] { return run(arguments); });
  RowWriter rows(fcinfo);
  for (const ReasonRow& r : reasons) {
    rows.text(r.kind);
    rows.text(r.scope);
    rows.text(r.subject);
    if (r.has_days) {
      rows.date(r.since);
      rows.date(r.until);
    } else {
      rows.null();
      rows.null();
    }
    put_money(rows, r.amount);
    rows.text(r.sentence);
    rows.datum(DirectFunctionCall1(jsonb_in, CStringGetDatum(r.parameters)));
    rows.text(r.reason);
    rows.datum(DirectFunctionCall1(jsonb_in, CStringGetDatum(r.evidence)));
    rows.end_row();
  }
  return rows.done();
}
