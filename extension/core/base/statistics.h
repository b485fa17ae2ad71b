// SPDX-License-Identifier: PostgreSQL
//
// The order statistics, robust scales and distribution functions that the analytic chapters share. Inputs hold no
// NaN unless a comment says so; an empty input gives NaN.
#pragma once

#include <span>
#include <vector>

namespace performance_tracker {

double mean(std::span<const double> values);
double median(std::span<const double> values);

// Median of `values`, each counted `weights[i]` >= 0 times. NaN when the weights sum to zero.
double weighted_median(std::span<const double> values, std::span<const double> weights);

// 1.4826 · weighted median of |value|: the standard deviation around zero, if the bulk is Gaussian.
double weighted_mad(std::span<const double> deviations, std::span<const double> weights);

// Square root of the biweight midvariance around zero (Lax 1985, eq. for the A-estimator with c = 9 MADs; 86%
// efficient at the Gaussian against 37% of the MAD). `deviations` are residuals, `mad` their scale as above (> 0).
double biweight_scale(std::span<const double> deviations, std::span<const double> weights, double mad);

double normal_cdf(double z);

// P(T <= t) of Student's t with `degrees_of_freedom` > 0, not necessarily whole.
double student_t_cdf(double t, double degrees_of_freedom);
// The same for many t at once: P(T >= |t|).
class StudentTail {
 public:
  explicit StudentTail(double degrees_of_freedom);
  double operator()(double t) const;

 private:
  double nu_, log_beta_;
};
// Inverse of student_t_cdf for p in (0, 1), by bisection.
double student_t_quantile(double p, double degrees_of_freedom);

struct Interval {
  double lower;
  double upper;
};

// Wilson's score interval (1927) for a proportion: 0 <= successes <= trials, trials > 0.
Interval wilson_interval(double successes, double trials, double confidence_level);

}  // namespace performance_tracker
