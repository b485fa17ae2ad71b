// SPDX-License-Identifier: PostgreSQL
//
// reallocate_budget(…), design_budget_test(…): sql/extension/45_budget.sql.
#include "core/shop/budget.h"

#include "pg/arguments.h"
#include "pg/guard.h"
#include "pg/money.h"
#include "pg/panel.h"
#include "pg/pg.h"
#include "pg/progress.h"
#include "pg/tuples.h"

namespace performance_tracker {
namespace {

struct BudgetArguments {
  PanelArgument panel;
  int days;
  double total;  // NaN: as much as now
  double max_change;
  double confidence_level;
  const char* product;
  const char* category;
};

BudgetOptions options_of(const BudgetArguments& a) {
  BudgetOptions o;
  o.days = a.days;
  if (!std::isnan(a.total)) o.total = a.total;
  o.max_change = a.max_change;
  o.confidence_level = a.confidence_level;
  o.product = to_optional(a.product);
  o.category = to_optional(a.category);
  return o;
}

struct Money3 {
  double value, lower, upper;
};
Money3 of(const Amount& a) { return {a.value, a.lower, a.upper}; }

void put(RowWriter& rows, const Money3& m) {
  put_money(rows, m.value);
  put_money(rows, m.lower);
  put_money(rows, m.upper);
}

struct Row {
  const char* product;
  const char* category;
  double current_spend, proposed_spend;
  Money3 now, then, gain, elasticity;
  double roas, break_even_roas, margin;
  bool has_margin, margin_known;
  int steps;
  const char* action;
  const char* reason;
};

std::span<const Row> reallocate(const BudgetArguments& a) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<Row> rows;
  for (const BudgetRow& r : reallocate_budget(to_panel(a.panel), to_rules(a.panel), options_of(a), InterruptProgress()))
    rows.push_back({r.product ? keep(*r.product) : nullptr, keep(r.category), r.current_spend, r.proposed_spend,
                    of(r.profit_now), of(r.profit_then), of(r.gain),
                    r.elasticity ? of(*r.elasticity) : Money3{nan, nan, nan}, or_nan(r.roas), or_nan(r.break_even_roas),
                    or_nan(r.margin), r.margin.has_value(), r.margin_known, r.steps, keep(r.action), keep(r.reason)});
  return keep(rows);
}

struct TestRow {
  const char* product;
  const char* category;
  double current_daily, test_daily, change;
  int days;
  double error_now, error_then, break_even;
  Money3 cost;
  bool decisive;
  const char* reason;
};

std::span<const TestRow> design(const BudgetArguments& a) {
  std::vector<TestRow> rows;
  for (const BudgetTest& t :
       design_budget_tests(to_panel(a.panel), to_rules(a.panel), options_of(a), InterruptProgress()))
    rows.push_back({keep(t.product), keep(t.category), t.current_daily_spend, t.test_daily_spend, 100 * t.change,
                    t.days, t.elasticity_error_now, t.elasticity_error_then, or_nan(t.break_even_elasticity),
                    of(t.cost), t.decisive, keep(t.reason)});
  return keep(rows);
}

BudgetArguments budget_arguments(FunctionCallInfo fcinfo) {
  return {
      .panel = panel_argument(fcinfo, "panel"),
      .days = int4_argument(fcinfo, "days"),
      .total = or_nan(optional_float8_argument(fcinfo, "total")),
      .max_change = float8_argument(fcinfo, "max_change"),
      .confidence_level = float8_argument(fcinfo, "confidence_level"),
      .product = optional_text_argument(fcinfo, "product"),
      .category = optional_text_argument(fcinfo, "category"),
  };
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_reallocate_budget) {
  const BudgetArguments arguments = budget_arguments(fcinfo);
  const std::span<const Row> budget = compute([&] { return reallocate(arguments); });
  RowWriter rows(fcinfo);
  for (const Row& r : budget) {
    rows.text(r.product);
    rows.text(r.category);
    put_money(rows, r.current_spend);
    put_money(rows, r.proposed_spend);
    rows.float8(r.current_spend > 0 ? rounded(100 * (r.proposed_spend / r.current_spend - 1))
                                    : std::numeric_limits<double>::quiet_NaN());
    put(rows, r.now);
    put(rows, r.then);
    put(rows, r.gain);
    rows.float8(rounded(r.roas));
    rows.float8(rounded(r.break_even_roas));
    rows.float8(rounded(r.elasticity.value));
    rows.float8(rounded(r.elasticity.lower));
    rows.float8(rounded(r.elasticity.upper));
    rows.float8(rounded(r.margin));
    if (r.has_margin) {
      rows.boolean(r.margin_known);
    } else {
      rows.null();
    }
    rows.int4(r.steps);
    rows.text(r.action);
    rows.text(r.reason);
    rows.end_row();
  }
  return rows.done();
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_design_budget_test) {
  const BudgetArguments arguments = budget_arguments(fcinfo);
  const std::span<const TestRow> tests = compute([&] { return design(arguments); });
  RowWriter rows(fcinfo);
  for (const TestRow& t : tests) {
    rows.text(t.product);
    rows.text(t.category);
    put_money(rows, t.current_daily);
    put_money(rows, t.test_daily);
    rows.float8(rounded(t.change));
    rows.int4(t.days);
    rows.float8(rounded(t.error_now));
    rows.float8(rounded(t.error_then));
    rows.float8(rounded(t.break_even));
    put(rows, t.cost);
    rows.boolean(t.decisive);
    rows.text(t.reason);
    rows.end_row();
  }
  return rows.done();
}
