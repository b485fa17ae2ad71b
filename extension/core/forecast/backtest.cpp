// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/backtest.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/diagnostics/season_length.h"
#include "core/forecast/automatic_model.h"
#include "core/forecast/carried_model.h"
#include "core/series/series_summary.h"

namespace performance_tracker {
namespace {

constexpr int kHorizonWithoutSeason = 7;

void check(const BacktestOptions& options) {
  check_between("folds", options.folds, 1, kMaxFolds, "It counts the rounds of training and testing.");
  check_season_length_if_given(options.season_length);
  ForecastOptions forecast;
  forecast.horizon = options.horizon == 0 ? 1 : options.horizon;
  forecast.confidence_level = options.confidence_level;
  forecast.check();
}

int chosen_horizon(std::span<const double> y, const BacktestOptions& options) {
  if (options.horizon > 0) return options.horizon;
  // The layout of the folds, not a forecast: here the whole series may be looked at.
  const int season = options.season_length > 0 ? options.season_length : detect_season_length(y);
  const int most = static_cast<int>(y.size()) / (2 * options.folds);
  return std::max(1, std::min(season > 1 ? season : kHorizonWithoutSeason, most));
}

double naive_error(std::span<const double> y, int season_length) {
  const auto m = static_cast<std::size_t>(season_length);
  double mean = 0;
  double count = 0;
  for (std::size_t t = m; t < y.size(); ++t) {
    if (std::isnan(y[t]) || std::isnan(y[t - m])) continue;
    mean += (std::abs(y[t] - y[t - m]) - mean) / ++count;  // a sum might overflow
  }
  return count > 0 ? mean : kMissing;
}

ForecastOptions options_of(const BacktestOptions& options, int horizon, ForecastMethod chosen) {
  ForecastOptions method;
  method.horizon = horizon;
  method.confidence_level = options.confidence_level;
  method.method = chosen;
  method.nonnegative = options.nonnegative;
  return method;
}

void forecast_fold(std::span<const double> training, int horizon, const BacktestOptions& options, BacktestFold& fold,
                   const Progress& progress) {
  const TimeSeries known{{training.begin(), training.end()}, fold.season_length};
  fold.seasonal_naive = forecast(known, options_of(options, horizon, ForecastMethod::kSeasonalNaive), progress);
  ForecastOptions method = options_of(options, horizon, options.method);
  const auto origin = static_cast<std::ptrdiff_t>(fold.training);
  for (const std::vector<double>& x : options.regressors) {
    method.regressors.emplace_back(x.begin(), x.begin() + origin);
    method.future_regressors.emplace_back(x.begin() + origin, x.begin() + origin + horizon);
  }
  Forecast f = forecast(known, method, progress);
  fold.model = std::move(f.model);
  fold.forecast = std::move(f);
}

}  // namespace

Backtest backtest(std::span<const double> y, const BacktestOptions& options, const Progress& progress) {
  check(options);
  Backtest result;
  result.horizon = chosen_horizon(y, options);
  const std::size_t tested = static_cast<std::size_t>(options.folds) * static_cast<std::size_t>(result.horizon);
  if (y.size() < tested + kFewestForArima)
    throw InvalidArgument(std::to_string(options.folds) + " folds of " + std::to_string(result.horizon) +
                              " steps need a series of at least " + std::to_string(tested + kFewestForArima) +
                              " steps, this one has " + std::to_string(y.size()),
                          "Lower folds or horizon: the first fold keeps at least " + std::to_string(kFewestForArima) +
                              " steps to train on.");
  for (std::size_t training = y.size() - tested; training < y.size();
       training += static_cast<std::size_t>(result.horizon)) {
    progress.poll();
    const std::span<const double> known = y.first(training);
    if (std::all_of(known.begin(), known.end(), [](double v) { return std::isnan(v); }))
      throw InvalidData(
          "the training part of fold " + std::to_string(result.folds.size() + 1) + " has only missing values",
          "Begin the series with its first observation, or lower folds or horizon.");
    progress.poll();
    BacktestFold fold;
    fold.training = training;
    fold.season_length = options.season_length > 0 ? options.season_length : detect_season_length(known);
    fold.naive_error = naive_error(known, fold.season_length);
    progress.poll();
    forecast_fold(known, result.horizon, options, fold, progress);
    result.folds.push_back(std::move(fold));
  }
  return result;
}

ForecastAccuracy forecast_accuracy(std::span<const double> y, const Backtest& backtest,
                                   IntervalForecast BacktestFold::*which) {
  ForecastAccuracy sum;
  const double unit = summarize(y).unit;  // squares of errors must stay within the range of numbers
  for (const BacktestFold& fold : backtest.folds) {
    const IntervalForecast& f = fold.*which;
    const int before = sum.n;
    for (std::size_t h = 0; h < f.value.size(); ++h) {
      const double actual = y[fold.training + h] / unit;
      if (std::isnan(actual)) continue;
      const double value = f.value[h] / unit;
      const double e = value - actual;
      const double size = std::abs(actual) + std::abs(value);
      ++sum.n;
      sum.mae += std::abs(e);
      sum.rmse += e * e;
      // One zero denominator makes the whole measure undefined: leaving the step out would flatter the method.
      sum.mape += actual != 0 ? std::abs(e / actual) : kMissing;
      sum.smape += size > 0 ? 2 * std::abs(e) / size : kMissing;
      sum.mase += fold.naive_error > 0 ? std::abs(e) / (fold.naive_error / unit) : kMissing;
      sum.bias += e;
      sum.coverage += y[fold.training + h] >= f.lower[h] && y[fold.training + h] <= f.upper[h] ? 1 : 0;
    }
    if (sum.n > before) ++sum.folds;
  }
  const double n = sum.n > 0 ? sum.n : kMissing;
  for (double* measure : {&sum.mae, &sum.rmse, &sum.mape, &sum.smape, &sum.mase, &sum.bias, &sum.coverage})
    *measure /= n;
  sum.rmse = std::sqrt(sum.rmse);
  for (double* measure : {&sum.mae, &sum.rmse, &sum.bias}) from_multiples({measure, 1}, unit);
  return sum;
}

}  // namespace performance_tracker
