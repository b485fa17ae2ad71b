// SPDX-License-Identifier: PostgreSQL
//
// Seasonal ARIMA models of a given order: maximum likelihood fit, forecasts, one-step-ahead fitted values.
//
//   const ArimaOrder airline{.d = 1, .q = 1, .seasonal_d = 1, .seasonal_q = 1, .season_length = 12};
//   ArimaModel model = fit_arima(y, airline, {}, progress);
//   model.log_likelihood, model.coefficients, model.standard_errors      // as R's arima(method = "ML")
//   ArimaForecast f = forecast_arima(model, y, {}, 24, {}, progress);
//
// The objective is always the exact Gaussian likelihood (arima_likelihood.h), missing observations (NaN) included.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/arima/arima_order.h"
#include "core/base/progress.h"
#include "core/series/regressors.h"

namespace performance_tracker {

struct ArimaFitOptions {
  Constant constant = Constant::kNone;
  Regressors regressors = {};  // each of the series' length, without missing values
  double tolerance = 1e-9;     // of the log-likelihood
  // Coefficients to start from besides the built-in starts (ar, ma, seasonal ar, seasonal ma); may be empty.
  std::vector<double> start = {};
};

// Coefficients by factor, each from its lag 1 on; views into those of the model.
struct ArimaFactors {
  std::span<const double> ar, ma, seasonal_ar, seasonal_ma;
};

struct ArimaModel {
  ArimaOrder order;
  Constant constant = Constant::kNone;
  std::vector<double> coefficients;  // ar, ma, seasonal ar, seasonal ma
  std::vector<double> regression;    // mean, drift, then the regressors
  std::vector<double>
      standard_errors;          // of coefficients, then of regression; NaN where the likelihood has no curvature
  double log_likelihood = 0.0;  // of the observed values; with differences, of the differenced ones
  double variance = 0.0;        // of the innovations: S / (observations - estimated coefficients)
  double aic = 0.0;
  double aicc = 0.0;  // infinite when observations <= parameters + 1
  double bic = 0.0;
  double observations = 0.0;  // that enter the likelihood: observed values less those lost to differencing
  int iterations = 0;
  long evaluations = 0;  // of the likelihood
  bool converged = false;

  ArimaFactors factors() const {
    std::span<const double> rest = coefficients;
    const auto take = [&rest](int count) {
      const auto part = rest.first(static_cast<std::size_t>(count));
      rest = rest.subspan(part.size());
      return part;
    };
    return {take(order.p), take(order.q), take(order.seasonal_p), take(order.seasonal_q)};
  }
  // Coefficients, regression and the variance.
  int parameter_count() const { return static_cast<int>(coefficients.size() + regression.size()) + 1; }
  // "ar1", "ma1", "sar1", "sma1", "mean", "drift", "xreg1", …
  std::vector<std::string> names() const;
  // "ARIMA(0,1,1)(0,1,1)[12] with drift"
  std::string to_string() const;
};

struct ArimaForecast {
  std::vector<double> value;
  std::vector<double> standard_error;  // of the innovations to come and of the state, not of the coefficients
};

// Throws InvalidArgument for an impossible order, too few observations (fewer than parameters + 1 after differencing),
// or malformed regressors. A fit that stops early is returned with converged = false.
ArimaModel fit_arima(std::span<const double> y, const ArimaOrder& order, const ArimaFitOptions& options,
                     const Progress& progress);

// The model with given coefficients (ar, ma, seasonal ar, seasonal ma); only the regression and the variance are
// estimated. Throws InvalidArgument outside the stationary region.
ArimaModel evaluate_arima(std::span<const double> y, const ArimaOrder& order, std::span<const double> coefficients,
                          const ArimaFitOptions& options, const Progress& progress);

// `regressors` are those of the fit, `future` has `horizon` values of each.
ArimaForecast forecast_arima(const ArimaModel& model, std::span<const double> y, const Regressors& regressors,
                             int horizon, const Regressors& future, const Progress& progress);

// One-step-ahead predictions of each observation from the ones before it (and from the estimated coefficients); NaN for
// the observations that differencing uses up.
std::vector<double> fitted_arima(const ArimaModel& model, std::span<const double> y, const Regressors& regressors,
                                 const Progress& progress);

}  // namespace performance_tracker
