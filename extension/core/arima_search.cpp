// SPDX-License-Identifier: PostgreSQL
#include "core/arima_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/arima_parameters.h"

namespace performance_tracker {
namespace {

constexpr double kCloseCriterion = 6.0;
constexpr int kMostStates = 128;  // an evaluation costs their cube: 5 ms at this size
constexpr double kPromisingCriterion = 12.0;
constexpr std::size_t kReconsidered = 6;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Slice {
  std::size_t start;
  std::size_t size;
};

std::array<Slice, 4> slices(const ArimaOrder& o) {
  const auto p = static_cast<std::size_t>(o.p), q = static_cast<std::size_t>(o.q);
  const auto sp = static_cast<std::size_t>(o.seasonal_p), sq = static_cast<std::size_t>(o.seasonal_q);
  return {Slice{0, p}, Slice{p, q}, Slice{p + q, sp}, Slice{p + q + sp, sq}};
}

std::array<int, 5> key(const ArimaOrder& o, bool constant) {
  return {o.p, o.q, o.seasonal_p, o.seasonal_q, constant ? 1 : 0};
}

}  // namespace

ArimaSearch::ArimaSearch(std::span<const double> y, const ArimaOrder& base, const AutoArimaOptions& options,
                         const Regressors& regressors, const Progress& progress)
    : options_(options), progress_(progress), base_(base) {
  const int differences = base.d + base.seasonal_d;
  if (differences == 0 && options.allow_mean) constant_kind_ = Constant::kMean;
  if (differences == 1 && options.allow_drift) constant_kind_ = Constant::kDrift;
  without_constant_.emplace(y, base, Constant::kNone, regressors);
  if (constant_kind_ != Constant::kNone) with_constant_.emplace(y, base, constant_kind_, regressors);
  const ArimaData& data = without_constant_->problem.data;
  observations_ = static_cast<double>(data.n - data.missing);

  const int third = static_cast<int>(observations_ / 3.0);
  const int seasonal_third = base.season_length > 1 ? third / base.season_length : 0;
  max_p_ = std::min(options.max_p, third);
  max_q_ = std::min(options.max_q, third);
  max_seasonal_p_ = options.seasonal ? std::min(options.max_seasonal_p, seasonal_third) : 0;
  max_seasonal_q_ = options.seasonal ? std::min(options.max_seasonal_q, seasonal_third) : 0;
}

bool ArimaSearch::allowed(const ArimaOrder& o) const {
  if (o.p < 0 || o.q < 0 || o.seasonal_p < 0 || o.seasonal_q < 0) return false;
  if (std::max(o.ar_lags(), o.ma_lags()) > kMostStates && o.seasonal_p + o.seasonal_q > 0) return false;
  if (o.p > max_p_ || o.q > max_q_ || o.seasonal_p > max_seasonal_p_ || o.seasonal_q > max_seasonal_q_) return false;
  // A seasonal lag that the other factor already reaches would be counted twice.
  if (o.seasonal_p > 0 && o.p >= o.season_length) return false;
  return !(o.seasonal_q > 0 && o.q >= o.season_length);
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

// A factor f has a root within `limit` of the origin if f(z limit) is not stationary. The seasonal moving
// average is not asked: near the unit circle it says that the season hardly changes, which is a model like any other.
bool ArimaSearch::near_unit_root(const ArimaOrder& order, std::span<const double> coefficients, double limit) const {
  const auto parts = slices(order);
  for (const std::size_t k : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
    const std::span<const double> factor = coefficients.subspan(parts[k].start, parts[k].size);
    std::vector<double> inflated(factor.begin(), factor.end());
    double power = k == 1 ? -1.0 : 1.0;
    for (double& c : inflated) c *= (power *= limit);
    std::vector<double> partial(inflated.size());
    if (!coefficients_to_partial(inflated, partial)) return true;
    if (std::any_of(partial.begin(), partial.end(), [](double pac) { return std::abs(pac) >= 1.0; })) return true;
  }
  return false;
}

bool ArimaSearch::attempt(const ArimaOrder& order, bool constant) {
  if (!allowed(order) || (constant && !with_constant_)) return false;
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
  const double best = best_ ? trials_[*best_].criterion : kInfinity;
  OptimizerOptions optimizer;
  optimizer.tolerance = 5e-3;
  optimizer.max_iterations = 60;
  if (best_) optimizer.hopeless_above = 0.5 * (best - criterion(order, constant, 0.0)) + 0.02;
  const Start start = warm_start(order, constant);
  optimizer.patience = start.telling ? 0 : 2;
  trial.estimate = estimate_from(model(constant).likelihood, order, start.coefficients, optimizer, progress_);
  trials_.push_back(std::move(trial));
  return judge(trials_.size() - 1);
}

bool ArimaSearch::judge(std::size_t index) {
  Trial& trial = trials_[index];
  const double best = best_ ? trials_[*best_].criterion : kInfinity;
  trial.criterion = criterion(trial.order, trial.constant, trial.estimate.objective);
  if (!std::isfinite(trial.estimate.objective)) {
    trial.outcome = ArimaCandidate::Outcome::kFailed;
    return false;
  }
  bool improved = trial.criterion < best;
  // On its way to the unit circle a search step may stop short of it: no such model may become the measure of others.
  if (improved && near_unit_root(trial.order, trial.estimate.coefficients, 1.05)) {
    OptimizerOptions optimizer;
    optimizer.tolerance = 1e-7;
    optimizer.max_iterations = 40;
    const ArimaEstimate refined =
        estimate_from(model(trial.constant).likelihood, trial.order, trial.estimate.coefficients, optimizer, progress_);
    if (refined.objective <= trial.estimate.objective) trial.estimate = refined;
    trial.criterion = criterion(trial.order, trial.constant, trial.estimate.objective);
  }
  if (near_unit_root(trial.order, trial.estimate.coefficients, options_.smallest_root) &&
      (improved || !trial.estimate.hopeless)) {
    trial.outcome = ArimaCandidate::Outcome::kNearUnitRoot;
    improved = false;
  } else {
    trial.outcome =
        trial.estimate.hopeless && !improved ? ArimaCandidate::Outcome::kAbandoned : ArimaCandidate::Outcome::kWorse;
  }
  if (improved) best_ = index;
  return improved;
}

void ArimaSearch::stepwise() {
  const bool constant = with_constant_.has_value();
  const auto shape = [&](int p, int q, int sp, int sq) {
    ArimaOrder o = base_;
    o.p = std::min(p, max_p_);
    o.q = std::min(q, max_q_);
    o.seasonal_p = std::min(sp, max_seasonal_p_);
    o.seasonal_q = std::min(sq, max_seasonal_q_);
    return o;
  };
  attempt(shape(0, 0, 0, 0), constant);
  attempt(shape(0, 0, 0, 0), false);
  attempt(shape(1, 0, 1, 0), constant);
  attempt(shape(0, 1, 0, 1), constant);
  attempt(shape(options_.start_p, options_.start_q, options_.start_seasonal_p, options_.start_seasonal_q), constant);

  struct Move {
    int p, q, seasonal_p, seasonal_q;
  };
  // Hyndman & Khandakar's neighbours, then exchanges between the two sides of the equation.
  static constexpr Move kMoves[] = {{0, 0, -1, 0},  {0, 0, 0, -1}, {0, 0, 1, 0},  {0, 0, 0, 1},
                                    {0, 0, -1, -1}, {0, 0, -1, 1}, {0, 0, 1, -1}, {0, 0, 1, 1},
                                    {-1, 0, 0, 0},  {0, -1, 0, 0}, {1, 0, 0, 0},  {0, 1, 0, 0},
                                    {-1, -1, 0, 0}, {-1, 1, 0, 0}, {1, -1, 0, 0}, {1, 1, 0, 0}};
  bool again = best_.has_value();
  while (again && static_cast<int>(trials_.size()) < options_.max_models) {
    again = false;
    const Trial centre = trials_[*best_];
    for (const Move& move : kMoves) {
      if (static_cast<int>(trials_.size()) >= options_.max_models) break;
      ArimaOrder o = centre.order;
      o.p += move.p;
      o.q += move.q;
      o.seasonal_p += move.seasonal_p;
      o.seasonal_q += move.seasonal_q;
      if (attempt(o, centre.constant)) {
        again = true;
        break;
      }
    }
    if (!again && with_constant_) again = attempt(centre.order, !centre.constant);
  }
}

// A stepwise search ends where no neighbour is better. Fits are cheap here, so look further: all (p, q) with the best
// seasonal part, then all (P, Q) with the best other part, until neither helps.
void ArimaSearch::widen() {
  bool again = best_.has_value();
  while (again) {
    again = false;
    const Trial centre = trials_[*best_];
    const int most = std::max(options_.max_order, centre.order.p + centre.order.q + 2);
    for (int total = 0; total <= std::min(most, max_p_ + max_q_); ++total)
      for (int p = std::max(0, total - max_q_); p <= std::min(total, max_p_); ++p) {
        ArimaOrder o = centre.order;
        o.p = p;
        o.q = total - p;
        again |= attempt(o, centre.constant);
      }
    const Trial second = trials_[*best_];
    for (int sp = 0; sp <= max_seasonal_p_; ++sp)
      for (int sq = 0; sq <= max_seasonal_q_; ++sq) {
        ArimaOrder o = second.order;
        o.seasonal_p = sp;
        o.seasonal_q = sq;
        again |= attempt(o, second.constant);
      }
    if (!with_constant_) continue;
    // The constant toggled where it may matter: close to the best, or where a root spoke against the model.
    const double close = trials_[*best_].criterion + kCloseCriterion;
    for (std::size_t k = 0, count = trials_.size(); k < count; ++k) {
      const ArimaCandidate::Outcome outcome = trials_[k].outcome;
      if ((outcome == ArimaCandidate::Outcome::kWorse || outcome == ArimaCandidate::Outcome::kNearUnitRoot) &&
          trials_[k].criterion < close)
        again |= attempt(ArimaOrder(trials_[k].order), !trials_[k].constant);
    }
  }
}

// The promising among those given up, once more with more patience, and from white noise too.
bool ArimaSearch::reconsider() {
  std::vector<std::size_t> promising;
  const double best = trials_[*best_].criterion;
  for (std::size_t k = 0; k < trials_.size(); ++k)
    if (trials_[k].outcome == ArimaCandidate::Outcome::kAbandoned && trials_[k].criterion < best + kPromisingCriterion)
      promising.push_back(k);
  std::sort(promising.begin(), promising.end(),
            [&](std::size_t a, std::size_t b) { return trials_[a].criterion < trials_[b].criterion; });
  if (promising.size() > kReconsidered) promising.resize(kReconsidered);
  bool improved = false;
  for (const std::size_t k : promising) {
    OptimizerOptions optimizer;
    optimizer.tolerance = 5e-3;
    optimizer.max_iterations = 40;
    optimizer.patience = 6;
    optimizer.optimism = 8.0;
    Trial& trial = trials_[k];
    optimizer.hopeless_above = 0.5 * (trials_[*best_].criterion - criterion(trial.order, trial.constant, 0.0)) + 0.02;
    ArimaLikelihood& likelihood = model(trial.constant).likelihood;
    const std::vector<double> zeros(trial.estimate.coefficients.size(), 0.0);
    for (const std::vector<double>& start : {trial.estimate.coefficients, zeros}) {
      ArimaEstimate other = estimate_from(likelihood, trial.order, start, optimizer, progress_);
      if (other.objective < trial.estimate.objective) trial.estimate = std::move(other);
    }
    improved |= judge(k);
  }
  return improved;
}

void ArimaSearch::grid() {
  for (int total = 0; total <= options_.max_order; ++total)
    for (int sp = 0; sp <= std::min(total, max_seasonal_p_); ++sp)
      for (int sq = 0; sq <= std::min(total - sp, max_seasonal_q_); ++sq)
        for (int p = 0; p <= std::min(total - sp - sq, max_p_); ++p) {
          ArimaOrder o = base_;
          o.p = p;
          o.q = total - sp - sq - p;
          o.seasonal_p = sp;
          o.seasonal_q = sq;
          attempt(o, with_constant_.has_value());
          attempt(o, false);
        }
}

// The winner again, to full precision and from several starts; if that turns it down, the next best.
void ArimaSearch::polish() {
  OptimizerOptions optimizer;
  optimizer.tolerance = 1e-9;
  while (best_) {
    Trial& trial = trials_[*best_];
    ArimaLikelihood& likelihood = model(trial.constant).likelihood;
    const ArimaEstimate refined =
        estimate_from(likelihood, trial.order, trial.estimate.coefficients, optimizer, progress_);
    if (refined.objective <= trial.estimate.objective) trial.estimate = refined;
    trial.criterion = criterion(trial.order, trial.constant, trial.estimate.objective);
    if (!near_unit_root(trial.order, trial.estimate.coefficients, options_.smallest_root)) {
      trial.outcome = ArimaCandidate::Outcome::kSelected;
      return;
    }
    trial.outcome = ArimaCandidate::Outcome::kNearUnitRoot;
    best_.reset();
    for (std::size_t k = 0; k < trials_.size(); ++k)
      if (trials_[k].outcome == ArimaCandidate::Outcome::kWorse && std::isfinite(trials_[k].criterion) &&
          (!best_ || trials_[k].criterion < trials_[*best_].criterion))
        best_ = k;
  }
}

bool ArimaSearch::run() {
  if (options_.stepwise) {
    stepwise();
    widen();
    if (best_ && reconsider()) widen();
  } else
    grid();
  polish();
  return best_.has_value();
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
