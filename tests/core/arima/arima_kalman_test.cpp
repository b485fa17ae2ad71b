// SPDX-License-Identifier: PostgreSQL
//
// The Kalman filter against the regression with a column for each gap, which arima_likelihood_test.cpp holds against
// the normal density; its forecasts against the conditional mean and variance of that density.
#include "core/arima/arima_kalman.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "core/arima/arima_estimation.h"
#include "core/arima/arima_problem.h"

namespace performance_tracker {
namespace {

const NeverCancelled kProgress;

struct Case {
  ArimaOrder order;
  std::vector<double> coefficients;
  Constant constant = Constant::kNone;
};

std::vector<Case> cases() {
  return {
      {{}, {}, Constant::kMean},
      {{.p = 1}, {0.6}, Constant::kMean},
      {{.q = 2}, {-0.8, 0.3}},
      {{.p = 3, .q = 2}, {0.4, 0.2, -0.3, 0.3, 0.1}, Constant::kMean},
      {{.d = 1}, {}},
      {{.d = 1, .q = 1}, {-0.9}, Constant::kDrift},
      {{.p = 2, .d = 1, .q = 1}, {0.4, -0.2, 0.5}},
      {{.d = 2, .q = 2}, {-0.7, 0.1}},
      {{.p = 1, .q = 1, .seasonal_p = 1, .seasonal_q = 1, .season_length = 7}, {0.5, -0.3, 0.7, -0.2}, Constant::kMean},
      {{.q = 1, .seasonal_d = 1, .seasonal_q = 1, .season_length = 7}, {0.4, -0.9}, Constant::kDrift},
      {{.d = 1, .q = 1, .seasonal_d = 1, .seasonal_q = 1, .season_length = 12}, {-0.4, -0.6}},
      {{.p = 1, .d = 1, .q = 2, .seasonal_p = 2, .seasonal_d = 1, .season_length = 4}, {0.3, -0.4, 0.1, 0.4, -0.3}},
      {{.p = 2, .seasonal_p = 1, .seasonal_d = 1, .seasonal_q = 1, .season_length = 4}, {0.5, 0.2, 0.0, -0.97}},
  };
}

std::vector<double> wander(std::size_t n, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<double> y(n);
  double level = 20.0;
  for (std::size_t t = 0; t < n; ++t) {
    level += 0.3 * normal(generator);
    y[t] = level + std::sin(0.9 * static_cast<double>(t)) + normal(generator);
  }
  return y;
}

// Gaps of every kind: the first value, one of those that differencing uses up, neighbours, a season apart, a block
// longer than a season, at random, at the end.
std::vector<std::vector<std::size_t>> holes(std::size_t n) {
  std::vector<std::vector<std::size_t>> all{{0}, {3}, {20}, {20, 21, 27, 34, 32}, {n - 1}, {0, 1, 2, 5, n - 3, n - 1}};
  std::vector<std::size_t> block, random;
  for (std::size_t t = 25; t < 45; ++t) block.push_back(t);
  std::mt19937 generator(3);
  for (std::size_t t = 0; t < n; ++t)
    if (generator() % 3 == 0) random.push_back(t);
  all.push_back(block);
  all.push_back(random);
  return all;
}

std::vector<double> without(std::vector<double> y, const std::vector<std::size_t>& gaps) {
  for (const std::size_t t : gaps) y[t] = std::nan("");
  return y;
}

TEST(ArimaKalmanFilter, HasTheLikelihoodAndGradientOfAColumnForEachGap) {
  const std::size_t n = 75;
  for (const Case& c : cases()) {
    for (const std::vector<std::size_t>& gaps : holes(n)) {
      SCOPED_TRACE(c.order.to_string() + " with " + std::to_string(gaps.size()) + " gaps from " +
                   std::to_string(gaps[0]));
      const std::vector<double> y = without(wander(n, 1), gaps);
      const Regressors x{wander(n, 2)};
      const ArimaProblem by_columns =
          make_arima_problem(y, c.order, c.constant, x, NeverCancelled(), GapMethod::kColumns);
      const ArimaProblem by_filter =
          make_arima_problem(y, c.order, c.constant, x, NeverCancelled(), GapMethod::kKalman);
      ASSERT_EQ(by_columns.data.observations(), by_filter.data.observations());
      ArimaLikelihood columns(by_columns.data, kProgress), filter(by_filter.data, kProgress);
      std::vector<double> expected(c.coefficients.size()), gradient(c.coefficients.size());
      ASSERT_TRUE(std::isfinite(columns.evaluate(c.order, c.coefficients, expected)));
      ASSERT_TRUE(std::isfinite(filter.evaluate(c.order, c.coefficients, gradient)));
      EXPECT_EQ(columns.effective_observations(), filter.effective_observations());
      EXPECT_NEAR(columns.log_likelihood(), filter.log_likelihood(), 1e-7);
      for (std::size_t k = 0; k < gradient.size(); ++k)
        EXPECT_NEAR(gradient[k], expected[k], 1e-6 * (1.0 + std::abs(expected[k]))) << "coefficient " << k;
      for (std::size_t k = 0; k < by_filter.data.regressors; ++k) {
        const auto at = static_cast<Eigen::Index>(k);
        EXPECT_NEAR(columns.regression()[k], filter.regression()[k], 1e-7 * (1.0 + std::abs(columns.regression()[k])));
        EXPECT_NEAR(columns.regression_precision()(at, at), filter.regression_precision()(at, at),
                    1e-7 * columns.regression_precision()(at, at));
      }
    }
  }
}

TEST(ArimaKalmanFilter, CostsNoAccuracyOnALongSeriesNearTheUnitCircle) {
  const std::size_t n = 1500;
  std::vector<std::size_t> gaps;
  for (std::size_t t = 50; t < n; t += 31) gaps.push_back(t);
  const std::vector<double> y = without(wander(n, 4), gaps);
  const ArimaOrder order{.p = 1, .d = 1, .q = 1, .seasonal_d = 1, .seasonal_q = 1, .season_length = 7};
  const std::vector<double> coefficients{0.2, -0.99, -0.98};
  const ArimaProblem a = make_arima_problem(y, order, Constant::kNone, {}, NeverCancelled(), GapMethod::kColumns);
  const ArimaProblem b = make_arima_problem(y, order, Constant::kNone, {}, NeverCancelled(), GapMethod::kKalman);
  ArimaLikelihood columns(a.data, kProgress), filter(b.data, kProgress);
  std::vector<double> expected(3), gradient(3);
  ASSERT_TRUE(std::isfinite(columns.evaluate(order, coefficients, expected)));
  ASSERT_TRUE(std::isfinite(filter.evaluate(order, coefficients, gradient)));
  EXPECT_NEAR(columns.log_likelihood(), filter.log_likelihood(), 1e-6);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(gradient[k], expected[k], 1e-5 * (1.0 + std::abs(expected[k])));
}

// A forecast is a gap at the end, so the mean and variance of a last observation given the others follow from how the
// density changes with it: -2 log f is a parabola in y_n with curvature 1 / variance.
TEST(ArimaKalmanFilter, ForecastsTheConditionalMeanAndVariance) {
  const std::size_t n = 60;
  for (const Case& c : cases()) {
    if (c.constant != Constant::kNone) continue;  // the parabola's regression would move with it
    for (const std::vector<std::size_t>& gaps : holes(n)) {
      SCOPED_TRACE(c.order.to_string() + " with " + std::to_string(gaps.size()) + " gaps from " +
                   std::to_string(gaps[0]));
      const std::vector<double> y = without(wander(n, 5), gaps);
      ArimaModel model = evaluate_arima(y, c.order, c.coefficients, {}, kProgress);
      model.variance = 1.0;
      const ArimaForecast forecast = forecast_arima(model, y, {}, 1, {}, kProgress);
      const auto squares = [&](double last) {
        std::vector<double> longer = y;
        longer.push_back(last);
        const ArimaProblem problem =
            make_arima_problem(longer, c.order, Constant::kNone, {}, NeverCancelled(), GapMethod::kColumns);
        ArimaLikelihood likelihood(problem.data, kProgress);
        EXPECT_TRUE(std::isfinite(likelihood.evaluate(c.order, c.coefficients)));
        return likelihood.sum_of_squares() * problem.scale * problem.scale;
      };
      const double at = forecast.value[0], step = 3.0 * forecast.standard_error[0];
      const double low = squares(at - step), middle = squares(at), high = squares(at + step);
      EXPECT_NEAR((high - low) / (4.0 * step), 0.0, 1e-6);
      EXPECT_NEAR((high + low - 2.0 * middle) / (2.0 * step * step), 1.0 / std::pow(forecast.standard_error[0], 2),
                  1e-6);
    }
  }
}

TEST(ArimaKalmanFilter, ForecastsAcrossAGapAsWithoutItWhenTheGapSaysNothing) {
  // A gap just after the end is a longer horizon.
  const std::vector<double> y = wander(80, 6);
  const ArimaOrder order{.p = 1, .d = 1, .q = 1, .seasonal_d = 1, .seasonal_q = 1, .season_length = 7};
  const ArimaModel model = evaluate_arima(y, order, std::vector<double>{0.3, -0.5, -0.6}, {}, kProgress);
  std::vector<double> longer = y;
  longer.resize(85, std::nan(""));
  const ArimaForecast all = forecast_arima(model, y, {}, 20, {}, kProgress);
  const ArimaForecast rest = forecast_arima(model, longer, {}, 15, {}, kProgress);
  for (std::size_t h = 0; h < 15; ++h) {
    EXPECT_NEAR(rest.value[h], all.value[h + 5], 1e-8 * std::abs(all.value[h + 5]));
    EXPECT_NEAR(rest.standard_error[h], all.standard_error[h + 5], 1e-7 * all.standard_error[h + 5]);
  }
}

// One-step-ahead fitted values after a gap used the gap's smoothed value, which later observations go into.
TEST(ArimaKalmanFilter, FittedValuesAcrossGapsDoNotSeeTheFuture) {
  const std::vector<double> y = without(wander(90, 7), {30, 31, 40, 47});
  const ArimaOrder order{.p = 1, .d = 1, .q = 1, .seasonal_d = 1, .seasonal_q = 1, .season_length = 7};
  const ArimaModel model = evaluate_arima(y, order, std::vector<double>{0.3, -0.5, -0.6}, {}, kProgress);
  std::vector<double> other = y;
  for (std::size_t t = 60; t < y.size(); ++t) other[t] += 5.0;
  const std::vector<double> a = fitted_arima(model, y, {}, kProgress), b = fitted_arima(model, other, {}, kProgress);
  for (std::size_t t = 8; t <= 60; ++t) {
    if (std::isnan(y[t])) continue;
    EXPECT_NEAR(a[t], b[t], 1e-9) << t;
    // … and are the forecasts made at the time.
    if (t >= 20 && t % 3 == 0) {
      const ArimaForecast then = forecast_arima(model, std::span(y).first(t), {}, 1, {}, kProgress);
      EXPECT_NEAR(a[t], then.value[0], 1e-7 * std::abs(a[t])) << t;
    }
  }
}

}  // namespace
}  // namespace performance_tracker
