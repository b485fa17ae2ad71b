// SPDX-License-Identifier: PostgreSQL
#include "core/shop/budget.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/normal_distribution.h"
#include "core/base/prose.h"
#include "core/base/statistics.h"

namespace performance_tracker {
namespace {

// Five points and weights of Gauss-Hermite quadrature for a standard normal variable.
constexpr std::array<double, 5> kPoints{-2.856970013872806, -1.355626179974266, 0, 1.355626179974266,
                                        2.856970013872806};
constexpr std::array<double, 5> kWeights{0.011257411327721, 0.222075922005613, 0.533333333333333, 0.222075922005613,
                                         0.011257411327721};
constexpr double kLargestElasticity = 1.1;
// Of a product's usual sales from one period to the next, beyond the chance of single purchases.
constexpr double kLevelNoise = 0.05;

double elasticity_at(const SpendResponse& r, double z) {
  return std::clamp(r.elasticity + z * r.deviation, 0.0, kLargestElasticity);
}

template <typename Function>
double expectation(const SpendResponse& r, Function f) {
  double sum = 0;
  for (std::size_t k = 0; k < kPoints.size(); ++k) sum += kWeights[k] * f(elasticity_at(r, kPoints[k]));
  return sum;
}

double gain_at(const Economy& e, double ratio, double elasticity) {
  return e.margin.value * e.revenue * (response_at(ratio, elasticity) - 1) - e.spend * (ratio - 1);
}

double expected_gain(const Economy& e, double ratio) {
  return expectation(e.response, [&](double x) { return gain_at(e, ratio, x); });
}

// Standard deviation of the gain: from the response alone, its shared part, and present revenue.
struct GainError {
  double own = 0, shared = 0, revenue = 0;
};

GainError gain_error(const Economy& e, double ratio) {
  const double low = gain_at(e, ratio, elasticity_at(e.response, -1)),
               high = gain_at(e, ratio, elasticity_at(e.response, 1));
  const double deviation = std::abs(high - low) / 2;
  const double share = e.response.deviation > 0 ? std::min(1.0, e.response.shared / e.response.deviation) : 0;
  const double moved = expectation(e.response, [&](double x) { return response_at(ratio, x) - 1; });
  return {deviation * std::sqrt(1 - share * share), deviation * share,
          std::abs(e.margin.value * e.revenue * moved) * e.revenue_error};
}

std::string sure_text(double chance) { return percent_text(std::min(chance, 0.99), 0); }

bool wanted(const Product& p, const BudgetOptions& o) {
  return (!o.product || p.name == *o.product) && (!o.category || p.category == o.category);
}

std::string basis_text(const Economy& e) {
  const std::string elasticity = "1% more spend brings about " + decimal_text(e.response.elasticity, 2) +
                                 "% more revenue (give or take " + decimal_text(e.response.deviation, 2) + ", ";
  const std::string from = e.response.steps > 0 ? "from " + std::to_string(e.response.steps) +
                                                      (e.response.steps == 1 ? " change" : " changes") +
                                                      " of its own budget and its category's)"
                                                : "from its category: its own budget never changed by enough)";
  const std::string margin = e.margin.known
                                 ? "goods leave " + percent_text(e.margin.value, 0) + " of revenue"
                                 : "goods are assumed to leave " + percent_text(e.margin.value, 0) + " of revenue";
  return elasticity + from + "; " + margin;
}

BudgetRow row_of(const Product& p, const Economy& e, double ratio, double level) {
  const double z = interval_multiplier(level);
  BudgetRow row;
  row.product = p.name;
  row.category = p.category;
  row.current_spend = e.spend;
  row.proposed_spend = e.spend * ratio;
  const double now = e.margin.value * e.revenue - e.spend;
  const double noise = std::abs(e.margin.value * e.revenue) * e.revenue_error;
  row.profit_now = {now, now - z * noise, now + z * noise};
  row.gain = gain_of(e, ratio, level);
  const GainError error = gain_error(e, ratio);
  const double factor = expectation(e.response, [&](double x) { return response_at(ratio, x); });
  const double then = std::hypot(noise * factor, error.own, error.shared);
  row.profit_then = {now + row.gain.value, now + row.gain.value - z * then, now + row.gain.value + z * then};
  if (e.spend > 0) row.roas = e.roas();
  row.break_even_roas = e.break_even_roas();
  row.elasticity = Amount{e.response.elasticity, elasticity_at(e.response, -z), elasticity_at(e.response, z)};
  row.margin = e.margin.value;
  row.margin_known = e.margin.known;
  row.steps = e.response.steps;
  row.action = ratio > 1.005 ? "raise" : ratio < 0.995 ? "cut" : "keep";
  row.reason = "At a ROAS of " + decimal_text(e.roas(), 2) + ", " + basis_text(e) + ".";
  return row;
}

// Ratios that divide `total`: the price of a euro of budget at which the products' best ratios add up to it, by
// bisection (each best ratio falls with the price, so the sum does).
std::vector<double> divide(const std::vector<Economy>& all, double total, double lowest, double highest) {
  double low = -1, high = 1;
  const auto spent = [&](double price) {
    double sum = 0;
    for (const Economy& e : all) sum += e.spend * best_ratio(e, lowest, highest, price);
    return sum;
  };
  // Prices below zero too: a total that must be spent may have to be spent at a loss.
  while (low > -1e6 && spent(low) < total) low *= 4;
  while (high < 1e6 && spent(high) > total) high *= 4;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (spent(middle) > total ? low : high) = middle;
  }
  std::vector<double> ratios;
  double sum = 0;
  for (const Economy& e : all) {
    ratios.push_back(best_ratio(e, lowest, highest, 0.5 * (low + high)));
    sum += e.spend * ratios.back();
  }
  // Products with a flat response jump between the bounds: what is left over goes where there is room.
  for (std::size_t i = 0; i < all.size() && std::abs(sum - total) > 1e-9 * total; ++i) {
    if (!(all[i].spend > 0)) continue;
    const double next = std::clamp(ratios[i] + (total - sum) / all[i].spend, lowest, highest);
    sum += (next - ratios[i]) * all[i].spend;
    ratios[i] = next;
  }
  return ratios;
}

struct Whole {
  double gain = 0, own = 0, shared = 0;
  double error() const { return std::hypot(std::sqrt(own), shared); }
};

Whole whole_gain(const std::vector<Economy>& all, const std::vector<double>& ratios) {
  Whole w;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const GainError error = gain_error(all[i], ratios[i]);
    w.gain += expected_gain(all[i], ratios[i]);
    w.own += error.own * error.own + error.revenue * error.revenue;
    // The shop's common part moves raises one way and cuts the other.
    w.shared += ratios[i] >= 1 ? error.shared : -error.shared;
  }
  w.shared = std::abs(w.shared);
  return w;
}

}  // namespace

void BudgetOptions::check() const {
  check_between("days", days, 7, 366, "28 is the default.");
  if (!(max_change > 0) || !(max_change <= 0.9))
    throw InvalidArgument("max_change must be above 0 and at most 0.9, not " + decimal_text(max_change, 3),
                          "It is a fraction: 0.3 lets a product's spend change by up to 30%.", "max_change");
  if (total && !(*total >= 0 && *total < 1e15))
    throw InvalidArgument("total must be zero or above, not " + decimal_text(*total, 2),
                          "It is the ad spend of all products over the given days.", "total");
  if (!(confidence_level > 0) || !(confidence_level < 1))
    throw InvalidArgument("confidence_level must be between 0 and 1, not " + decimal_text(confidence_level, 3),
                          "0.8 is the default.", "confidence_level");
}

std::optional<double> Economy::break_even_roas() const {
  if (!(margin.value > 0)) return std::nullopt;
  return 1 / margin.value;
}

std::optional<double> Economy::break_even_elasticity() const {
  if (!(margin.value > 0) || !(revenue > 0)) return std::nullopt;
  return spend / (margin.value * revenue);
}

Amount gain_of(const Economy& e, double ratio, double confidence_level) {
  const double z = interval_multiplier(confidence_level);
  const double value = expected_gain(e, ratio);
  double low = gain_at(e, ratio, elasticity_at(e.response, -z)), high = gain_at(e, ratio, elasticity_at(e.response, z));
  if (low > high) std::swap(low, high);
  const double noise = z * gain_error(e, ratio).revenue;
  return {value, value - std::hypot(std::max(0.0, value - low), noise),
          value + std::hypot(std::max(0.0, high - value), noise)};
}

double chance_of_gain(const Economy& e, double ratio) {
  const GainError error = gain_error(e, ratio);
  const double deviation = std::hypot(error.own, error.shared, error.revenue);
  const double value = expected_gain(e, ratio);
  if (!(deviation > 0)) return value > 0 ? 1 : 0;
  return normal_cdf(value / deviation);
}

double best_ratio(const Economy& e, double lowest, double highest, double price) {
  if (!(e.spend > 0)) return 1;
  // Expected marginal profit falls with the ratio (the response is concave for elasticities up to one; above, nearly).
  const auto slope = [&](double x) {
    const double more = expectation(e.response, [&](double y) { return response_slope(x, y); });
    return e.margin.value * e.revenue * more - price * e.spend;
  };
  if (slope(lowest) <= 0) return lowest;
  if (slope(highest) >= 0) return highest;
  double low = lowest, high = highest;
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (low + high);
    (slope(middle) > 0 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

std::vector<Economy> economies(const PerformancePanel& panel, const AdviceRules& rules, const BudgetOptions& o,
                               const Progress& progress) {
  const std::vector<SpendResponse> responses = spend_responses(panel, o.response, progress);
  std::vector<Economy> result;
  for (std::size_t i = 0; i < panel.products.size(); ++i) {
    const DailyColumns& c = panel.products[i].daily;
    const auto sums = [&](int days, double& spend, double& revenue, double& units) {
      const std::size_t from =
          panel.days > static_cast<std::size_t>(days) ? panel.days - static_cast<std::size_t>(days) : 0;
      for (std::size_t t = from; t < panel.days; ++t) {
        if (std::isnan(c.ad_spend[t]) || std::isnan(c.revenue[t])) continue;
        spend += c.ad_spend[t];
        revenue += c.revenue[t];
        units += std::isnan(c.units_sold[t]) ? 0 : c.units_sold[t];
      }
    };
    double spend = 0, revenue = 0, units = 0, long_spend = 0, long_revenue = 0, long_units = 0;
    sums(o.days, spend, revenue, units);
    sums(std::max(o.history_days, o.days), long_spend, long_revenue, long_units);
    Economy e;
    e.spend = spend;
    e.margin = margin_of(panel.products[i], rules, long_revenue, long_units);
    e.response = responses[i];
    // Present revenue from two sides: what the period sold, and what its spend would have sold at the longer period's
    // ROAS, which is the less certain the more spend has moved since. Of the period alone the luckiest products would
    // look like the best ones.
    const double own = 1 / std::max(1.0, units);
    double other = 0, expected = revenue;
    if (long_spend > 0 && spend > 0 && long_revenue > 0) {
      const double periods = static_cast<double>(std::max(o.history_days, o.days)) / o.days;
      const double moved = 0.5 * std::log(spend * periods / long_spend);
      expected = spend * long_revenue / long_spend * std::exp(-0.5 * moved);
      other = 1 / (1 / std::max(1.0, long_units) + moved * moved);
    }
    e.revenue = (revenue / own + expected * other) / (1 / own + other);
    e.revenue_error = std::sqrt(1 / (1 / own + other) + kLevelNoise * kLevelNoise);
    result.push_back(e);
  }
  return result;
}

std::vector<BudgetRow> reallocate_budget(const PerformancePanel& panel, const AdviceRules& rules,
                                         const BudgetOptions& o, const Progress& progress) {
  o.check();
  const std::vector<Economy> every = economies(panel, rules, o, progress);
  std::vector<Economy> all;
  std::vector<const Product*> products;
  double current = 0;
  for (std::size_t i = 0; i < every.size(); ++i) {
    if (!wanted(panel.products[i], o) || !(every[i].spend > 0)) continue;
    all.push_back(every[i]);
    products.push_back(&panel.products[i]);
    current += every[i].spend;
  }
  if (all.empty()) return {};
  const double total = o.total.value_or(current);
  const double lowest = 1 - o.max_change, highest = 1 + o.max_change;
  if (total < current * lowest * (1 - 1e-9) || total > current * highest * (1 + 1e-9))
    throw InvalidArgument("a total of " + decimal_text(total, 2) + " cannot be reached from the present " +
                              decimal_text(current, 2) + " when no product may change by more than " +
                              percent_text(o.max_change, 0),
                          "Give a total between " + decimal_text(current * lowest, 2) + " and " +
                              decimal_text(current * highest, 2) + ", or a larger max_change.");
  std::vector<double> ratios = divide(all, total, lowest, highest);
  // Against spending the same total as before it was divided anew.
  const std::vector<double> plain(all.size(), total / current);
  Whole w = whole_gain(all, ratios);
  const double plain_gain = whole_gain(all, plain).gain;
  const double chance =
      w.error() > 0 ? normal_cdf((w.gain - plain_gain) / w.error()) : (w.gain > plain_gain ? 1.0 : 0.0);
  const bool keep = chance < o.certainty;
  if (keep) ratios = plain, w = whole_gain(all, ratios);

  std::vector<BudgetRow> rows;
  BudgetRow whole;
  double now_noise = 0, then_noise = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    rows.push_back(row_of(*products[i], all[i], ratios[i], o.confidence_level));
    const BudgetRow& r = rows.back();
    whole.current_spend += r.current_spend;
    whole.proposed_spend += r.proposed_spend;
    whole.profit_now.value += r.profit_now.value;
    now_noise += std::pow(r.profit_now.upper - r.profit_now.value, 2);
    then_noise += std::pow(r.profit_then.upper - r.profit_then.value, 2);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const BudgetRow& a, const BudgetRow& b) { return a.gain.value > b.gain.value; });
  const double z = interval_multiplier(o.confidence_level);
  const double error = w.error();
  whole.gain = {w.gain, w.gain - z * error, w.gain + z * error};
  const double now = whole.profit_now.value;
  whole.profit_now = {now, now - std::sqrt(now_noise), now + std::sqrt(now_noise)};
  const double then = now + w.gain;
  whole.profit_then = {then, then - std::hypot(std::sqrt(then_noise), z * w.shared),
                       then + std::hypot(std::sqrt(then_noise), z * w.shared)};
  whole.category = o.category;
  whole.action = keep ? "keep" : "reallocate";
  whole.reason =
      keep
          ? "Keep it as it is: the best division of " + money_text(total) + " that these data allow would gain " +
                "with a probability of " + sure_text(chance) + " only. design_budget_test() says which test would tell."
          : "Dividing " + money_text(total) + " this way is worth about " + money_text(w.gain - plain_gain) + " per " +
                days_text(o.days) + " more than the present division, with a probability of " + sure_text(chance) + ".";
  rows.push_back(std::move(whole));
  return rows;
}

std::vector<BudgetTest> design_budget_tests(const PerformancePanel& panel, const AdviceRules& rules,
                                            const BudgetOptions& o, const Progress& progress) {
  o.check();
  constexpr int kLongestTest = 56;
  const std::vector<Economy> all = economies(panel, rules, o, progress);
  std::vector<BudgetTest> tests;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Economy& e = all[i];
    const Product& p = panel.products[i];
    if (!wanted(p, o) || !(e.spend > 0) || std::isnan(e.response.weekly_noise)) continue;
    BudgetTest t;
    t.product = p.name;
    t.category = p.category;
    const bool raise = expected_gain(e, 1 + o.max_change) >= expected_gain(e, 1 - o.max_change);
    t.change = raise ? o.max_change : -o.max_change;
    t.current_daily_spend = e.spend / o.days;
    t.test_daily_spend = t.current_daily_spend * (1 + t.change);
    t.elasticity_error_now = e.response.deviation;
    t.break_even_elasticity = e.break_even_elasticity();
    // A difference of two means of `days` days has 7 / days of the variance of two weeks'.
    const double z = interval_multiplier(o.confidence_level);
    const double gap = t.break_even_elasticity ? std::abs(e.response.elasticity - *t.break_even_elasticity) : 0;
    for (t.days = 7; t.days <= kLongestTest; t.days += 7) {
      const double test = e.response.weekly_noise * std::sqrt(7.0 / t.days) / std::abs(std::log1p(t.change));
      t.elasticity_error_then = 1 / std::sqrt(1 / (test * test) + 1 / (e.response.deviation * e.response.deviation));
      // What the test will find is not known: it decides when its error is small against what is expected of the gap,
      // which the present doubt widens.
      t.decisive = z * t.elasticity_error_then <= std::hypot(gap, e.response.deviation);
      if (t.decisive) break;
    }
    t.days = std::min(t.days, kLongestTest);
    Economy during = e;
    during.spend *= static_cast<double>(t.days) / o.days;
    during.revenue *= static_cast<double>(t.days) / o.days;
    t.cost = gain_of(during, 1 + t.change, o.confidence_level);
    t.reason = std::string(raise ? "Raise" : "Cut") + " the daily budget from " + money_text(t.current_daily_spend) +
               " to " + money_text(t.test_daily_spend) + " for " + days_text(t.days) +
               " and change nothing else: the response, now known to " + decimal_text(t.elasticity_error_now, 2) +
               ", would then be known to " + decimal_text(t.elasticity_error_then, 2) +
               (t.break_even_elasticity ? "; more spend pays above " + decimal_text(*t.break_even_elasticity, 2) : "") +
               "." + (t.decisive ? "" : " Sales vary too much for a test of eight weeks to decide.");
    tests.push_back(std::move(t));
  }
  std::stable_sort(tests.begin(), tests.end(), [](const BudgetTest& a, const BudgetTest& b) {
    return std::abs(a.cost.upper - a.cost.lower) > std::abs(b.cost.upper - b.cost.lower);
  });
  return tests;
}

}  // namespace performance_tracker
