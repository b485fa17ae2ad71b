// SPDX-License-Identifier: PostgreSQL
//
// promotion_impact(…), promotion_daily(…): sql/extension/50_promotion.sql.
#include "core/shop/promotion.h"

#include <algorithm>
#include <tuple>

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

// Either stored promotions (one, those of a product or category, or all), or one described by its scope, start and end.
struct PromotionArguments {
  PanelArgument panel;
  std::optional<int> promotion_id;
  const char* product;
  const char* category;
  std::optional<int> start;
  std::optional<int> end;
};

struct Money3 {
  double value, lower, upper;
};
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
Money3 of(const std::optional<Effect>& e) {
  return e ? Money3{e->value, e->lower, e->upper} : Money3{kNone, kNone, kNone};
}

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
  const char* attribution;
  double extra_advertising, advertising_effect;
  const char* controls;  // JSON
  Money3 neighbours, afterwards, profit;
  bool judged, margin_known;
};

struct DayRow {
  bool has_id;
  int id;
  const char* name;
  DateADT day;
  const char* phase;
  double actual, counterfactual, lower, upper;
  Money3 cumulative;
};

// The promotions that are asked for with the panel that they are judged on.
class Judgement {
 public:
  explicit Judgement(const PromotionArguments& a) : panel_(to_panel(a.panel)) {
    options_.rules = to_rules(a.panel);
    const Product* product = a.product ? find([&](const Product& p) { return p.name == a.product; }) : nullptr;
    const std::optional<std::string> category = to_optional(a.category);
    if (a.start && a.end) {
      Promotion described;
      if (product)
        described.product_id = product->id;
      else
        described.category = category;
      described.start = *a.start;
      described.end = *a.end;
      promotions_.push_back(std::move(described));
      return;
    }
    for (const Promotion& p : panel_.promotions) {
      if (a.promotion_id && p.id != a.promotion_id) continue;
      if (product && !p.covers(*product)) continue;
      if (category && !touches(p, *category)) continue;
      promotions_.push_back(p);
    }
    std::sort(promotions_.begin(), promotions_.end(), [](const Promotion& x, const Promotion& y) {
      return std::tuple(-x.start, x.id.value_or(0)) < std::tuple(-y.start, y.id.value_or(0));
    });
  }

  const std::vector<Promotion>& promotions() const { return promotions_; }
  PromotionImpact impact(const Promotion& p) const {
    return promotion_impact(panel_, p, options_, InterruptProgress());
  }
  const Product* product_of(const Promotion& p) const {
    return p.product_id ? find([&](const Product& x) { return x.id == *p.product_id; }) : nullptr;
  }

 private:
  template <typename Matches>
  const Product* find(Matches matches) const {
    const auto found = std::find_if(panel_.products.begin(), panel_.products.end(), matches);
    return found != panel_.products.end() ? &*found : nullptr;
  }
  bool touches(const Promotion& p, const std::string& category) const {
    return find([&](const Product& x) { return x.category == category && p.covers(x); }) != nullptr;
  }

  PerformancePanel panel_;
  PromotionOptions options_;
  std::vector<Promotion> promotions_;
};

// The ten heaviest; of the others it is only told how many there are.
std::string controls_json(const std::vector<Control>& controls) {
  constexpr std::size_t kShown = 10;
  std::string list(1, '[');
  for (std::size_t i = 0; i < controls.size() && i < kShown; ++i) {
    if (i > 0) list.append(", ");
    list.append("{\"product\": ").append(json_string(controls[i].name));
    list.append(", \"weight\": ").append(json_value(controls[i].weight)).append("}");
  }
  if (controls.size() > kShown)
    list.append(", {\"others\": ").append(std::to_string(controls.size() - kShown)).append("}");
  return list.append("]");
}

std::span<const PromotionRow> run(const PromotionArguments& a) {
  const Judgement judgement(a);
  std::vector<PromotionRow> rows;
  for (const Promotion& p : judgement.promotions()) {
    const PromotionImpact i = judgement.impact(p);
    const Product* product = judgement.product_of(p);
    const bool stored = p.id.has_value(), judged = i.counterfactual.has_value();
    rows.push_back({stored,
                    p.id.value_or(0),
                    stored ? keep(p.name) : nullptr,
                    product ? keep(product->name) : nullptr,
                    product ? keep(product->category) : keep(p.category),
                    p.start,
                    p.end,
                    or_nan(i.actual),
                    or_nan(i.counterfactual),
                    or_nan(i.absolute_effect),
                    or_nan(i.relative_effect),
                    or_nan(i.effect_lower),
                    or_nan(i.effect_upper),
                    or_nan(i.p_value),
                    promotion_status_name(i.status),
                    keep(i.report),
                    judged ? attribution_name(i.attribution) : nullptr,
                    or_nan(i.extra_advertising),
                    or_nan(i.advertising_effect),
                    judged ? keep(controls_json(i.controls)) : nullptr,
                    of(i.neighbours),
                    of(i.afterwards),
                    of(i.profit),
                    judged,
                    i.margin_known});
  }
  return keep(rows);
}

std::span<const DayRow> run_daily(const PromotionArguments& a) {
  const Judgement judgement(a);
  std::vector<DayRow> rows;
  for (const Promotion& p : judgement.promotions()) {
    const char* name = p.id ? keep(p.name) : nullptr;
    for (const PromotionDay& d : judgement.impact(p).daily)
      rows.push_back({p.id.has_value(), p.id.value_or(0), name, d.day, promotion_phase_name(d.phase), or_nan(d.actual),
                      d.counterfactual, d.lower, d.upper, of(d.cumulative)});
  }
  return keep(rows);
}

PromotionArguments promotion_arguments(FunctionCallInfo fcinfo) {
  return {
      .panel = panel_argument(fcinfo, "panel"),
      .promotion_id = optional_int4_argument(fcinfo, "promotion_id"),
      .product = optional_text_argument(fcinfo, "product"),
      .category = optional_text_argument(fcinfo, "category"),
      .start = optional_date_argument(fcinfo, "promotion_start"),
      .end = optional_date_argument(fcinfo, "promotion_end"),
  };
}

void put_id(RowWriter& rows, bool has_id, int id) {
  if (has_id) {
    rows.int4(id);
  } else {
    rows.null();
  }
}

void put(RowWriter& rows, const Money3& m) {
  rows.float8(rounded(m.value));
  rows.float8(rounded(m.lower));
  rows.float8(rounded(m.upper));
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_promotion_impact) {
  const PromotionArguments arguments = promotion_arguments(fcinfo);
  const std::span<const PromotionRow> impacts = compute([&] { return run(arguments); });
  RowWriter rows(fcinfo);
  for (const PromotionRow& p : impacts) {
    put_id(rows, p.has_id, p.id);
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
    rows.text(p.attribution);
    rows.float8(rounded(p.extra_advertising));
    rows.float8(rounded(p.advertising_effect));
    if (p.controls != nullptr) {
      rows.datum(DirectFunctionCall1(jsonb_in, CStringGetDatum(p.controls)));
    } else {
      rows.null();
    }
    put(rows, p.neighbours);
    put(rows, p.afterwards);
    put(rows, p.profit);
    if (p.judged) {
      rows.boolean(p.margin_known);
    } else {
      rows.null();
    }
    rows.end_row();
  }
  return rows.done();
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_promotion_daily) {
  const PromotionArguments arguments = promotion_arguments(fcinfo);
  const std::span<const DayRow> days = compute([&] { return run_daily(arguments); });
  RowWriter rows(fcinfo);
  for (const DayRow& d : days) {
    put_id(rows, d.has_id, d.id);
    rows.text(d.name);
    rows.date(d.day);
    rows.text(d.phase);
    rows.float8(rounded(d.actual));
    rows.float8(rounded(d.counterfactual));
    rows.float8(rounded(d.lower));
    rows.float8(rounded(d.upper));
    rows.float8(rounded(d.actual - d.counterfactual));
    put(rows, d.cumulative);
    rows.end_row();
  }
  return rows.done();
}
