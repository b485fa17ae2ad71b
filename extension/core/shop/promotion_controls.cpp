// SPDX-License-Identifier: PostgreSQL
#include "core/shop/promotion_controls.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace performance_tracker {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// Of an index's weight around difference in differences: the market moves most products by between a half and one and a
// half of what it moves the average.
constexpr double kWeightDeviation = 0.3;
// Of the index of products alike: chosen by looking at the days before, so it starts from nothing.
constexpr double kAlikeDeviation = 0.2;
// More donors than this make an index no quieter (a product's noise, 15% a day, over the root of 60 is 2%).
constexpr std::size_t kMostDonors = 60;
constexpr std::size_t kAlike = 4;
constexpr double kNeeded = 0.7;  // share of the days before on which a donor has unpromoted data

// Seven-day sums against the weeks around: the movement that is neither weekday nor a single day's chance. Weeks end on
// the day before the promotion.
std::vector<double> weekly_logs(const std::vector<double>& values, std::size_t from, std::size_t to) {
  std::vector<double> logs;
  for (std::size_t end = to; end >= from + 7; end -= 7) {
    double sum = 0;
    int known = 0;
    for (std::size_t t = end - 7; t < end; ++t) {
      if (std::isnan(values[t])) continue;
      sum += values[t];
      ++known;
    }
    logs.push_back(known >= 4 && sum > 0 ? std::log(sum / known) : kNaN);
  }
  return logs;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double n = 0, sa = 0, sb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) || std::isnan(b[i])) continue;
    n += 1, sa += a[i], sb += b[i];
  }
  if (n < 6) return 0;
  double aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) || std::isnan(b[i])) continue;
    const double x = a[i] - sa / n, y = b[i] - sb / n;
    aa += x * x, bb += y * y, ab += x * y;
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

}  // namespace

Controls::Controls(const PerformancePanel& panel, const Promotion& promotion, const PromotionSpan& span,
                   const std::vector<std::size_t>& target, const std::vector<double>& target_values)
    : panel_(panel), span_(span), mean_revenue_(panel.products.size(), 0.0) {
  std::set<std::optional<std::string>> categories;
  std::set<std::size_t> promoted(target.begin(), target.end());
  for (const std::size_t i : target) categories.insert(panel.products[i].category);
  // Of a hundred promotions in years few are near this one; each product is asked about those.
  std::vector<const Promotion*> near;
  for (const Promotion& o : panel.promotions) {
    if (o.start < panel.day(span.after) && o.end >= panel.day(span.learning_from)) near.push_back(&o);
  }
  std::vector<bool> busy(panel.days);
  std::vector<std::pair<double, std::size_t>> found;
  for (std::size_t i = 0; i < panel.products.size(); ++i) {
    const Product& p = panel.products[i];
    if (promoted.contains(i) || promotion.covers(p)) continue;
    std::fill(busy.begin(), busy.end(), false);
    bool during = false;
    for (const Promotion* o : near) {
      if (!o->covers(p)) continue;
      const Day first = std::max(o->start, panel.day(span.learning_from));
      const Day last = std::min(o->end, panel.day(span.after) - 1);
      for (Day d = first; d <= last; ++d) busy[panel.index(d)] = true;
      during = during || (o->start < panel.day(span.stop) && o->end >= panel.day(span.start));
    }
    if (during) continue;
    std::size_t before = 0, there = 0;
    double sum = 0;
    for (std::size_t t = span.learning_from; t < span.stop; ++t) {
      if (busy[t] || std::isnan(p.daily.revenue[t])) continue;
      if (t < span.start)
        ++before, sum += p.daily.revenue[t];
      else
        ++there;
    }
    if (static_cast<double>(before) < kNeeded * static_cast<double>(span.start - span.learning_from) || before < 7 ||
        static_cast<double>(there) < kNeeded * static_cast<double>(span.stop - span.start) || !(sum > 0))
      continue;
    mean_revenue_[i] = sum / static_cast<double>(before);
    found.emplace_back(-mean_revenue_[i], i);
  }
  std::sort(found.begin(), found.end());
  std::size_t neighbours = 0;
  std::vector<std::pair<double, std::size_t>> alike;
  const std::vector<double> own = weekly_logs(target_values, span.learning_from, span.start);
  for (const auto& [sales, i] : found) {
    const bool neighbour = categories.contains(panel.products[i].category);
    if ((neighbour ? neighbours : donors_.size() - neighbours) >= kMostDonors / 2) continue;
    neighbours += neighbour ? 1 : 0;
    donors_.push_back(i);
    (neighbour ? neighbours_ : others_).push_back(i);
    alike.emplace_back(-correlation(own, weekly_logs(panel.products[i].daily.revenue, span.learning_from, span.start)),
                       i);
  }
  std::sort(alike.begin(), alike.end());
  for (const auto& [fit, i] : alike) {
    // At 13 weeks a correlation of .5 is beyond what chance gives one product in ten.
    if (alike_.size() < kAlike && fit < -0.5) alike_.push_back(i);
  }
}

std::vector<Controls::Index> Controls::indices(std::size_t without, bool own_category) const {
  const auto less = [&](const std::vector<std::size_t>& all) {
    std::vector<std::size_t> members;
    for (const std::size_t i : all) {
      const bool own = std::find(neighbours_.begin(), neighbours_.end(), i) != neighbours_.end();
      if (i != without && (own_category || !own)) members.push_back(i);
    }
    return members;
  };
  std::vector<Index> result;
  std::vector<std::size_t> neighbours = own_category ? less(neighbours_) : std::vector<std::size_t>();
  std::vector<std::size_t> others = less(others_);
  std::vector<std::size_t> alike = less(alike_);
  // A category of few says little about itself beyond its members' own chances.
  const double own_share =
      others.empty() ? 1 : 0.6 * static_cast<double>(neighbours.size()) / (static_cast<double>(neighbours.size()) + 2);
  if (!neighbours.empty()) result.push_back({neighbours, own_share, kWeightDeviation});
  if (!others.empty()) result.push_back({others, neighbours.empty() ? 1 : 1 - own_share, kWeightDeviation});
  if (alike.size() >= 2) result.push_back({alike, 0, kAlikeDeviation});
  return result;
}

std::vector<double> Controls::log_index(const std::vector<std::size_t>& members, Column column) const {
  std::vector<double> sum(panel_.days, 0.0), usual(panel_.days, 0.0);
  for (const std::size_t i : members) {
    const std::vector<double>& values = panel_.products[i].daily.*column;
    double own = 0;
    int days = 0;
    for (std::size_t t = span_.learning_from; t < span_.start; ++t) {
      if (!std::isnan(values[t])) own += values[t], ++days;
    }
    if (days == 0 || !(own > 0)) continue;
    own /= days;
    for (std::size_t t = span_.learning_from; t < span_.after; ++t) {
      if (std::isnan(values[t])) continue;
      sum[t] += values[t];
      usual[t] += own;
    }
  }
  std::vector<double> logs(panel_.days, kNaN);
  for (std::size_t t = span_.learning_from; t < span_.after; ++t) {
    // A market without a sale is a stopped shop, not one that sells infinitely less.
    if (usual[t] > 0) logs[t] = std::log(std::max(sum[t] / usual[t], 0.02));
  }
  return logs;
}

std::vector<Regressor> Controls::regressors(Column column, std::size_t without, bool own_category) const {
  std::vector<Regressor> result;
  for (const Index& index : indices(without, own_category))
    result.push_back({log_index(index.members, column), index.prior_mean, index.prior_deviation});
  return result;
}

std::vector<Control> Controls::weights(const std::vector<Estimate>& of_indices) const {
  std::vector<double> weight(panel_.products.size(), 0.0);
  const std::vector<Index> all = indices(kNobody, true);
  for (std::size_t k = 0; k < all.size() && k < of_indices.size(); ++k) {
    double total = 0;
    for (const std::size_t i : all[k].members) total += mean_revenue_[i];
    for (const std::size_t i : all[k].members) weight[i] += of_indices[k].value * mean_revenue_[i] / total;
  }
  std::vector<Control> result;
  for (const std::size_t i : donors_) result.push_back({panel_.products[i].name, weight[i]});
  std::stable_sort(result.begin(), result.end(),
                   [](const Control& a, const Control& b) { return std::abs(a.weight) > std::abs(b.weight); });
  return result;
}

}  // namespace performance_tracker
