// SPDX-License-Identifier: PostgreSQL
//
// The two ratios of the funnel that have a floor: click-through and conversion.
#include <algorithm>

#include "core/shop/adviser.h"

namespace performance_tracker {

Period Adviser::past_sum() const {
  Period all;
  for (const Period& p : past_) {
    all.days += p.days;
    for (std::size_t k = 0; k < kColumns; ++k) all.sum[k] += p.sum[k];
  }
  return all;
}

std::optional<double> Adviser::own_best(const FunnelRatio& f) const {
  std::vector<double> values;
  for (const Period& p : past_) {
    if (p.sum[f.denominator] > 0) values.push_back(p.sum[f.numerator] / p.sum[f.denominator]);
  }
  if (values.size() < 4) return std::nullopt;
  std::sort(values.begin(), values.end());
  return values[(3 * values.size()) / 4];
}

bool Adviser::fell(const FunnelRatio& f, double value, double usual) const {
  if (!(value < o_.worse * usual)) return false;
  const double expected = usual * current_.sum[f.denominator];
  double spread = 0;
  int n = 0;
  for (const Period& p : past_) {
    if (!(p.sum[f.denominator] > 0) || !(p.sum[f.numerator] > 0)) continue;
    const double d = std::log(p.sum[f.numerator] / p.sum[f.denominator] / usual);
    // An earlier incident is no part of the usual spread.
    spread += std::min(d * d, 0.04);
    ++n;
  }
  const double error = std::sqrt(1 / std::max(1.0, expected) + (n > 0 ? spread / n : 0.01));
  return std::log(std::max(value / usual, 1e-3)) < -2.5 * error;
}

bool Adviser::explained_by_drop(const FunnelRatio& f, double value, std::optional<double> before,
                                const std::string& text) {
  for (Recommendation& r : result_) {
    if (r.type != RecommendationType::kRevenueDrop) continue;
    const bool same = f.metric == Metric::kCtr ? r.cause == "ctr_change"
                                               : r.cause == "conversion_drop" || r.cause == "stock_out_or_tracking" ||
                                                     r.cause == "price_change" || r.cause == "tracking_outage";
    if (same) {
      r.evidence.push_back({metric_name(f.metric), text, value, before});
      return true;
    }
  }
  return false;
}

Money Adviser::more_of(const FunnelRatio& f, double goal) const {
  const double margin = margin_.value;
  if (f.metric == Metric::kCtr)
    return estimate(
        [&](const Sums& s, const Sums&) {
          const double clicks = goal * s[kImpressions] - s[kClicks];
          return s[kClicks] > 0 ? clicks * (margin * s[kRevenue] - s[kSpend]) / s[kClicks] : 0.0;
        },
        current_, prior_, o_.confidence_level);
  return estimate(
      [&](const Sums& s, const Sums&) {
        const double price = s[kUnits] > 0 && s[kRevenue] > 0 ? s[kRevenue] / s[kUnits] : product_.price.value_or(0);
        return margin * price * (goal * s[kClicks] - s[kUnits]);
      },
      current_, prior_, o_.confidence_level);
}

// What can be reached: after a fall the usual; of a standing one its own better weeks or the category's middle; the
// line itself only for a product about which nothing else is known, and never more than the line asks.
FunnelGoal Adviser::goal_of(const FunnelRatio& f, double floor, const Shortfall& s) const {
  const FunnelGoal line{floor, "the line of " + percent_text(floor, 0)};
  if (s.fallen) return {*s.usual, "its usual " + percent_text(*s.usual, 2)};
  const std::optional<double> best = own_best(f);
  if (!best || !(*best > 0)) return line;
  FunnelGoal goal{*best, "its own better weeks' " + percent_text(*best, 2)};
  if (s.category_median && *s.category_median > goal.value) {
    goal.value = 0.5 * (goal.value + *s.category_median);
    goal.text = "half the way from its better weeks to its category (" + percent_text(goal.value, 2) + ")";
  }
  return goal.value > floor ? line : goal;
}

std::string Adviser::text_of(const FunnelRatio& f, double floor, const Shortfall& s) const {
  return std::string(f.name) + " is " + percent_text(s.value, 2) + " (" + count_text(current_.sum[f.numerator]) +
         (f.numerator == kClicks ? " clicks on " : " units sold on ") + count_text(current_.sum[f.denominator]) + " " +
         f.noun + ")" + (s.usual ? ", usually " + percent_text(*s.usual, 2) : "") +
         (s.value < floor ? ", below " + percent_text(floor, 0) : "");
}

// Nothing while the ratio is neither below its floor nor surely below what it was.
std::optional<Shortfall> Adviser::shortfall_of(const FunnelRatio& f, double floor,
                                               const std::map<std::string, double>& category_medians) const {
  const std::optional<double> value = ratio(current_, f.numerator, f.denominator);
  if (!value) return std::nullopt;
  const Period past = past_sum();
  Shortfall s;
  s.value = *value;
  s.before = ratio(prior_, f.numerator, f.denominator);
  s.usual = ratio(past, f.numerator, f.denominator);
  s.fallen = s.usual && past.days >= 14 && fell(f, *value, *s.usual);
  if (!(*value < floor) && !s.fallen) return std::nullopt;
  s.stands = !s.fallen && standing([&](const Period& p) {
    return p.sum[f.denominator] > 0 && p.sum[f.numerator] < floor * p.sum[f.denominator];
  });
  const auto median_of = category_medians.find(product_.category.value_or(""));
  if (median_of != category_medians.end()) s.category_median = median_of->second;
  return s;
}

void Adviser::floor_of(const FunnelRatio& f, double floor, const std::map<std::string, double>& category_medians) {
  const std::optional<Shortfall> s = shortfall_of(f, floor, category_medians);
  if (!s) return;
  const Interval interval = wilson_interval(std::min(current_.sum[f.numerator], current_.sum[f.denominator]),
                                            current_.sum[f.denominator], o_.confidence_level);
  if (!s->fallen && too_uncertain(interval, floor)) {
    not_enough(f.metric, s->value, s->before, interval, floor, count_text(current_.sum[f.denominator]) + " " + f.noun,
               standing([&](const Period& p) { return p.sum[f.numerator] < floor * p.sum[f.denominator]; }));
    return;
  }
  const std::string text = text_of(f, floor, *s);
  if (s->fallen && explained_by_drop(f, s->value, s->before, text)) return;
  if (silent(s->stands)) return;
  advise_repair(f, floor, *s, text);
}

void Adviser::advise_repair(const FunnelRatio& f, double floor, const Shortfall& s, const std::string& text) {
  const bool of_clicks = f.metric == Metric::kCtr;
  Recommendation& r = add(f.type, s.stands ? Severity::kInfo : Severity::kWarning, f.metric, s.value, s.before,
                          s.stands ? "standing" : cause_of(f));
  r.standing = s.stands;
  r.action = of_clicks
                 ? "Improve the main image and the title, and drop placements and terms that are seen but not clicked."
                 : "Check price, stock, reviews and the product page: visitors come but do not buy.";
  r.reason = text + ".";
  if (s.stands) r.reason += " That is normal for it; it is told every " + std::to_string(o_.retell_weeks) + " weeks.";
  if (s.category_median)
    r.evidence.push_back({"category", "The middle of its category is " + percent_text(*s.category_median, 2),
                          s.category_median, std::nullopt});
  if (s.usual)
    r.evidence.push_back(
        {"own_past", "In the " + std::to_string(past_.size()) + " weeks before it was " + percent_text(*s.usual, 2),
         s.value, s.usual});
  const bool priced = current_.sum[kRevenue] > 0 || (!of_clicks && product_.price);
  if (!priced) return;
  const FunnelGoal goal = goal_of(f, floor, s);
  if (!(goal.value > s.value)) {
    r.reason += " None of its weeks was better, nor is its category: there is no gain to promise.";
    return;
  }
  const Money money = more_of(f, goal.value);
  put(r, money);
  r.reason += " At " + goal.text + " it would be worth " + worth(money.value, money.lower, money.upper) +
              (of_clicks ? ", after paying for the clicks at today's price." : ".");
  if (money.value < 0) r.reason += " More clicks lose money while ACOS is above the margin: repair that first.";
}

}  // namespace performance_tracker
