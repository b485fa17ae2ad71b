// SPDX-License-Identifier: PostgreSQL
#include "core/base/count_score.h"

#include <gtest/gtest.h>

#include <cmath>
#include <initializer_list>
#include <random>
#include <utility>

#include "core/base/normal_distribution.h"

namespace performance_tracker {
namespace {

TEST(CountScore, IsTheNormalScoreOfTheMidPValue) {
  // Poisson with mean 1: P(X < 3) + P(X = 3) / 2 = .919699 + .030657, whose normal score is 1.648.
  EXPECT_NEAR(count_score(3, 1, 0), 1.648, 0.002);
  // Nothing where 4 were expected: P(X = 0) / 2 = .009158.
  EXPECT_NEAR(count_score(0, 4, 0), -2.359, 0.002);
}

TEST(CountScore, AFallToZeroCountsMoreTheMoreWereExpected) {
  double before = 0;
  for (const double mean : {0.5, 2.0, 8.0, 30.0, 59.0, 61.0, 200.0}) {
    const double score = count_score(0, mean, 0.01);
    EXPECT_LT(score, before) << mean;
    before = score;
  }
  EXPECT_LT(count_score(0, 12, 0), -4);  // a shop that sells twelve a day and sold none
}

TEST(CountScore, BothHalvesMeetAtSixtyEvents) {
  for (const double ratio : {0.6, 0.9, 1.0, 1.2, 1.5}) {
    EXPECT_NEAR(count_score(ratio * 59.9, 59.9, 0), count_score(ratio * 60.1, 60.1, 0), 0.3) << ratio;
    EXPECT_NEAR(count_score(ratio * 59.9, 59.9, 0.02), count_score(ratio * 60.1, 60.1, 0.02), 0.1) << ratio;
  }
}

TEST(CountScore, ScoresOfCountsAreStandard) {
  std::mt19937_64 random(7);
  for (const double mean : {2.0, 20.0, 150.0}) {
    const double overdispersion = 0.05;
    double sum = 0, squares = 0;
    constexpr int kDays = 20000;
    for (int i = 0; i < kDays; ++i) {
      const double rate = std::gamma_distribution<double>(1 / overdispersion, mean * overdispersion)(random);
      const double z =
          count_score(static_cast<double>(std::poisson_distribution<int>(rate)(random)), mean, overdispersion);
      sum += z, squares += z * z;
    }
    EXPECT_NEAR(sum / kDays, 0, 0.03) << mean;
    EXPECT_NEAR(std::sqrt(squares / kDays), 1, 0.06) << mean;
  }
}

TEST(CountScore, IsFiniteAndMonotoneAnywhere) {
  for (const double mean : {1e-3, 1.0, 59.0, 1e4, 1e9}) {
    double before = -1e9;
    for (const double count : {0.0, 0.5 * mean, mean, 2 * mean, 100 * mean + 1, 1e12}) {
      const double score = count_score(count, mean, 0.01);
      EXPECT_TRUE(std::isfinite(score));
      EXPECT_GE(score, before) << count << " of " << mean;
      before = score;
    }
  }
}

TEST(CountScore, TheCubeRootsRatioIsItsInverse) {
  for (const double variance : {0.001, 0.04, 0.3})
    for (const double score : {-1.5, 0.0, 2.0, 6.0})
      EXPECT_NEAR(cube_root_score(cube_root_ratio(score, variance), variance), score, 1e-9);
}

// SciPy's poisson and nbinom: norm.ppf of cdf(c - 1) + pmf(c) / 2, from above -norm.ppf of sf(c) + pmf(c) / 2.
TEST(CountScore, AgreesWithOtherSumsOnBothSidesAndInTheTails) {
  struct Case {
    double count, mean, overdispersion, score;
  };
  for (const Case& c : std::initializer_list<Case>{{0, 12, 0, -4.52136505418},
                                                   {3, 1, 0, 1.64830765861},
                                                   {20, 22, 0.02, -0.305379357562},
                                                   {55, 40, 0.1, 1.06354958138},
                                                   {150, 58, 0.3, 2.18283875141},
                                                   {30, 2, 0.05, 9.0050109361},
                                                   {7, 50, 1.5, -0.754860120107}}) {
    EXPECT_NEAR(count_score(c.count, c.mean, c.overdispersion), c.score, 1e-9) << c.count << " of " << c.mean;
  }
}

TEST(NormalQuantile, AgreesWithOtherTablesToTheLastDigits) {
  for (const auto& [p, z] : std::initializer_list<std::pair<double, double>>{{1e-300, -37.047096299361201},
                                                                             {1e-10, -6.3613409024040557},
                                                                             {0.001, -3.0902323061678132},
                                                                             {0.0749, -1.4402382675279635},
                                                                             {0.3, -0.52440051270804089},
                                                                             {0.975, 1.959963984540054}}) {
    EXPECT_NEAR(normal_quantile(p) / z, 1, 1e-14) << p;
  }
  EXPECT_EQ(normal_quantile(0.5), 0);
}

}  // namespace
}  // namespace performance_tracker
