// SPDX-License-Identifier: PostgreSQL
//
// A period's sums with their covariance, and the money of an action with its interval. Internal to the
// recommendation chapter.
#pragma once

#include <array>
#include <cstddef>
#include <functional>

#include "core/shop/performance_panel.h"
#include "core/shop/recommendation.h"

namespace performance_tracker {

enum Column : std::size_t { kImpressions, kClicks, kSpend, kUnits, kRevenue };
inline constexpr std::size_t kColumns = 5;
using Sums = std::array<double, kColumns>;
using Covariance = std::array<Sums, kColumns>;

struct Period {
  Sums sum{};
  int days = 0;             // with a row
  Covariance covariance{};  // of the sums
};

bool has_row(const DailyColumns& columns, std::size_t t);

// Covariance of one day's columns from differences between the same weekday of successive weeks over the last five
// weeks, which neither weekday pattern nor level inflate (von Neumann 1941). Zero with fewer than 7 differences.
Covariance daily_covariance(const DailyColumns& columns);

// Over the days [from, to). Counts are never quieter than Poisson, money never than Poisson events of its worth.
Period sum_period(const DailyColumns& columns, std::size_t from, std::size_t to, const Covariance& daily);

struct Money {
  double value;
  double lower;
  double upper;
};

// Value and interval of f(current sums, prior sums) by the delta method, with central differences.
using Impact = std::function<double(const Sums& current, const Sums& prior)>;
Money estimate(const Impact& f, const Period& current, const Period& prior, double confidence_level);

}  // namespace performance_tracker
