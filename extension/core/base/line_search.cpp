// SPDX-License-Identifier: PostgreSQL
#include "core/base/line_search.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace performance_tracker {
namespace {

// c1 and c2 of the Wolfe conditions, the values that Nocedal & Wright recommend for quasi-Newton directions.
constexpr double kSufficientDecrease = 1e-4;
constexpr double kCurvature = 0.9;
// A bracket shrinks to at most nine tenths at each trial: after 25 it is 7% of the first, or the direction is hopeless.
constexpr int kMaxTrials = 25;
// A trial keeps this share of the bracket from its ends, so that interpolation cannot creep.
constexpr double kMargin = 0.1;
// Where the function is infinite, nothing can be interpolated: the step goes back most of the way.
constexpr double kRetreat = 0.2;
constexpr double kExtension = 2.5;
constexpr double kNarrowest = 1e-12;  // a bracket of this width cannot be told from a point
constexpr double kRounding = 1e-15;   // relative decrease below which values differ by rounding only

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
  return std::clamp(t, low + kMargin * width, low + (1.0 - kMargin) * width);
}

std::span<double> as_span(Vector& v) { return {v.data(), static_cast<std::size_t>(v.size())}; }

class LineSearch {
 public:
  LineSearch(Objective& objective, const Evaluated& from, const Vector& direction, double slope, double farthest)
      : objective_(objective),
        from_(from),
        direction_(direction),
        slope_(slope),
        low_value_(from.value),
        low_slope_(slope),
        farthest_(farthest) {}

  LineSearchResult run(Evaluated& to) {
    LineSearchResult result;
    bool searching = true;
    for (int k = 0; k < kMaxTrials && searching; ++k) {
      evaluate(step_, to);
      searching = next(to, result.moved);
    }
    // The last trial was worse than an accepted one: back to it.
    if (result.moved && (low_ != evaluated_ || to.value != low_value_)) evaluate(low_, to);
    result.evaluations = evaluations_;
    return result;
  }

 private:
  void evaluate(double step, Evaluated& to) {
    to.x = from_.x + step * direction_;
    to.value = objective_.evaluate(as_span(to.x), as_span(to.gradient));
    evaluated_ = step;
    ++evaluations_;
  }

  // Takes the trial into the bracket and chooses the next step; false when the search is over.
  bool next(const Evaluated& trial, bool& moved) {
    if (!std::isfinite(trial.value)) {
      high_ = step_;
      step_ = low_ + kRetreat * (step_ - low_);
      return true;
    }
    const double slope = trial.gradient.dot(direction_);
    const bool enough = trial.value <= from_.value + kSufficientDecrease * step_ * slope_;
    if (!enough || trial.value > low_value_) {
      high_ = step_;
      const double width = step_ - low_;
      if (width < kNarrowest || std::abs(low_slope_) * width < kRounding * std::abs(from_.value)) return false;
      step_ = cubic_step(low_, low_value_, low_slope_, step_, trial.value, slope);
      return true;
    }
    moved = true;
    low_ = step_;
    low_value_ = trial.value;
    low_slope_ = slope;
    const bool steep = slope < kCurvature * slope_;
    if (!steep || step_ >= farthest_) return false;
    step_ = std::isfinite(high_) ? 0.5 * (low_ + high_) : kExtension * step_;
    return true;
  }

  Objective& objective_;
  const Evaluated& from_;
  const Vector& direction_;
  double slope_;  // at the start
  double low_ = 0.0, low_value_, low_slope_;
  double high_ = std::numeric_limits<double>::infinity();
  double step_ = 1.0;
  double evaluated_ = 0.0;  // the step of the last evaluation
  double farthest_;
  int evaluations_ = 0;
};

}  // namespace

LineSearchResult line_search(Objective& objective, const Evaluated& from, const Vector& direction, double slope,
                             double farthest, Evaluated& to) {
  return LineSearch(objective, from, direction, slope, farthest).run(to);
}

}  // namespace performance_tracker
