// SPDX-License-Identifier: PostgreSQL
//
// How a product's sales answer its ad spend, from its own history, with how sure that is.
//
// Spend follows demand (clicks are paid), so a regression of revenue on spend finds an elasticity near one whatever the
// ads do (Blake, Nosko & Tadelis 2015). What tells is a budget that changed: spend that steps to another level from one
// day to the next and stays there, when the product's market did not. Each such step is a small experiment: the days
// after against as many before (whole weeks), less what the market did (difference in differences), for clicks and for
// revenue per click apart, because clicks answer with little noise and what a click is worth is often unchanged.
//
// Elasticity = that of clicks + that of revenue per click. Each part is shrunk by empirical Bayes (Efron & Morris
// 1973): products are draws around their category's mean, categories around the shop's, with spreads learned from all
// products of the shop (a grid over the spread, integrated; priors below), so that a product without a single step has
// its category's answer, and says how little that is.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/progress.h"
#include "core/shop/performance_panel.h"

namespace performance_tracker {

struct ResponseOptions {
  int window = 14;            // days before and after a step, at most; at least 7
  double least_step = 0.10;   // log of spend after / before; smaller ones are demand as likely
  double largest_step = 0.9;  // beyond a factor of 2.5 it is an outage or another campaign, no budget near the present

  // Before any shop is seen. Search advertising's clicks answer spend with 0.6 to 1; further clicks are worth a little
  // less than the first. Together 0.6, give or take 0.3.
  double clicks_mean = 0.8, clicks_deviation = 0.2;
  double worth_mean = -0.25, worth_deviation = 0.25;
  double spread = 0.25;  // half-normal scale of the products' own spread around their category, of each part
};

struct SpendResponse {
  double elasticity = 0;     // d log revenue / d log spend at the present spend, posterior mean
  double deviation = 0;      // posterior standard deviation
  double shared = 0;         // the part of it that all products of the shop have in common
  int steps = 0;             // of the product's budget that told something
  double own_deviation = 0;  // standard error from its own steps alone; infinite without one
  // Standard deviation of the log change of revenue from a week to the next against the market, without a step: what a
  // test of the budget has to be seen through. NaN with fewer than ten such pairs of weeks.
  double weekly_noise = 0;
};

// One a product of the panel, in its order. Days under a promotion of the product tell nothing.
std::vector<SpendResponse> spend_responses(const PerformancePanel& panel, const ResponseOptions& options,
                                           const Progress& progress);

// Sales at `ratio` times the present spend, as a multiple of the present sales. Between the power and the logarithm
// with the same elasticity: which saturates faster cannot be told from changes of a third, and they differ by less than
// 1% there.
double response_at(double ratio, double elasticity);
double response_slope(double ratio, double elasticity);  // its derivative by ratio

}  // namespace performance_tracker
