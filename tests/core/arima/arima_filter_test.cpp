// SPDX-License-Identifier: PostgreSQL
//
// The filters against their definitions, term by term: every order that has code of its own, and longer ones, with and
// without a season.
#include "core/arima/arima_filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "simulated_series.h"

namespace performance_tracker {
namespace {

using testing::uniform_noise;

struct Case {
  std::vector<double> coefficients;
  std::size_t step;
  LagFactor factor() const { return {coefficients, step}; }
};

// Coefficients of an invertible factor: their absolute values sum to less than one.
std::vector<Case> cases() {
  std::vector<Case> all;
  for (std::size_t order = 0; order <= 7; ++order) {
    for (const std::size_t step : {1U, 2U, 7U}) {
      std::vector<double> c = uniform_noise(order, 11 + order);
      for (double& v : c) v *= 1.8 / static_cast<double>(order);
      all.push_back({c, step});
    }
  }
  return all;
}

double input(const std::vector<double>& x, std::size_t t, std::size_t back) { return back > t ? 0.0 : x[t - back]; }

std::vector<double> product(const Case& c, const std::vector<double>& x) {
  std::vector<double> out = x;
  for (std::size_t t = 0; t < x.size(); ++t)
    for (std::size_t k = 1; k <= c.coefficients.size(); ++k) out[t] += c.coefficients[k - 1] * input(x, t, k * c.step);
  return out;
}

std::vector<double> quotient(const Case& c, std::vector<double> y) {
  for (std::size_t t = 0; t < y.size(); ++t)
    for (std::size_t k = 1; k <= c.coefficients.size(); ++k) y[t] -= c.coefficients[k - 1] * input(y, t, k * c.step);
  return y;
}

std::vector<double> reversed(std::vector<double> x) {
  std::reverse(x.begin(), x.end());
  return x;
}

void expect_near(const std::vector<double>& got, const std::vector<double>& wanted, const Case& c) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t t = 0; t < got.size(); ++t)
    ASSERT_NEAR(got[t], wanted[t], 1e-12) << "order " << c.coefficients.size() << ", step " << c.step << ", t " << t;
}

// Lengths below, at and beyond the memory of the filter and the four steps that are taken at once.
constexpr std::size_t kLengths[] = {1, 2, 3, 4, 5, 8, 15, 16, 17, 50, 99};

TEST(ArimaFilter, MultipliesAndDividesAsDefined) {
  for (const Case& c : cases()) {
    for (const std::size_t n : kLengths) {
      const std::vector<double> x = uniform_noise(n, 5 + n);
      std::vector<double> out(n);
      multiply(c.factor(), x, out);
      expect_near(out, product(c, x), c);
      divide(c.factor(), out);
      expect_near(out, x, c);
      std::vector<double> y = x;
      divide(c.factor(), y);
      expect_near(y, quotient(c, x), c);
    }
  }
}

TEST(ArimaFilter, BackwardIsForwardOnTheReversedSeries) {
  for (const Case& c : cases()) {
    for (const std::size_t n : kLengths) {
      const std::vector<double> x = uniform_noise(n, 3 + n);
      std::vector<double> out(n);
      multiply_backward(c.factor(), x, out);
      expect_near(reversed(out), product(c, reversed(x)), c);
      std::vector<double> y = x;
      divide_backward(c.factor(), y);
      expect_near(reversed(y), quotient(c, reversed(x)), c);
    }
  }
}

// An input of a few values, then silence.
std::vector<double> pulse(std::size_t n, std::size_t support) {
  std::vector<double> x = uniform_noise(n, 17);
  std::fill(x.begin() + static_cast<std::ptrdiff_t>(support), x.end(), 0.0);
  return x;
}

TEST(ArimaFilter, AResponseIsTheQuotient) {
  for (const Case& c : cases()) {
    for (const std::size_t support : {1U, 5U, 20U}) {
      std::vector<double> y = pulse(600, support);
      const std::vector<double> wanted = quotient(c, y);
      const std::size_t length = divide_response(c.factor(), y, support);
      expect_near(y, wanted, c);
      ASSERT_GE(length, support);
      for (std::size_t t = length; t < y.size(); ++t) ASSERT_EQ(y[t], 0.0);
    }
  }
}

// A change of max to min in the search for the largest value was noticed by no test: results stay, and the stop is
// lost.
TEST(ArimaFilter, AResponseStopsOnceItHasDiedOut) {
  for (const Case& c : cases()) {
    if (c.coefficients.empty()) continue;
    const std::size_t n = 4000 * c.step;
    std::vector<double> y = pulse(n, 3);
    const std::vector<double> whole = quotient(c, y);
    const double largest = std::abs(
        *std::max_element(whole.begin(), whole.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }));
    std::size_t dead = n;
    while (dead > 0 && std::abs(whole[dead - 1]) <= 1e-22 * largest) --dead;
    const std::size_t length = divide_response(c.factor(), y, 3);
    // Where the last value above 1e-22 of the largest is, and at most two blocks beyond.
    const std::size_t block = std::max<std::size_t>(c.coefficients.size() * c.step, 16);
    EXPECT_GE(length, dead) << "order " << c.coefficients.size() << ", step " << c.step;
    EXPECT_LE(length, dead + 2 * block) << "order " << c.coefficients.size() << ", step " << c.step;
    EXPECT_LT(length, n);
  }
}

TEST(ArimaFilter, AResponseDoesNotStopBeforeItsInputEnds) {
  // Silence at first, and a late value.
  std::vector<double> y(200, 0.0);
  y[0] = 1.0;
  y[150] = 1.0;
  const std::vector<double> c{0.1};
  const std::vector<double> wanted = quotient({c, 1}, y);
  const std::size_t length = divide_response({c, 1}, y, 151);
  EXPECT_GE(length, 151U);
  for (std::size_t t = 0; t < y.size(); ++t) EXPECT_NEAR(y[t], wanted[t], 1e-15);
}

TEST(ArimaFilter, LaggedProducts) {
  const std::vector<double> a = uniform_noise(23, 1), b = uniform_noise(23, 2);
  for (std::size_t lag = 0; lag < 30; ++lag) {
    double wanted = 0.0;
    for (std::size_t t = lag; t < a.size(); ++t) wanted += a[t] * b[t - lag];
    EXPECT_NEAR(lagged_product(a, b, lag), wanted, 1e-13);
  }
}

}  // namespace
}  // namespace performance_tracker
