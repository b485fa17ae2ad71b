// SPDX-License-Identifier: PostgreSQL
#include "core/base/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace performance_tracker {
namespace {

TEST(Statistics, AgreesWithTables) {
  // R: pt(2, 5), qt(0.975, c(1, 5, 30)), pt(-40, 3)
  EXPECT_NEAR(student_t_cdf(2, 5), 0.9490302605850709, 1e-12);
  EXPECT_NEAR(student_t_quantile(0.975, 1), 12.70620473617471, 1e-8);
  EXPECT_NEAR(student_t_quantile(0.975, 5), 2.570581835636314, 1e-9);
  EXPECT_NEAR(student_t_quantile(0.975, 30), 2.042272456301238, 1e-9);
  EXPECT_NEAR(student_t_cdf(0, 7), 0.5, 1e-15);
  // Wilson's interval of 10 in 100 at 95%, as in Brown, Cai & DasGupta (2001).
  const Interval i = wilson_interval(10, 100, 0.95);
  EXPECT_NEAR(i.lower, 0.05522914, 1e-6);
  EXPECT_NEAR(i.upper, 0.17436566, 1e-6);
  EXPECT_EQ(wilson_interval(0, 50, 0.8).lower, 0);
}

TEST(Statistics, MediansAndScales) {
  const std::vector<double> v{3, 1, 2, 4};
  EXPECT_EQ(median(v), 2.5);
  EXPECT_EQ(weighted_median(v, std::vector<double>{1, 1, 1, 1}), 2.5);
  EXPECT_EQ(weighted_median(v, std::vector<double>{0, 0, 0, 1}), 4);
  EXPECT_TRUE(std::isnan(weighted_median(v, std::vector<double>{0, 0, 0, 0})));
  // A tenth of wild values must not move the scale of the rest.
  std::vector<double> noise;
  for (int k = 1; k < 200; ++k) noise.push_back(k % 10 == 0 ? 1000 : std::sin(12.9898 * k));
  const std::vector<double> ones(noise.size(), 1.0);
  EXPECT_LT(biweight_scale(noise, ones, weighted_mad(noise, ones)), 1.3);
}

}  // namespace
}  // namespace performance_tracker
