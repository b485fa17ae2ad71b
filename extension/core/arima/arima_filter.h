// SPDX-License-Identifier: PostgreSQL
//
// The lag-polynomial filters of the likelihood kernel, for one sparse factor
//   f(B) = 1 + c_1 B^s + … + c_k B^(ks)
// with zeros before the first value ("forward", B) or after the last one ("backward", F = 1/B). Each costs O(n k).
// Output may not alias input unless said.
#pragma once

#include <cstddef>
#include <span>

namespace performance_tracker {

struct LagFactor {
  std::span<const double> coefficients;  // c_1 … c_k
  std::size_t step = 1;                  // s
  bool empty() const { return coefficients.empty(); }
};

// out = f(B) in and out = f(F) in.
void multiply(const LagFactor& f, std::span<const double> in, std::span<double> out);
void multiply_backward(const LagFactor& f, std::span<const double> in, std::span<double> out);

// y = f(B)^-1 y and y = f(F)^-1 y, in place.
void divide(const LagFactor& f, std::span<double> y);
void divide_backward(const LagFactor& f, std::span<double> y);

// As divide(), for an input that is zero from `support` on: stops where the response has died out (below 1e-22 of its
// largest value, long before it reaches slow subnormal numbers) and returns the length that is not zero.
std::size_t divide_response(const LagFactor& f, std::span<double> y, std::size_t support);

// sum_t a[t] b[t - lag], with zeros before b's start.
double lagged_product(std::span<const double> a, std::span<const double> b, std::size_t lag);

}  // namespace performance_tracker
