// SPDX-License-Identifier: PostgreSQL
#include "core/shop/performance_panel.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>

namespace performance_tracker {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void add_to(std::vector<double>& sum, const std::vector<double>& values) {
  for (std::size_t t = 0; t < sum.size(); ++t) {
    if (std::isnan(values[t])) continue;
    sum[t] = std::isnan(sum[t]) ? values[t] : sum[t] + values[t];
  }
}

bool has_row(const DailyColumns& c, std::size_t t) {
  return !std::isnan(c.revenue[t]) || !std::isnan(c.units_sold[t]) || !std::isnan(c.clicks[t]) ||
         !std::isnan(c.impressions[t]) || !std::isnan(c.ad_spend[t]);
}

// Days on which rows are missing that should be there; see group_columns() in the header.
std::vector<bool> incomplete_days(const PerformancePanel& panel, const Group& group) {
  constexpr std::size_t kWindow = 14;
  constexpr double kTolerated = 0.05;
  std::vector<double> missing(panel.days, 0.0);
  std::vector<double> present(panel.days, 0.0);
  const auto accumulate = [&](auto column) {
    std::fill(missing.begin(), missing.end(), 0.0);
    std::fill(present.begin(), present.end(), 0.0);
    for (const std::size_t member : group.members) {
      const DailyColumns& c = panel.products[member].daily;
      double recent = 0;  // running sum of the value over the window before t
      std::size_t rows = 0;
      for (std::size_t t = 0; t < panel.days; ++t) {
        if (t > 0 && has_row(c, t - 1)) {
          ++rows;
          recent += std::isnan(column(c)[t - 1]) ? 0 : column(c)[t - 1];
        }
        if (t > kWindow && has_row(c, t - 1 - kWindow)) {
          --rows;
          recent -= std::isnan(column(c)[t - 1 - kWindow]) ? 0 : column(c)[t - 1 - kWindow];
        }
        if (rows == 0) continue;
        // Early in the panel half of the days so far are enough to be expected.
        const bool expected = 2 * rows >= std::min(t, kWindow);
        (expected && !has_row(c, t) ? missing : present)[t] += recent;
      }
    }
  };
  accumulate([](const DailyColumns& c) -> const std::vector<double>& { return c.revenue; });
  if (std::all_of(present.begin(), present.end(), [](double v) { return v <= 0; })) {
    accumulate([](const DailyColumns& c) -> const std::vector<double>& { return c.clicks; });
  }
  std::vector<bool> incomplete(panel.days);
  for (std::size_t t = 0; t < panel.days; ++t) incomplete[t] = missing[t] > kTolerated * (missing[t] + present[t]);
  return incomplete;
}

}  // namespace

std::string to_iso_date(Day day) {
  using namespace std::chrono;
  const year_month_day date{sys_days{year{2000} / January / 1} + std::chrono::days{day}};
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

DailyColumns::DailyColumns(std::size_t days)
    : impressions(days, kNaN), clicks(days, kNaN), ad_spend(days, kNaN), units_sold(days, kNaN), revenue(days, kNaN) {}

const std::vector<double>& DailyColumns::of(DataColumn column) const {
  switch (column) {
    case DataColumn::kImpressions:
      return impressions;
    case DataColumn::kClicks:
      return clicks;
    case DataColumn::kAdSpend:
      return ad_spend;
    case DataColumn::kUnitsSold:
      return units_sold;
    case DataColumn::kRevenue:
      return revenue;
  }
  return revenue;
}

std::vector<double>& DailyColumns::of(DataColumn column) {
  return const_cast<std::vector<double>&>(static_cast<const DailyColumns&>(*this).of(column));
}

bool Promotion::covers(const Product& product) const {
  if (product_id) return *product_id == product.id;
  if (category) return product.category == category;
  return true;
}

std::optional<Grouping> grouping_from_name(std::string_view name) {
  if (name == "product") return Grouping::kProduct;
  if (name == "category") return Grouping::kCategory;
  if (name == "total") return Grouping::kTotal;
  return std::nullopt;
}

std::vector<Group> make_groups(const PerformancePanel& panel, Grouping by, const std::optional<std::string>& product,
                               const std::optional<std::string>& category) {
  std::vector<Group> groups;
  std::map<std::optional<std::string>, std::size_t> by_category;
  Group total{category, product, {}};
  for (std::size_t i = 0; i < panel.products.size(); ++i) {
    const Product& p = panel.products[i];
    if (product && p.name != *product) continue;
    if (category && p.category != category) continue;
    switch (by) {
      case Grouping::kProduct:
        groups.push_back({p.category, p.name, {i}});
        break;
      case Grouping::kCategory: {
        const auto [where, fresh] = by_category.try_emplace(p.category, groups.size());
        if (fresh) groups.push_back({p.category, product, {}});
        groups[where->second].members.push_back(i);
        break;
      }
      case Grouping::kTotal:
        if (product) total.category = p.category;
        total.members.push_back(i);
        break;
    }
  }
  if (by == Grouping::kTotal && !total.members.empty()) groups.push_back(std::move(total));
  if (by == Grouping::kCategory) {
    std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) { return a.category < b.category; });
  }
  return groups;
}

DailyColumns group_columns(const PerformancePanel& panel, const Group& group) {
  if (group.members.size() == 1) return panel.products[group.members.front()].daily;
  DailyColumns sum(panel.days);
  for (const std::size_t member : group.members) {
    const DailyColumns& c = panel.products[member].daily;
    for (const DataColumn column : kDataColumns) add_to(sum.of(column), c.of(column));
  }
  const std::vector<bool> incomplete = incomplete_days(panel, group);
  for (std::size_t t = 0; t < panel.days; ++t) {
    if (!incomplete[t]) continue;
    for (const DataColumn column : kDataColumns) sum.of(column)[t] = kNaN;
  }
  return sum;
}

std::vector<double> metric_values(const DailyColumns& c, Metric metric) {
  const MetricInfo& info = metric_info(metric);
  std::vector<double> values = c.of(info.numerator.begin()->column);
  if (info.numerator.begin()->sign < 0)
    for (double& v : values) v = -v;
  for (const ColumnTerm& term : info.numerator.span().subspan(1)) {
    const std::vector<double>& column = c.of(term.column);
    for (std::size_t t = 0; t < values.size(); ++t) values[t] += term.sign * column[t];
  }
  if (!info.denominator) return values;
  const std::vector<double>& denominator = c.of(*info.denominator);
  for (std::size_t t = 0; t < values.size(); ++t) values[t] = denominator[t] > 0 ? values[t] / denominator[t] : kNaN;
  return values;
}

const std::vector<double>& metric_events(const DailyColumns& c, Metric metric) {
  return c.of(metric_info(metric).events);
}

const std::vector<double>* metric_exposure(const DailyColumns& c, Metric metric) {
  const std::optional<DataColumn> denominator = metric_info(metric).denominator;
  return denominator ? &c.of(*denominator) : nullptr;
}

std::vector<double> promotion_share(const PerformancePanel& panel, const Group& group,
                                    std::span<const Promotion> promotions) {
  std::vector<double> share(panel.days, 0.0);
  double total = 0;
  std::vector<double> weight;
  for (const std::size_t member : group.members) {
    double revenue = 0;
    for (const double r : panel.products[member].daily.revenue) revenue += std::isnan(r) ? 0 : r;
    weight.push_back(revenue);
    total += revenue;
  }
  if (!(total > 0)) {
    std::fill(weight.begin(), weight.end(), 1.0);
    total = static_cast<double>(weight.size());
  }
  std::vector<bool> promoted(panel.days);
  for (std::size_t k = 0; k < group.members.size(); ++k) {
    std::fill(promoted.begin(), promoted.end(), false);
    for (const Promotion& promotion : promotions) {
      if (!promotion.covers(panel.products[group.members[k]])) continue;
      const Day from = std::max(promotion.start, panel.first_day);
      const Day to = std::min(promotion.end, panel.first_day + static_cast<Day>(panel.days) - 1);
      for (Day d = from; d <= to; ++d) promoted[panel.index(d)] = true;
    }
    for (std::size_t t = 0; t < panel.days; ++t) {
      if (promoted[t]) share[t] += weight[k] / total;
    }
  }
  for (double& s : share) s = std::min(s, 1.0);
  return share;
}

}  // namespace performance_tracker
