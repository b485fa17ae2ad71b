// SPDX-License-Identifier: PostgreSQL
//
// incidents(…): sql/extension/32_incident.sql.
#include "core/shop/incident.h"

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

struct IncidentArguments {
  PanelArgument panel;
  int days;
  double false_alarms;
  const char* product;
  const char* category;
};

// As its row needs it; NaN for an absent number, 0 for an absent day.
struct IncidentRow {
  const char* scope;
  DateADT start, end, new_level;
  bool goes_on, has_level;
  std::span<const char*const> products, categories;
  double revenue, expected_revenue, spend, expected_spend, probability;
  const char* code;
  const char* hypothesis;
  const char* evidence;  // JSON
};

std::span<const char* const> keep_all(const std::vector<std::string>& texts) {
  std::vector<const char*> kept;
  for (const std::string& t : texts) kept.push_back(keep(t));
  return keep(kept);
}

std::span<const IncidentRow> run(const IncidentArguments& a) {
  IncidentOptions options;
  options.days = a.days;
  options.false_alarms = a.false_alarms;
  options.product = to_optional(a.product);
  options.category = to_optional(a.category);
  std::vector<IncidentRow> rows;
  for (const Incident& i : find_incidents(to_panel(a.panel), options, InterruptProgress())) {
    rows.push_back({incident_scope_name(i.scope), i.start, i.end, i.new_level.value_or(0), i.goes_on,
                    i.new_level.has_value(), keep_all(i.products), keep_all(i.categories), i.revenue,
                    i.expected_revenue, i.spend, i.expected_spend, i.probability, hypothesis_code_name(i.code),
                    keep(i.hypothesis), keep(drivers_json(i.drivers))});
  }
  return keep(rows);
}

Datum text_array(std::span<const char* const> texts) {
  auto* elements = static_cast<Datum*>(palloc(sizeof(Datum) * (texts.size() + 1)));
  for (std::size_t i = 0; i < texts.size(); ++i) elements[i] = CStringGetTextDatum(texts[i]);
  return PointerGetDatum(construct_array(elements, static_cast<int>(texts.size()), TEXTOID, -1, false, TYPALIGN_INT));
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_incidents) {
  const IncidentArguments arguments{
      .panel = panel_argument(fcinfo, "panel"),
      .days = int4_argument(fcinfo, "days"),
      .false_alarms = float8_argument(fcinfo, "false_alarms"),
      .product = optional_text_argument(fcinfo, "product"),
      .category = optional_text_argument(fcinfo, "category"),
  };
  const std::span<const IncidentRow> incidents = compute([&] { return run(arguments); });
  RowWriter rows(fcinfo);
  for (const IncidentRow& i : incidents) {
    rows.text(i.scope);
    rows.date(i.start);
    rows.date(i.end);
    rows.boolean(i.goes_on);
    rows.text(i.revenue >= i.expected_revenue ? "spike" : "drop");
    rows.float8(rounded(i.revenue));
    rows.float8(rounded(i.expected_revenue));
    rows.float8(rounded(i.revenue - i.expected_revenue));
    rows.float8(rounded(i.spend - i.expected_spend));
    rows.datum(text_array(i.products));
    rows.datum(text_array(i.categories));
    rows.text(i.code);
    rows.text(i.hypothesis);
    rows.float8(rounded(i.probability));
    if (i.has_level) {
      rows.date(i.new_level);
    } else {
      rows.null();
    }
    rows.datum(DirectFunctionCall1(jsonb_in, CStringGetDatum(i.evidence)));
    rows.end_row();
  }
  return rows.done();
}
