// SPDX-License-Identifier: PostgreSQL
//
// Products that were not promoted, as a promotion's controls. Internal to the promotion chapter.
#pragma once

#include <string>
#include <vector>

#include "core/shop/counterfactual.h"
#include "core/shop/promotion.h"

namespace performance_tracker {

// Days as indices into the panel.
struct PromotionSpan {
  std::size_t learning_from;
  std::size_t start;
  std::size_t stop;   // one past the last day of the promotion that is in the panel
  std::size_t after;  // one past the last day on which a dip is looked for
};

using Column = std::vector<double> DailyColumns::*;

// Donors in up to three groups: the promotion's own categories, the others, and the few whose sales went most like the
// promoted ones' before it. Each group is one index: the log of its sales as a share of what each donor sold on average
// (so that a donor may have gaps), and the counterfactual finds the index's weight. Weights start from "the target goes
// as its market does": difference in differences (one in sum), shrunk towards it with a deviation of kWeightDeviation.
class Controls {
 public:
  // Donors are unpromoted on the promotion's days and on at least 70% of those before it, with data on as many.
  Controls(const PerformancePanel& panel, const Promotion& promotion, const PromotionSpan& span,
           const std::vector<std::size_t>& target, const std::vector<double>& target_values);

  bool empty() const { return donors_.empty(); }
  std::size_t size() const { return donors_.size(); }
  // Donors by sales, the largest first; indices into the panel's products.
  const std::vector<std::size_t>& donors() const { return donors_; }
  const std::vector<std::size_t>& neighbours() const { return neighbours_; }  // donors of the target's categories

  // The indices of a column; `without` (a product) stays out; `own_category` false: other categories alone.
  std::vector<Regressor> regressors(Column column, std::size_t without, bool own_category) const;
  static constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

  // The donors' weights that follow from the indices' as the counterfactual found them.
  std::vector<Control> weights(const std::vector<Estimate>& of_indices) const;

 private:
  struct Index {
    std::vector<std::size_t> members;
    double prior_mean;
    double prior_deviation;
  };
  std::vector<Index> indices(std::size_t without, bool own_category) const;
  std::vector<double> log_index(const std::vector<std::size_t>& members, Column column) const;

  const PerformancePanel& panel_;
  PromotionSpan span_;
  std::vector<std::size_t> donors_;
  std::vector<std::size_t> neighbours_;
  std::vector<std::size_t> others_;
  std::vector<std::size_t> alike_;
  std::vector<double> mean_revenue_;  // by product
};

}  // namespace performance_tracker
