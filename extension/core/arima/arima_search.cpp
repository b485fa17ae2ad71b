// SPDX-License-Identifier: PostgreSQL
#include "core/arima/arima_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/arima/arima_parameters.h"

namespace performance_tracker {
namespace {

constexpr int kMostStates = 128;  // an evaluation costs their cube: 5 ms at this size
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Whether 1 - sign * (c_1 z + c_2 z^2 + ...) has a root of modulus up to `limit`: it has if the factor of z * limit is
// not stationary.
bool has_root_within(std::span<const double> factor, double sign, double limit) {
  std::array<double, kMaxFactorOrder> inflated, partial;
  double power = sign;
  for (std::size_t i = 0; i < factor.size(); ++i) inflated[i] = factor[i] * (power *= limit);
  const std::span<double> result = std::span(partial).first(factor.size());
  return !coefficients_to_partial(std::span<const double>(inflated).first(factor.size()), result) ||
         std::any_of(result.begin(), result.end(), [](double pac) { return std::abs(pac) >= 1.0; });
}

}  // namespace

ArimaSearch::ArimaSearch(std::span<const double> y, const ArimaOrder& base, const AutoArimaOptions& options,
                         const Regressors& regressors, const Progress& progress)
    : options_(options), progress_(progress), base_(base) {
  const int differences = base.d + base.seasonal_d;
  if (differences == 0 && options.allow_mean) constant_kind_ = Constant::kMean;
  if (differences == 1 && options.allow_drift) constant_kind_ = Constant::kDrift;
  without_constant_.emplace(y, base, Constant::kNone, regressors, progress);
  if (constant_kind_ != Constant::kNone) with_constant_.emplace(y, base, constant_kind_, regressors, progress);
  const ArimaData& data = without_constant_->problem.data;
  observations_ = static_cast<double>(data.observations());

  const auto length = static_cast<double>(std::count_if(y.begin(), y.end(), [](double v) { return !std::isnan(v); }));
  const int third = static_cast<int>(length / 3.0);  // of what was observed before differencing, as usual
  const int seasonal_third = base.season_length > 1 ? third / base.season_length : 0;
  max_p_ = std::min(options.max_p, third);
  max_q_ = std::min(options.max_q, third);
  max_seasonal_p_ = options.seasonal ? std::min(options.max_seasonal_p, seasonal_third) : 0;
  max_seasonal_q_ = options.seasonal ? std::min(options.max_seasonal_q, seasonal_third) : 0;
}

bool ArimaSearch::allowed(const ArimaOrder& o) const {
  if (o.p < 0 || o.q < 0 || o.seasonal_p < 0 || o.seasonal_q < 0) return false;
  if (o.seasonal_p + o.seasonal_q > 0 && std::max(o.ar_lags(), o.ma_lags()) > kMostStates && !long_season_)
    return false;
  if (o.p > max_p_ || o.q > max_q_ || o.seasonal_p > max_seasonal_p_ || o.seasonal_q > max_seasonal_q_) return false;
  // A seasonal lag that the other factor already reaches would be counted twice.
  if (o.seasonal_p > 0 && o.p >= o.season_length) return false;
  return !(o.seasonal_q > 0 && o.q >= o.season_length);
}

bool ArimaSearch::season_is_long() const {
  return base_.season_length > kMostStates && max_seasonal_p_ + max_seasonal_q_ > 0;
}

double ArimaSearch::to_beat() const {
  if (!best_) return kInfinity;
  return trials_[*best_].criterion;
}

double ArimaSearch::penalty(const ArimaOrder& order, bool constant) const {
  const std::size_t regressors = (constant ? with_constant_ : without_constant_)->problem.data.regressors;
  const double k = static_cast<double>(static_cast<std::size_t>(order.coefficient_count()) + regressors + 1);
  const double n = observations_;
  switch (options_.criterion) {
    case InformationCriterion::kAic:
      return 2.0 * k;
    case InformationCriterion::kBic:
      return k * std::log(n);
    case InformationCriterion::kAicc:
      break;
  }
  return n > k + 1.0 ? 2.0 * k * n / (n - k - 1.0) : kInfinity;
}

double ArimaSearch::criterion(const ArimaOrder& order, bool constant, double objective) const {
  const double constants = 0.5 * observations_ * (std::log(2.0 * std::numbers::pi) + 1.0) +
                           observations_ * std::log((constant ? with_constant_ : without_constant_)->problem.scale);
  return 2.0 * (objective + constants) + penalty(order, constant);
}

// The coefficients of the nearest model already fitted, preferring those that the candidate contains.
ArimaSearch::Start ArimaSearch::warm_start(const ArimaOrder& order, bool constant) const {
  Start result;
  std::vector<double>& start = result.coefficients;
  start.assign(static_cast<std::size_t>(order.coefficient_count()), 0.0);
  const Trial* nearest = nullptr;
  double smallest = kInfinity;
  for (const Trial& trial : trials_) {
    if (!std::isfinite(trial.estimate.objective)) continue;
    const ArimaOrder& o = trial.order;
    const auto distance = [](int from, int to) { return from <= to ? 1.0 * (to - from) : 2.5 * (from - to); };
    double d = distance(o.p, order.p) + distance(o.q, order.q) + 1.5 * distance(o.seasonal_p, order.seasonal_p) +
               1.5 * distance(o.seasonal_q, order.seasonal_q) + (trial.constant == constant ? 0.0 : 0.5);
    if (trial.estimate.hopeless) d += 0.4;
    if (d < smallest) {
      smallest = d;
      nearest = &trial;
    }
  }
  if (!nearest) return result;
  const auto from = slices(nearest->order), to = slices(order);
  for (std::size_t k = 0; k < 4; ++k)
    for (std::size_t i = 0; i < std::min(from[k].size, to[k].size); ++i)
      start[to[k].start + i] = nearest->estimate.coefficients[from[k].start + i];
  const ArimaOrder& o = nearest->order;
  const bool more_ar = order.p > o.p || order.seasonal_p > o.seasonal_p;
  const bool more_ma = order.q > o.q || order.seasonal_q > o.seasonal_q;
  result.telling = nearest->constant == constant && !nearest->estimate.hopeless && order.p >= o.p && order.q >= o.q &&
                   order.seasonal_p >= o.seasonal_p && order.seasonal_q >= o.seasonal_q && !(more_ar && more_ma);
  return result;
}

std::array<ArimaSearch::Slice, 4> ArimaSearch::slices(const ArimaOrder& o) {
  const auto p = static_cast<std::size_t>(o.p), q = static_cast<std::size_t>(o.q);
  const auto sp = static_cast<std::size_t>(o.seasonal_p), sq = static_cast<std::size_t>(o.seasonal_q);
  return {Slice{0, p}, Slice{p, q}, Slice{p + q, sp}, Slice{p + q + sp, sq}};
}

// Near the unit circle a seasonal moving average says that the season hardly changes, which is a model like any other.
bool ArimaSearch::near_unit_root(const ArimaOrder& order, std::span<const double> coefficients) const {
  const auto [ar, ma, seasonal_ar, seasonal_ma] = slices(order);
  const auto factor = [&](const Slice& s) { return coefficients.subspan(s.start, s.size); };
  return has_root_within(factor(ar), 1.0, options_.smallest_root) ||
         has_root_within(factor(ma), -1.0, options_.smallest_root) ||
         has_root_within(factor(seasonal_ar), 1.0, options_.smallest_seasonal_root);
}

bool ArimaSearch::undoes_difference(const ArimaOrder& order, std::span<const double> coefficients) const {
  const Slice ma = slices(order)[1];
  double at_one = 1.0, size = 1.0;
  for (const double c : coefficients.subspan(ma.start, ma.size)) {
    at_one += c;
    size += std::abs(c);
  }
  return order.d + order.seasonal_d > 0 && at_one < 0.005 * size;
}

// How close a search is that may still step onto the circle.
bool ArimaSearch::approaching_unit_root(const ArimaOrder& order, std::span<const double> coefficients) const {
  const auto [ar, ma, seasonal_ar, seasonal_ma] = slices(order);
  const auto factor = [&](const Slice& s) { return coefficients.subspan(s.start, s.size); };
  constexpr double kClose = 1.05;
  return has_root_within(factor(ar), 1.0, kClose) || has_root_within(factor(ma), -1.0, kClose) ||
         has_root_within(factor(seasonal_ar), 1.0, kClose);
}

std::array<int, 5> ArimaSearch::key(const ArimaOrder& o, bool constant) {
  return {o.p, o.q, o.seasonal_p, o.seasonal_q, constant ? 1 : 0};
}

ArimaEstimate ArimaSearch::fit(const Trial& trial, std::span<const double> start, EstimationOptions options) {
  options.of_no_use = [&](std::span<const double> coefficients) { return near_unit_root(trial.order, coefficients); };
  return estimate_from(model(trial.constant).likelihood, trial.order, start, options, progress_);
}

bool ArimaSearch::attempt(const ArimaOrder& order, bool constant) {
  if (!allowed(order) || (constant && !with_constant_)) return false;
  if (order.coefficient_count() > most_coefficients_) return false;
  if (options_.stepwise && static_cast<int>(trials_.size()) >= options_.max_models) return false;
  if (!tried_.emplace(key(order, constant), trials_.size()).second) return false;
  progress_.poll();

  Trial trial;
  trial.order = order;
  trial.constant = constant;
  const double cost = penalty(order, constant);
  if (!std::isfinite(cost)) {
    trial.estimate.objective = kInfinity;
    trial.criterion = kInfinity;
    trial.outcome = ArimaCandidate::Outcome::kFailed;
    trials_.push_back(std::move(trial));
    return false;
  }
  const double best = to_beat();
  EstimationOptions options;
  options.tolerance = 5e-3;
  options.max_iterations = 60;
  if (best_) options.hopeless_above = 0.5 * (best - criterion(order, constant, 0.0)) + 0.02;
  const Start start = warm_start(order, constant);
  options.patience = start.telling ? 0 : 1;
  if (!options_.stepwise) {  // nothing comes back to what the grid gives up
    options.patience = 8;
    options.optimism = 8.0;
  }
  trial.estimate = fit(trial, start.coefficients, options);
  trials_.push_back(std::move(trial));
  return judge(trials_.size() - 1);
}

bool ArimaSearch::judge(std::size_t index) {
  Trial& trial = trials_[index];
  const double best = to_beat();
  trial.criterion = criterion(trial.order, trial.constant, trial.estimate.objective);
  if (!std::isfinite(trial.estimate.objective)) {
    trial.outcome = ArimaCandidate::Outcome::kFailed;
    return false;
  }
  bool improved = trial.criterion < best;
  // On its way to the unit circle a search step may stop short of it: no such model may become the measure of others.
  if (improved && !trial.estimate.rejected && approaching_unit_root(trial.order, trial.estimate.coefficients)) {
    EstimationOptions options;
    options.tolerance = 1e-7;
    options.max_iterations = 40;
    options.furthest_start = 1.0 - 1e-9;
    const ArimaEstimate refined = fit(trial, trial.estimate.coefficients, options);
    if (refined.objective <= trial.estimate.objective) trial.estimate = refined;
    trial.criterion = criterion(trial.order, trial.constant, trial.estimate.objective);
  }
  if (near_unit_root(trial.order, trial.estimate.coefficients) && (improved || !trial.estimate.hopeless)) {
    trial.outcome = undoes_difference(trial.order, trial.estimate.coefficients)
                        ? ArimaCandidate::Outcome::kOverDifferenced
                        : ArimaCandidate::Outcome::kNearUnitRoot;
    improved = false;
  } else {
    trial.outcome =
        trial.estimate.hopeless && !improved ? ArimaCandidate::Outcome::kAbandoned : ArimaCandidate::Outcome::kWorse;
  }
  if (improved) best_ = index;
  return improved;
}

ArimaModel ArimaSearch::best_model() {
  const Trial& trial = trials_.at(best_.value());
  Model& m = model(trial.constant);
  ArimaModel result = describe(m.problem, m.likelihood, trial.order, trial.estimate.coefficients);
  add_standard_errors(m.problem, m.likelihood, result);
  result.converged = trial.estimate.converged;
  result.iterations = trial.estimate.iterations;
  result.evaluations = evaluations();
  return result;
}

std::vector<ArimaCandidate> ArimaSearch::candidates() const {
  std::vector<ArimaCandidate> out;
  for (const Trial& trial : trials_)
    out.push_back({trial.order, trial.constant ? constant_kind_ : Constant::kNone, trial.criterion, trial.outcome,
                   trial.estimate.iterations});
  return out;
}

long ArimaSearch::evaluations() const {
  return without_constant_->likelihood.evaluations() + (with_constant_ ? with_constant_->likelihood.evaluations() : 0);
}

}  // namespace performance_tracker
