// SPDX-License-Identifier: PostgreSQL
#include "core/shop/anomaly_hypothesis.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "core/base/statistics.h"

namespace performance_tracker {
namespace {

DriverEvidence evidence_of(JudgedSeries& series, Metric driver, std::size_t t) {
  DriverEvidence d;
  d.driver = driver;
  d.actual = series.values(driver)[t];
  const Expectation& e = series.expectation(driver, t);
  if (!e.judged) return d;
  d.expected = e.value;
  d.z_score = (d.actual - e.value) / e.deviation;
  if (e.value > 0) d.ratio = d.actual / e.value;
  return d;
}

bool lists(const std::vector<DriverEvidence>& drivers, Metric driver) {
  return std::any_of(drivers.begin(), drivers.end(), [&](const DriverEvidence& d) { return d.driver == driver; });
}

HypothesisCode code_of(Metric driver, bool up) {
  switch (driver) {
    case Metric::kImpressions:
      return up ? HypothesisCode::kImpressionsSurge : HypothesisCode::kImpressionsDrop;
    case Metric::kCtr:
      return HypothesisCode::kCtrChange;
    case Metric::kConversionRate:
      return up ? HypothesisCode::kConversionSurge : HypothesisCode::kConversionDrop;
    case Metric::kPrice:
      return HypothesisCode::kPriceChange;
    case Metric::kCpc:
      return HypothesisCode::kCpcChange;
    case Metric::kRevenue:  // no drivers of anything
    case Metric::kUnitsSold:
    case Metric::kClicks:
    case Metric::kAdSpend:
    case Metric::kRoas:
    case Metric::kAcos:
      return HypothesisCode::kUnknown;
  }
  return HypothesisCode::kUnknown;
}

// Log contributions that add up to log(actual/expected) of the metric. The baselines of metric and drivers are
// estimated apart and disagree a little; the gap goes to the drivers in proportion to their variances, the
// generalised least squares reconciliation (Stone, Champernowne & Meade 1942).
void reconcile(JudgedSeries& series, std::size_t t, Metric metric, std::span<const Driver> drivers,
               std::vector<DriverEvidence>& evidence) {
  const Expectation& target = series.expectation(metric, t);
  const double actual = series.values(metric)[t];
  if (!target.judged || !(target.value > 0) || !(actual > 0)) return;
  double gap = std::log(actual / target.value);
  double variance = 0;
  for (std::size_t k = 0; k < drivers.size(); ++k) {
    if (!(evidence[k].ratio > 0)) return;
    gap -= drivers[k].exponent * std::log(evidence[k].ratio);
    const double s = series.expectation(drivers[k].metric, t).log_deviation;
    variance += s * s;
  }
  for (std::size_t k = 0; k < drivers.size(); ++k) {
    DriverEvidence& d = evidence[k];
    const double s = series.expectation(d.driver, t).log_deviation;
    d.contribution = drivers[k].exponent * std::log(d.ratio) + gap * s * s / variance;
    d.ratio = std::exp(drivers[k].exponent * d.contribution);
    d.expected = d.actual / d.ratio;
    d.z_score = (d.ratio - 1) / s;
  }
}

}  // namespace

JudgedSeries::JudgedSeries(const PerformancePanel& panel, Group group, std::size_t window,
                           const BaselineOptions& options)
    : group_(std::move(group)),
      window_(window),
      options_(options),
      columns_(group_columns(panel, group_)),
      share_(performance_tracker::promotion_share(panel, group_, panel.promotions)) {}

const std::vector<double>& JudgedSeries::values(Metric metric) {
  std::optional<std::vector<double>>& slot = values_[metric];
  if (!slot) slot = metric_values(columns_, metric);
  return *slot;
}

const Expectation& JudgedSeries::expectation(Metric metric, std::size_t t) {
  constexpr double kFarOut = 3;
  constexpr std::size_t kReach = 14;
  if (const auto known = expectations_.find({metric, t}); known != expectations_.end()) return known->second;
  const std::vector<double>& all = values(metric);
  std::vector<double> calm;  // a copy only if there is something to leave out
  for (std::size_t s = std::max(window_, t > kReach ? t - kReach : 0); s < t; ++s) {
    const Expectation& e = expectation(metric, s);
    if (!e.judged || std::abs(all[s] - e.value) < kFarOut * e.deviation) continue;
    if (calm.empty()) calm = all;
    calm[s] = std::numeric_limits<double>::quiet_NaN();
  }
  const std::vector<double>* exposure = metric_exposure(columns_, metric);
  const auto from = [&](const std::vector<double>& used) {
    const BaselineSeries series{used, metric_events(columns_, metric),
                                exposure ? std::span<const double>(*exposure) : std::span<const double>{}, share_,
                                metric_info(metric).poisson};
    return expect(series, t, options_);
  };
  Expectation e = from(calm.empty() ? all : calm);
  if (!e.judged && !calm.empty()) e = from(all);
  return expectations_.emplace(std::pair{metric, t}, e).first->second;
}

std::optional<double> JudgedSeries::z_score(Metric metric, std::size_t t) {
  const Expectation& e = expectation(metric, t);
  if (!e.judged) return std::nullopt;
  return (values(metric)[t] - e.value) / e.deviation;
}

Investigator::Investigator(const PerformancePanel& panel, const AnomalyOptions& options, const Progress& progress)
    : panel_(panel),
      options_(options),
      progress_(progress),
      window_(panel.days - std::min(panel.days, static_cast<std::size_t>(options.days))),
      products_(panel.products.size()) {}

JudgedSeries& Investigator::product(std::size_t index) {
  if (!products_[index]) {
    const Product& p = panel_.products[index];
    products_[index] =
        std::make_unique<JudgedSeries>(panel_, Group{p.category, p.name, {index}}, window_, options_.baseline);
  }
  return *products_[index];
}

const Investigator::ShopDay& Investigator::day(std::size_t t) {
  const auto [where, fresh] = days_.try_emplace(t);
  ShopDay& d = where->second;
  if (!fresh) return d;
  std::vector<double> log_ratios;
  for (std::size_t i = 0; i < products_.size(); ++i) {
    progress_.poll();
    const std::optional<double> z = product(i).z_score(options_.metric, t);
    if (!z) continue;
    const Expectation& e = product(i).expectation(options_.metric, t);
    if (e.expected_events < options_.minimum_events) continue;
    ++d.judged;
    if (*z >= 1) d.moved_up += 1;
    if (*z <= -1) d.moved_down += 1;
    if (e.value > 0) log_ratios.push_back(std::log(std::max(product(i).values(options_.metric)[t] / e.value, 1e-3)));
  }
  if (d.judged > 0) {
    d.moved_up /= d.judged;
    d.moved_down /= d.judged;
  }
  if (!log_ratios.empty()) d.median_log_ratio = median(log_ratios);
  return d;
}

bool Investigator::is_tracking_outage(std::size_t t) {
  const auto [where, fresh] = outages_.try_emplace(t, false);
  if (!fresh) return where->second;
  double expected_clicks = 0;
  double clicks = 0;
  double revenue = 0;
  double expected_revenue = 0;
  int silent = 0;
  for (std::size_t i = 0; i < products_.size(); ++i) {
    progress_.poll();
    JudgedSeries& p = product(i);
    const Expectation& r = p.expectation(Metric::kRevenue, t);
    const Expectation& c = p.expectation(Metric::kClicks, t);
    if (!r.judged || !c.judged || r.value <= 0) continue;
    expected_revenue += r.value;
    revenue += p.columns().revenue[t];
    expected_clicks += c.value;
    clicks += p.columns().clicks[t];
    if (p.columns().revenue[t] <= 0) ++silent;
  }
  // One silent product is a stock-out; that several independent ones fall silent at once is the tracking's doing.
  where->second = silent >= 2 && revenue < 0.02 * expected_revenue && clicks > 0.5 * expected_clicks;
  return where->second;
}

double Investigator::deviation_of_member(std::size_t member, std::size_t t) {
  JudgedSeries& p = product(member);
  const Expectation& e = p.expectation(options_.metric, t);
  if (!e.judged) return 0;
  const double off = p.values(options_.metric)[t] - e.value;
  const std::vector<double>* exposure = metric_exposure(p.columns(), options_.metric);
  // A ratio's member counts by the part of the denominator that it holds.
  return exposure ? off * (*exposure)[t] : off;
}

void Investigator::find_driver_product(JudgedSeries& series, std::size_t t, Anomaly& anomaly) {
  double total = 0;
  double largest = 0;
  std::size_t driver = 0;
  for (const std::size_t member : series.group().members) {
    progress_.poll();
    const double deviation = deviation_of_member(member, t);
    total += deviation;
    if (anomaly.is_spike ? deviation > largest : deviation < largest) {
      largest = deviation;
      driver = member;
    }
  }
  if (largest == 0 || total == 0 || (total > 0) != anomaly.is_spike) return;
  anomaly.evidence.driver_product = panel_.products[driver].name;
  anomaly.evidence.driver_product_share = largest / total;
}

bool Investigator::promotion_explains(JudgedSeries& series, std::size_t t, const Anomaly& anomaly) {
  if (series.promotion_share(t) <= 0 || anomaly.evidence.includes_promotions) return false;
  // A promotion lifts volume, and the cost of it; a discount moves ROAS, ACOS and CPC either way. It does not
  // explain a collapse.
  const bool either_way =
      options_.metric == Metric::kRoas || options_.metric == Metric::kAcos || options_.metric == Metric::kCpc;
  if (!anomaly.is_spike && !either_way) return false;
  if (series.group().members.size() == 1) return true;
  double promoted = 0;
  double total = 0;
  for (const std::size_t member : series.group().members) {
    const double deviation = deviation_of_member(member, t);
    total += deviation;
    if (product(member).promotion_share(t) > 0) promoted += deviation;
  }
  return promoted / total >= 0.5;
}

Investigator::Cause Investigator::find_cause(JudgedSeries& series, std::size_t t) {
  Cause cause;
  const std::span<const Driver> drivers = metric_info(options_.metric).drivers.span();
  for (const Driver& driver : drivers) cause.drivers.push_back(evidence_of(series, driver.metric, t));
  reconcile(series, t, options_.metric, drivers, cause.drivers);
  if (options_.metric != Metric::kAdSpend) cause.drivers.push_back(evidence_of(series, Metric::kAdSpend, t));

  std::size_t main = drivers.size();
  for (std::size_t k = 0; k < drivers.size() && main == drivers.size(); ++k) {
    if (cause.drivers[k].actual == 0 && cause.drivers[k].expected > 0) main = k;
  }
  const bool zero = main < drivers.size();
  if (!zero) {
    const double direction = series.values(options_.metric)[t] - series.expectation(options_.metric, t).value;
    double largest = 0;
    for (std::size_t k = 0; k < drivers.size(); ++k) {
      const double along = cause.drivers[k].contribution * (direction > 0 ? 1 : -1);
      if (along > largest) {
        largest = along;
        main = k;
      }
    }
    if (main == drivers.size() || !(std::abs(cause.drivers[main].z_score) >= 1)) return cause;
  }
  const DriverEvidence d = cause.drivers[main];
  cause.code = code_of(d.driver, d.ratio > 1);
  if (d.driver == Metric::kConversionRate) {
    // Hardly a sale while visitors come as usual.
    const std::optional<double> clicks = series.z_score(Metric::kClicks, t);
    if (series.group().members.size() == 1 && d.ratio < 0.15 && clicks && *clicks > -2) {
      cause.code = HypothesisCode::kStockOut;
    }
    // Buyers react to the price: a conversion that fell when the price rose, or the reverse, is the price's doing.
    const DriverEvidence price = evidence_of(series, Metric::kPrice, t);
    if (cause.code != HypothesisCode::kStockOut && std::abs(price.z_score) >= 2 && (price.ratio > 1) == (d.ratio < 1)) {
      cause.code = HypothesisCode::kPriceChange;
      if (!lists(cause.drivers, Metric::kPrice)) cause.drivers.push_back(price);
    }
  }
  // Reach that moves with the money spent on it is a matter of the budget.
  if (d.driver == Metric::kImpressions) {
    const DriverEvidence spend = evidence_of(series, Metric::kAdSpend, t);
    const bool together = (spend.ratio > 1) == (d.ratio > 1) && std::abs(spend.z_score) >= 1.5 &&
                          (!(spend.ratio > 0) || std::abs(std::log(spend.ratio)) >= 0.5 * std::abs(std::log(d.ratio)));
    if (together) cause.code = d.ratio > 1 ? HypothesisCode::kSpendSurge : HypothesisCode::kSpendCut;
  }
  return cause;
}

bool Investigator::is_broad(std::size_t t, const Anomaly& anomaly) {
  const ShopDay& d = day(t);
  const double moved = anomaly.is_spike ? d.moved_up : d.moved_down;
  if (d.judged < 5 || moved < 0.7 || (d.median_log_ratio > 0) != anomaly.is_spike) return false;
  if (!anomaly.product) return true;
  // One that moved far more than the rest has a cause of its own.
  return anomaly.expected > 0 &&
         std::abs(std::log(std::max(anomaly.actual / *anomaly.expected, 1e-3))) <= 2.5 * std::abs(d.median_log_ratio);
}

void Investigator::explain(JudgedSeries& series, std::size_t t, Anomaly& anomaly) {
  AnomalyEvidence& evidence = anomaly.evidence;
  evidence.promotion_share = series.promotion_share(t);
  if (evidence.promotion_share > 0) {
    for (const Promotion& promotion : panel_.promotions) {
      const bool here = promotion.runs_on(panel_.day(t)) &&
                        std::any_of(series.group().members.begin(), series.group().members.end(),
                                    [&](std::size_t m) { return promotion.covers(panel_.products[m]); });
      if (here) evidence.promotions.push_back(promotion.name);
    }
  }
  if (std::max(evidence.actual_events, evidence.expected_events) < options_.minimum_events) {
    anomaly.is_anomaly = false;
    anomaly.code = HypothesisCode::kLowVolume;
    anomaly.hypothesis = hypothesis_text(anomaly.code, anomaly, options_.metric);
    return;
  }
  const ShopDay& d = day(t);
  evidence.products_moved_share = anomaly.is_spike ? d.moved_up : d.moved_down;
  const bool grouped = series.group().members.size() > 1;
  if (grouped) find_driver_product(series, t, anomaly);

  Cause cause = find_cause(series, t);
  evidence.drivers = std::move(cause.drivers);
  anomaly.code = cause.code;
  const bool one_product = grouped && evidence.driver_product && evidence.driver_product_share >= 0.6;
  if (one_product) {
    for (const std::size_t member : series.group().members) {
      if (panel_.products[member].name == *evidence.driver_product) anomaly.code = find_cause(product(member), t).code;
    }
  }
  const bool spend = anomaly.code == HypothesisCode::kSpendCut || anomaly.code == HypothesisCode::kSpendSurge;
  if (!spend && !one_product && is_broad(t, anomaly)) anomaly.code = HypothesisCode::kBroadMarketMove;
  if (!anomaly.is_spike && !(series.columns().revenue[t] > 0.02 * series.expectation(Metric::kRevenue, t).value) &&
      is_tracking_outage(t)) {
    anomaly.code = HypothesisCode::kTrackingOutage;
  }
  if (promotion_explains(series, t, anomaly)) {
    anomaly.code = HypothesisCode::kPromotion;
    anomaly.is_anomaly = false;
  }
  anomaly.hypothesis = hypothesis_text(anomaly.code, anomaly, options_.metric);
}

}  // namespace performance_tracker
