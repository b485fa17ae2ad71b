// SPDX-License-Identifier: PostgreSQL
#include "core/shop/revenue_account.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/statistics.h"

namespace performance_tracker {
namespace {

constexpr std::size_t kWeek = 7;
// Relative variance of a day of which nothing is known but its sales: theirs, and a tenth of ordinary noise.
constexpr double kUnknownNoise = 0.1 * 0.1;

std::size_t weekday(Day day) { return static_cast<std::size_t>(((day % 7) + 7) % 7); }

void add_columns(const DailyColumns& daily, std::size_t t, PerMetric<double>& sums) {
  static constexpr std::array kSums{Metric::kImpressions, Metric::kClicks, Metric::kAdSpend, Metric::kUnitsSold,
                                    Metric::kRevenue};
  for (const Metric m : kSums) {
    const double value = daily.of(metric_info(m).numerator.begin()->column)[t];
    if (!std::isnan(value)) sums[m] += value;
  }
}

double noise_of(const RevenueEvents& events, const DailyColumns& daily, std::size_t s, std::size_t t) {
  const double expected = events.expected(s, t), relative = events.variance(s, t);
  if (!std::isnan(expected) && !std::isnan(relative)) return expected * expected * std::min(relative, 4.0);
  const double revenue = daily.revenue[t], units = std::isnan(daily.units_sold[t]) ? 0 : daily.units_sold[t];
  return revenue * revenue * (1 / std::max(units, 1.0) + kUnknownNoise);
}

}  // namespace

PeriodAccount account_of(const PerformancePanel& panel, const RevenueEvents& events, const Period& period,
                         const std::vector<bool>& wanted) {
  PeriodAccount account;
  account.products.resize(panel.products.size());
  const Day last_day = panel.day(panel.days - 1);
  for (std::size_t s = 0; s < panel.products.size(); ++s) {
    const DailyColumns& daily = panel.products[s].daily;
    ProductPeriod& sums = account.products[s];
    for (Day day = std::max(period.first, panel.first_day); day <= std::min(period.last, last_day); ++day) {
      const std::size_t t = panel.index(day);
      const double revenue = std::isnan(daily.revenue[t]) ? 0 : daily.revenue[t];
      sums.rows += std::any_of(kDataColumns.begin(), kDataColumns.end(),
                               [&](DataColumn c) { return !std::isnan(daily.of(c)[t]); });
      sums.revenue += revenue;
      add_columns(daily, t, sums.columns);
      const int event = events.at(s, t);
      if (event == RevenueEvents::kNone) {
        sums.clean += revenue;
        if (!std::isnan(daily.revenue[t])) sums.variance += noise_of(events, daily, s, t);
        continue;
      }
      const double expected = events.expected(s, t);
      sums.clean += expected;
      if (!wanted[s]) continue;
      EventPeriod& money = account.events[event];
      money.effect += revenue - expected;
      money.revenue += revenue;
      money.expected += expected;
      if (const double relative = events.variance(s, t); !std::isnan(relative))
        money.variance += expected * expected * std::min(relative, 4.0);
      money.by_product[s] += revenue - expected;
    }
    if (wanted[s]) account.revenue += sums.revenue;
  }
  return account;
}

SharedMove shared_move(const std::vector<double>& moves, const std::vector<double>& variances, std::size_t fewest) {
  SharedMove result;
  if (moves.size() < fewest) return result;
  const double middle = median(moves);
  std::vector<double> deviations, ones(moves.size(), 1.0);
  for (const double m : moves) deviations.push_back(m - middle);
  const double observed = weighted_mad(deviations, ones);
  result.spread = std::sqrt(std::max(0.0, observed * observed - median(variances)));
  std::vector<double> weights;
  for (const double v : variances) weights.push_back(1 / (v + result.spread * result.spread + 1e-8));
  const double usual = median(weights);
  for (double& w : weights) w = std::min(w, 3 * usual);
  double center = weighted_median(moves, weights), precision = 0;
  for (int step = 0; step < 5; ++step) {
    double sum = 0;
    precision = 0;
    for (std::size_t i = 0; i < moves.size(); ++i) {
      const double z = std::abs(moves[i] - center) * std::sqrt(weights[i]);
      const double w = weights[i] * (z <= 1.5 ? 1 : 1.5 / z);
      sum += w * moves[i], precision += w;
    }
    center = sum / precision;
  }
  result.log_move = center;
  result.standard_error = 1 / std::sqrt(precision);
  result.products = moves.size();
  result.known = true;
  return result;
}

bool SharedMove::is_sure(double deviations) const {
  if (!known) return false;
  const double wanted = student_t_quantile(normal_cdf(deviations), static_cast<double>(products) - 1);
  return std::abs(log_move) >= wanted * standard_error;
}

double calendar_factor(const PerformancePanel& panel, const std::vector<bool>& wanted, const Period& period,
                       const Period& prior) {
  if (period.days() == prior.days() && period.days() % static_cast<int>(kWeek) == 0) return 1;
  // A weekday is worth the middle of its last eight sums of all products.
  constexpr std::size_t kWeeks = 8;
  std::array<std::vector<double>, kWeek> sums;
  const std::size_t from = panel.days > kWeeks * kWeek ? panel.days - kWeeks * kWeek : 0;
  for (std::size_t t = from; t < panel.days; ++t) {
    double sum = 0;
    for (std::size_t s = 0; s < panel.products.size(); ++s) {
      const double revenue = panel.products[s].daily.revenue[t];
      if (wanted[s] && !std::isnan(revenue)) sum += revenue;
    }
    sums[weekday(panel.day(t))].push_back(sum);
  }
  std::array<double, kWeek> worth{};
  double all = 0;
  for (std::size_t d = 0; d < kWeek; ++d) all += worth[d] = sums[d].empty() ? 0 : median(sums[d]);
  const auto worth_of = [&](const Period& p) {
    double sum = 0;
    for (Day day = p.first; day <= p.last; ++day) sum += all > 0 ? worth[weekday(day)] : 1;
    return sum;
  };
  const double before = worth_of(prior);
  return before > 0 ? worth_of(period) / before : 1;
}

}  // namespace performance_tracker
