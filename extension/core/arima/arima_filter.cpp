// SPDX-License-Identifier: PostgreSQL
#include "core/arima/arima_filter.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/linear_algebra.h"

namespace performance_tracker {
namespace {

using Segment = Eigen::Map<Eigen::VectorXd>;
using ConstSegment = Eigen::Map<const Eigen::VectorXd>;

// A response below this part of its largest value no longer changes any sum in double precision.
constexpr double kSilence = 1e-22;

Segment segment(std::span<double> y) { return {y.data(), static_cast<Eigen::Index>(y.size())}; }
ConstSegment segment(std::span<const double> y) { return {y.data(), static_cast<Eigen::Index>(y.size())}; }

// The recursion with its history in registers, unrolled by hand because -O2 does not: its cost is the latency of one
// multiplication and one subtraction a step, because only the newest term, taken last, waits for the step before.
template <std::size_t... Older>
inline double recursion_step(double value, const double* c, double* history, std::index_sequence<Older...>) {
  constexpr std::size_t order = sizeof...(Older) + 1;
  ((value -= c[order - 1 - Older] * history[order - 1 - Older]), ...);
  value -= c[0] * history[0];
  ((history[order - 1 - Older] = history[order - 2 - Older]), ...);
  history[0] = value;
  return value;
}

using Pair = double __attribute__((vector_size(16)));  // what every x86-64 and ARM64 adds at once

// One series alone, four steps at a time, so that it does not wait for itself: each value as a sum over the inputs
// since the step before the four and the values before it (scattered look-ahead; Parhi & Messerschmitt 1989).
template <std::size_t Order, bool Backward>
void divide_ahead(const double* c, double* y, std::size_t n) {
  constexpr std::size_t kSteps = 4;
  const auto at = [y, n](std::size_t t) -> double& { return y[Backward ? n - 1 - t : t]; };
  double weight[kSteps + Order][kSteps];  // of the four inputs, then of the values before them, latest first
  for (std::size_t k = 0; k < kSteps + Order; ++k) {
    for (std::size_t j = 0; j < kSteps; ++j) {
      double w = j == k ? 1.0 : 0.0;
      if (k >= kSteps && j + k - kSteps < Order) w = -c[j + k - kSteps];
      for (std::size_t l = 1; l <= std::min(j, Order); ++l) w -= c[l - 1] * weight[k][j - l];
      weight[k][j] = w;
    }
  }
  Pair first[kSteps + Order], second[kSteps + Order];
  for (std::size_t k = 0; k < kSteps + Order; ++k) {
    first[k] = Pair{weight[k][0], weight[k][1]};
    second[k] = Pair{weight[k][2], weight[k][3]};
  }
  double h0 = 0.0, h1 = 0.0, h2 = 0.0, h3 = 0.0, h4 = 0.0;  // the values before, latest first
  std::size_t t = 0;
  for (; t + kSteps <= n; t += kSteps) {
    const double x0 = at(t), x1 = at(t + 1), x2 = at(t + 2), x3 = at(t + 3);
    Pair a = first[0] * x0 + first[1] * x1;
    Pair b = (second[0] * x0 + second[1] * x1) + (second[2] * x2 + second[3] * x3);
    if constexpr (Order > 4) {
      a += first[kSteps + 4] * h4;
      b += second[kSteps + 4] * h4;
      h4 = h0;
    }
    if constexpr (Order > 3) {
      a += first[kSteps + 3] * h3;
      b += second[kSteps + 3] * h3;
    }
    if constexpr (Order > 2) {
      a += first[kSteps + 2] * h2;
      b += second[kSteps + 2] * h2;
    }
    if constexpr (Order > 1) {
      a += first[kSteps] * h0 + first[kSteps + 1] * h1;
      b += second[kSteps] * h0 + second[kSteps + 1] * h1;
    } else {
      a += first[kSteps] * h0;
      b += second[kSteps] * h0;
    }
    h3 = at(t) = a[0];
    h2 = at(t + 1) = a[1];
    h1 = at(t + 2) = b[0];
    h0 = at(t + 3) = b[1];
  }
  double history[] = {h0, h1, h2, h3, h4};
  for (; t < n; ++t) at(t) = recursion_step(at(t), c, history, std::make_index_sequence<Order - 1>{});
}

template <bool Backward>
bool divide_short(const LagFactor& f, std::span<double> y) {
  if (f.step != 1) return false;
  const double* c = f.coefficients.data();
  switch (f.coefficients.size()) {
    case 1:
      divide_ahead<1, Backward>(c, y.data(), y.size());
      return true;
    case 2:
      divide_ahead<2, Backward>(c, y.data(), y.size());
      return true;
    case 3:
      divide_ahead<3, Backward>(c, y.data(), y.size());
      return true;
    case 4:
      divide_ahead<4, Backward>(c, y.data(), y.size());
      return true;
    case 5:
      divide_ahead<5, Backward>(c, y.data(), y.size());
      return true;
    default:
      return false;
  }
}

// divide_response() with the history in registers.
template <std::size_t Order>
std::size_t response_short(const double* coefficients, std::span<double> y, std::size_t support) {
  constexpr std::size_t kBlock = 16;  // at least the memory, so that a quiet block ends the response
  double c[Order], history[Order] = {};
  std::copy_n(coefficients, Order, c);
  double largest = 0.0;
  for (std::size_t start = 0; start < y.size(); start += kBlock) {
    const std::size_t end = std::min(y.size(), start + kBlock);
    double loudest = 0.0;
    for (std::size_t t = start; t < end; ++t) {
      y[t] = recursion_step(y[t], c, history, std::make_index_sequence<Order - 1>{});
      loudest = std::max(loudest, std::abs(y[t]));
    }
    largest = std::max(largest, loudest);
    if (start >= support && loudest <= kSilence * largest) {
      std::fill(y.begin() + static_cast<std::ptrdiff_t>(start), y.end(), 0.0);
      return start;
    }
  }
  return y.size();
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
  if (f.step == 1) {
    switch (f.coefficients.size()) {
      case 1:
        return response_short<1>(f.coefficients.data(), y, support);
      case 2:
        return response_short<2>(f.coefficients.data(), y, support);
      case 3:
        return response_short<3>(f.coefficients.data(), y, support);
      case 4:
        return response_short<4>(f.coefficients.data(), y, support);
      case 5:
        return response_short<5>(f.coefficients.data(), y, support);
      default:
        break;
    }
  }
  const std::size_t n = y.size();
  const std::size_t order = f.coefficients.size();
  const std::size_t reach = order * f.step;
  const double* c = f.coefficients.data();
  double largest = 0.0;
  // In blocks at least as long as the memory, so that a quiet block ends the response.
  const std::size_t block = std::max<std::size_t>(reach, 16);
  for (std::size_t start = 0; start < n; start += block) {
    const std::size_t end = std::min(n, start + block);
    double loudest = 0.0;
    for (std::size_t t = start; t < end; ++t) {
      double sum = y[t];
      if (t >= reach) {
        for (std::size_t k = order; k >= 1; --k) sum -= c[k - 1] * y[t - k * f.step];
      } else {
        for (std::size_t k = t / f.step; k >= 1; --k) sum -= c[k - 1] * y[t - k * f.step];
      }
      y[t] = sum;
      loudest = std::max(loudest, std::abs(sum));
    }
    largest = std::max(largest, loudest);
    if (start >= support && loudest <= kSilence * largest) {
      std::fill(y.begin() + static_cast<std::ptrdiff_t>(start), y.end(), 0.0);
      return start;
    }
  }
  return n;
}

double lagged_product(std::span<const double> a, std::span<const double> b, std::size_t lag) {
  if (lag >= a.size()) return 0.0;
  return segment(a.subspan(lag)).dot(segment(b.first(a.size() - lag)));
}

}  // namespace performance_tracker
