// SPDX-License-Identifier: PostgreSQL
#include "core/arima_filter.h"

#include <algorithm>
#include <cmath>

#include "core/linear_algebra.h"

namespace performance_tracker {
namespace {

using Segment = Eigen::Map<Eigen::VectorXd>;
using ConstSegment = Eigen::Map<const Eigen::VectorXd>;

Segment segment(std::span<double> y) { return {y.data(), static_cast<Eigen::Index>(y.size())}; }
ConstSegment segment(std::span<const double> y) { return {y.data(), static_cast<Eigen::Index>(y.size())}; }

// The recursion with its history in registers: its cost is the latency of one multiplication and one subtraction a
// step, because only the newest term waits for the step before.
template <int Order, bool Backward>
void divide_short(const double* c, double* y, std::size_t n) {
  double history[Order] = {};
  for (std::size_t t = 0; t < n; ++t) {
    double& value = y[Backward ? n - 1 - t : t];
    double sum = value;
    for (int k = Order - 1; k >= 0; --k) sum -= c[k] * history[k];
    for (int k = Order - 1; k >= 1; --k) history[k] = history[k - 1];
    history[0] = sum;
    value = sum;
  }
}

template <bool Backward>
bool divide_short(const LagFactor& f, std::span<double> y) {
  if (f.step != 1) return false;
  const double* c = f.coefficients.data();
  switch (f.coefficients.size()) {
    case 1: divide_short<1, Backward>(c, y.data(), y.size()); return true;
    case 2: divide_short<2, Backward>(c, y.data(), y.size()); return true;
    case 3: divide_short<3, Backward>(c, y.data(), y.size()); return true;
    case 4: divide_short<4, Backward>(c, y.data(), y.size()); return true;
    case 5: divide_short<5, Backward>(c, y.data(), y.size()); return true;
    default: return false;
  }
}

}  // namespace

void multiply(const LagFactor& f, std::span<const double> in, std::span<double> out) {
  std::copy(in.begin(), in.end(), out.begin());
  for (std::size_t k = 0; k < f.coefficients.size(); ++k) {
    const std::size_t lag = (k + 1) * f.step;
    if (lag >= in.size()) break;
    segment(out.subspan(lag)) += f.coefficients[k] * segment(in.first(in.size() - lag));
  }
}

void multiply_backward(const LagFactor& f, std::span<const double> in, std::span<double> out) {
  std::copy(in.begin(), in.end(), out.begin());
  for (std::size_t k = 0; k < f.coefficients.size(); ++k) {
    const std::size_t lag = (k + 1) * f.step;
    if (lag >= in.size()) break;
    segment(out.first(in.size() - lag)) += f.coefficients[k] * segment(in.subspan(lag));
  }
}

void divide(const LagFactor& f, std::span<double> y) {
  if (f.empty() || divide_short<false>(f, y)) return;
  const std::size_t n = y.size();
  const std::size_t order = f.coefficients.size();
  for (std::size_t t = f.step; t < n; ++t) {
    double sum = y[t];
    for (std::size_t k = std::min(order, t / f.step); k >= 1; --k) sum -= f.coefficients[k - 1] * y[t - k * f.step];
    y[t] = sum;
  }
}

void divide_backward(const LagFactor& f, std::span<double> y) {
  if (f.empty() || divide_short<true>(f, y)) return;
  const std::size_t n = y.size();
  const std::size_t order = f.coefficients.size();
  for (std::size_t s = f.step; s < n; ++s) {
    const std::size_t t = n - 1 - s;
    double sum = y[t];
    for (std::size_t k = std::min(order, s / f.step); k >= 1; --k) sum -= f.coefficients[k - 1] * y[t + k * f.step];
    y[t] = sum;
  }
}

std::size_t divide_response(const LagFactor& f, std::span<double> y, std::size_t support) {
  if (f.empty()) return std::min(support, y.size());
  const std::size_t n = y.size();
  const std::size_t order = f.coefficients.size();
  const std::size_t reach = order * f.step;
  double largest = 0.0;
  std::size_t quiet = 0;  // values in a row that are as good as zero
  for (std::size_t t = 0; t < n; ++t) {
    double sum = y[t];
    for (std::size_t k = std::min(order, t / f.step); k >= 1; --k) sum -= f.coefficients[k - 1] * y[t - k * f.step];
    const double size = std::abs(sum);
    largest = std::max(largest, size);
    if (size <= 1e-40 * largest) {
      sum = 0.0;
      ++quiet;
    } else {
      quiet = 0;
    }
    y[t] = sum;
    if (t >= support && quiet >= reach) {
      std::fill(y.begin() + static_cast<std::ptrdiff_t>(t), y.end(), 0.0);
      return t;
    }
  }
  return n;
}

double lagged_product(std::span<const double> a, std::span<const double> b, std::size_t lag) {
  if (lag >= a.size()) return 0.0;
  return segment(a.subspan(lag)).dot(segment(b.first(a.size() - lag)));
}

}  // namespace performance_tracker
