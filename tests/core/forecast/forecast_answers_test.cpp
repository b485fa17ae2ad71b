// SPDX-License-Identifier: PostgreSQL
//
// Forecasts of a dozen invented series by every method, number by number (answers.h).
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "answers.h"
#include "core/diagnostics/outliers.h"
#include "core/forecast/backtest.h"
#include "core/forecast/base_forecast.h"
#include "core/forecast/forecast_sum.h"
#include "core/forecast/method.h"
#include "core/forecast/online_anomaly.h"
#include "core/forecast/series_anomaly.h"
#include "simulated_series.h"

namespace performance_tracker {
namespace {

using testing::Answers;
using testing::uniform_noise;

const NeverCancelled kProgress;

// By name: what sales look like, with what spoils them.
std::map<std::string, std::vector<double>> invented() {
  std::map<std::string, std::vector<double>> all;
  const auto noise = [](std::size_t n, std::uint64_t seed) { return uniform_noise(n, seed); };
  const std::vector<double> e = noise(400, 77), f = noise(400, 78);
  for (std::size_t t = 0; t < 120; ++t) {
    const double week = t % 7 < 2 ? 30 : 0;
    const double x = static_cast<double>(t);
    all["weekly"].push_back(100 + week + 0.2 * x + 20 * e[t]);
    all["growing"].push_back((50 + 0.8 * x) * (1 + 0.01 * week) * std::exp(0.3 * e[t]));
    all["sparse"].push_back(e[t] > 0.25 ? std::round(1 + 4 * (f[t] + 0.5)) : 0);
    all["shift"].push_back((t < 95 ? 200 : 120) + week + 15 * e[t]);
    all["outliers"].push_back(t == 60 ? 8000 : t == 100 ? 0 : 500 + 2 * week + 60 * e[t]);
    all["gaps"].push_back(t % 11 == 4 || (t > 40 && t < 47) ? kMissing : 80 + week + 10 * e[t]);
    all["closed"].push_back(t % 7 == 6 ? 0 : 300 + week + 40 * e[t]);
    all["falling"].push_back(std::max(0.0, 150 - 1.6 * x + 30 * e[t]));
  }
  double walk = 0;
  for (std::size_t t = 0; t < 90; ++t) all["walk"].push_back(walk += 10 * e[t] + 0.3);
  for (std::size_t t = 0; t < 60; ++t)
    all["monthly"].push_back(
        (300 + 3 * static_cast<double>(t)) * (1 + 0.3 * std::sin(static_cast<double>(t) * 0.5236)) + 20 * f[t]);
  constexpr std::size_t kHours = 384;  // of sixteen days
  for (std::size_t t = 0; t < kHours; ++t)
    all["hourly"].push_back(t % 24 < 8 ? 5 + 4 * e[t] : 60 + 10 * std::sin(static_cast<double>(t % 24)) + 12 * e[t]);
  all["short"] = {12, 15, 11, 18, 16, 20, 17, 19, 23};
  return all;
}

std::vector<double> some(const std::vector<double>& values, std::size_t most = 9) {
  return {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(std::min(most, values.size()))};
}

std::vector<double> last(const std::vector<double>& values, std::size_t most = 5) {
  return {values.end() - static_cast<std::ptrdiff_t>(std::min(most, values.size())), values.end()};
}

void add_fit(Answers& answers, const MethodFit& fit) {
  const FitForecast f = forecast_fit(fit, 9, 0.8, false, {}, kProgress);
  answers.add_text("model", f.model + "; " + f.status.text);
  answers.add("value", f.value);
  answers.add("standard_error", f.standard_error);
  answers.add("lower", f.lower);
  answers.add("upper", f.upper);
  answers.add("fitted", last(fitted_of(fit, kProgress)));
  for (const MethodMeasure& m : fit.state->glance()) answers.add("measure " + m.name, m.value);
  for (const MethodMember& m : members_of(fit)) answers.add("member " + m.model, m.weight);
  for (const MethodComponent& c : fit.state->components(kProgress)) answers.add("component " + c.name, last(c.values));
  answers.add("paths", last(paths_of(fit, {.horizon = 9, .paths = 3, .seed = 5}, false, kProgress), 18));
  const ForecastSum sum =
      forecast_sum(fit, {.first_step = 2, .last_step = 8, .target = 700.0, .paths = 500}, kProgress);
  answers.add("sum", {{sum.value, sum.standard_error, sum.lower[0], sum.upper[0], *sum.probability}});
}

TEST(Answers, OfEveryMethod) {
  Answers answers;
  for (const auto& [name, y] : invented()) {
    for (const MethodEntry& method : methods()) {
      answers.about(name + " " + std::string(method.name));
      add_fit(answers, fit_method(method.method, {y, 0}, {}, {}, kProgress));
    }
  }
  answers.expect("forecast_methods", 1e-4);
}

TEST(Answers, OfForecastsWithACalendar) {
  Answers answers;
  for (const auto& [name, y] : invented()) {
    if (name == "hourly" || name == "monthly") continue;
    BaseForecastOptions options;
    options.method = ForecastMethod::kAuto;
    options.horizon = 10;
    options.levels = {0.5, 0.8, 0.95};
    options.include_history = options.keep_errors = true;
    options.calendar.emplace();
    std::vector<double> deal(y.size(), 0.0), ahead(10, 0.0);
    for (std::size_t t = 20; t < y.size(); t += 23) deal[t] = 1;
    ahead[3] = 1;
    options.regressors = {deal};
    options.future = {ahead};
    options.regressors_as_covariates = true;
    std::vector<double> sold = y;
    for (std::size_t t = 0; t < sold.size(); ++t) sold[t] *= 1 + 0.6 * deal[t];
    const BaseForecast f = make_base_forecast({TimeKind::kDate, {0, {kDay, 0}, sold}}, options, kProgress);
    answers.about(name);
    answers.add_text("model", f.model + "; " + f.status);
    answers.add("value", f.value);
    answers.add("standard_error", f.standard_error);
    answers.add("lower", f.lower);
    answers.add("upper", f.upper);
    answers.add("fitted", last(f.fitted));
    answers.add("errors", last(f.errors));
  }
  answers.expect("forecast_calendar", 1e-4);
}

void add_judged(Answers& answers, const std::string& subject, const std::vector<SeriesAnomaly>& found) {
  std::vector<double> expected, lower, z, probability;
  for (std::size_t t = 0; t < found.size(); t += 1 + found.size() / 40) {
    expected.push_back(found[t].expected);
    lower.push_back(found[t].lower);
    z.push_back(found[t].z_score);
    probability.push_back(found[t].probability);
  }
  answers.about(subject);
  answers.add("expected", expected);
  answers.add("lower", lower);
  answers.add("z_score", z);
  answers.add("probability", probability);
}

TEST(Answers, OfSeriesAnomalies) {
  Answers answers;
  for (const auto& [name, y] : invented()) {
    add_judged(answers, name + " looking back", detect_series_anomalies(y, {}, kProgress));
    add_judged(answers, name + " online", detect_online_anomalies(y, {}, kProgress));
    answers.about(name + " outliers");
    for (const bool cautious : {false, true}) {
      const OutlierReport report =
          find_outliers(y, {.season_length = 7, .critical = 3.5, .cautious = cautious}, kProgress);
      for (const Outlier& o : report.outliers)
        answers.add(to_string(o.kind),
                    {{static_cast<double>(o.step), o.effect, o.standard_error, o.t_value, o.actual, o.expected}});
      if (report.variance_change)
        answers.add("spread",
                    {{static_cast<double>(report.variance_change->step), report.variance_change->standard_ratio}});
      answers.add("cleaned", some(report.cleaned, 120));
      answers.add("level_error", report.level_error);
    }
  }
  answers.expect("series_anomalies", 1e-5);
}

TEST(Answers, OfBacktests) {
  Answers answers;
  for (const auto& [name, y] : invented()) {
    if (y.size() < 60) continue;
    for (const ForecastMethod method : {ForecastMethod::kAuto, ForecastMethod::kEts, ForecastMethod::kSeasonalNaive}) {
      const Backtest b = backtest(y, {.folds = 3, .horizon = 7, .method = method}, kProgress);
      const ForecastAccuracy a = forecast_accuracy(y, b, &BacktestFold::forecast);
      answers.about(name + " backtest of " + std::string(method_entry(method).name));
      answers.add("accuracy",
                  {{a.mae, a.rmse, a.mape, a.smape, a.mase, a.bias, a.coverage, double(a.folds), double(a.n)}});
    }
  }
  answers.expect("backtests", 1e-4);
}

}  // namespace
}  // namespace performance_tracker
