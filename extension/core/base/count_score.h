// SPDX-License-Identifier: PostgreSQL
//
// How far out a count is, on the scale of a standard normal: the normal score of its mid-p-value (Lancaster 1961; the
// middle of the randomised quantile residual of Dunn & Smyth 1996) under a negative binomial distribution. A fall to
// zero counts as what it is, however few events were expected.
#pragma once

namespace performance_tracker {

// The score of `count` >= 0 (need not be whole: between two counts it is interpolated) with expectation `mean` > 0 and
// variance mean + overdispersion · mean², overdispersion >= 0 (0: Poisson).
//
// Exact sums where the mean is below 60; above, the cube root of Wilson & Hilferty (1931), whose score at 60 is lower
// than the exact one by up to 0.1 within 2.3 deviations with an overdispersion of 0.02, and by up to 0.3 at 3.5
// deviations of a Poisson count; both errors shrink as the mean grows. The score stays within -+ 37.
double count_score(double count, double mean, double overdispersion);
inline constexpr double kExactCountsBelow = 60;

// The cube root's score of `ratio` = value / expectation >= 0 whose variance is `variance` > 0.
double cube_root_score(double ratio, double variance);
// The same of the cube root of that ratio.
double cube_root_score_of_root(double root, double variance);
// Its inverse: the ratio with that score, >= 0.
double cube_root_ratio(double score, double variance);

}  // namespace performance_tracker
