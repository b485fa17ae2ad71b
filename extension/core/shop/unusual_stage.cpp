// SPDX-License-Identifier: PostgreSQL
#include "core/shop/unusual_stage.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/normal_distribution.h"
#include "core/base/statistics.h"

namespace performance_tracker {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr int kWeek = 7;
constexpr std::size_t kWindows = 4;
constexpr double kFamilyRate = 0.05;
// The variance of a median of n values is that of their mean times pi / 2.
constexpr double kMedian = 1.5708;
constexpr std::array kStages{Metric::kImpressions, Metric::kCtr, Metric::kConversionRate, Metric::kPrice};

class StageJudge {
 public:
  StageJudge(const PerformancePanel& panel, const RevenueEvents& events, const Period& period)
      : panel_(panel), events_(events), period_(period), shift_(kWeek * ((period.days() + kWeek - 1) / kWeek)) {}

  std::vector<UnusualStage> run() const {
    std::vector<UnusualStage> result(panel_.products.size());
    const double tests = 2.0 * static_cast<double>(kStages.size() * panel_.products.size());
    const double wanted = normal_quantile(1 - kFamilyRate / (2 * tests));
    for (const Metric stage : kStages) {
      std::vector<double> moves(panel_.products.size(), kNaN), known;
      for (std::size_t s = 0; s < moves.size(); ++s) {
        moves[s] = move_of(s, stage);
        if (!std::isnan(moves[s])) known.push_back(moves[s]);
      }
      constexpr std::size_t kMarket = 5;
      const double market = known.size() >= kMarket ? median(known) : 0;
      for (std::size_t s = 0; s < moves.size(); ++s) {
        const double own = moves[s] - market;
        const double score = own / std::sqrt(variance_of(s, stage));
        if (!(std::abs(score) >= wanted) || std::abs(score) <= std::abs(result[s].score)) continue;
        result[s] = {stage, std::expm1(own), score, true};
      }
    }
    return result;
  }

 private:
  bool is_quiet(std::size_t s, Day day) const {
    const std::size_t t = panel_.index(day);
    return !events_.judges(t) || events_.at(s, t) == RevenueEvents::kNone;
  }

  // The stage over one window: sums over sums, so that no day has a say of its own. NaN where it does not exist.
  double value(std::size_t s, Metric stage, int back) const {
    const DailyColumns& daily = panel_.products[s].daily;
    const std::vector<double>& above = daily.of(metric_info(stage).numerator.begin()->column);
    const std::vector<double>* below = metric_exposure(daily, stage);
    double sum = 0, exposure = 0;
    for (Day day = period_.first - back; day <= period_.last - back; ++day) {
      if (day < panel_.first_day || panel_.index(day) >= panel_.days || !is_quiet(s, day)) continue;
      const std::size_t t = panel_.index(day);
      if (std::isnan(above[t]) || (below && std::isnan((*below)[t]))) continue;
      sum += above[t];
      exposure += below ? (*below)[t] : 1;
    }
    return sum > 0 && exposure > 0 ? sum / exposure : kNaN;
  }

  double move_of(std::size_t s, Metric stage) const {
    const double now = value(s, stage, 0);
    std::vector<double> before;
    for (std::size_t k = 1; k <= kWindows; ++k) {
      const double v = value(s, stage, static_cast<int>(k) * shift_);
      if (!std::isnan(v)) before.push_back(v);
    }
    return before.size() < 2 || std::isnan(now) ? kNaN : std::log(now / median(before));
  }

  double variance_of(std::size_t s, Metric stage) const {
    double sum = 0, days = 0;
    for (Day day = period_.first; day <= period_.last; ++day) {
      if (day < panel_.first_day || panel_.index(day) >= panel_.days || !is_quiet(s, day)) continue;
      const DayScore* score = events_.score_of(stage, s, panel_.index(day));
      if (score == nullptr || !score->judged) continue;
      sum += score->variance, days += 1;
    }
    if (days == 0) return kNaN;
    const double persistence = events_.persistence(stage);
    const double serial = (1 + persistence) / (1 - persistence);
    return sum / (days * days) * std::min(serial, days) * (1 + kMedian / static_cast<double>(kWindows));
  }

  const PerformancePanel& panel_;
  const RevenueEvents& events_;
  Period period_;
  int shift_;
};

}  // namespace

std::vector<UnusualStage> unusual_stages(const PerformancePanel& panel, const RevenueEvents& events,
                                         const Period& period) {
  return StageJudge(panel, events, period).run();
}

}  // namespace performance_tracker
