// SPDX-License-Identifier: PostgreSQL
#include "core/arima/auto_arima.h"

#include <algorithm>
#include <cmath>

#include "core/arima/arima_search.h"
#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/linear_algebra.h"
#include "core/series/interpolation.h"

namespace performance_tracker {
namespace {

constexpr std::size_t kLongestSearched = 5000;
constexpr double kSlowEvaluation = 0.01;  // seconds: a few seconds for all candidates

void check_range(const char* name, int value, int least, int most) {
  check_between(name, value, least, most, "Leave " + std::string(name) + " out to get its default.");
}

// `y` is complete; what was interpolated (not `observed`) does not count in the strength of the season, because it has
// no noise.
ArimaOrder choose_differences(std::span<const double> y, std::span<const double> observed, int season_length,
                              const AutoArimaOptions& options) {
  ArimaOrder base;
  base.season_length = options.seasonal ? season_length : 1;
  const int m = base.season_length;
  if (m > 1) {
    if (options.seasonal_d)
      base.seasonal_d = *options.seasonal_d;
    else if (!options.stationary)
      base.seasonal_d = number_of_seasonal_differences(
          y, m, {.test = options.seasonal_test, .max_D = options.max_seasonal_d}, observed);
    if (y.size() <= static_cast<std::size_t>(m * base.seasonal_d) + 3) base.seasonal_d = 0;
  }
  const std::vector<double> w = difference(y, m, base.seasonal_d);
  if (options.d)
    base.d = *options.d;
  else if (!options.stationary)
    base.d = number_of_differences(
        w, {.alpha = options.unit_root_alpha, .test = options.unit_root_test, .max_d = options.max_d});
  return base;
}

// What regressors and a mean leave of the series: a trend that a regressor explains must not be differenced away.
std::vector<double> without_regressors(const std::vector<double>& y, const Regressors& regressors) {
  if (regressors.empty()) return y;
  const auto rows = static_cast<Eigen::Index>(y.size());
  Matrix x(rows, static_cast<Eigen::Index>(regressors.size()) + 1);
  x.col(0).setOnes();
  for (std::size_t k = 0; k < regressors.size(); ++k) {
    auto column = x.col(static_cast<Eigen::Index>(k) + 1);
    column = Eigen::Map<const Vector>(regressors[k].data(), rows);
    column.array() -= column.mean();
    const double size = column.norm();
    if (size > 0.0) column /= size;
  }
  const Eigen::Map<const Vector> series(y.data(), rows);
  const Vector rest = series - x * x.colPivHouseholderQr().solve(series);
  return {rest.begin(), rest.end()};
}

void add_notes(AutoArimaResult& result, double criterion) {
  const ArimaModel& model = result.model;
  double sma = 1.0;
  for (const double coefficient : model.factors().seasonal_ma) sma += coefficient;
  if (model.order.seasonal_d > 0 && model.order.seasonal_q > 0 && sma < 0.005)
    result.notes.emplace_back("the season is nearly deterministic (seasonal moving average at the unit circle)");
  const auto over_differenced = [&](const ArimaCandidate& c) {
    return c.outcome == ArimaCandidate::Outcome::kOverDifferenced && c.criterion < criterion;
  };
  if (std::any_of(result.candidates.begin(), result.candidates.end(), over_differenced))
    result.notes.emplace_back("models that undo a difference fit better: one difference fewer may do");
  if (!model.converged) result.notes.emplace_back("the likelihood's maximum was not reached to full precision");
}

}  // namespace

void AutoArimaOptions::check() const {
  check_range("max_p", max_p, 0, kMaxFactorOrder);
  check_range("max_q", max_q, 0, kMaxFactorOrder);
  check_range("max_seasonal_p", max_seasonal_p, 0, 3);
  check_range("max_seasonal_q", max_seasonal_q, 0, 3);
  check_range("max_order", max_order, 0, 4 * kMaxFactorOrder);
  check_range("max_d", max_d, 0, kMaxDifferences);
  check_range("max_seasonal_d", max_seasonal_d, 0, 2);
  check_range("start_p", start_p, 0, kMaxFactorOrder);
  check_range("start_q", start_q, 0, kMaxFactorOrder);
  check_range("start_seasonal_p", start_seasonal_p, 0, 3);
  check_range("start_seasonal_q", start_seasonal_q, 0, 3);
  if (d) check_range("d", *d, 0, kMaxDifferences);
  if (seasonal_d) check_range("seasonal_d", *seasonal_d, 0, 2);
  check_range("max_models", max_models, 1, 100'000);
  if (stationary && (d.value_or(0) > 0 || seasonal_d.value_or(0) > 0))
    throw InvalidArgument("stationary allows no differences, but d or seasonal_d asks for some",
                          "Leave out stationary, or d and seasonal_d.", "stationary");
  if (!(smallest_root >= 1.0 && smallest_root <= 2.0))
    throw InvalidArgument("smallest_root must be between 1 and 2", "1.01 is customary.");
}

const char* to_string(ArimaCandidate::Outcome outcome) {
  switch (outcome) {
    case ArimaCandidate::Outcome::kSelected:
      return "selected";
    case ArimaCandidate::Outcome::kWorse:
      return "worse criterion";
    case ArimaCandidate::Outcome::kAbandoned:
      return "abandoned: could not beat the best";
    case ArimaCandidate::Outcome::kNearUnitRoot:
      return "root on the unit circle";
    case ArimaCandidate::Outcome::kOverDifferenced:
      return "over-differenced: moving average undoes a difference";
    case ArimaCandidate::Outcome::kFailed:
      return "no likelihood";
  }
  return "";
}

AutoArimaResult auto_arima(const TimeSeries& series, const AutoArimaOptions& options, const Regressors& regressors,
                           const Progress& progress) {
  options.check();
  check_season_length(series.season_length);
  const std::size_t observed = series.values.size() - count_missing(series.values);
  if (observed < 4) throw InvalidData("at least four observations are needed, not " + std::to_string(observed));

  const std::size_t first = first_affordable(series.values, series.season_length);
  const std::span<const double> y = std::span(series.values).subspan(first);
  const Regressors x = first > 0 ? tail(regressors, first) : regressors;

  progress.poll();
  // The tests of the season need a complete series.
  const std::vector<double> complete = interpolate_missing(y, options.seasonal ? series.season_length : 1);
  progress.poll();
  const ArimaOrder base = choose_differences(without_regressors(complete, x), y, series.season_length, options);
  progress.poll();

  AutoArimaResult result;
  if (first > 0) result.notes.push_back("fitted to the last " + std::to_string(y.size()) + " values");
  // Where an evaluation is slow, a hundred candidates are: orders are then chosen on the last values, and with the gaps
  // filled if these make it slow; only the winner is fitted to all that was observed.
  const std::size_t from = y.size() > kLongestSearched ? y.size() - kLongestSearched : 0;
  std::vector<double> simple(y.begin() + static_cast<std::ptrdiff_t>(from), y.end());
  if (from > 0) result.notes.push_back("the order was chosen on the last " + std::to_string(simple.size()) + " values");
  const bool filled = seconds_for_gaps(simple.size(), count_missing(simple), series.season_length) > kSlowEvaluation;
  if (filled) {
    std::copy(complete.begin() + static_cast<std::ptrdiff_t>(from), complete.end(), simple.begin());
    result.notes.emplace_back("the order was chosen with the gaps filled, because the season is long");
  }
  ArimaSearch search(simple, base, options, from > 0 ? tail(x, from) : x, progress);
  if (search.season_is_long())
    result.notes.emplace_back("the season is long: no more than one seasonal coefficient was tried");
  if (!search.run()) throw InvalidData("no ARIMA model could be fitted");
  result.model = search.best_model();
  result.candidates = search.candidates();
  const double criterion = search.best_criterion();
  result.evaluations = search.evaluations();
  if (from > 0 || filled) {
    const ArimaProblem problem = make_arima_problem(y, result.model.order, result.model.constant, x, progress);
    ArimaLikelihood likelihood(problem.data, progress);
    EstimationOptions optimizer;
    optimizer.max_iterations = 20;
    optimizer.tolerance = 1e-6;
    const ArimaEstimate exact =
        estimate_from(likelihood, result.model.order, result.model.coefficients, optimizer, progress);
    if (!std::isfinite(exact.objective)) throw InvalidData("no ARIMA model could be fitted around the missing values");
    result.model = describe(problem, likelihood, result.model.order, exact.coefficients);
    add_standard_errors(problem, likelihood, result.model);
    result.model.converged = exact.converged;
    result.model.iterations = exact.iterations;
    result.evaluations += likelihood.evaluations();
  }
  add_notes(result, criterion);
  return result;
}

}  // namespace performance_tracker
