// SPDX-License-Identifier: PostgreSQL
// The way of the search through the orders.
#include <algorithm>
#include <cmath>

#include "core/arima/arima_search.h"

namespace performance_tracker {
namespace {

constexpr double kCloseCriterion = 6.0;
constexpr double kCloseSeason = 3.0;
constexpr double kPromisingCriterion = 20.0;
constexpr std::size_t kReconsidered = 6;
constexpr int kMostChallenges = 3;
constexpr double kCommonRoot = 0.7;
constexpr double kObservationsPerCoefficient = 10.0;

}  // namespace

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
  while (again) {
    again = false;
    const Trial centre = trials_[*best_];
    for (const Move& move : kMoves) {
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
// seasonal part, then all (P, Q) with the best other part, until neither helps; then all (p, q) with the other
// seasonal parts that come close.
void ArimaSearch::widen() {
  bool again = best_.has_value();
  while (again) {
    const Trial centre = trials_[*best_];
    again = try_all_ordinary(centre);
    const Trial second = trials_[*best_];
    for (int sp = 0; sp <= max_seasonal_p_; ++sp)
      for (int sq = 0; sq <= max_seasonal_q_; ++sq) {
        ArimaOrder o = second.order;
        o.seasonal_p = sp;
        o.seasonal_q = sq;
        again |= attempt(o, second.constant);
      }
    again |= toggle_constants();
    while (!again) {
      const std::optional<std::size_t> other = next_season();
      if (!other) break;
      again = try_all_ordinary(Trial(trials_[*other]));
    }
  }
}

bool ArimaSearch::try_all_ordinary(const Trial& centre) {
  bool improved = false;
  widened_.insert({centre.order.seasonal_p, centre.order.seasonal_q});
  const int most = std::max(options_.max_order, centre.order.p + centre.order.q + 2);
  for (int total = 0; total <= std::min(most, max_p_ + max_q_); ++total)
    for (int p = std::max(0, total - max_q_); p <= std::min(total, max_p_); ++p) {
      ArimaOrder o = centre.order;
      o.p = p;
      o.q = total - p;
      improved |= attempt(o, centre.constant);
    }
  return improved;
}

// Where the constant may matter: close to the best, or where a root spoke against the model.
bool ArimaSearch::toggle_constants() {
  if (!with_constant_) return false;
  bool improved = false;
  const double close = trials_[*best_].criterion + kCloseCriterion;
  for (std::size_t k = 0, count = trials_.size(); k < count; ++k) {
    const ArimaCandidate::Outcome outcome = trials_[k].outcome;
    if ((outcome == ArimaCandidate::Outcome::kWorse || outcome == ArimaCandidate::Outcome::kNearUnitRoot ||
         outcome == ArimaCandidate::Outcome::kOverDifferenced) &&
        trials_[k].criterion < close)
      improved |= attempt(ArimaOrder(trials_[k].order), !trials_[k].constant);
  }
  return improved;
}

// The best model among those whose seasonal part has not been widened; empty if none is close.
std::optional<std::size_t> ArimaSearch::next_season() const {
  double criterion = trials_[*best_].criterion + kCloseSeason;
  std::optional<std::size_t> result;
  for (std::size_t k = 0; k < trials_.size(); ++k) {
    const ArimaOrder& o = trials_[k].order;
    if (trials_[k].outcome != ArimaCandidate::Outcome::kWorse || !(trials_[k].criterion < criterion) ||
        widened_.contains({o.seasonal_p, o.seasonal_q}))
      continue;
    criterion = trials_[k].criterion;
    result = k;
  }
  return result;
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
    const std::vector<double> zeros(trials_[k].estimate.coefficients.size(), 0.0);
    improved |= retry(k, {trials_[k].estimate.coefficients, zeros}, 6);
  }
  return improved;
}

// A trial once more, with more patience; true if it is then the best so far.
bool ArimaSearch::retry(std::size_t index, const std::vector<std::vector<double>>& starts, int patience) {
  Trial& trial = trials_[index];
  EstimationOptions options;
  options.tolerance = 5e-3;
  options.max_iterations = 40;
  options.patience = patience;
  options.optimism = 8.0;
  options.hopeless_above = 0.5 * (trials_[*best_].criterion - criterion(trial.order, trial.constant, 0.0)) + 0.02;
  bool changed = false;
  for (const std::vector<double>& start : starts) {
    ArimaEstimate other = fit(trial, start, options);
    if (!(other.objective < trial.estimate.objective - 1e-3)) continue;
    trial.estimate = std::move(other);
    changed = true;
  }
  return changed && judge(index);
}

// The winner's coefficients carried over to another order: cut, or lengthened by zeros.
std::vector<double> ArimaSearch::carried_over(const Trial& winner, const ArimaOrder& order) const {
  std::vector<double> start(static_cast<std::size_t>(order.coefficient_count()), 0.0);
  const auto from = slices(winner.order), to = slices(order);
  for (std::size_t k = 0; k < 4; ++k)
    for (std::size_t i = 0; i < std::min(from[k].size, to[k].size); ++i)
      start[to[k].start + i] = winner.estimate.coefficients[from[k].start + i];
  return start;
}

// The winner's neighbours once more, from the winner itself, because most of them were tried from elsewhere: those no
// larger from its coefficients, the one larger on both sides from the same model times (1 - cB) / (1 - cB). Seasonal
// neighbours and exchanges only where the score test, or a glance, had given them up.
bool ArimaSearch::challenge() {
  struct Move {
    int p, q, seasonal_p, seasonal_q;
  };
  static constexpr Move kMoves[] = {{-1, 0, 0, 0}, {0, -1, 0, 0}, {-1, -1, 0, 0}, {1, 1, 0, 0},  {-1, 1, 0, 0},
                                    {1, -1, 0, 0}, {0, 0, -1, 0}, {0, 0, 0, -1},  {0, 0, -1, 1}, {0, 0, 1, -1}};
  const Trial winner = trials_[*best_];
  bool improved = false;
  for (const Move& move : kMoves) {
    ArimaOrder order = winner.order;
    order.p += move.p;
    order.q += move.q;
    order.seasonal_p += move.seasonal_p;
    order.seasonal_q += move.seasonal_q;
    if (!allowed(order)) continue;
    improved |= attempt(order, winner.constant);
    const auto found = tried_.find(key(order, winner.constant));
    if (found == tried_.end() || found->second == *best_) continue;
    const ArimaCandidate::Outcome outcome = trials_[found->second].outcome;
    if (outcome == ArimaCandidate::Outcome::kFailed) continue;
    const bool smaller_or_larger = move.seasonal_p == 0 && move.seasonal_q == 0 && move.p * move.q >= 0;
    if (!smaller_or_larger && outcome != ArimaCandidate::Outcome::kAbandoned) continue;

    const std::vector<double> same = carried_over(winner, order);
    std::vector<std::vector<double>> starts;
    if (move.p > 0 && move.q > 0) {
      const auto [ar, ma, seasonal_ar, seasonal_ma] = slices(order);
      for (const double c : {kCommonRoot, -kCommonRoot}) {
        std::vector<double> start = same;
        for (std::size_t i = 0; i < ar.size; ++i) start[ar.start + i] -= c * (i == 0 ? -1.0 : same[ar.start + i - 1]);
        for (std::size_t i = 0; i < ma.size; ++i) start[ma.start + i] -= c * (i == 0 ? 1.0 : same[ma.start + i - 1]);
        starts.push_back(std::move(start));
      }
    } else {
      starts.push_back(same);
    }
    improved |= retry(found->second, starts, 4);
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

// One seasonal coefficient beside the best other part: each evaluation costs the cube of the season's length.
void ArimaSearch::try_long_season() {
  long_season_ = true;
  ArimaOrder order = trials_[*best_].order;
  order.seasonal_q = std::min(1, max_seasonal_q_);
  attempt(order, trials_[*best_].constant);
  if (base_.seasonal_d == 0 && max_seasonal_p_ > 0) {
    order.seasonal_q = 0;
    order.seasonal_p = 1;
    attempt(order, trials_[*best_].constant);
  }
  long_season_ = false;
}

// The winner again, to full precision and from several starts; if that turns it down, the next best.
void ArimaSearch::polish() {
  EstimationOptions options;
  options.tolerance = 1e-9;
  options.furthest_start = 1.0 - 1e-9;
  while (best_) {
    Trial& trial = trials_[*best_];
    ArimaLikelihood& likelihood = model(trial.constant).likelihood;
    const ArimaEstimate refined =
        estimate_from(likelihood, trial.order, trial.estimate.coefficients, options, progress_);
    if (refined.objective <= trial.estimate.objective) trial.estimate = refined;
    trial.criterion = criterion(trial.order, trial.constant, trial.estimate.objective);
    if (!near_unit_root(trial.order, trial.estimate.coefficients)) {
      trial.outcome = ArimaCandidate::Outcome::kSelected;
      return;
    }
    trial.outcome = undoes_difference(trial.order, trial.estimate.coefficients)
                        ? ArimaCandidate::Outcome::kOverDifferenced
                        : ArimaCandidate::Outcome::kNearUnitRoot;
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
    // AICc allows for one model's coefficients, not for the best of a hundred models: on few observations some larger
    // one follows the noise well enough to win. What comes now may only be larger where there is enough to judge it by.
    most_coefficients_ = static_cast<int>(observations_ / kObservationsPerCoefficient);
    if (best_) most_coefficients_ = std::max(most_coefficients_, trials_[*best_].order.coefficient_count());
    widen();
    if (best_ && reconsider()) widen();
    for (int round = 0; round < kMostChallenges && best_ && challenge(); ++round) widen();
  } else
    grid();
  if (best_ && season_is_long()) try_long_season();
  polish();
  return best_.has_value();
}

}  // namespace performance_tracker
