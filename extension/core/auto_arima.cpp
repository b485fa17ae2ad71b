// SPDX-License-Identifier: PostgreSQL
#include "core/auto_arima.h"

#include <algorithm>
#include <cmath>

#include "core/arima_search.h"
#include "core/error.h"

namespace performance_tracker {
namespace {

void check_range(const char* name, int value, int least, int most) {
  if (value < least || value > most)
    throw InvalidArgument(std::string(name) + " must be between " + std::to_string(least) + " and " +
                          std::to_string(most) + ", not " + std::to_string(value));
}

ArimaOrder choose_differences(std::span<const double> y, int season_length, const AutoArimaOptions& options) {
  ArimaOrder base;
  base.season_length = options.seasonal ? season_length : 1;
  const int m = base.season_length;
  if (m > 1) {
    if (options.seasonal_d)
      base.seasonal_d = *options.seasonal_d;
    else if (!options.stationary)
      base.seasonal_d = number_of_seasonal_differences(y, m, {.test = options.seasonal_test, .max_D = options.max_seasonal_d});
    if (y.size() <= static_cast<std::size_t>(m * base.seasonal_d) + 3) base.seasonal_d = 0;
  }
  const std::vector<double> w = difference(y, m, base.seasonal_d);
  if (options.d)
    base.d = *options.d;
  else if (!options.stationary)
    base.d = number_of_differences(w, {.alpha = options.unit_root_alpha, .test = options.unit_root_test, .max_d = options.max_d});
  return base;
}

void add_notes(AutoArimaResult& result) {
  const ArimaModel& model = result.model;
  const auto at = static_cast<std::size_t>(model.order.p);
  double ma = 1.0;
  for (int k = 0; k < model.order.q; ++k) ma += model.coefficients[at + static_cast<std::size_t>(k)];
  double sma = 1.0;
  for (int k = 0; k < model.order.seasonal_q; ++k)
    sma += model.coefficients[at + static_cast<std::size_t>(model.order.q + model.order.seasonal_p + k)];
  if (model.order.d > 0 && model.order.q > 0 && ma < 0.005)
    result.notes.emplace_back("the moving average has a unit root: one difference fewer may do");
  if (model.order.seasonal_d > 0 && model.order.seasonal_q > 0 && sma < 0.005)
    result.notes.emplace_back("the season is nearly deterministic (seasonal moving average at the unit circle)");
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
  if (!(smallest_root >= 1.0 && smallest_root <= 2.0))
    throw InvalidArgument("smallest_root must be between 1 and 2", "1.01 is customary.");
}

const char* to_string(ArimaCandidate::Outcome outcome) {
  switch (outcome) {
    case ArimaCandidate::Outcome::kSelected: return "selected";
    case ArimaCandidate::Outcome::kWorse: return "worse criterion";
    case ArimaCandidate::Outcome::kAbandoned: return "abandoned: could not beat the best";
    case ArimaCandidate::Outcome::kNearUnitRoot: return "root on the unit circle";
    case ArimaCandidate::Outcome::kFailed: return "no likelihood";
  }
  return "";
}

AutoArimaResult auto_arima(const TimeSeries& series, const AutoArimaOptions& options, const Regressors& regressors,
                           const Progress& progress) {
  options.check();
  if (series.season_length < 1 || series.season_length > kMaxSeasonLength)
    throw InvalidArgument("season_length must be between 1 and " + std::to_string(kMaxSeasonLength) + ", not " +
                          std::to_string(series.season_length));
  const auto observed = std::count_if(series.values.begin(), series.values.end(), [](double v) { return !std::isnan(v); });
  if (observed < 4) throw InvalidData("at least four observations are needed, not " + std::to_string(observed));

  // The tests need a complete series; what the gaps are bridged with matters little to them.
  const ArimaProblem complete = make_arima_problem(series.values, {}, Constant::kNone, regressors);
  const ArimaOrder base = choose_differences(complete.series, series.season_length, options);
  progress.poll();

  AutoArimaResult result;
  ArimaSearch search(series.values, base, options, regressors, progress);
  if (!search.run()) throw InvalidData("no ARIMA model could be fitted");
  result.model = search.best_model();
  result.candidates = search.candidates();
  result.evaluations = search.evaluations();
  add_notes(result);
  return result;
}

}  // namespace performance_tracker
