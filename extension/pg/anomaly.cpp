// SPDX-License-Identifier: PostgreSQL
//
// detect_anomalies(…): sql/extension/30_anomaly.sql.
#include "core/shop/anomaly.h"

#include "core/base/error.h"
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

struct AnomalyArguments {
  PanelArgument panel;
  int days;
  std::optional<double> z_threshold;
  const char* product;
  const char* category;
  const char* metric;
  const char* by;
  bool include_normal;
  double false_alarms;
  const char* method;
};

// An anomaly as its row needs it; NaN for an absent number.
struct AnomalyRow {
  const char* category;
  const char* product;
  DateADT day;
  double actual, expected, lower, upper, z_score, probability;
  bool is_spike, is_anomaly;
  const char* code;
  const char* hypothesis;
  const char* evidence;  // JSON
};

std::string evidence_json(const AnomalyEvidence& e) {
  std::string promotions(1, '[');
  for (const std::string& name : e.promotions) {
    if (promotions.size() > 1) promotions.append(", ");
    promotions.append(json_text(name));
  }
  std::string object(1, '{');
  json_field(object, "history_days", std::to_string(e.history_days));
  json_field(object, "events", json_number(e.actual_events));
  json_field(object, "expected_events", json_number(e.expected_events));
  if (!e.drivers.empty()) json_field(object, "drivers", drivers_json(e.drivers));
  if (e.driver_product) {
    json_field(object, "driver_product", json_text(*e.driver_product));
    json_field(object, "driver_product_share", json_number(e.driver_product_share));
  }
  if (!e.drivers.empty()) json_field(object, "products_moved_share", json_number(e.products_moved_share));
  if (!e.promotions.empty()) {
    json_field(object, "promotions", promotions.append(1, ']'));
    json_field(object, "promotion_share", json_number(e.promotion_share));
  }
  if (e.holiday) json_field(object, "holiday", json_text(*e.holiday));
  if (e.run_days > 1) json_field(object, "run_days", std::to_string(e.run_days));
  if (e.false_discovery_rate) json_field(object, "false_discovery_rate", json_number(*e.false_discovery_rate));
  if (e.includes_promotions) json_field(object, "baseline_includes_promotions", "true");
  return object.append(1, '}');
}

AnomalyOptions options_of(const AnomalyArguments& a) {
  AnomalyOptions options;
  options.days = a.days;
  options.z_threshold = a.z_threshold;
  options.false_alarms = a.false_alarms;
  options.product = to_optional(a.product);
  options.category = to_optional(a.category);
  options.include_normal = a.include_normal;
  const std::optional<Metric> metric = metric_from_name(a.metric);
  const std::optional<Grouping> by = grouping_from_name(a.by);
  const std::optional<AnomalyMethod> method = anomaly_method_from_name(a.method);
  if (!metric || !by || !method) throw InvalidArgument("unknown metric, grouping or method");
  options.method = *method;
  options.metric = *metric;
  options.by = *by;
  options.check();
  return options;
}

std::span<const AnomalyRow> run(const AnomalyArguments& a) {
  std::vector<AnomalyRow> rows;
  for (const Anomaly& x : detect_anomalies(to_panel(a.panel), options_of(a), InterruptProgress())) {
    const char* code = hypothesis_code_name(x.code);
    rows.push_back({keep(x.category), keep(x.product), x.day, x.actual, or_nan(x.expected), or_nan(x.lower),
                    or_nan(x.upper), or_nan(x.z_score), or_nan(x.probability), x.is_spike, x.is_anomaly,
                    *code != '\0' ? code : nullptr, x.hypothesis.empty() ? nullptr : keep(x.hypothesis),
                    keep(evidence_json(x.evidence))});
  }
  return keep(rows);
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

// Raises what performance_tracker_detect_anomalies would raise for these, before any table is read.
PERFORMANCE_TRACKER_ENTRY(performance_tracker_check_anomaly_threshold) {
  const std::optional<double> z_threshold = optional_float8_argument(fcinfo, "z_threshold");
  const double false_alarms = float8_argument(fcinfo, "false_alarms");
  compute([&] {
    AnomalyOptions options;
    options.z_threshold = z_threshold;
    options.false_alarms = false_alarms;
    options.check();
  });
  PG_RETURN_VOID();
}

// Days that are read before the judged ones.
PERFORMANCE_TRACKER_ENTRY(performance_tracker_anomaly_history_days) { PG_RETURN_INT32(anomaly_history_days({})); }

PERFORMANCE_TRACKER_ENTRY(performance_tracker_detect_anomalies) {
  const AnomalyArguments arguments{
      .panel = panel_argument(fcinfo, "panel"),
      .days = int4_argument(fcinfo, "days"),
      .z_threshold = optional_float8_argument(fcinfo, "z_threshold"),
      .product = optional_text_argument(fcinfo, "product"),
      .category = optional_text_argument(fcinfo, "category"),
      .metric = text_argument(fcinfo, "metric"),
      .by = text_argument(fcinfo, "by"),
      .include_normal = bool_argument(fcinfo, "include_normal"),
      .false_alarms = float8_argument(fcinfo, "false_alarms"),
      .method = text_argument(fcinfo, "method"),
  };
  const std::span<const AnomalyRow> anomalies = compute([&] { return run(arguments); });
  RowWriter rows(fcinfo);
  for (const AnomalyRow& a : anomalies) {
    rows.text(a.category);
    rows.text(a.product);
    rows.date(a.day);
    rows.text(arguments.metric);
    rows.float8(rounded(a.actual));
    rows.float8(rounded(a.expected));
    rows.float8(rounded(a.lower));
    rows.float8(rounded(a.upper));
    rows.float8(rounded(a.z_score));
    if (std::isnan(a.z_score)) {
      rows.null();
    } else {
      rows.text(a.is_spike ? "spike" : "drop");
    }
    rows.boolean(a.is_anomaly);
    rows.float8(rounded(a.probability));
    rows.text(a.code);
    rows.text(a.hypothesis);
    rows.datum(DirectFunctionCall1(jsonb_in, CStringGetDatum(a.evidence)));
    rows.end_row();
  }
  return rows.done();
}
