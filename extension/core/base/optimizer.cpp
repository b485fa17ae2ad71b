// SPDX-License-Identifier: PostgreSQL
#include "core/base/optimizer.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace performance_tracker {
namespace {

constexpr double kSufficientDecrease = 1e-4;
constexpr double kCurvature = 0.9;
constexpr int kMaxTrials = 25;

std::span<double> as_span(Vector& v) { return {v.data(), static_cast<std::size_t>(v.size())}; }

// The minimiser of the cubic through (a, fa, slope sa) and (b, fb, slope sb), kept inside the interval.
double cubic_step(double a, double fa, double sa, double b, double fb, double sb) {
  const double d1 = sa + sb - 3.0 * (fa - fb) / (a - b);
  const double square = d1 * d1 - sa * sb;
  double t = 0.5 * (a + b);
  if (square >= 0.0) {
    const double d2 = std::copysign(std::sqrt(square), b - a);
    const double candidate = b - (b - a) * (sb + d2 - d1) / (sb - sa + 2.0 * d2);
    if (std::isfinite(candidate)) t = candidate;
  }
  const double low = std::min(a, b);
  const double width = std::abs(b - a);
  return std::clamp(t, low + 0.1 * width, low + 0.9 * width);
}

}  // namespace

OptimizerResult minimise(Objective& objective, std::span<const double> start, const OptimizerOptions& options,
                         const Progress& progress) {
  const auto size = static_cast<Eigen::Index>(start.size());
  OptimizerResult result;
  Vector x = Eigen::Map<const Vector>(start.data(), size);
  Vector gradient(size);
  Vector trial(size), trial_gradient(size), direction(size), change(size), product(size);
  double value = objective.evaluate(as_span(x), as_span(gradient));
  ++result.evaluations;
  const auto finish = [&] {
    result.x.assign(x.data(), x.data() + size);
    result.value = value;
    return result;
  };
  if (!std::isfinite(value) || size == 0) {
    result.converged = std::isfinite(value);
    return finish();
  }

  Matrix inverse_hessian;
  bool first_metric = !objective.first_metric(as_span(x), inverse_hessian) || !inverse_hessian.allFinite();
  if (first_metric) inverse_hessian = Matrix::Identity(size, size) / std::max(1.0, gradient.norm());
  int small_gains = 0;
  int rejected = 0;
  for (; result.iterations < options.max_iterations; ++result.iterations) {
    progress.poll();
    direction.noalias() = -(inverse_hessian * gradient);
    double slope = direction.dot(gradient);
    if (!(slope < 0.0)) {
      if (gradient.norm() < 1e-10) {
        result.converged = true;
        break;
      }
      inverse_hessian = Matrix::Identity(size, size) / std::max(1.0, gradient.norm());
      direction = -(inverse_hessian * gradient);
      slope = direction.dot(gradient);
    }
    const double predicted = -0.5 * slope;
    if (predicted < options.tolerance) {
      result.converged = true;
      break;
    }
    if (result.iterations >= options.patience && value - options.optimism * predicted > options.hopeless_above) {
      result.hopeless = true;
      break;
    }
    const double length = direction.norm();
    if (length > options.longest_step) {
      direction *= options.longest_step / length;
      slope *= options.longest_step / length;
    }

    double low = 0.0, low_value = value, low_slope = slope;
    double high = std::numeric_limits<double>::infinity();
    double step = 1.0;
    double trial_value = value;
    bool moved = false;
    for (int k = 0; k < kMaxTrials; ++k) {
      trial = x + step * direction;
      trial_value = objective.evaluate(as_span(trial), as_span(trial_gradient));
      ++result.evaluations;
      if (!std::isfinite(trial_value)) {
        high = step;
        step = low + 0.2 * (step - low);
        continue;
      }
      const double trial_slope = trial_gradient.dot(direction);
      if (trial_value > value + kSufficientDecrease * step * slope || trial_value > low_value) {
        high = step;
        const double next = cubic_step(low, low_value, low_slope, step, trial_value, trial_slope);
        if (step - low < 1e-12 || std::abs(low_slope) * (step - low) < 1e-15 * std::abs(value)) break;
        step = next;
        continue;
      }
      moved = true;
      low = step;
      low_value = trial_value;
      low_slope = trial_slope;
      if (trial_slope < kCurvature * slope && length * step < 4.0 * options.longest_step) {
        step = std::isfinite(high) ? 0.5 * (low + high) : 2.5 * step;
        continue;
      }
      break;
    }
    if (!moved) {  // no decrease along this direction: at rounding level, or the metric is useless
      if (first_metric || predicted < 1e-6) {
        result.converged = predicted < 1e-6;
        break;
      }
      inverse_hessian = Matrix::Identity(size, size) / std::max(1.0, gradient.norm());
      first_metric = true;
      continue;
    }
    if (low != step || trial_value != low_value) {  // the last trial was worse than an accepted one: go back to it
      trial = x + low * direction;
      trial_value = objective.evaluate(as_span(trial), as_span(trial_gradient));
      ++result.evaluations;
    }

    change = trial - x;
    const Vector& s = change;
    const Vector y = trial_gradient - gradient;
    const double curvature = s.dot(y);
    if (curvature > 1e-12 * s.norm() * y.norm()) {
      if (first_metric && result.iterations == 0) inverse_hessian *= curvature / y.dot(inverse_hessian * y);
      product.noalias() = inverse_hessian * y;
      const double factor = (1.0 + y.dot(product) / curvature) / curvature;
      inverse_hessian.noalias() += factor * s * s.transpose();
      inverse_hessian.noalias() -= (product * s.transpose() + s * product.transpose()) / curvature;
      first_metric = false;
    }
    const double gain = value - trial_value;
    x = trial;
    gradient = trial_gradient;
    value = trial_value;
    small_gains = gain < options.tolerance ? small_gains + 1 : 0;
    if (small_gains >= 2) {
      result.converged = true;
      break;
    }
    rejected = objective.rejected() ? rejected + 1 : 0;
    if (rejected >= options.rejected_limit) {
      result.rejected = true;
      break;
    }
  }
  return finish();
}

}  // namespace performance_tracker
