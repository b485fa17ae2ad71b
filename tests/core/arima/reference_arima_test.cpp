// SPDX-License-Identifier: PostgreSQL
//
// Models of given orders against R on series that ship with R: tests/reference/reference.R says how the numbers were
// made.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "core/arima/arima.h"
#include "reference_data.h"

namespace performance_tracker {
namespace {

using testing::numbers;
using testing::reference_series;
using testing::Row;

struct Reference {
  std::string name;
  TimeSeries series;
  ArimaOrder order;
  ArimaFitOptions options;
  double log_likelihood = 0.0;
  double variance = 0.0;
  std::map<std::string, double> coefficients;
  std::map<std::string, double> standard_errors;
  std::vector<double> forecast;
  std::vector<double> forecast_error;

  friend void PrintTo(const Reference& r, std::ostream* out) { *out << r.name; }
};

std::vector<Reference> references() {
  std::vector<Reference> all;
  for (const Row& row : testing::read_reference("fixed_orders.csv")) {
    Reference r;
    r.series = reference_series().at(row.at("series"));
    r.order = testing::order_of(row.at("order"), r.series.season_length);
    r.options.constant = testing::constant_of(row.at("constant"));
    for (const std::string& x : testing::split(row.at("regressors"), ';'))
      r.options.regressors.push_back(reference_series().at(x).values);
    r.name = row.at("series") + " " + r.order.to_string() + " " + row.at("constant") + " " + row.at("regressors");
    r.log_likelihood = std::stod(row.at("log_likelihood"));
    r.variance = std::stod(row.at("variance"));
    const std::vector<std::string> names = testing::split(row.at("names"), ' ');
    const std::vector<double> values = numbers(row.at("coefficients"));
    const std::vector<double> errors = numbers(row.at("standard_errors"));
    for (std::size_t i = 0; i < names.size(); ++i) {
      r.coefficients[names[i]] = values.at(i);
      r.standard_errors[names[i]] = errors.at(i);
    }
    r.forecast = numbers(row.at("forecast"));
    r.forecast_error = numbers(row.at("forecast_error"));
    all.push_back(r);
  }
  return all;
}

class ReferenceArima : public ::testing::TestWithParam<Reference> {
 protected:
  NeverCancelled progress;
  ArimaModel model = fit_arima(GetParam().series.values, GetParam().order, GetParam().options, progress);

  // R stops short of some optima that we reach. Its coefficients are then another point of the same likelihood, and
  // it is there that everything else must agree.
  ArimaModel at_r() const {
    const double r = GetParam().log_likelihood;
    if (std::abs(model.log_likelihood - r) < 1e-4) return model;
    EXPECT_GT(model.log_likelihood, r);
    std::vector<double> coefficients;
    const std::vector<std::string> names = model.names();
    for (std::size_t i = 0; i < model.coefficients.size(); ++i)
      coefficients.push_back(GetParam().coefficients.at(names[i]));
    ArimaModel there =
        evaluate_arima(GetParam().series.values, GetParam().order, coefficients, GetParam().options, progress);
    EXPECT_NEAR(there.log_likelihood, r, 1e-4);
    return there;
  }
};

// R's optimiser ends elsewhere from each of its six starts, at a lower likelihood. Its curvature there says nothing
// about ours.
const std::set<std::string> kOursIsHigher = {
    "log_AirPassengers ARIMA(2,1,2)(1,1,1)[12] none ",  // by 0.04: moving average at the unit circle
    "co2 ARIMA(1,1,1)(1,1,2)[12] none ",                // by 0.02
    "treering ARIMA(3,0,2) mean ",                      // by 2.24: another of several local maxima
};

TEST_P(ReferenceArima, LikelihoodIsThatOfRUnlessOursIsHigher) {
  EXPECT_TRUE(model.converged);
  if (kOursIsHigher.contains(GetParam().name)) {
    EXPECT_GT(model.log_likelihood, GetParam().log_likelihood + 1e-4);
  } else {
    EXPECT_NEAR(model.log_likelihood, GetParam().log_likelihood, 1e-4);
  }
}

TEST_P(ReferenceArima, CoefficientsAgree) {
  const ArimaModel point = at_r();
  const std::vector<std::string> names = point.names();
  std::vector<double> values = point.coefficients;
  values.insert(values.end(), point.regression.begin(), point.regression.end());
  ASSERT_EQ(names.size(), values.size());
  ASSERT_EQ(names.size(), GetParam().coefficients.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double expected = GetParam().coefficients.at(names[i]);
    EXPECT_NEAR(values[i], expected, 1e-3 * std::abs(expected)) << names[i];
  }
  EXPECT_NEAR(point.variance, GetParam().variance, 1e-3 * GetParam().variance);
}

TEST_P(ReferenceArima, StandardErrorsAgree) {
  const std::vector<std::string> names = model.names();
  ASSERT_EQ(names.size(), model.standard_errors.size());
  if (kOursIsHigher.contains(GetParam().name)) return;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double expected = GetParam().standard_errors.at(names[i]);
    EXPECT_NEAR(model.standard_errors[i], expected, 1e-3 * expected) << names[i];
  }
}

TEST_P(ReferenceArima, ForecastsAgree) {
  const int horizon = static_cast<int>(GetParam().forecast.size());
  Regressors future;
  for (const auto& x : GetParam().options.regressors) future.emplace_back(static_cast<std::size_t>(horizon), x.back());
  const ArimaForecast f =
      forecast_arima(at_r(), GetParam().series.values, GetParam().options.regressors, horizon, future, progress);
  for (std::size_t h = 0; h < GetParam().forecast.size(); ++h) {
    const double error = GetParam().forecast_error[h];
    EXPECT_NEAR(f.value[h], GetParam().forecast[h], 1e-3 * error) << h;
    // The ends of any interval up to three standard errors wide.
    for (const double z : {-3.0, 3.0})
      EXPECT_NEAR(f.value[h] + z * f.standard_error[h], GetParam().forecast[h] + z * error, 1e-3 * error) << h;
  }
}

std::string test_name(const ::testing::TestParamInfo<Reference>& info) {
  std::string name = info.param.name;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(R, ReferenceArima, ::testing::ValuesIn(references()), test_name);

}  // namespace
}  // namespace performance_tracker
