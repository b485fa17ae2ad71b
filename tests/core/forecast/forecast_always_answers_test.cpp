// SPDX-License-Identifier: PostgreSQL
//
// Whatever the series looks like, forecast() gives finite numbers and says which way it went.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/forecast/forecast.h"

namespace performance_tracker {
namespace {

struct Shape {
  std::string name;
  std::vector<double> y;
  int season_length;
  bool says_why;  // a status is expected
};

std::vector<double> make(std::size_t n, const std::function<double(std::size_t, double)>& f) {
  std::mt19937 generator(11);
  std::normal_distribution<double> normal;
  std::vector<double> y(n);
  for (std::size_t t = 0; t < n; ++t) y[t] = f(t, normal(generator));
  return y;
}

std::vector<Shape> shapes() {
  const double nan = std::nan("");
  const auto wave = [](std::size_t t) { return std::sin(2.0 * 3.14159265358979 * static_cast<double>(t % 7) / 7.0); };
  return {
      {"one value", {5.0}, 7, true},
      {"two values", {5.0, 7.0}, 7, true},
      {"nine values", make(9, [](auto t, double) { return static_cast<double>(t * t); }), 7, true},
      {"constant", std::vector<double>(60, 3.5), 7, true},
      {"all zero", std::vector<double>(60, 0.0), 7, true},
      {"constant but one", make(60, [](auto t, double) { return t == 31 ? 4.0 : 3.5; }), 7, false},
      {"one spike", make(90, [](auto t, double) { return t == 89 ? 1000.0 : 0.0; }), 7, false},
      {"intermittent", make(120, [](auto t, double e) { return t % 9 == 0 ? 5.0 + e : 0.0; }), 7, false},
      {"mostly missing", make(120, [&](auto t, double e) { return t % 5 == 0 ? 10.0 + e : nan; }), 7, true},
      {"gaps", make(120, [&](auto t, double e) { return t % 11 == 3 ? nan : 10.0 + 3.0 * wave(t) + e; }), 7, true},
      {"a tail of gaps", make(60, [&](auto t, double e) { return t > 50 ? nan : 10.0 + e; }), 7, true},
      {"a head of gaps", make(60, [&](auto t, double e) { return t < 20 ? nan : 10.0 + e; }), 7, true},
      {"tiny scale", make(90, [&](auto t, double e) { return 1e-9 * (5.0 + wave(t) + 0.3 * e); }), 7, false},
      {"huge scale", make(90, [&](auto t, double e) { return 1e12 * (5.0 + wave(t) + 0.3 * e); }), 7, false},
      {"at the end of the range", make(40, [](auto t, double) { return t % 2 == 0 ? 1e308 : -1e308; }), 1, false},
      {"denormal", make(40, [](auto, double e) { return 1e-310 * e; }), 1, false},
      {"straight line", make(50, [](auto t, double) { return 3.0 * static_cast<double>(t); }), 7, true},
      {"parabola", make(50, [](auto t, double) { return static_cast<double>(t * t); }), 7, false},
      {"perfect season", make(70, [&](auto t, double) { return static_cast<double>(t % 7); }), 7, true},
      {"level shift", make(100, [](auto t, double e) { return (t > 60 ? 100.0 : 10.0) + e; }), 7, false},
      {"season longer than the data", make(50, [](auto, double e) { return e; }), 366, true},
      {"explosive", make(60, [](auto t, double) { return std::exp(0.5 * static_cast<double>(t)); }), 7, false},
  };
}

TEST(ForecastAlwaysAnswers, WithFiniteNumbersForEveryShape) {
  const NeverCancelled progress;
  for (const Shape& shape : shapes()) {
    SCOPED_TRACE(shape.name);
    for (const int season_length : {shape.season_length, 0}) {
      const Forecast f = forecast({shape.y, season_length}, {.horizon = 20, .confidence_level = 0.95}, progress);
      ASSERT_EQ(f.value.size(), 20u);
      for (std::size_t h = 0; h < 20; ++h) {
        EXPECT_TRUE(std::isfinite(f.value[h])) << h;
        EXPECT_TRUE(std::isfinite(f.standard_error[h]) && f.standard_error[h] >= 0.0) << h;
        EXPECT_TRUE(std::isfinite(f.lower[h]) && std::isfinite(f.upper[h])) << h;
        EXPECT_LE(f.lower[h], f.value[h]);
        EXPECT_GE(f.upper[h], f.value[h]);
      }
      EXPECT_EQ(f.fitted.size(), shape.y.size());
      for (const double v : f.fitted) EXPECT_FALSE(std::isinf(v));
      EXPECT_FALSE(f.model.empty());
      if (shape.says_why && season_length == shape.season_length) {
        EXPECT_TRUE(f.status.has_value());
      }
    }
  }
}

TEST(ForecastAlwaysAnswers, RegularPatternsGoOn) {
  const NeverCancelled progress;
  std::vector<double> line(50);
  for (std::size_t t = 0; t < line.size(); ++t) line[t] = 2.0 + 3.0 * static_cast<double>(t);
  const Forecast f = forecast({line, 7}, {.horizon = 5}, progress);
  for (std::size_t h = 0; h < 5; ++h) EXPECT_NEAR(f.value[h], 2.0 + 3.0 * static_cast<double>(50 + h), 1e-6);
  std::vector<double> season(70);
  for (std::size_t t = 0; t < season.size(); ++t) season[t] = static_cast<double>(t % 7);
  const Forecast g = forecast({season, 7}, {.horizon = 9}, progress);
  for (std::size_t h = 0; h < 9; ++h) EXPECT_NEAR(g.value[h], static_cast<double>((70 + h) % 7), 1e-6);
}

TEST(ForecastAlwaysAnswers, RegularPatternsGoOnAcrossGaps) {
  const NeverCancelled progress;
  std::vector<double> line(50), season(70);
  for (std::size_t t = 0; t < line.size(); ++t) line[t] = t % 4 == 1 || t > 44 ? std::nan("") : 2.0 + 3.0 * double(t);
  const Forecast f = forecast({line, 7}, {.horizon = 5}, progress);
  for (std::size_t h = 0; h < 5; ++h) EXPECT_NEAR(f.value[h], 2.0 + 3.0 * static_cast<double>(50 + h), 1e-6);
  for (std::size_t t = 0; t < season.size(); ++t) season[t] = t % 5 == 0 ? std::nan("") : static_cast<double>(t % 7);
  const Forecast g = forecast({season, 7}, {.horizon = 9}, progress);
  for (std::size_t h = 0; h < 9; ++h) EXPECT_NEAR(g.value[h], static_cast<double>((70 + h) % 7), 1e-6);
}

// The likelihood of a curve without noise is at the edge of rounding: what the search found finite was refused
// afterwards.
TEST(ForecastAlwaysAnswers, SmoothCurvesWithoutNoise) {
  const NeverCancelled progress;
  const std::vector<std::function<double(double)>> curves{[](double t) { return 1000.0 * std::exp(-t / 30.0); },
                                                          [](double t) { return 500.0 / (1.0 + std::exp(-(t - 60) / 9)); },
                                                          [](double t) { return std::sqrt(t + 1.0); },
                                                          [](double t) { return std::log(t + 2.0); },
                                                          [](double t) { return 100.0 * std::pow(1.01, t); },
                                                          [](double t) { return 10 + std::sin(t / 9) + std::cos(t / 4); }};
  for (std::size_t c = 0; c < curves.size(); ++c)
    for (const int m : {1, 7, 12})
      for (const std::size_t n : {std::size_t{60}, std::size_t{125}})
        for (const bool gaps : {false, true}) {
          SCOPED_TRACE("curve " + std::to_string(c) + ", season " + std::to_string(m) + ", n " + std::to_string(n));
          std::vector<double> y(n);
          for (std::size_t t = 0; t < n; ++t) y[t] = gaps && t % 11 == 3 ? std::nan("") : curves[c](double(t));
          const Forecast f = forecast({y, m}, {.horizon = 3}, progress);
          for (std::size_t h = 0; h < 3; ++h) EXPECT_TRUE(std::isfinite(f.value[h]) && f.standard_error[h] >= 0.0);
        }
  std::vector<double> decay(400);
  for (std::size_t t = 0; t < decay.size(); ++t) decay[t] = curves[0](static_cast<double>(t));
  EXPECT_NEAR(forecast({decay, 7}, {.horizon = 1}, progress).value[0], curves[0](400.0), 1e-4);
}

// Noise of a billionth of the level was taken for rounding.
TEST(ForecastAlwaysAnswers, NoiseOnALargeLevelIsNoPattern) {
  const NeverCancelled progress;
  const std::vector<double> y =
      make(90, [](auto t, double e) { return 1e12 + 50.0 + 15.0 * std::sin(0.9 * static_cast<double>(t)) + 3.0 * e; });
  const Forecast f = forecast({y, 7}, {.horizon = 3}, progress);
  for (std::size_t h = 0; h < 3; ++h) EXPECT_GT(f.standard_error[h], 0.1);
}

TEST(ForecastAlwaysAnswers, RefusesWhatHasNoAnswer) {
  const NeverCancelled progress;
  const std::vector<double> missing(5, std::nan(""));
  EXPECT_THROW(forecast({{}, 7}, {}, progress), InvalidData);
  EXPECT_THROW(forecast({missing, 7}, {}, progress), InvalidData);
  EXPECT_THROW(forecast({{1.0, INFINITY, 2.0}, 7}, {}, progress), InvalidData);
  EXPECT_THROW(forecast({{1.0, 2.0}, 7}, {.horizon = 0}, progress), InvalidArgument);
  EXPECT_THROW(forecast({{1.0, 2.0}, 7}, {.confidence_level = 80.0}, progress), InvalidArgument);
  EXPECT_THROW(forecast({{1.0, 2.0}, 400}, {}, progress), InvalidArgument);
}

}  // namespace
}  // namespace performance_tracker
