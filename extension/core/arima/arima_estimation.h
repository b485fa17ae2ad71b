// SPDX-License-Identifier: PostgreSQL
//
// Maximum likelihood estimation of one order on a prepared problem, which a search over orders shares.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "core/arima/arima.h"
#include "core/arima/arima_likelihood.h"
#include "core/arima/arima_problem.h"
#include "core/base/optimizer.h"

namespace performance_tracker {

struct ArimaEstimate {
  std::vector<double> coefficients;
  double objective = 0.0;  // -log-likelihood up to a constant, in the problem's scale; infinite if no start worked
  int iterations = 0;
  bool converged = false;
  bool hopeless = false;
  bool rejected = false;  // given up where `of_no_use` held
};

struct EstimationOptions : OptimizerOptions {
  double furthest_start = 0.99;  // partial autocorrelations of the start are drawn to within this of zero
  // Coefficients that would not be accepted, however likely; a search that stays among them is given up.
  std::function<bool(std::span<const double> coefficients)> of_no_use = {};
};

// BFGS from one start, in the metric of the expected information there.
ArimaEstimate estimate_from(ArimaLikelihood& likelihood, const ArimaOrder& order, std::span<const double> start,
                            const EstimationOptions& options, const Progress& progress);

// The best of several starts.
ArimaEstimate estimate(ArimaLikelihood& likelihood, const ArimaOrder& order,
                       const std::vector<std::vector<double>>& starts, const EstimationOptions& options,
                       const Progress& progress);

// Starts for a thorough search: white noise, mild and near-boundary moving averages, …
std::vector<std::vector<double>> standard_starts(const ArimaOrder& order);

// The model at these coefficients, everything filled in but the standard errors.
ArimaModel describe(const ArimaProblem& problem, ArimaLikelihood& likelihood, const ArimaOrder& order,
                    std::span<const double> coefficients);

// Fills in model.standard_errors from the observed information (Hessian by differences of the analytic gradient).
void add_standard_errors(const ArimaProblem& problem, ArimaLikelihood& likelihood, ArimaModel& model);

}  // namespace performance_tracker
