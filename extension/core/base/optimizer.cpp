// SPDX-License-Identifier: PostgreSQL
#include "core/base/optimizer.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "core/base/line_search.h"

namespace performance_tracker {
namespace {

// A gradient as short as this is zero: the objectives are log-likelihoods of parameters near one.
constexpr double kFlat = 1e-10;
// Where no step decreases the value although so much was predicted, the metric is wrong; below, it is rounding.
constexpr double kBelievable = 1e-6;
// s'y must be this part of |s||y| for the update to keep the metric positive definite (Nocedal & Wright, section 6.1).
constexpr double kPositiveCurvature = 1e-12;
// A step is extended no further than so many times the longest first one: beyond, the quadratic model says nothing.
constexpr double kLongestExtension = 4.0;
// Two steps in a row that gain less than the tolerance: the first may have been short by chance.
constexpr int kSmallGains = 2;

std::span<double> as_span(Vector& v) { return {v.data(), static_cast<std::size_t>(v.size())}; }

// BFGS on the inverse Hessian (Nocedal & Wright 2006, algorithm 6.1).
class Bfgs {
 public:
  Bfgs(Objective& objective, std::span<const double> start, const OptimizerOptions& options, const Progress& progress)
      : objective_(objective), options_(options), progress_(progress) {
    const auto size = static_cast<Eigen::Index>(start.size());
    at_.x = Eigen::Map<const Vector>(start.data(), size);
    at_.gradient.resize(size);
    next_.x.resize(size);
    next_.gradient.resize(size);
    direction_.resize(size);
  }

  OptimizerResult run() {
    at_.value = objective_.evaluate(as_span(at_.x), as_span(at_.gradient));
    ++result_.evaluations;
    if (!std::isfinite(at_.value) || at_.x.size() == 0) {
      result_.converged = std::isfinite(at_.value);
      return finish();
    }
    metric_is_guess_ = !objective_.first_metric(as_span(at_.x), inverse_hessian_) || !inverse_hessian_.allFinite();
    if (metric_is_guess_) guess_metric();
    for (; result_.iterations < options_.max_iterations; ++result_.iterations) {
      progress_.poll();
      if (!iterate()) break;
    }
    return finish();
  }

 private:
  OptimizerResult finish() {
    result_.x.assign(at_.x.data(), at_.x.data() + at_.x.size());
    result_.value = at_.value;
    return std::move(result_);
  }

  // The identity, scaled so that the first step is no longer than one.
  void guess_metric() {
    const auto size = at_.x.size();
    inverse_hessian_ = Matrix::Identity(size, size) / std::max(1.0, at_.gradient.norm());
  }

  // -H g, and its slope; false when the gradient vanishes.
  bool choose_direction() {
    direction_.noalias() = -(inverse_hessian_ * at_.gradient);
    slope_ = direction_.dot(at_.gradient);
    if (slope_ < 0.0) return true;
    if (at_.gradient.norm() < kFlat) return false;
    guess_metric();  // rounding has made the metric indefinite
    direction_ = -(inverse_hessian_ * at_.gradient);
    slope_ = direction_.dot(at_.gradient);
    return true;
  }

  // Whether the predicted decrease leaves nothing to do: the optimum is reached, or what is wanted never will be.
  bool finished(double predicted) {
    result_.converged = predicted < options_.tolerance;
    if (result_.converged) return true;
    result_.hopeless =
        result_.iterations >= options_.patience && at_.value - options_.optimism * predicted > options_.hopeless_above;
    return result_.hopeless;
  }

  // One step; false when the minimisation is over.
  bool iterate() {
    if (!choose_direction()) {
      result_.converged = true;
      return false;
    }
    const double predicted = -0.5 * slope_;
    if (finished(predicted)) return false;
    const double length = direction_.norm();
    if (length > options_.longest_step) {
      direction_ *= options_.longest_step / length;
      slope_ *= options_.longest_step / length;
    }
    // Of the direction as it was before it was cut: one that had to be cut by much is not trusted to be extended.
    const double farthest = kLongestExtension * options_.longest_step / length;
    const LineSearchResult step = line_search(objective_, at_, direction_, slope_, farthest, next_);
    result_.evaluations += step.evaluations;
    if (!step.moved) return another_metric(predicted);
    learn();
    const double gain = at_.value - next_.value;
    std::swap(at_, next_);
    return worth_going_on(gain);
  }

  // No decrease along the direction: at rounding level, or the metric is useless and a guess is no worse.
  bool another_metric(double predicted) {
    if (metric_is_guess_ || predicted < kBelievable) {
      result_.converged = predicted < kBelievable;
      return false;
    }
    guess_metric();
    metric_is_guess_ = true;
    return true;
  }

  // The update of the inverse Hessian (equation 6.17), the first one after a rescaling (6.20).
  void learn() {
    const Vector s = next_.x - at_.x;
    const Vector y = next_.gradient - at_.gradient;
    const double curvature = s.dot(y);
    if (!(curvature > kPositiveCurvature * s.norm() * y.norm())) return;
    if (metric_is_guess_ && result_.iterations == 0) inverse_hessian_ *= curvature / y.dot(inverse_hessian_ * y);
    const Vector product = inverse_hessian_ * y;
    const double factor = (1.0 + y.dot(product) / curvature) / curvature;
    inverse_hessian_.noalias() += factor * s * s.transpose();
    inverse_hessian_.noalias() -= (product * s.transpose() + s * product.transpose()) / curvature;
    metric_is_guess_ = false;
  }

  bool worth_going_on(double gain) {
    small_gains_ = gain < options_.tolerance ? small_gains_ + 1 : 0;
    result_.converged = small_gains_ >= kSmallGains;
    if (result_.converged) return false;
    rejected_ = objective_.rejected() ? rejected_ + 1 : 0;
    result_.rejected = rejected_ >= options_.rejected_limit;
    return !result_.rejected;
  }

  Objective& objective_;
  const OptimizerOptions& options_;
  const Progress& progress_;
  Evaluated at_, next_;
  Vector direction_;
  double slope_ = 0.0;
  Matrix inverse_hessian_;
  bool metric_is_guess_ = false;  // the metric is no more than a scaled identity
  int small_gains_ = 0, rejected_ = 0;
  OptimizerResult result_;
};

}  // namespace

OptimizerResult minimise(Objective& objective, std::span<const double> start, const OptimizerOptions& options,
                         const Progress& progress) {
  return Bfgs(objective, start, options, progress).run();
}

}  // namespace performance_tracker
