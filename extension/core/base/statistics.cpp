// SPDX-License-Identifier: PostgreSQL
#include "core/base/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "core/base/normal_distribution.h"

namespace performance_tracker {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double log_beta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

// Regularised incomplete beta function I_x(a, b) by its continued fraction (DLMF 8.17.22), evaluated with the
// modified Lentz method; `log_beta` is that of a and b.
double incomplete_beta(double a, double b, double x, double log_beta) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast only left of the mean; the other side comes from the symmetry.
  if (x > (a + 1) / (a + b + 2)) return 1 - incomplete_beta(b, a, 1 - x, log_beta);
  const double front = std::exp(a * std::log(x) + b * std::log1p(-x) - log_beta) / a;
  constexpr double kTiny = 1e-300;
  const auto away_from_zero = [](double v) { return std::abs(v) < kTiny ? kTiny : v; };
  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double fraction = d;
  for (int m = 1; m < 300; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    fraction *= c * d;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    fraction *= c * d;
    if (std::abs(c * d - 1) < 1e-15) break;
  }
  return front * fraction;
}

}  // namespace

double mean(std::span<const double> values) {
  if (values.empty()) return kNaN;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double median(std::span<const double> values) {
  if (values.empty()) return kNaN;
  std::vector<double> v(values.begin(), values.end());
  const auto middle = v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2);
  std::nth_element(v.begin(), middle, v.end());
  if (v.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(v.begin(), middle));
}

double weighted_median(std::span<const double> values, std::span<const double> weights) {
  struct Weighted {
    double value;
    double weight;
  };
  std::vector<Weighted> v;
  v.reserve(values.size());
  double half = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(weights[i] > 0)) continue;
    v.push_back({values[i], weights[i]});
    half += 0.5 * weights[i];
  }
  if (v.empty()) return kNaN;
  const auto less = [](const Weighted& a, const Weighted& b) { return a.value < b.value; };
  const double exact = half * 1e-12;
  // Quickselect by weight: [first, last) always holds the median, `below` is the weight to its left.
  auto first = v.begin();
  auto last = v.end();
  double below = 0;
  while (last - first > 1) {
    const auto middle = first + (last - first) / 2;
    std::nth_element(first, middle, last, less);
    double left = 0;
    for (auto i = first; i != middle; ++i) left += i->weight;
    if (std::abs(below + left - half) <= exact) {
      // Exactly half lies below the middle one: the median is between it and its lower neighbour.
      return 0.5 * (std::max_element(first, middle, less)->value + middle->value);
    }
    if (below + left > half) {
      last = middle;
    } else {
      below += left;
      first = middle;
    }
  }
  // Exactly half of the weight up to and with this one: between it and its upper neighbour.
  if (std::abs(below + first->weight - half) <= exact && last != v.end()) {
    return 0.5 * (first->value + std::min_element(last, v.end(), less)->value);
  }
  return first->value;
}

double weighted_mad(std::span<const double> deviations, std::span<const double> weights) {
  std::vector<double> absolute(deviations.size());
  std::transform(deviations.begin(), deviations.end(), absolute.begin(), [](double d) { return std::abs(d); });
  return 1.482602218505602 * weighted_median(absolute, weights);
}

double biweight_scale(std::span<const double> deviations, std::span<const double> weights, double mad) {
  double total = 0;
  double numerator = 0;
  double denominator = 0;
  // `mad` is already scaled to a standard deviation; Lax's c = 9 counts unscaled ones.
  const double reach = 9 * mad / 1.482602218505602;
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    total += weights[i];
    const double u = deviations[i] / reach;
    if (!(std::abs(u) < 1)) continue;
    const double v = 1 - u * u;
    numerator += weights[i] * deviations[i] * deviations[i] * v * v * v * v;
    denominator += weights[i] * v * (1 - 5 * u * u);
  }
  if (!(denominator > 0)) return mad;
  return std::sqrt(total * numerator) / denominator;
}

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

StudentTail::StudentTail(double degrees_of_freedom)
    : nu_(degrees_of_freedom), log_beta_(log_beta(0.5 * degrees_of_freedom, 0.5)) {}

double StudentTail::operator()(double t) const {
  if (std::isinf(t)) return 0;
  return 0.5 * incomplete_beta(0.5 * nu_, 0.5, nu_ / (nu_ + t * t), log_beta_);
}

double student_t_cdf(double t, double degrees_of_freedom) {
  const double tail = StudentTail(degrees_of_freedom)(t);
  return t > 0 ? 1 - tail : tail;
}

double student_t_quantile(double p, double degrees_of_freedom) {
  if (!(p > 0 && p < 1)) return kNaN;
  // The lower tail is computed without cancellation, so the root is sought there.
  if (p > 0.5) return -student_t_quantile(1 - p, degrees_of_freedom);
  const StudentTail tail(degrees_of_freedom);
  double low = -1;
  while (tail(low) > p && low > -1e300) low *= 2;
  double high = 0;
  for (int i = 0; i < 200 && high - low > 1e-13 * (1 - low); ++i) {
    const double middle = 0.5 * (low + high);
    (tail(middle) > p ? high : low) = middle;
  }
  return 0.5 * (low + high);
}

Interval wilson_interval(double successes, double trials, double confidence_level) {
  const double z = interval_multiplier(confidence_level);
  const double share = successes / trials;
  const double shrink = 1 + z * z / trials;
  const double centre = (share + 0.5 * z * z / trials) / shrink;
  const double half = z / shrink * std::sqrt(share * (1 - share) / trials + 0.25 * z * z / (trials * trials));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

}  // namespace performance_tracker
