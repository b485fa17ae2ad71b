// SPDX-License-Identifier: PostgreSQL
//
// Fits, searches and diagnostics of invented series, number by number (answers.h).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "answers.h"
#include "core/arima/arima.h"
#include "core/arima/auto_arima.h"
#include "core/diagnostics/seasonal_tests.h"
#include "core/diagnostics/stl.h"
#include "core/diagnostics/unit_root.h"
#include "core/series/interpolation.h"
#include "simulated_series.h"

namespace performance_tracker {
namespace {

using testing::Answers;
using testing::seasonal_walk;
using testing::uniform_noise;

const NeverCancelled kProgress;

std::vector<double> with_gaps(std::vector<double> y) {
  for (std::size_t t = 5; t < y.size(); t += 13) y[t] = kMissing;
  for (std::size_t t = 40; t < 46; ++t) y[t] = kMissing;
  return y;
}

void add(Answers& answers, const ArimaModel& m, const std::vector<double>& y, const Regressors& x,
         const Regressors& ahead) {
  answers.add_text("model", m.to_string());
  answers.add("coefficients", m.coefficients);
  answers.add("regression", m.regression);
  answers.add("standard_errors", m.standard_errors);
  answers.add("criteria", {{m.log_likelihood, m.variance, m.aic, m.aicc, m.bic, m.observations}});
  const ArimaForecast f = forecast_arima(m, y, x, 12, ahead, kProgress);
  answers.add("value", f.value);
  answers.add("standard_error", f.standard_error);
  const std::vector<double> fitted = fitted_arima(m, y, x, kProgress);
  answers.add("fitted", std::vector<double>(fitted.begin() + 20, fitted.begin() + 60));
}

TEST(Answers, OfArimaModels) {
  Answers answers;
  const std::vector<ArimaOrder> orders = {{1, 0, 0, 0, 0, 0, 1}, {0, 1, 1, 0, 0, 0, 1}, {2, 1, 2, 0, 0, 0, 1},
                                          {3, 0, 2, 0, 0, 0, 1}, {1, 1, 1, 1, 0, 0, 7}, {0, 1, 1, 0, 1, 1, 7},
                                          {1, 0, 1, 1, 1, 1, 7}, {2, 0, 0, 2, 0, 0, 7}, {0, 0, 0, 0, 1, 1, 7},
                                          {0, 2, 2, 0, 0, 0, 1}};
  const std::vector<double> y = seasonal_walk(150, 7, 5), holed = with_gaps(y);
  std::vector<double> deal(150, 0.0), ahead(12, 0.0);
  for (std::size_t t = 9; t < 150; t += 17) deal[t] = 1;
  ahead[2] = 1;
  for (const ArimaOrder& order : orders) {
    for (const Constant constant : {Constant::kNone, Constant::kMean}) {
      if (constant == Constant::kMean && order.d + order.seasonal_d > 0) continue;
      answers.about(std::string("whole"));
      add(answers, fit_arima(y, order, {.constant = constant}, kProgress), y, {}, {});
      answers.about("with gaps");
      add(answers, fit_arima(holed, order, {.constant = constant}, kProgress), holed, {}, {});
      answers.about("with a regressor");
      add(answers, fit_arima(y, order, {.constant = constant, .regressors = {deal}}, kProgress), y, {deal}, {ahead});
    }
  }
  answers.expect("arima_models", 1e-4);
}

TEST(Answers, OfArimaSearches) {
  Answers answers;
  for (const int m : {1, 7, 12}) {
    for (const std::uint64_t seed : {3U, 8U}) {
      for (const bool holed : {false, true}) {
        std::vector<double> y = m > 1 ? seasonal_walk(140, m, seed) : uniform_noise(140, seed);
        if (holed) y = with_gaps(std::move(y));
        const AutoArimaResult found = auto_arima({y, m}, {}, {}, kProgress);
        answers.about("season " + std::to_string(m) + (holed ? " with gaps" : ""));
        add(answers, found.model, y, {}, {});
      }
    }
  }
  answers.expect("arima_searches", 1e-4);
}

TEST(Answers, OfDiagnostics) {
  Answers answers;
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    for (const int m : {4, 7, 12}) {
      const std::vector<double> y = seasonal_walk(96, m, seed);
      answers.about("series " + std::to_string(seed) + " of " + std::to_string(m));
      for (const Deterministic d : {Deterministic::kLevel, Deterministic::kTrend})
        for (const UnitRootResult& r : {kpss_test(y, d), adf_test(y, d), phillips_perron_test(y, d)}) {
          answers.add("statistic", {{r.statistic, static_cast<double>(r.lags)}});
          answers.add("p_value", r.p_value);
        }
      answers.add("differences", {{static_cast<double>(number_of_differences(y)),
                                   static_cast<double>(number_of_seasonal_differences(y, m))}});
      answers.add("strength", seasonal_strength(y, m));
      if (const auto r = ocsb_test(y, m))
        answers.add("ocsb", {{r->statistic, r->critical_value, static_cast<double>(r->lags)}});
      if (const auto r = canova_hansen_test(y, m)) answers.add("canova_hansen", {{r->statistic, r->p_value}});
      const Decomposition d = stl(y, m, {.robust_iterations = 3});
      answers.add("trend", d.trend);
      answers.add("seasonal", d.seasonal);
      answers.add("robustness_weight", d.robustness_weight);
      answers.add("interpolated", interpolate_missing(with_gaps(y), m));
      answers.add("line", interpolate_missing(with_gaps(y)));
    }
  }
  const std::vector<double> several = seasonal_walk(300, 24, 4);
  const MultiDecomposition d = mstl(several, {7, 24}, {.seasonal_windows = {}, .robust_iterations = 2}, kProgress);
  answers.about("two seasons");
  answers.add("trend", d.trend);
  for (const std::vector<double>& s : d.seasonal) answers.add("seasonal", s);
  answers.expect("diagnostics", 1e-6);
}

}  // namespace
}  // namespace performance_tracker
