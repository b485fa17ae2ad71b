// SPDX-License-Identifier: PostgreSQL
//
// metrics(): sql/extension/05_metric.sql.
#include "core/shop/metric.h"

#include "pg/guard.h"
#include "pg/pg.h"
#include "pg/tuples.h"

namespace performance_tracker {
namespace {

const char* unit_name(MetricUnit unit) {
  switch (unit) {
    case MetricUnit::kMoney:
      return "money";
    case MetricUnit::kRatio:
      return "ratio";
    case MetricUnit::kCount:
      return "count";
  }
  return nullptr;
}

const char* direction_name(GoodDirection good) {
  switch (good) {
    case GoodDirection::kUp:
      return "up";
    case GoodDirection::kDown:
      return "down";
    case GoodDirection::kNeither:
      return nullptr;
  }
  return nullptr;
}

// "revenue,-ad_spend" as an array.
template <class Items, class Write>
Datum text_array(const Items& items, Write write) {
  std::array<Datum, 8> elements{};
  int count = 0;
  for (const auto& item : items) {
    const auto [name, negative] = write(item);
    elements[static_cast<std::size_t>(count++)] = CStringGetTextDatum(negative ? psprintf("-%s", name) : name);
  }
  return PointerGetDatum(construct_array(elements.data(), count, TEXTOID, -1, false, TYPALIGN_INT));
}

struct SignedName {
  const char* name;
  bool negative;
};

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_metrics) {
  RowWriter rows(fcinfo);
  for (const Metric metric : all_metrics()) {
    const MetricInfo& m = metric_info(metric);
    rows.text(m.name.data());
    rows.text(m.label_key.data());
    rows.text(unit_name(m.unit));
    rows.datum(text_array(m.numerator, [](const ColumnTerm& t) {
      return SignedName{column_name(t.column), t.sign < 0};
    }));
    rows.text(m.denominator ? column_name(*m.denominator) : nullptr);
    rows.text(direction_name(m.good));
    rows.text(column_name(m.events));
    rows.datum(text_array(m.drivers, [](const Driver& d) {
      return SignedName{metric_name(d.metric), d.exponent < 0};
    }));
    if (m.kpi_place > 0) {
      rows.int4(m.kpi_place);
    } else {
      rows.null();
    }
    rows.int4(m.digits);
    rows.end_row();
  }
  return rows.done();
}
