// SPDX-License-Identifier: PostgreSQL
//
// What holds for the forecast of every series: rapidcheck draws the series, and shrinks the ones that break a rule.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/error.h"
#include "core/forecast/automatic_model.h"
#include "core/forecast/forecast.h"

namespace performance_tracker {
namespace {

// Levels, walks, seasons, spikes, zeros and gaps, mixed.
rc::Gen<std::vector<double>> any_series() {
  return rc::gen::exec([] {
    const int n = *rc::gen::inRange(1, 90);
    const int m = *rc::gen::element(1, 4, 7, 12);
    const double walk = *rc::gen::element(0.0, 0.0, 1.0);
    const double noise = *rc::gen::element(0.0, 1.0, 5.0);
    const double season = *rc::gen::element(0.0, 0.0, 10.0);
    const double slope = *rc::gen::element(0.0, 0.0, 0.5, -2.0);
    const int gaps = *rc::gen::element(0, 0, 3, 20);   // percent
    const int spikes = *rc::gen::element(0, 0, 0, 5);  // percent
    const int zeros = *rc::gen::element(0, 0, 0, 60);  // percent
    std::vector<double> y(static_cast<std::size_t>(n));
    double level = 100.0;
    for (std::size_t t = 0; t < y.size(); ++t) {
      const auto unit = [] { return *rc::gen::inRange(-1000, 1001) / 1000.0; };
      level += walk * unit();
      y[t] = level + slope * static_cast<double>(t) + noise * unit() + season * ((static_cast<int>(t) % m) * 7 % 5 - 2);
      const int dice = *rc::gen::inRange(0, 100);
      if (dice < gaps) y[t] = kMissing;
      if (dice >= 100 - spikes) y[t] *= 1000.0;
      if (dice >= gaps && dice < gaps + zeros) y[t] = 0.0;
    }
    if (std::all_of(y.begin(), y.end(), [](double v) { return std::isnan(v); })) y[0] = 1.0;
    return y;
  });
}

// Series that cannot carry a search, at every scale that numbers have.
rc::Gen<std::vector<double>> any_degenerate_series() {
  return rc::gen::exec([] {
    std::vector<double> y(static_cast<std::size_t>(*rc::gen::inRange(1, 60)), 0.0);
    const double size = *rc::gen::element(1.0, 1e-310, 1e-300, 1e-99, 1e99, 1e300, 1.7e308);
    const int kind = *rc::gen::inRange(0, 6);
    for (std::size_t t = 0; t < y.size(); ++t) {
      const double unit = *rc::gen::inRange(-1000, 1001) / 1000.0;
      if (kind == 0) y[t] = size;                                                   // constant
      if (kind == 1) y[t] = t == y.size() / 2 ? size : 0.0;                         // a spike
      if (kind == 2) y[t] = *rc::gen::inRange(0, 3) == 0 ? size * unit : kMissing;  // mostly missing
      if (kind == 3) y[t] = size * (static_cast<double>(t % 7) / 7.0);              // an exact season
      if (kind == 4) y[t] = size * unit;                                            // noise
      if (kind == 5) y[t] = t % 7 == 3 ? kMissing : size * unit;                    // a weekday without rows
    }
    if (std::all_of(y.begin(), y.end(), [](double v) { return std::isnan(v); })) y.back() = size;
    return y;
  });
}

Forecast run(const std::vector<double>& y, int m, ForecastOptions options = {}) {
  const NeverCancelled progress;
  options.horizon = 14;
  return forecast({y, m}, options, progress);
}

int any_season() { return *rc::gen::element(1, 7, 12, 52); }

double size_of(const std::vector<double>& y) {
  double largest = 0.0;
  for (double v : y)
    if (std::isfinite(v)) largest = std::max(largest, std::abs(v));
  return largest;
}

RC_GTEST_PROP(ForecastProperties, IsFiniteAndOrdered, ()) {
  const std::vector<double> y = *any_series();
  const Forecast f = run(y, any_season());
  RC_ASSERT(f.value.size() == 14u);
  RC_ASSERT(f.fitted.size() == y.size());
  RC_ASSERT(!f.model.empty());
  for (std::size_t h = 0; h < f.value.size(); ++h) {
    RC_ASSERT(std::isfinite(f.value[h]) && std::isfinite(f.lower[h]) && std::isfinite(f.upper[h]));
    RC_ASSERT(f.standard_error[h] >= 0.0 && std::isfinite(f.standard_error[h]));
    RC_ASSERT(f.lower[h] <= f.value[h]);
    RC_ASSERT(f.value[h] <= f.upper[h]);
  }
  for (double v : f.fitted) RC_ASSERT(!std::isinf(v));
}

// Not so with gaps or seasons, where a step may lean on more observed values than the one before, nor, given a finite
// past, with a moving average: what the time before the first observation leaves open differs from step to step.
RC_GTEST_PROP(ForecastProperties, UncertaintyGrowsWithTheHorizonOfAModel, ()) {
  std::vector<double> y = *any_series();
  for (double& v : y)
    if (std::isnan(v)) v = 100.0;
  const Forecast f = run(y, 1);
  RC_PRE(f.arima.has_value());
  const bool moving_average = f.arima->order.q > 0;
  RC_CLASSIFY(moving_average);
  if (moving_average) return;
  for (std::size_t h = 1; h < f.standard_error.size(); ++h)
    RC_ASSERT(f.standard_error[h] >= f.standard_error[h - 1] * (1.0 - 1e-6));
}

RC_GTEST_PROP(ForecastProperties, IsTheSameEveryTime, ()) {
  const std::vector<double> y = *any_series();
  const int m = any_season();
  const Forecast a = run(y, m);
  const Forecast b = run(y, m);
  RC_ASSERT(a.model == b.model);
  RC_ASSERT(a.value == b.value);
  RC_ASSERT(a.lower == b.lower);
}

// A power of two changes no digit, so the search must take the very same path.
RC_GTEST_PROP(ForecastProperties, ScalesWithTheSeries, ()) {
  const std::vector<double> y = *any_series();
  const int m = any_season();
  const double scale = *rc::gen::element(0x1p-30, 0x1p-3, 0x1p40);
  std::vector<double> scaled = y;
  for (double& v : scaled) v *= scale;
  const Forecast a = run(y, m);
  const Forecast b = run(scaled, m);
  RC_ASSERT(a.model == b.model);
  const double tolerance = 1e-6 * std::max(size_of(y), size_of(a.value)) * scale;
  for (std::size_t h = 0; h < a.value.size(); ++h) {
    RC_ASSERT(std::abs(b.value[h] - scale * a.value[h]) <= tolerance);
    RC_ASSERT(std::abs(b.upper[h] - scale * a.upper[h]) <= tolerance + 1e-6 * scale * a.standard_error[h]);
  }
}

// Two calls that are the same question: forecast(series), and forecast(auto_arima(series)) by way of a table column.
RC_GTEST_PROP(ForecastProperties, IsTheForecastOfTheKeptModel, ()) {
  const NeverCancelled progress;
  const std::vector<double> y = *rc::gen::oneOf(any_series(), any_degenerate_series());
  const int m = *rc::gen::element(0, 1, 7, 12);
  const bool nonnegative = *rc::gen::arbitrary<bool>();
  const Forecast f = forecast({y, m}, {.horizon = 14, .nonnegative = nonnegative}, progress);
  StampedSeries stamped;
  stamped.series.values = y;
  const FittedModel kept = fit_automatically(stamped, {.season_length = m, .arima = {}, .regressors = {}}, progress);
  for (const FittedModel& model : {kept, decode_model(encode_model(kept)), parse_model(format_model(kept))}) {
    const ModelForecast g = forecast_model(model, {.horizon = 14, .nonnegative = nonnegative, .future = {}}, progress);
    RC_ASSERT(g.value == f.value);
    RC_ASSERT(g.standard_error == f.standard_error);
    RC_ASSERT(g.lower == f.lower);
    RC_ASSERT(g.upper == f.upper);
    RC_ASSERT(g.model == f.model);
    RC_ASSERT(g.status == f.status.value_or(""));
    const std::vector<double> fitted = fitted_values(model, progress);
    for (std::size_t t = 0; t < y.size(); ++t)
      RC_ASSERT(fitted[t] == f.fitted[t] || (std::isnan(fitted[t]) && std::isnan(f.fitted[t])));
  }
  for (std::size_t h = 0; h < f.value.size(); ++h) {
    RC_ASSERT(std::isfinite(f.value[h]) && std::isfinite(f.standard_error[h]) && f.standard_error[h] >= 0.0);
    RC_ASSERT(std::isfinite(f.lower[h]) && std::isfinite(f.upper[h]));
    RC_ASSERT(f.lower[h] <= f.value[h] && f.value[h] <= f.upper[h]);
    RC_ASSERT(!nonnegative || f.lower[h] >= 0.0);
  }
}

RC_GTEST_PROP(ForecastProperties, NonnegativeIsNonnegative, ()) {
  ForecastOptions nonnegative;
  nonnegative.nonnegative = true;
  const Forecast f = run(*any_series(), any_season(), nonnegative);
  for (std::size_t h = 0; h < f.value.size(); ++h) RC_ASSERT(f.lower[h] >= 0.0 && f.value[h] >= f.lower[h]);
}

}  // namespace
}  // namespace performance_tracker
