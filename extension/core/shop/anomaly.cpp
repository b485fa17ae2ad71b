// SPDX-License-Identifier: PostgreSQL
#include "core/shop/anomaly.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "core/base/check.h"
#include "core/base/count_score.h"
#include "core/base/error.h"
#include "core/base/normal_distribution.h"
#include "core/base/prose.h"
#include "core/base/statistics.h"
#include "core/shop/plain_scores.h"
#include "core/shop/shop_evidence.h"

namespace performance_tracker {
namespace {

DriverEvidence evidence_of(const Evidence& evidence, const std::vector<double>& values, Metric driver, std::size_t s,
                           std::size_t t) {
  DriverEvidence d;
  d.driver = driver;
  d.actual = values[t];
  const DayScore& day = evidence.scores[driver].at(s, t);
  if (!day.judged || !(day.expected > 0)) return d;
  d.expected = day.expected;
  d.z_score = day.score;
  d.ratio = d.actual / d.expected;
  return d;
}

// Log contributions that add up to log(actual/expected) of the metric. The expectations of metric and drivers are
// carried forward apart and disagree a little; the gap goes to the drivers in proportion to their variances, the
// generalised least squares reconciliation (Stone, Champernowne & Meade 1942).
void reconcile(const Evidence& evidence, Metric metric, std::size_t s, std::size_t t, double actual,
               std::span<DriverEvidence> drivers) {
  const DayScore& target = evidence.scores[metric].at(s, t);
  if (!target.judged || !(target.expected > 0) || !(actual > 0)) return;
  const std::span<const Driver> parts = metric_info(metric).drivers.span();
  double gap = std::log(actual / target.expected);
  double variance = 0;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    if (!(drivers[k].ratio > 0)) return;
    gap -= parts[k].exponent * std::log(drivers[k].ratio);
    variance += evidence.scores[parts[k].metric].at(s, t).variance;
  }
  for (std::size_t k = 0; k < parts.size(); ++k) {
    DriverEvidence& d = drivers[k];
    const double v = evidence.scores[d.driver].at(s, t).variance;
    d.contribution = parts[k].exponent * std::log(d.ratio) + gap * v / variance;
    d.ratio = std::exp(parts[k].exponent * d.contribution);
    d.expected = d.actual / d.ratio;
  }
}

class Detector {
 public:
  Detector(const PerformancePanel& panel, const AnomalyOptions& options, const Progress& progress)
      : panel_(panel),
        o_(options),
        progress_(progress),
        first_(panel.days - std::min(panel.days, static_cast<std::size_t>(options.days))),
        shop_(panel, options.metric, first_, options.evidence, progress),
        groups_(make_groups(panel, options.by, options.product, options.category)) {
    if (o_.by == Grouping::kProduct) return;
    for (const Group& g : groups_) {
      columns_.push_back(group_columns(panel, g));
      promoted_.push_back(promotion_share(panel, g, panel.promotions));
    }
    own_ = shop_.groups(columns_, promoted_);
  }

  std::vector<Anomaly> run() {
    std::vector<Anomaly> result;
    for (std::size_t g = 0; g < groups_.size(); ++g) judge(g, result);
    std::sort(result.begin(), result.end(), [](const Anomaly& a, const Anomaly& b) {
      const double za = a.z_score ? -std::abs(*a.z_score) : 1;
      const double zb = b.z_score ? -std::abs(*b.z_score) : 1;
      return std::tie(za, a.day, a.category, a.product) < std::tie(zb, b.day, b.category, b.product);
    });
    return result;
  }

 private:
  bool by_product() const { return o_.by == Grouping::kProduct; }
  const Evidence& evidence() const { return by_product() ? shop_.products() : own_; }
  std::size_t place(std::size_t g) const { return by_product() ? groups_[g].members.front() : g; }
  const DailyColumns& columns(std::size_t g) const {
    return by_product() ? panel_.products[place(g)].daily : columns_[g];
  }
  double promoted(std::size_t g, std::size_t t) const {
    return by_product() ? shop_.promotion_share(place(g), t) : promoted_[g][t];
  }

  void judge(std::size_t g, std::vector<Anomaly>& result) {
    progress_.poll();
    PerMetric<std::vector<double>> values;
    for (const Metric m : evidence().metrics) values[m] = metric_values(columns(g), m);
    for (const Driver& d : metric_info(o_.metric).drivers) values[d.metric] = metric_values(columns(g), d.metric);
    values[Metric::kAdSpend] = metric_values(columns(g), Metric::kAdSpend);
    std::vector<DayScore> plain;
    if (o_.method != AnomalyMethod::kBaseline) {
      plain = plain_scores(values[o_.metric], first_, panel_, o_.method == AnomalyMethod::kForecast, progress_);
    }
    const bool by_rate = !o_.z_threshold && o_.method == AnomalyMethod::kBaseline;
    const std::size_t s = place(g);
    std::vector<bool> flagged;
    if (by_rate) {
      flagged = by_product() ? shop_.flagged(s, o_.rate()) : flagged_days(own_, s, o_.rate(), o_.evidence.beside);
    }
    for (std::size_t t = first_; t < panel_.days; ++t) {
      if (std::isnan(values[o_.metric][t])) continue;
      const DayScore& day = plain.empty() ? evidence().scores[o_.metric].at(s, t) : plain[t - first_];
      Anomaly a = describe(g, t, day, values[o_.metric]);
      const bool out = by_rate ? flagged[t - evidence().from] : day.judged && std::abs(day.score) >= o_.threshold();
      if (out) explain(g, t, flagged, values, a);
      if (!out && by_rate && evidence().at(s, t).explained_by_promotion) mark_promotion(a);
      if (a.is_anomaly || o_.include_normal) result.push_back(std::move(a));
    }
  }

  Anomaly describe(std::size_t g, std::size_t t, const DayScore& day, const std::vector<double>& values) const {
    Anomaly a;
    a.category = groups_[g].category;
    a.product = groups_[g].product;
    a.day = panel_.day(t);
    a.actual = values[t];
    const double events = metric_events(columns(g), o_.metric)[t];
    a.evidence.actual_events = std::isnan(events) ? 0 : events;
    const std::size_t reach = static_cast<std::size_t>(o_.evidence.scores.reach);
    for (std::size_t i = t > reach ? t - reach : 0; i < t; ++i) a.evidence.history_days += !std::isnan(values[i]);
    describe_promotions(g, t, a);
    for (const PanelHoliday& h : panel_.holidays) {
      if (h.day == a.day) a.evidence.holiday = h.name;
    }
    if (!day.judged) {
      a.code = HypothesisCode::kInsufficientHistory;
      a.hypothesis = hypothesis_text(a.code, a, o_.metric);
      return a;
    }
    a.evidence.expected_events = day.events;
    const double width = o_.threshold();
    a.expected = day.expected;
    if (o_.method == AnomalyMethod::kBaseline) {
      a.lower = day.expected * cube_root_ratio(-width, day.variance);
      a.upper = day.expected * cube_root_ratio(width, day.variance);
    } else {
      a.lower = std::max(0.0, day.expected - width * day.variance);
      a.upper = day.expected + width * day.variance;
    }
    a.lower = std::min(*a.lower, day.expected);
    a.upper = std::max(*a.upper, day.expected);
    a.z_score = day.score;
    a.is_spike = day.score > 0;
    const DayEvidence& e = evidence().at(place(g), t);
    if (o_.method == AnomalyMethod::kBaseline && !o_.z_threshold) {
      a.probability = 1 - std::min(e.p_value, e.market_p);
      a.evidence.false_discovery_rate = e.q_value;
      a.evidence.run_days = e.run_end > e.run_start ? static_cast<int>(e.run_end - e.run_start + 1) : 1;
    } else {
      a.probability = std::erf(std::abs(day.score) / std::sqrt(2.0));
    }
    return a;
  }

  void describe_promotions(std::size_t g, std::size_t t, Anomaly& a) const {
    a.evidence.promotion_share = promoted(g, t);
    if (!(a.evidence.promotion_share > 0)) return;
    for (const Promotion& p : panel_.promotions) {
      const bool here =
          p.runs_on(panel_.day(t)) && std::any_of(groups_[g].members.begin(), groups_[g].members.end(),
                                                  [&](std::size_t m) { return p.covers(panel_.products[m]); });
      if (here) a.evidence.promotions.push_back(p.name);
    }
    a.evidence.includes_promotions = by_product() && shop_.always_promoted(place(g));
  }

  void mark_promotion(Anomaly& a) const {
    if (a.evidence.promotions.empty()) return;
    a.is_anomaly = false;
    a.code = HypothesisCode::kPromotion;
    a.hypothesis = hypothesis_text(a.code, a, o_.metric);
  }

  // With a threshold: a promotion lifts volume and the cost of it; a discount moves ROAS, ACOS and CPC either way.
  bool promotion_explains(std::size_t g, std::size_t t, const Anomaly& a) const {
    if (a.evidence.promotions.empty() || a.evidence.includes_promotions) return false;
    const bool either_way = o_.metric == Metric::kRoas || o_.metric == Metric::kAcos || o_.metric == Metric::kCpc;
    if (!a.is_spike && !either_way) return false;
    double part = 0, total = 0;
    for (const std::size_t m : groups_[g].members) {
      const double off = deviation(m, t);
      total += off;
      if (shop_.promotion_share(m, t) > 0) part += off;
    }
    return groups_[g].members.size() == 1 || part / total >= 0.5;
  }

  // In units of the metric's numerator: a ratio's member counts by the part of the denominator that it holds.
  double deviation(std::size_t product, std::size_t t) const {
    const DayScore& day = shop_.products().scores[o_.metric].at(product, t);
    if (!day.judged) return 0;
    const std::vector<double>* exposure = metric_exposure(panel_.products[product].daily, o_.metric);
    return (day.actual - day.expected) * (exposure ? (*exposure)[t] : 1);
  }

  std::optional<std::size_t> find_driver(std::size_t g, std::size_t t, Anomaly& a) const {
    double total = 0, largest = 0;
    std::size_t driver = 0;
    for (const std::size_t m : groups_[g].members) {
      const double off = deviation(m, t);
      total += off;
      if (a.is_spike ? off > largest : off < largest) largest = off, driver = m;
    }
    if (largest == 0 || total == 0 || (total > 0) != a.is_spike) return std::nullopt;
    a.evidence.driver_product = panel_.products[driver].name;
    a.evidence.driver_product_share = largest / total;
    return a.evidence.driver_product_share >= 0.6 ? std::optional(driver) : std::nullopt;
  }

  void explain(std::size_t g, std::size_t t, const std::vector<bool>& flagged,
               const PerMetric<std::vector<double>>& values, Anomaly& a) const {
    a.is_anomaly = true;
    const std::size_t s = place(g);
    for (const Driver& d : metric_info(o_.metric).drivers)
      a.evidence.drivers.push_back(evidence_of(evidence(), values[d.metric], d.metric, s, t));
    reconcile(evidence(), o_.metric, s, t, a.actual, a.evidence.drivers);
    for (const Metric m : evidence().metrics) add_driver(m, s, t, values, a);
    a.evidence.products_moved_share = shop_.moved_share(o_.metric, t, a.is_spike);
    if (!flagged.empty()) {
      explain_by_facts(g, t, flagged, a);
    } else if (std::max(a.evidence.actual_events, a.evidence.expected_events) < o_.minimum_events) {
      a.is_anomaly = false;
      a.code = HypothesisCode::kLowVolume;
    } else if (promotion_explains(g, t, a)) {
      mark_promotion(a);
    } else {
      explain_by_facts(g, t, flagged, a);
    }
    a.hypothesis = hypothesis_text(a.code, a, o_.metric);
  }

  void add_driver(Metric m, std::size_t s, std::size_t t, const PerMetric<std::vector<double>>& values,
                  Anomaly& a) const {
    const bool there = m == o_.metric || std::any_of(a.evidence.drivers.begin(), a.evidence.drivers.end(),
                                                     [&](const DriverEvidence& d) { return d.driver == m; });
    if (!there) a.evidence.drivers.push_back(evidence_of(evidence(), values[m], m, s, t));
  }

  void explain_by_facts(std::size_t g, std::size_t t, const std::vector<bool>& flagged, Anomaly& a) const {
    const std::size_t s = place(g);
    std::size_t first = t, last = t;
    // The flagged days around, whose evidence is about the same thing.
    if (!flagged.empty()) {
      const std::size_t from = evidence().from;
      const HypothesisCode of_shop = shop_.shop_cause(t, o_.rate());
      const auto alike = [&](std::size_t d) { return flagged[d - from] && shop_.shop_cause(d, o_.rate()) == of_shop; };
      while (first > from && alike(first - 1)) --first;
      while (last + 1 < panel_.days && alike(last + 1)) ++last;
    }
    const double rate = o_.rate();
    CauseFacts facts = shop_.facts(evidence(), s, first, last, rate);
    facts.market_out = shop_.market_out(t, rate);
    if (by_product()) {
      facts.own_out = evidence().at(s, t).p_value <= rate * o_.evidence.beside;
      facts.promotion_ended = shop_.promotion_ended(s, t);
    } else if (const std::optional<std::size_t> driver = find_driver(g, t, a)) {
      facts = shop_.facts(shop_.products(), *driver, t, t, rate);
    } else {
      facts.one_product = groups_[g].members.size() == 1;
      facts.own_out = false;
      facts.market_out = facts.market_out || a.evidence.products_moved_share >= 0.7;
      if (!facts.market[Metric::kImpressions].known) facts.market = facts.moves;
    }
    a.code = find_cause(facts);
  }

  const PerformancePanel& panel_;
  const AnomalyOptions& o_;
  const Progress& progress_;
  std::size_t first_;
  ShopEvidence shop_;
  std::vector<Group> groups_;
  std::vector<DailyColumns> columns_;
  std::vector<std::vector<double>> promoted_;
  Evidence own_;
};

}  // namespace

std::optional<AnomalyMethod> anomaly_method_from_name(std::string_view name) {
  if (name == "baseline") return AnomalyMethod::kBaseline;
  if (name == "zscore") return AnomalyMethod::kZScore;
  if (name == "forecast") return AnomalyMethod::kForecast;
  return std::nullopt;
}

double AnomalyOptions::threshold() const {
  // 1.8 is the floor's rule, which counts in plain standard deviations.
  if (z_threshold) return *z_threshold;
  return method == AnomalyMethod::kZScore ? 1.8 : normal_quantile(1 - rate() / 2);
}

void AnomalyOptions::check() const {
  check_between("days", days, 1, kMaxAnomalyDays,
                "days counts the most recent complete days to judge; 7 is the default.");
  if (z_threshold)
    check_between("z_threshold", *z_threshold, 0.1, 100.0,
                  "It counts deviations from the expected value: 1.8 flags 7 days in 100, 3 far fewer. Leave it "
                  "out to have false_alarms decide.");
  check_between("false_alarms", false_alarms, 0.01, 100.0,
                "It counts false alarms per 1,000 judged days without an incident; 1 is the default.");
}

int anomaly_history_days(const AnomalyOptions& options) { return evidence_reach(options.evidence); }

std::vector<Anomaly> detect_anomalies(const PerformancePanel& panel, const AnomalyOptions& options,
                                      const Progress& progress) {
  options.check();
  if (panel.days == 0) return {};
  return Detector(panel, options, progress).run();
}

}  // namespace performance_tracker
