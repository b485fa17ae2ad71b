// SPDX-License-Identifier: PostgreSQL
//
// The evidence of all products of a shop, and of groups of them, with what causes.h asks of it. Internal to anomalies
// and incidents.
#pragma once

#include <memory>
#include <vector>

#include "core/shop/causes.h"
#include "core/shop/day_evidence.h"

namespace performance_tracker {

class ShopEvidence {
 public:
  // Judges the days from..panel.days-1 of each product.
  ShopEvidence(const PerformancePanel& panel, Metric metric, std::size_t from, const EvidenceOptions& options,
               const Progress& progress);

  const Evidence& products() const { return products_; }
  // Of series that are sums over products.
  Evidence groups(const std::vector<DailyColumns>& columns, const std::vector<std::vector<double>>& promoted) const;

  double promotion_share(std::size_t product, std::size_t t) const { return promoted_[product][t]; }
  // Whether a product is on promotion most of the time, so that it is its normal state.
  bool always_promoted(std::size_t product) const { return always_[product]; }
  bool market_out(std::size_t t, double rate) const;
  // What the shop did on a day that is out: one of the causes of a shop; kNone on any other day.
  HypothesisCode shop_cause(std::size_t t, double rate) const;
  // Share of the judged products that moved the same way by a deviation or more.
  double moved_share(Metric metric, std::size_t t, bool up) const;
  bool promotion_ended(std::size_t product, std::size_t t) const;

  // Days beyond `rate`, the shop's own included, of product `s`; from products().from on.
  std::vector<bool> flagged(std::size_t s, double rate) const;
  // The facts of the days first..last of series `s` of an evidence.
  CauseFacts facts(const Evidence& evidence, std::size_t s, std::size_t first, std::size_t last, double rate) const;

 private:
  // What the shop did in these days, and whether one of them is in the calendar.
  void add_market(std::size_t first, std::size_t last, CauseFacts& facts) const;

  const PerformancePanel& panel_;
  Metric metric_;
  std::size_t from_;
  const EvidenceOptions& options_;
  const Progress& progress_;
  std::vector<std::vector<double>> promoted_;
  std::vector<bool> always_;
  Evidence products_;
};

}  // namespace performance_tracker
