// SPDX-License-Identifier: PostgreSQL
//
// Two periods of a shop side by side, product by product: what events did, and what the rest changed by. Internal to
// revenue_change.h.
#pragma once

#include <map>
#include <vector>

#include "core/shop/revenue_events.h"

namespace performance_tracker {

// One product's sums over a period. `clean`: revenue with what was expected on the days of events.
struct ProductPeriod {
  double revenue = 0;
  double clean = 0;
  double variance = 0;        // of clean, money squared, from what ordinary days differ by
  int rows = 0;               // days with a row
  PerMetric<double> columns;  // sums of the columns, by the metric that is one
};

// An event's money in one period.
struct EventPeriod {
  double effect = 0;   // revenue - expected
  double revenue = 0;  // on its days
  double expected = 0;
  double variance = 0;                       // of expected, from what ordinary days differ by
  std::map<std::size_t, double> by_product;  // effect
};

struct PeriodAccount {
  std::vector<ProductPeriod> products;  // as the panel's
  std::map<int, EventPeriod> events;    // of the wanted products
  double revenue = 0;                   // of the wanted products
};

PeriodAccount account_of(const PerformancePanel& panel, const RevenueEvents& events, const Period& period,
                         const std::vector<bool>& wanted);

// What is left of a change when events are taken out, as factors on each product's clean revenue before:
// clean = before · calendar · market · category, and the rest is the product's own.
struct SharedMove {
  double log_move = 0;
  double standard_error = 0;
  double spread = 0;         // standard deviation of the products' own moves around it, beyond their noise
  std::size_t products = 0;  // that it was drawn from
  bool known = false;
  // Whether it is as sure as `deviations` of a normal variable are, few products being held to more (Student's t).
  bool is_sure(double deviations) const;
};

// Robust mean of the products' log(now / before), each weighing what its noise allows and nobody more than three
// ordinary ones. Fewer than `fewest` products have no common move.
SharedMove shared_move(const std::vector<double>& moves, const std::vector<double>& variances, std::size_t fewest);

// How much more the weekdays and the length of the period are worth than those of the prior one: 1 for equal weeks.
double calendar_factor(const PerformancePanel& panel, const std::vector<bool>& wanted, const Period& period,
                       const Period& prior);

}  // namespace performance_tracker
