// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/hierarchy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/forecast/family_reconciliation.h"

namespace performance_tracker {
namespace {

const NeverCancelled kProgress;

NamedHierarchy build(const std::vector<HierarchyEdge>& edges) { return build_hierarchy(edges); }

TEST(BuildHierarchy, ResolvesPartsThatAreSums) {
  const NamedHierarchy h =
      build({{"shop", "toys"}, {"shop", "books"}, {"toys", "bricks"}, {"toys", "cars", 2}, {"red", "cars"}});
  EXPECT_EQ(h.names, (std::vector<std::string>{"shop", "toys", "red", "books", "bricks", "cars"}));
  ASSERT_EQ(h.structure.sums.size(), 3U);
  ASSERT_EQ(h.structure.leaves, 3U);
  ASSERT_EQ(h.structure.sums[0].size(), 3U) << "the shop is books, bricks and cars";
  EXPECT_EQ(h.structure.sums[0][2].leaf, 2U);
  EXPECT_EQ(h.structure.sums[0][2].weight, 2);
  EXPECT_EQ(h.structure.sums[2].size(), 1U);
}

TEST(BuildHierarchy, ALeafReachedTwiceCountsTwice) {
  const NamedHierarchy h = build({{"all", "a"}, {"all", "group"}, {"group", "a"}, {"group", "b"}});
  EXPECT_EQ(h.structure.sums[0][0].weight, 2);
}

TEST(BuildHierarchy, BadInputIsNamed) {
  EXPECT_THROW(build({}), InvalidArgument);
  EXPECT_THROW(build({{"a", "a"}}), InvalidArgument) << "a part of itself";
  EXPECT_THROW(build({{"a", "b"}, {"b", "c"}, {"c", "a"}}), InvalidArgument) << "a circle";
  EXPECT_THROW(build({{"a", "b"}, {"a", "b"}}), InvalidArgument) << "a pair twice";
  EXPECT_THROW(build({{"a", "b", -1}}), InvalidArgument);
  EXPECT_THROW(build({{"a", "b", 0}}), InvalidArgument);
  EXPECT_THROW(build({{"a", "b", std::numeric_limits<double>::quiet_NaN()}}), InvalidArgument);
}

TEST(BuildHierarchy, ALongChainDoesNotUseUpTheStack) {
  std::vector<HierarchyEdge> chain;
  for (int i = 0; i < 2500; ++i) chain.push_back({std::to_string(i), std::to_string(i + 1)});
  EXPECT_EQ(build(chain).structure.leaves, 1U);
}

TEST(ReconcileFamily, ChildrenSumToTheParentExactly) {
  BaseForecasts base;
  base.value.resize(4, 3);
  base.value << 100.00004, -3, 50, 60, 1, -20, 30, 2, 40.123456, 5, 3, 41;
  base.standard_error = Matrix::Constant(4, 3, 4.0);
  base.bounds = {{0.8, base.value.array() - 5, base.value.array() + 5}};
  const ReconciledForecasts r = reconcile_family(base, 1e-4, kProgress);
  for (Eigen::Index h = 0; h < 3; ++h) {
    double units = 0;
    for (Eigen::Index i = 1; i < 4; ++i) {
      EXPECT_GE(r.value(i, h), 0);
      EXPECT_LE(r.bounds[0].lower(i, h), r.value(i, h));
      EXPECT_GE(r.bounds[0].upper(i, h), r.value(i, h));
      units += std::round(r.value(i, h) * 1e4);
    }
    EXPECT_EQ(units, std::round(r.value(0, h) * 1e4)) << h;
  }
  EXPECT_EQ(r.value(0, 1), 0) << "a parent below zero is zero, and so are its children";
}

TEST(ReconcileFamily, AnOnlyChildIsItsParent) {
  BaseForecasts base;
  base.value.resize(2, 1);
  base.value << 10, 14;
  base.standard_error.resize(2, 1);
  base.standard_error << 2, 3;
  const ReconciledForecasts r = reconcile_family(base, 1e-4, kProgress);
  EXPECT_DOUBLE_EQ(r.value(1, 0), 10);
  EXPECT_NEAR(r.standard_error(1, 0), 2, 1e-9) << "and as uncertain";
}

}  // namespace
}  // namespace performance_tracker
