// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/reconciliation.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include "core/base/error.h"
#include "core/base/normal_distribution.h"
#include "core/forecast/error_covariance.h"

namespace performance_tracker {
namespace {

using Eigen::Index;
const NeverCancelled kProgress;

// Numbers in -0.5 .. 0.5 that any language can make again: the reference values below were computed from the same.
std::vector<double> congruential(int count, std::uint64_t seed) {
  std::vector<double> result;
  for (int i = 0; i < count; ++i) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    result.push_back(static_cast<double>(seed) / 2147483648.0 - 0.5);
  }
  return result;
}

// total = (1 + 2) + (3 + 4 + 5)
SummingStructure two_levels() {
  SummingStructure s;
  s.leaves = 5;
  s.sums = {{{0}, {1}, {2}, {3}, {4}}, {{0}, {1}}, {{2}, {3}, {4}}};
  return s;
}

Matrix two_level_errors() {
  constexpr int kPoints = 24;
  const std::vector<double> common = congruential(kPoints, 7);
  const double scale[] = {2, 5, 1, 3, 8};
  Matrix errors = Matrix::Zero(8, kPoints);
  for (int i = 0; i < 5; ++i) {
    const std::vector<double> own = congruential(kPoints, static_cast<std::uint64_t>(100 + i));
    for (int t = 0; t < kPoints; ++t)
      errors(3 + i, t) = scale[i] * (own[static_cast<std::size_t>(t)] + 0.8 * common[static_cast<std::size_t>(t)]);
  }
  errors.row(1) = errors.row(3) + errors.row(4);
  errors.row(2) = errors.row(5) + errors.row(6) + errors.row(7);
  errors.row(0) = errors.row(1) + errors.row(2);
  for (int i = 0; i < 3; ++i) {
    const std::vector<double> own = congruential(kPoints, static_cast<std::uint64_t>(200 + i));
    for (int t = 0; t < kPoints; ++t) errors(i, t) += 2 * own[static_cast<std::size_t>(t)];
  }
  for (int i = 0; i < 8; ++i) errors.row(i).array() += 2e-5 - errors.row(i).mean();
  return errors;
}

BaseForecasts two_level_forecasts() {
  BaseForecasts base;
  base.value.resize(8, 2);
  base.value << 100, 104, 38, 40, 70, 66, 12, 11, 20, 24, 8, 9, 25, 30, 40, 22;
  base.errors = two_level_errors();
  base.standard_error = base.errors.array().square().rowwise().mean().sqrt().matrix().replicate(1, 2);
  const double z = interval_multiplier(0.80);
  base.bounds = {{0.80, base.value - z * base.standard_error, base.value + z * base.standard_error}};
  return base;
}

void expect_adds_up(const SummingStructure& s, const Matrix& value) {
  EXPECT_LE(s.discrepancies(value).cwiseAbs().maxCoeff(), 1e-9 * (1 + value.cwiseAbs().maxCoeff()));
}

struct Reference {
  ReconciliationMethod method;
  double first_step[8];
  double second_step[8];
};

// hierarchicalforecast 1.5.3 (PyPI): MinTrace(method, mint_shr_ridge=0).fit_predict(S, y_hat, y_insample = 1000,
// y_hat_insample = 1000 - errors) on the numbers above.
const Reference kReference[] = {
    {ReconciliationMethod::kOls,
     {102.79310344827589, 34.13793103448276, 68.65517241379311, 13.068965517241377, 21.06896551724138,
      6.551724137931033, 23.551724137931032, 38.55172413793103},
     {103.62068965517243, 38.58620689655174, 65.03448275862068, 12.793103448275867, 25.79310344827587,
      10.344827586206899, 31.344827586206897, 23.344827586206897}},
    {ReconciliationMethod::kStructural,
     {104.33333333333333, 34.13333333333334, 70.2, 13.066666666666666, 21.06666666666667, 7.06666666666667,
      24.06666666666667, 39.06666666666667},
     {102.0, 37.9, 64.10000000000001, 12.45, 25.45, 10.033333333333333, 31.03333333333333, 23.03333333333333}},
    {ReconciliationMethod::kVariance,
     {104.90317059610035, 34.20337157474653, 70.69979902135381, 12.308852759941441, 21.894518814805085,
      7.973927276909586, 24.709768238928813, 38.01610350551542},
     {101.06627398359565, 37.40385023772189, 63.66242374587376, 11.336954415186053, 26.066895822535827,
      9.030178509495444, 30.33593583328422, 24.2963094030941}},
    {ReconciliationMethod::kMinTrace,
     {105.17944370897507, 34.25333983519055, 70.9261038737845, 12.31108028001884, 21.942259555171724, 8.020659469639439,
      25.325391276358506, 37.580053127786556},
     {101.86240581505012, 38.134407208110694, 63.72799860693942, 11.665583541442503, 26.46882366666819,
      9.112350712865672, 30.70362862219587, 23.91201927187787}},
};

TEST(Reconcile, EqualsHierarchicalforecast) {
  for (const Reference& reference : kReference) {
    const ReconciledForecasts r =
        reconcile(two_levels(), two_level_forecasts(), {.method = reference.method}, kProgress);
    for (Index i = 0; i < 8; ++i) {
      EXPECT_NEAR(r.value(i, 0), reference.first_step[i], 1e-5) << static_cast<int>(reference.method) << " " << i;
      EXPECT_NEAR(r.value(i, 1), reference.second_step[i], 1e-5) << static_cast<int>(reference.method) << " " << i;
    }
    expect_adds_up(two_levels(), r.value);
  }
}

Matrix dense(const ErrorCovariance& w) { return Matrix(w.own.asDiagonal()) + w.shared * w.shared.transpose(); }

TEST(ErrorCovariance, ShrinksByTheFormulaOfTheScalars) {
  const Matrix e = two_level_errors();
  const auto points = static_cast<double>(e.cols());
  double variances = 0, squares = 0;
  const Vector deviation = e.array().square().rowwise().mean().sqrt();
  for (Index i = 0; i < e.rows(); ++i)
    for (Index j = 0; j < e.rows(); ++j) {
      if (i == j) continue;
      const Eigen::ArrayXd w = e.row(i).array() * e.row(j).array() / (deviation(i) * deviation(j));
      variances += (w - w.mean()).square().sum() / (points * (points - 1));
      squares += w.mean() * w.mean();
    }
  const ErrorCovariance w = shrunk_covariance(e, Vector::Ones(8));
  EXPECT_NEAR(w.shrinkage, variances / squares, 1e-10);
  const Matrix expected = (1 - w.shrinkage) * (e * e.transpose() / points) +
                          w.shrinkage * Matrix(Vector(deviation.cwiseAbs2()).asDiagonal());
  EXPECT_LE((dense(w) - expected).cwiseAbs().maxCoeff(), 1e-10 * expected.cwiseAbs().maxCoeff());
}

TEST(Reconcile, TheVarianceIsTheDiagonalOfTheFullMatrix) {
  const BaseForecasts base = two_level_forecasts();
  const ReconciledForecasts r = reconcile(two_levels(), base, {}, kProgress);
  const Matrix w = dense(shrunk_covariance(base.errors, Vector::Ones(8)));
  Matrix c = Matrix::Zero(3, 8);
  c.leftCols(3).setIdentity();
  for (int i = 0; i < 5; ++i) c(0, 3 + i) = -1;
  for (int i = 0; i < 5; ++i) c(i < 2 ? 1 : 2, 3 + i) = -1;
  const Matrix m = Matrix::Identity(8, 8) - w * c.transpose() * (c * w * c.transpose()).llt().solve(c);
  const Matrix v = m * w * m.transpose();
  for (Index i = 0; i < 8; ++i) {
    EXPECT_NEAR(r.standard_error(i, 0), std::sqrt(v(i, i)), 1e-9) << i;
    EXPECT_LE(r.standard_error(i, 0), base.standard_error(i, 0) * (1 + 1e-12)) << "never worse than by itself: " << i;
    EXPECT_NEAR(r.bounds[0].upper(i, 0) - r.value(i, 0), interval_multiplier(0.8) * std::sqrt(v(i, i)), 1e-9);
    EXPECT_NEAR(r.value(i, 0) - r.bounds[0].lower(i, 0), interval_multiplier(0.8) * std::sqrt(v(i, i)), 1e-9);
  }
}

// The objective of the paper, minimised by trying every set of leaves at zero.
Vector nearest_by_enumeration(const Matrix& w, const Vector& base) {
  const SummingStructure structure = two_levels();
  Matrix s = Matrix::Zero(8, 5);
  for (std::size_t k = 0; k < 3; ++k)
    for (const SummingTerm& term : structure.sums[k]) s(static_cast<Index>(k), static_cast<Index>(term.leaf)) = 1;
  for (int i = 0; i < 5; ++i) s(3 + i, i) = 1;
  const Matrix inverse = w.llt().solve(Matrix::Identity(8, 8));
  Vector best;
  double least = std::numeric_limits<double>::infinity();
  for (int set = 0; set < 32; ++set) {
    std::vector<Index> free;
    for (int i = 0; i < 5; ++i)
      if ((set >> i & 1) == 0) free.push_back(i);
    Vector leaves = Vector::Zero(5);
    if (!free.empty()) {
      Matrix part(8, static_cast<Index>(free.size()));
      for (std::size_t k = 0; k < free.size(); ++k) part.col(static_cast<Index>(k)) = s.col(free[k]);
      const Vector b = (part.transpose() * inverse * part).ldlt().solve(part.transpose() * inverse * base);
      for (std::size_t k = 0; k < free.size(); ++k) leaves(free[k]) = b(static_cast<Index>(k));
    }
    if (leaves.minCoeff() < -1e-9) continue;
    const Vector d = s * leaves - base;
    const double value = d.dot(inverse * d);
    if (value < least) {
      least = value;
      best = s * leaves;
    }
  }
  return best;
}

TEST(Reconcile, NonNegativeIsTheNearestOfAll) {
  BaseForecasts base = two_level_forecasts();
  const Matrix w = dense(shrunk_covariance(base.errors, Vector::Ones(8)));
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const std::vector<double> draw = congruential(16, seed * 977);
    for (Index i = 0; i < 8; ++i) {
      base.value(i, 0) = 30 * draw[static_cast<std::size_t>(i)] + (i < 3 ? 10 : 0);
      base.value(i, 1) = 30 * draw[static_cast<std::size_t>(8 + i)] - 5;
    }
    base.bounds.clear();
    const ReconciledForecasts r = reconcile(two_levels(), base, {.nonnegative = true}, kProgress);
    EXPECT_TRUE(r.optimal) << seed;
    EXPECT_GE(r.value.minCoeff(), 0) << seed;
    for (Index h = 0; h < 2; ++h) {
      const Vector nearest = nearest_by_enumeration(w, base.value.col(h));
      EXPECT_LE((r.value.col(h) - nearest).cwiseAbs().maxCoeff(), 1e-6) << seed << " step " << h;
    }
    expect_adds_up(two_levels(), r.value);
  }
}

TEST(Reconcile, AFixedTotalStaysAndTheOthersMeetIt) {
  BaseForecasts base = two_level_forecasts();
  std::vector<bool> fixed(8, false);
  fixed[0] = true;
  for (const bool nonnegative : {false, true}) {
    const ReconciledForecasts r =
        reconcile(two_levels(), base, {.nonnegative = nonnegative, .fixed = fixed}, kProgress);
    EXPECT_EQ(r.value(0, 0), 100);
    EXPECT_EQ(r.value(0, 1), 104);
    EXPECT_EQ(r.standard_error(0, 0), base.standard_error(0, 0));
    expect_adds_up(two_levels(), r.value);
  }
  base.value.row(0).setZero();
  const ReconciledForecasts nothing = reconcile(two_levels(), base, {.nonnegative = true, .fixed = fixed}, kProgress);
  EXPECT_LE(nothing.value.cwiseAbs().maxCoeff(), 1e-6) << "a fixed total of zero leaves nothing";
}

TEST(Reconcile, WhatAddsUpAlreadyStays) {
  BaseForecasts base = two_level_forecasts();
  base.value.col(0) << 15, 3, 12, 1, 2, 3, 4, 5;
  base.value.col(1) << 0, 0, 0, 0, 0, 0, 0, 0;
  const ReconciledForecasts r = reconcile(two_levels(), base, {.nonnegative = true}, kProgress);
  EXPECT_LE((r.value - base.value).cwiseAbs().maxCoeff(), 1e-9);
}

TEST(Reconcile, GroupedStructuresAddUpToo) {  // 2 regions x 3 products: rows, columns and the whole
  SummingStructure s;
  s.leaves = 6;
  s.sums = {{{0}, {1}, {2}, {3}, {4}, {5}}, {{0}, {1}, {2}}, {{3}, {4}, {5}}, {{0}, {3}}, {{1}, {4}}, {{2}, {5}}};
  BaseForecasts base;
  base.value.resize(12, 1);
  base.value << 60, 20, 45, 22, 19, 17, 5, 8, 9, 15, 12, 11;
  base.standard_error = Matrix::Constant(12, 1, 2.0);
  const ReconciledForecasts r = reconcile(s, base, {}, kProgress);
  expect_adds_up(s, r.value);
  EXPECT_EQ(r.shrinkage, 1.0) << "without errors there are only variances";
}

TEST(Reconcile, MissingErrorsShrinkAndDoNotBreak) {
  BaseForecasts base = two_level_forecasts();
  for (Index t = 0; t < 22; ++t) base.errors(5, t) = std::numeric_limits<double>::quiet_NaN();
  base.errors.row(6).setConstant(std::numeric_limits<double>::quiet_NaN());
  base.errors.row(7).setZero();  // a series that was always met
  const ReconciledForecasts r = reconcile(two_levels(), base, {.nonnegative = true}, kProgress);
  expect_adds_up(two_levels(), r.value);
  EXPECT_NEAR(r.value(7, 0), base.value(7, 0), 1e-3) << "what was always right is hardly moved";
}

TEST(Reconcile, BadInputIsNamed) {
  const BaseForecasts good = two_level_forecasts();
  const auto with = [](const SummingStructure& s, const BaseForecasts& b, const ReconciliationOptions& o = {}) {
    return reconcile(s, b, o, kProgress);
  };
  SummingStructure s = two_levels();
  s.sums[0][1].leaf = 9;
  EXPECT_THROW(with(s, good), InvalidArgument) << "a leaf that is missing";
  s = two_levels();
  s.sums[1][0].weight = -1;
  EXPECT_THROW(with(s, good), InvalidArgument) << "a negative weight";
  s.sums[1][0].weight = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(with(s, good), InvalidArgument) << "a weight that is not a number";
  s = two_levels();
  s.sums[1][1].leaf = 0;
  EXPECT_THROW(with(s, good), InvalidArgument) << "a leaf twice";
  s.sums[1].clear();
  EXPECT_THROW(with(s, good), InvalidArgument) << "a sum of nothing";
  EXPECT_THROW(with(SummingStructure{}, good), InvalidArgument) << "no leaf";
  BaseForecasts bad = good;
  bad.value(4, 1) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(with(two_levels(), bad), InvalidData);
  bad = good;
  bad.errors(2, 2) = std::numeric_limits<double>::infinity();
  EXPECT_THROW(with(two_levels(), bad), InvalidData);
  bad = good;
  bad.value.conservativeResize(7, 2);
  EXPECT_THROW(with(two_levels(), bad), InvalidArgument) << "a row too few";
  EXPECT_THROW(with(two_levels(), good, {.fixed = std::vector<bool>(8, true)}), InvalidArgument)
      << "all fixed at values that do not add up";
  bad = good;
  bad.value.row(0).setConstant(-1);
  std::vector<bool> fixed(8, false);
  fixed[0] = true;
  EXPECT_THROW(with(two_levels(), bad, {.nonnegative = true, .fixed = fixed}), InvalidArgument);
}

// 10,000 products in 20 categories, 90 errors each, 30 days: no square of 10,000.
TEST(Reconcile, TenThousandLeavesAreCheap) {
  constexpr Index kLeaves = 10000, kCategories = 20, kSums = kCategories + 1, kPoints = 90, kHorizon = 30;
  SummingStructure s;
  s.leaves = kLeaves;
  s.sums.resize(kSums);
  for (std::size_t i = 0; i < kLeaves; ++i) {
    s.sums[0].push_back({i});
    s.sums[1 + i % kCategories].push_back({i});
  }
  BaseForecasts base;
  const std::vector<double> draw = congruential(kLeaves, 5);
  base.errors.resize(kSums + kLeaves, kPoints);
  for (Index t = 0; t < kPoints; ++t) {
    const std::vector<double> e = congruential(kSums + kLeaves, static_cast<std::uint64_t>(31 * t + 1));
    for (Index i = 0; i < kSums + kLeaves; ++i) base.errors(i, t) = e[static_cast<std::size_t>(i)];
  }
  base.value = Matrix::Constant(kSums + kLeaves, kHorizon, 0.0);
  for (Index i = 0; i < kLeaves; ++i) base.value.row(kSums + i).setConstant(draw[static_cast<std::size_t>(i)] + 0.45);
  base.value.topRows(1).setConstant(5000);
  base.value.middleRows(1, kCategories).setConstant(240);
  base.standard_error = Matrix::Constant(kSums + kLeaves, kHorizon, 0.3);
  const auto start = std::chrono::steady_clock::now();
  const ReconciledForecasts r = reconcile(s, base, {.nonnegative = true}, kProgress);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  expect_adds_up(s, r.value);
  EXPECT_GE(r.value.minCoeff(), 0);
  EXPECT_LT(seconds, 60) << "a dense covariance alone would need 800 MB and minutes";
}

TEST(RoundToTotal, SumsExactlyAndMovesNothingByMoreThanAUnit) {
  const std::vector<double> values = {1.00004, 2.00004, 3.00004, 0.00004, 7.123449};
  const double total = std::accumulate(values.begin(), values.end(), 0.0);
  const std::vector<double> rounded = round_to_total(values, total, 1e-4);
  double units = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_LT(std::abs(rounded[i] - values[i]), 1e-4);
    EXPECT_GE(rounded[i], 0);
    units += std::round(rounded[i] * 1e4);
  }
  EXPECT_EQ(units, std::round(total * 1e4));
}

}  // namespace
}  // namespace performance_tracker
