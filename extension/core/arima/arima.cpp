// SPDX-License-Identifier: PostgreSQL
#include "core/arima/arima.h"

#include <cmath>

#include "core/arima/arima_estimation.h"
#include "core/base/error.h"

namespace performance_tracker {
namespace {

void check_start(std::span<const double> start, const ArimaOrder& order) {
  if (start.size() != static_cast<std::size_t>(order.coefficient_count()))
    throw InvalidArgument(order.to_string() + " has " + std::to_string(order.coefficient_count()) +
                          " coefficients, but " + std::to_string(start.size()) + " were given");
}

ArimaProblem prepare(std::span<const double> y, const ArimaOrder& order, const ArimaFitOptions& options,
                     const Progress& progress) {
  order.check();
  if (options.constant == Constant::kMean && order.d + order.seasonal_d > 0)
    throw InvalidArgument("a mean is not identified in a differenced model", "Use a drift instead.");
  progress.poll();
  for (const double v : y)
    if (std::isinf(v)) throw InvalidData("the series holds an infinite value");
  ArimaProblem problem = make_arima_problem(y, order, options.constant, options.regressors, progress);
  const auto parameters = static_cast<std::size_t>(order.coefficient_count()) + problem.data.regressors + 1;
  if (problem.data.observations() < parameters + 1)
    throw InvalidArgument("too few observations for " + order.to_string() + ": " +
                              std::to_string(parameters + 1 + static_cast<std::size_t>(order.lost_observations())) +
                              " are needed at least",
                          "Lower the order or give a longer series.");
  return problem;
}

}  // namespace

std::vector<std::string> ArimaModel::names() const {
  std::vector<std::string> names;
  const auto add = [&](const char* prefix, int count) {
    for (int k = 1; k <= count; ++k) names.push_back(prefix + std::to_string(k));
  };
  add("ar", order.p);
  add("ma", order.q);
  add("sar", order.seasonal_p);
  add("sma", order.seasonal_q);
  const std::size_t own = names.size();
  if (constant == Constant::kMean || (constant == Constant::kDrift && order.d + order.seasonal_d == 0))
    names.emplace_back("mean");
  if (constant == Constant::kDrift) names.emplace_back("drift");
  add("xreg", static_cast<int>(regression.size() - (names.size() - own)));
  return names;
}

std::string ArimaModel::to_string() const {
  std::string text = order.to_string();
  if (constant == Constant::kMean) text += " with mean";
  if (constant == Constant::kDrift) text += " with drift";
  return text;
}

ArimaModel fit_arima(std::span<const double> y, const ArimaOrder& order, const ArimaFitOptions& options,
                     const Progress& progress) {
  const ArimaProblem problem = prepare(y, order, options, progress);
  ArimaLikelihood likelihood(problem.data, progress);
  std::vector<std::vector<double>> starts;
  if (!options.start.empty()) {
    check_start(options.start, order);
    starts.push_back(options.start);
  }
  for (std::vector<double>& start : standard_starts(order)) starts.push_back(std::move(start));
  EstimationOptions optimizer;
  optimizer.tolerance = options.tolerance;
  const ArimaEstimate best = estimate(likelihood, order, starts, optimizer, progress);
  ArimaModel model = describe(problem, likelihood, order, best.coefficients);
  add_standard_errors(problem, likelihood, model);
  model.iterations = best.iterations;
  model.converged = best.converged;
  model.evaluations = likelihood.evaluations();
  return model;
}

ArimaModel evaluate_arima(std::span<const double> y, const ArimaOrder& order, std::span<const double> coefficients,
                          const ArimaFitOptions& options, const Progress& progress) {
  progress.poll();
  const ArimaProblem problem = prepare(y, order, options, progress);
  check_start(coefficients, order);
  ArimaLikelihood likelihood(problem.data, progress);
  likelihood.evaluate(order, coefficients);
  if (!likelihood.solved()) throw InvalidArgument("the coefficients of " + order.to_string() + " are not stationary");
  ArimaModel model = describe(problem, likelihood, order, coefficients);
  add_standard_errors(problem, likelihood, model);
  model.converged = true;
  model.evaluations = likelihood.evaluations();
  return model;
}

}  // namespace performance_tracker
