// SPDX-License-Identifier: PostgreSQL
#include "core/shop/day_evidence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/base/statistics.h"

namespace performance_tracker {
namespace {

struct Run {
  std::size_t days;
  double share;  // of the rate
};
// Half for single days; what lasts is found by the others.
// Most is found in single days, and what lasts by the others. These shares and the constants below were
// chosen on shops with seeds 901 to 920 of bench/analytics_incidents.
constexpr std::array<Run, 4> kRuns{{{1, 0.3}, {2, 0.07}, {4, 0.05}, {7, 0.03}}};
constexpr double kOfItself = 2.5;     // deviations of a day that its run counts at most
constexpr double kPart = 1.8;         // deviations from which a day takes part in its run
constexpr double kPersistence = 0.1;  // a level that is a little off makes all scores of a run agree
constexpr std::size_t kMargin = 7;

double two_sided(double z, const StudentTail& tail) {
  const double a = std::abs(z);
  // Not worth the incomplete beta function: nothing near the middle is ever flagged.
  if (a < 1) return std::erfc(a / std::numbers::sqrt2);
  return std::max(2 * tail(a), 1e-300);
}

// Liu & Xie (2020), eq. 2, equal weights. For small p the tangent is 1 / (pi p). A p-value near 1 would outweigh all
// others with its negative tangent, so it counts as .9 (truncated as by Fang, Chang, Park & Tseng 2023).
double cauchy_combination(const std::vector<double>& p) {
  if (p.empty()) return 1;
  double sum = 0;
  for (const double v : p) {
    sum += v < 1e-8 ? 1 / (v * std::numbers::pi) : std::tan((0.5 - std::min(v, 0.9)) * std::numbers::pi);
  }
  sum /= static_cast<double>(p.size());
  return sum > 1e8 ? 1 / (sum * std::numbers::pi) : 0.5 - std::atan(sum) / std::numbers::pi;
}

// The standard deviation of a sum of `days` successive scores whose correlation falls off as persistence^lag.
double spread_of_run(std::size_t days, double persistence) {
  double variance = static_cast<double>(days);
  double correlation = 1;
  for (std::size_t lag = 1; lag < days; ++lag) {
    correlation *= persistence;
    variance += 2 * static_cast<double>(days - lag) * correlation;
  }
  return std::sqrt(variance);
}

// How far, in log points, a running promotion may move a metric in the direction in which promotions do: half as much
// reach and clicks, two and a half times the conversion, half the price; and the costs of it either way. What goes
// beyond that is judged.
double promoted_move(Metric metric, double score) {
  constexpr double kReach = 0.4, kClicks = 0.4, kBuyers = 0.9, kPrice = 0.7;
  switch (metric) {
    case Metric::kImpressions:
      return score > 0 ? kReach : 0;
    case Metric::kCtr:
      return score > 0 ? kClicks : 0;
    case Metric::kClicks:
    case Metric::kAdSpend:
      return score > 0 ? kReach + kClicks : 0;
    case Metric::kConversionRate:
      return score > 0 ? kBuyers : 0;
    case Metric::kUnitsSold:
    case Metric::kRevenue:
      return score > 0 ? kReach + kClicks + kBuyers : 0;
    case Metric::kPrice:
      return score < 0 ? kPrice : 0;
    case Metric::kRoas:
    case Metric::kAcos:
    case Metric::kCpc:
      return kBuyers;
    default:  // of any other it is not known which way
      return kReach + kClicks + kBuyers;
  }
}

class Collector {
 public:
  Collector(Evidence& evidence, const std::vector<ScoredSeries>& series, const EvidenceOptions& options)
      : evidence_(evidence), series_(series), tail_(options.degrees_of_freedom) {}

  void judge(std::size_t s, std::size_t end) {
    std::vector<DayEvidence>& days = evidence_.series[s];
    for (std::size_t t = evidence_.from; t < end; ++t) {
      for (const Metric m : evidence_.metrics) days[t - evidence_.from].judged |= evidence_.scores[m].at(s, t).judged;
    }
    for (const Run& run : kRuns) {
      for (std::size_t last = evidence_.from + run.days - 1; last < end; ++last)
        judge_run(s, last + 1 - run.days, last, run);
    }
  }

 private:
  // The share of a promoted day's move that its promotion does not explain.
  static double unexplained(Metric metric, const DayScore& day) {
    const double move = std::abs(day.log_move - day.market);
    return move > 0 ? std::max(0.0, move - promoted_move(metric, day.own)) / move : 0;
  }

  // What a running promotion leaves of a day's score.
  double left_of(std::size_t s, Metric m, std::size_t t) const {
    const DayScore& day = evidence_.scores[m].at(s, t);
    if (!day.judged) return 0;
    return series_[s].promoted && (*series_[s].promoted)[t] > 0 ? day.own * unexplained(m, day) : day.own;
  }

  void judge_run(std::size_t s, std::size_t first, std::size_t last, const Run& run) {
    p_.clear();
    unpromoted_.clear();
    bool promoted = false;
    for (std::size_t t = first; t <= last; ++t) {
      promoted |= series_[s].promoted && (*series_[s].promoted)[t] > 0;
      // A run is of days that were judged: what is between two incidents is not in one.
      if (!evidence_.at(s, t).judged) return;
    }
    for (const Metric m : evidence_.metrics) {
      const MetricScores& scores = evidence_.scores[m];
      double sum = 0, harmful = 0;
      std::size_t n = 0;
      for (std::size_t t = first; t <= last; ++t) {
        const DayScore& day = scores.at(s, t);
        if (!day.judged) continue;
        // What a day shows by itself is no evidence about its neighbours.
        const double z = run.days > 1 ? std::clamp(day.own, -kOfItself, kOfItself) : day.own;
        sum += z;
        harmful += series_[s].promoted && (*series_[s].promoted)[t] > 0 ? z * unexplained(m, day) : z;
        ++n;
      }
      if (n == 0 || 2 * n < run.days) continue;
      const double spread = spread_of_run(n, std::max(scores.persistence, kPersistence));
      p_.push_back(two_sided(sum / spread, tail_));
      if (promoted) unpromoted_.push_back(two_sided(harmful / spread, tail_));
    }
    const double factor = static_cast<double>(run.days) / run.share;
    const double all = std::min(1.0, factor * cauchy_combination(p_));
    const double left = promoted ? std::min(1.0, factor * cauchy_combination(unpromoted_)) : all;
    for (std::size_t t = first; t <= last; ++t) note(s, t, first, last, all, left);
  }

  void note(std::size_t s, std::size_t t, std::size_t first, std::size_t last, double all, double left) {
    DayEvidence& day = evidence_.series[s][t - evidence_.from];
    if (first != last && !takes_part(s, t, first, last)) return;
    if (all < day.p_value && left > all && left > 0.001) day.explained_by_promotion = true;
    if (left >= day.p_value) return;
    day.p_value = left;
    day.run_start = first;
    day.run_end = last;
    if (left <= 0.001) day.explained_by_promotion = false;
  }

  // Whether the day itself is out the way its run is, in the metric in which the run is out the most: with every metric
  // asked, a clean day beside a run shares some chance with it.
  bool takes_part(std::size_t s, std::size_t t, std::size_t first, std::size_t last) const {
    double furthest = 0, own = 0;
    for (const Metric m : evidence_.metrics) {
      double sum = 0;
      for (std::size_t i = first; i <= last; ++i) sum += std::clamp(left_of(s, m, i), -kOfItself, kOfItself);
      if (std::abs(sum) <= std::abs(furthest)) continue;
      furthest = sum;
      own = left_of(s, m, t);
    }
    return own * furthest > 0 && std::abs(own) >= kPart;
  }

  Evidence& evidence_;
  const std::vector<ScoredSeries>& series_;
  StudentTail tail_;
  std::vector<double> p_, unpromoted_;  // of a run, a metric each
};

// Benjamini & Hochberg's step-up, as adjusted p-values.
void set_q_values(Evidence& evidence) {
  std::vector<DayEvidence*> days;
  for (std::vector<DayEvidence>& series : evidence.series) {
    for (DayEvidence& day : series)
      if (day.judged) days.push_back(&day);
  }
  std::sort(days.begin(), days.end(),
            [](const DayEvidence* a, const DayEvidence* b) { return a->p_value < b->p_value; });
  double smallest = 1;
  for (std::size_t i = days.size(); i-- > 0;) {
    smallest = std::min(smallest, days[i]->p_value * static_cast<double>(days.size()) / static_cast<double>(i + 1));
    days[i]->q_value = smallest;
  }
}

}  // namespace

std::vector<Metric> evidence_metrics(Metric metric) {
  std::vector<Metric> metrics;
  for (const Driver& d : metric_info(metric).drivers) metrics.push_back(d.metric);
  // What a sale costs belongs to a day's business as what it brings.
  if (metric == Metric::kRevenue) metrics.push_back(Metric::kCpc);
  if (std::find(metrics.begin(), metrics.end(), metric) == metrics.end()) metrics.push_back(metric);
  return metrics;
}

int evidence_reach(const EvidenceOptions& options) {
  return options.scores.reach + options.scores.block + static_cast<int>(kMargin);
}

Evidence collect_evidence(const PerformancePanel& panel, const std::vector<ScoredSeries>& series, Metric metric,
                          std::size_t from, bool with_market, const EvidenceOptions& options,
                          const Progress& progress) {
  Evidence evidence;
  evidence.metrics = evidence_metrics(metric);
  evidence.from = from > kMargin ? from - kMargin : 0;
  for (const Metric m : evidence.metrics) {
    evidence.scores[m] = score_days(panel, series, m, evidence.from, with_market, options.scores, progress);
  }
  evidence.series.assign(series.size(), std::vector<DayEvidence>(panel.days - std::min(panel.days, evidence.from)));
  Collector collector(evidence, series, options);
  for (std::size_t s = 0; s < series.size(); ++s) {
    if (s % 64 == 0) progress.poll();
    collector.judge(s, panel.days);
  }
  const StudentTail tail(options.degrees_of_freedom);
  for (std::size_t t = evidence.from; t < panel.days; ++t) {
    std::vector<double> p;
    for (const Metric m : evidence.metrics) {
      const MarketScore& market = evidence.scores[m].market[t - evidence.from];
      if (market.series >= 5) p.push_back(two_sided(market.score, tail));
    }
    const double market_p = cauchy_combination(p);
    for (std::vector<DayEvidence>& days : evidence.series) days[t - evidence.from].market_p = market_p;
  }
  set_q_values(evidence);
  return evidence;
}

std::vector<bool> flagged_days(const Evidence& evidence, std::size_t s, double rate, double beside) {
  const std::vector<DayEvidence>& days = evidence.series[s];
  std::vector<bool> flagged(days.size());
  for (std::size_t i = 0; i < days.size(); ++i) flagged[i] = days[i].judged && days[i].p_value <= rate;
  const auto follow = [&](std::size_t i, std::size_t neighbour) {
    if (!flagged[i] && flagged[neighbour] && days[i].judged && days[i].p_value <= rate * beside) flagged[i] = true;
  };
  for (std::size_t i = 1; i < days.size(); ++i) follow(i, i - 1);
  for (std::size_t i = days.size(); i-- > 1;) follow(i - 1, i);
  return flagged;
}

}  // namespace performance_tracker
