// SPDX-License-Identifier: PostgreSQL
#include "core/shop/recommendation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/normal_distribution.h"
#include "core/base/prose.h"
#include "core/base/statistics.h"
#include "core/shop/adviser.h"
#include "core/shop/budget.h"

namespace performance_tracker {

Adviser::Adviser(const PerformancePanel& panel, const Product& product, const Economy& economy,
                 const Surroundings& around, const RecommendationOptions& options)
    : panel_(panel),
      product_(product),
      economy_(economy),
      around_(around),
      o_(options),
      rules_(options.rules.of(product)),
      daily_(daily_covariance(product.daily)) {
  const std::size_t n = panel.days;
  const std::size_t length = static_cast<std::size_t>(options.days);
  current_from_ = n > length ? n - length : 0;
  prior_from_ = current_from_ > length ? current_from_ - length : 0;
  current_ = sum_period(product.daily, current_from_, n, daily_);
  prior_ = sum_period(product.daily, prior_from_, current_from_, daily_);
  for (std::size_t end = current_from_; end >= kWeek && past_.size() < kPastWeeks; end -= kWeek)
    past_.push_back(sum_period(product.daily, end - kWeek, end, daily_));
  margin_ = economy.margin;
}

std::vector<Recommendation> Adviser::advise() {
  if (current_.days == 0) return {};
  revenue();
  budget();
  floor_of(kCtr, rules_.ctr_floor, around_.ctr);
  floor_of(kConversion, rules_.conversion_floor, around_.conversion);
  return std::move(result_);
}

Recommendation& Adviser::add(RecommendationType type, Severity severity, Metric metric, double current,
                             std::optional<double> prior, std::string cause) {
  Recommendation r;
  r.product_id = product_.id;
  r.type = type;
  r.severity = severity;
  r.product = product_.name;
  r.category = product_.category;
  r.metric = metric;
  r.current = current;
  r.prior = prior;
  r.cause = std::move(cause);
  r.margin = margin_.value;
  r.margin_known = margin_.known;
  r.break_even_roas = economy_.break_even_roas();
  if (prior && *prior != 0) {
    r.change_pct = 100 * (current / *prior - 1);
    r.trend = std::abs(*r.change_pct) < 1 ? "flat" : *r.change_pct > 0 ? "up" : "down";
  }
  result_.push_back(std::move(r));
  return result_.back();
}

std::string Adviser::worth(double value, double lower, double upper) const {
  return "about " + money_text(value) + " per " + days_text(o_.days) + " (" + percent_text(o_.confidence_level, 0) +
         " interval " + money_text(lower) + " to " + money_text(upper) + ") at " +
         (margin_.known ? "a margin of " : "an assumed margin of ") + percent_text(margin_.value, 0) + " of revenue";
}

void Adviser::not_enough(Metric metric, double current, std::optional<double> prior, const Interval& interval,
                         double threshold, const std::string& volume, bool stands) {
  if (silent(stands)) return;
  Recommendation& r = add(RecommendationType::kNotEnoughEvidence, Severity::kInfo, metric, current, prior,
                          std::string(metric_name(metric)));
  const auto text = [&](double v) { return metric == Metric::kRoas ? decimal_text(v, 2) : percent_text(v, 1); };
  r.action = "Wait for more data before acting.";
  r.reason = std::string(metric_name(metric)) + " is " + text(current) + ", but on only " + volume +
             " it could be anywhere from " + text(interval.lower) + " to " + text(interval.upper) + " (" +
             percent_text(o_.confidence_level, 0) + " interval), which includes the threshold of " + text(threshold) +
             ".";
}

bool Adviser::turn() const {
  const Day last = panel_.first_day + static_cast<Day>(panel_.days) - 1;
  const int week = (last >= 0 ? last : last - (kWeek - 1)) / kWeek;
  const int cycle = std::max(1, o_.retell_weeks);
  return (((week + product_.id) % cycle) + cycle) % cycle == 0;
}

namespace {

Surroundings look_around(const PerformancePanel& panel, int days) {
  Surroundings s;
  std::map<std::string, std::vector<double>> ctr, conversion;
  const std::size_t n = panel.days, length = static_cast<std::size_t>(days);
  const std::size_t current = n > length ? n - length : 0, prior = current > length ? current - length : 0;
  // Eight weeks: what a category usually does, not what it did last week.
  const std::size_t from =
      n > static_cast<std::size_t>(kPastWeeks * kWeek) ? n - static_cast<std::size_t>(kPastWeeks * kWeek) : 0;
  const auto sum = [](const std::vector<double>& v, std::size_t a, std::size_t b) {
    double total = 0;
    for (std::size_t t = a; t < b; ++t) total += std::isnan(v[t]) ? 0 : v[t];
    return total;
  };
  for (const Product& p : panel.products) {
    const double shown = sum(p.daily.impressions, from, n), clicks = sum(p.daily.clicks, from, n),
                 units = sum(p.daily.units_sold, from, n);
    if (shown > 0) ctr[p.category.value_or("")].push_back(clicks / shown);
    if (clicks > 0) conversion[p.category.value_or("")].push_back(units / clicks);
    const std::array<const std::vector<double>*, kColumns> columns{
        &p.daily.impressions, &p.daily.clicks, &p.daily.ad_spend, &p.daily.units_sold, &p.daily.revenue};
    for (std::size_t k = 0; k < kColumns; ++k) {
      s.now[k] += sum(*columns[k], current, n);
      s.before[k] += sum(*columns[k], prior, current);
    }
    ++s.products;
  }
  for (const auto& [name, values] : ctr)
    if (values.size() >= 3) s.ctr[name] = median(values);
  for (const auto& [name, values] : conversion)
    if (values.size() >= 3) s.conversion[name] = median(values);
  return s;
}

}  // namespace

void RecommendationOptions::check() const {
  check_between("days", days, 1, kMaxRecommendationDays,
                "days is the length of the period and of the one before it; 7 is the default.");
}

const char* recommendation_type_name(RecommendationType type) {
  switch (type) {
    case RecommendationType::kAcosHigh:
      return "acos_high";
    case RecommendationType::kRoasHigh:
      return "roas_high";
    case RecommendationType::kSpendSaturated:
      return "spend_saturated";
    case RecommendationType::kCtrLow:
      return "ctr_low";
    case RecommendationType::kConversionRateLow:
      return "conversion_rate_low";
    case RecommendationType::kRevenueDrop:
      return "revenue_drop";
    case RecommendationType::kNotEnoughEvidence:
      return "not_enough_evidence";
  }
  return "";
}

const char* severity_name(Severity severity) {
  switch (severity) {
    case Severity::kWarning:
      return "warning";
    case Severity::kInfo:
      return "info";
    case Severity::kSuccess:
      return "success";
  }
  return "";
}

std::vector<Recommendation> recommendations(const PerformancePanel& panel, const RecommendationOptions& options,
                                            const Progress& progress) {
  options.check();
  BudgetOptions budget;
  const std::vector<Economy> all = economies(panel, options.rules, budget, progress);
  const Surroundings around = look_around(panel, options.days);
  std::vector<Recommendation> result;
  for (const Group& group : make_groups(panel, Grouping::kProduct, options.product, options.category)) {
    const std::size_t i = group.members.front();
    std::vector<Recommendation> own = Adviser(panel, panel.products[i], all[i], around, options).advise();
    std::move(own.begin(), own.end(), std::back_inserter(result));
  }
  std::stable_sort(result.begin(), result.end(), [](const Recommendation& a, const Recommendation& b) {
    // Without an estimate of the money: last of its severity.
    const auto key = [](const Recommendation& r) {
      return std::tuple(r.severity, !r.impact_lower.has_value(), -r.impact_lower.value_or(0));
    };
    return key(a) < key(b);
  });
  return result;
}

}  // namespace performance_tracker
