// SPDX-License-Identifier: PostgreSQL
#include "core/shop/recommendation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "core/base/error.h"
#include "core/base/normal_distribution.h"
#include "core/base/prose.h"
#include "core/base/statistics.h"
#include "core/shop/recommendation_money.h"

namespace performance_tracker {
namespace {

// Standard error of the logarithm of a ratio of money, from the number of purchases and clicks behind it alone: that
// a product is volatile does not make last week's ACOS less true, that it sold three times does.
double log_ratio_error(const Period& p) {
  return std::sqrt(1 / std::max(p.sum[kUnits], 1.0) + 1 / std::max(p.sum[kClicks], 1.0));
}

class Adviser {
 public:
  Adviser(const PerformancePanel& panel, const Product& product, const RecommendationOptions& options)
      : panel_(panel), product_(product), o_(options), daily_(daily_covariance(product.daily)) {
    const std::size_t n = panel.days;
    const std::size_t length = static_cast<std::size_t>(options.days);
    current_from_ = n > length ? n - length : 0;
    prior_from_ = current_from_ > length ? current_from_ - length : 0;
    current_ = sum_period(product.daily, current_from_, n, daily_);
    prior_ = sum_period(product.daily, prior_from_, current_from_, daily_);
  }

  std::vector<Recommendation> advise() {
    if (current_.days == 0) return {};
    acos();
    roas();
    ctr();
    conversion_rate();
    revenue();
    return std::move(result_);
  }

 private:
  Recommendation& add(RecommendationType type, Severity severity, Metric metric, double current,
                      std::optional<double> prior) {
    Recommendation r;
    r.type = type;
    r.severity = severity;
    r.product = product_.name;
    r.category = product_.category;
    r.metric = metric;
    r.current = current;
    r.prior = prior;
    if (prior && *prior != 0) {
      r.change_pct = 100 * (current / *prior - 1);
      r.trend = std::abs(*r.change_pct) < 1 ? "flat" : *r.change_pct > 0 ? "up" : "down";
    }
    result_.push_back(std::move(r));
    return result_.back();
  }

  static std::optional<double> ratio(const Period& p, Column a, Column b) {
    if (!(p.sum[b] > 0)) return std::nullopt;
    return p.sum[a] / p.sum[b];
  }

  void put(Recommendation& r, const Money& money) const {
    r.impact = money.value;
    r.impact_lower = money.lower;
    r.impact_upper = money.upper;
  }

  std::string worth(const Money& m) const {
    return "about " + money_text(m.value) + " per " + days_text(o_.days) + " (" + percent_text(o_.confidence_level, 0) +
           " interval " + money_text(m.lower) + " to " + money_text(m.upper) + ") at a margin of " +
           percent_text(o_.margin, 0) + " of revenue";
  }

  void not_enough(Metric metric, double current, std::optional<double> prior, const Interval& interval,
                  double threshold, const std::string& volume) {
    Recommendation& r = add(RecommendationType::kNotEnoughEvidence, Severity::kInfo, metric, current, prior);
    const auto text = [&](double v) { return metric == Metric::kRoas ? decimal_text(v, 2) : percent_text(v, 1); };
    r.action = "Wait for more data before acting.";
    r.reason = std::string(metric_name(metric)) + " is " + text(current) + ", but on only " + volume +
               " it could be anywhere from " + text(interval.lower) + " to " + text(interval.upper) + " (" +
               percent_text(o_.confidence_level, 0) + " interval), which includes the threshold of " + text(threshold) +
               ".";
  }

  // A crossing is no evidence while the interval covers the threshold and is wide: small numbers.
  bool too_uncertain(const Interval& i, double threshold) const {
    return i.lower <= threshold && threshold <= i.upper && 0.5 * (i.upper - i.lower) > o_.tolerated_width * threshold;
  }

  Interval log_interval(double value, double error) const {
    const double factor = std::exp(interval_multiplier(o_.confidence_level) * error);
    return {value / factor, value * factor};
  }

  std::string purchases() const { return count_text(current_.sum[kUnits]) + " units sold"; }

  void acos() {
    const std::optional<double> value = ratio(current_, kSpend, kRevenue);
    if (!value || !(*value > o_.acos_ceiling)) return;
    const std::optional<double> before = ratio(prior_, kSpend, kRevenue);
    const Interval interval = log_interval(*value, log_ratio_error(current_));
    if (too_uncertain(interval, o_.acos_ceiling)) {
      not_enough(Metric::kAcos, *value, before, interval, o_.acos_ceiling, purchases());
      return;
    }
    const auto cut = [this](const Sums& s) {
      return std::clamp(1 - o_.acos_ceiling * s[kRevenue] / s[kSpend], 0.0, o_.largest_cut);
    };
    const Money money = estimate(
        [&](const Sums& s, const Sums&, double elasticity) {
          return cut(s) * s[kSpend] - o_.margin * s[kRevenue] * (1 - std::pow(1 - cut(s), elasticity));
        },
        current_, prior_, o_);
    Recommendation& r = add(RecommendationType::kAcosHigh, Severity::kWarning, Metric::kAcos, *value, before);
    put(r, money);
    const double x = cut(current_.sum);
    r.action = "Reduce bids so that ad spend falls by about " + percent_text(x, 0) +
               ", starting with the search terms that do not sell.";
    r.reason = "ACOS is " + percent_text(*value) + " (" + money_text(current_.sum[kSpend]) + " spent for " +
               money_text(current_.sum[kRevenue]) + " of revenue), above " + percent_text(o_.acos_ceiling, 0) +
               ". Spending " + money_text(x * current_.sum[kSpend]) + " less is worth " + worth(money) +
               ", if 1% less spend costs " + decimal_text(o_.elasticity, 2) + "% of revenue.";
  }

  void roas() {
    const std::optional<double> value = ratio(current_, kRevenue, kSpend);
    if (!value || !(*value > o_.roas_target)) return;
    const std::optional<double> before = ratio(prior_, kRevenue, kSpend);
    const Interval interval = log_interval(*value, log_ratio_error(current_));
    if (too_uncertain(interval, o_.roas_target)) {
      not_enough(Metric::kRoas, *value, before, interval, o_.roas_target, purchases());
      return;
    }
    const Money money = estimate(
        [&](const Sums& s, const Sums&, double elasticity) {
          return o_.margin * s[kRevenue] * (std::pow(1 + o_.budget_step, elasticity) - 1) - o_.budget_step * s[kSpend];
        },
        current_, prior_, o_);
    Recommendation& r = add(RecommendationType::kRoasHigh, Severity::kSuccess, Metric::kRoas, *value, before);
    put(r, money);
    r.action = "Raise the budget by about " + percent_text(o_.budget_step, 0) +
               " and keep the raise while ROAS stays above " + decimal_text(o_.roas_target, 0) + ".";
    r.reason = "ROAS is " + decimal_text(*value, 2) + " (" + money_text(current_.sum[kRevenue]) + " of revenue for " +
               money_text(current_.sum[kSpend]) + " spent), above " + decimal_text(o_.roas_target, 0) + ". " +
               money_text(o_.budget_step * current_.sum[kSpend]) + " more of ad spend is worth " + worth(money) +
               ", if 1% more spend brings " + decimal_text(o_.elasticity, 2) + "% more revenue.";
  }

  void ctr() {
    const std::optional<double> value = ratio(current_, kClicks, kImpressions);
    if (!value || !(*value < o_.ctr_floor)) return;
    const std::optional<double> before = ratio(prior_, kClicks, kImpressions);
    const Interval interval = wilson_interval(std::min(current_.sum[kClicks], current_.sum[kImpressions]),
                                              current_.sum[kImpressions], o_.confidence_level);
    if (too_uncertain(interval, o_.ctr_floor)) {
      not_enough(Metric::kCtr, *value, before, interval, o_.ctr_floor,
                 count_text(current_.sum[kImpressions]) + " impressions");
      return;
    }
    Recommendation& r = add(RecommendationType::kCtrLow, Severity::kWarning, Metric::kCtr, *value, before);
    r.action = "Improve the main image and the title, and drop placements and terms that are seen but not clicked.";
    r.reason = "CTR is " + percent_text(*value, 2) + " (" + count_text(current_.sum[kClicks]) + " clicks on " +
               count_text(current_.sum[kImpressions]) + " impressions), below " + percent_text(o_.ctr_floor, 0) + ".";
    if (!(current_.sum[kClicks] > 0)) return;
    const Money money = estimate(
        [&](const Sums& s, const Sums&, double) {
          const double clicks = o_.ctr_floor * s[kImpressions] - s[kClicks];
          return clicks * (o_.margin * s[kRevenue] - s[kSpend]) / s[kClicks];
        },
        current_, prior_, o_);
    put(r, money);
    const double clicks = o_.ctr_floor * current_.sum[kImpressions] - current_.sum[kClicks];
    r.reason += " At " + percent_text(o_.ctr_floor, 0) + " it would have had " + count_text(clicks) +
                " more clicks, worth " + worth(money) + " and after paying for the clicks at today's price.";
    if (money.value < 0) r.reason += " More clicks lose money while ACOS is above the margin: repair that first.";
  }

  void conversion_rate() {
    const std::optional<double> value = ratio(current_, kUnits, kClicks);
    if (!value || !(*value < o_.conversion_floor)) return;
    const std::optional<double> before = ratio(prior_, kUnits, kClicks);
    const Interval interval = wilson_interval(current_.sum[kUnits], current_.sum[kClicks], o_.confidence_level);
    if (too_uncertain(interval, o_.conversion_floor)) {
      not_enough(Metric::kConversionRate, *value, before, interval, o_.conversion_floor,
                 count_text(current_.sum[kClicks]) + " clicks");
      return;
    }
    Recommendation& r =
        add(RecommendationType::kConversionRateLow, Severity::kWarning, Metric::kConversionRate, *value, before);
    r.action = "Check price, stock, reviews and the product page: visitors come but do not buy.";
    r.reason = "Conversion rate is " + percent_text(*value, 2) + " (" + count_text(current_.sum[kUnits]) +
               " units sold on " + count_text(current_.sum[kClicks]) + " clicks), below " +
               percent_text(o_.conversion_floor, 0) + ".";
    if (!(current_.sum[kRevenue] > 0) && !product_.price) return;
    const Money money = estimate(
        [&](const Sums& s, const Sums&, double) {
          const double price = s[kUnits] > 0 && s[kRevenue] > 0 ? s[kRevenue] / s[kUnits] : product_.price.value_or(0);
          return o_.margin * price * (o_.conversion_floor * s[kClicks] - s[kUnits]);
        },
        current_, prior_, o_);
    put(r, money);
    r.reason += " At " + percent_text(o_.conversion_floor, 0) + " it would have sold " +
                count_text(o_.conversion_floor * current_.sum[kClicks] - current_.sum[kUnits]) + " more, worth " +
                worth(money) + ".";
  }

  bool promoted(std::size_t from, std::size_t to) const {
    for (const Promotion& p : panel_.promotions) {
      if (!p.covers(product_)) continue;
      if (to > from && p.start <= panel_.day(to - 1) && p.end >= panel_.day(from)) return true;
    }
    return false;
  }

  void revenue() {
    // Only pairs of days that both have rows compare like with like.
    DailyColumns paired = product_.daily;
    const std::size_t shift = static_cast<std::size_t>(o_.days);
    int pairs = 0;
    for (std::size_t t = prior_from_; t < panel_.days; ++t) {
      const bool first = t < current_from_;
      const bool whole =
          first ? t + shift < panel_.days && has_row(product_.daily, t) && has_row(product_.daily, t + shift)
                : t >= shift && has_row(product_.daily, t) && has_row(product_.daily, t - shift);
      if (whole && !first) ++pairs;
      if (whole) continue;
      for (std::vector<double>* v :
           {&paired.impressions, &paired.clicks, &paired.ad_spend, &paired.units_sold, &paired.revenue}) {
        (*v)[t] = std::numeric_limits<double>::quiet_NaN();
      }
    }
    if (pairs == 0) return;
    const Period now = sum_period(paired, current_from_, panel_.days, daily_);
    const Period before = sum_period(paired, prior_from_, current_from_, daily_);
    if (!(before.sum[kRevenue] > 0) || !(now.sum[kRevenue] < o_.revenue_floor * before.sum[kRevenue])) return;
    const double change = now.sum[kRevenue] / before.sum[kRevenue] - 1;
    const std::string partial =
        pairs < o_.days ? " Compared on the " + days_text(pairs) + " that have data in both periods." : "";
    const auto purchases_variance = [](const Period& p) {
      return p.sum[kUnits] > 0 ? p.sum[kRevenue] * p.sum[kRevenue] / p.sum[kUnits] : 0.0;
    };
    const double error = std::sqrt(purchases_variance(before) + purchases_variance(now));
    const double z = interval_multiplier(o_.confidence_level);
    const double lost = before.sum[kRevenue] - now.sum[kRevenue];
    if (lost < z * error || 2 * pairs < o_.days) {
      Recommendation& r = add(RecommendationType::kNotEnoughEvidence, Severity::kInfo, Metric::kRevenue,
                              now.sum[kRevenue], before.sum[kRevenue]);
      r.action = "Wait for more data before acting.";
      r.reason = "Revenue was " + money_text(now.sum[kRevenue]) + " against " + money_text(before.sum[kRevenue]) +
                 " (" + signed_percent_text(change) + "), but on " + count_text(now.sum[kUnits]) + " and " +
                 count_text(before.sum[kUnits]) + " units sold weeks differ by " + money_text(z * error) +
                 " through chance alone." + partial;
      return;
    }
    const bool after_promotion = promoted(prior_from_, current_from_) && !promoted(current_from_, panel_.days);
    const Money money =
        estimate([&](const Sums& s, const Sums& p,
                     double) { return o_.margin * (p[kRevenue] - s[kRevenue]) - std::max(0.0, p[kSpend] - s[kSpend]); },
                 now, before, o_);
    Recommendation& r = add(RecommendationType::kRevenueDrop, after_promotion ? Severity::kInfo : Severity::kWarning,
                            Metric::kRevenue, now.sum[kRevenue], before.sum[kRevenue]);
    put(r, money);
    const double spend_change = before.sum[kSpend] > 0 ? now.sum[kSpend] / before.sum[kSpend] - 1 : 0;
    r.action = spend_change < 0.5 * change
                   ? "Check whether the budget was cut on purpose: ad spend fell with revenue."
                   : "Check stock, price and budget: revenue fell without a matching cut in ad spend.";
    r.reason = "Revenue was " + money_text(now.sum[kRevenue]) + " against " + money_text(before.sum[kRevenue]) +
               " in the " + days_text(o_.days) + " before (" + signed_percent_text(change) + "; ad spend " +
               signed_percent_text(spend_change) + "). Winning it back is worth " + worth(money) +
               ", after the ad spend that went with it." + partial;
    if (after_promotion)
      r.reason += " A promotion ran in the earlier period and no longer does, which explains a part.";
  }

  const PerformancePanel& panel_;
  const Product& product_;
  const RecommendationOptions& o_;
  Covariance daily_;
  std::size_t current_from_ = 0;
  std::size_t prior_from_ = 0;
  Period current_;
  Period prior_;
  std::vector<Recommendation> result_;
};

}  // namespace

void RecommendationOptions::check() const {
  if (days < 1 || days > kMaxRecommendationDays) {
    throw InvalidArgument(
        "days must be between 1 and " + std::to_string(kMaxRecommendationDays) + ", not " + std::to_string(days),
        "days is the length of the period and of the one before it; 7 is the default.");
  }
}

const char* recommendation_type_name(RecommendationType type) {
  switch (type) {
    case RecommendationType::kAcosHigh:
      return "acos_high";
    case RecommendationType::kRoasHigh:
      return "roas_high";
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

std::vector<Recommendation> recommendations(const PerformancePanel& panel, const RecommendationOptions& options) {
  options.check();
  std::vector<Recommendation> result;
  for (const Group& group : make_groups(panel, Grouping::kProduct, options.product, options.category)) {
    std::vector<Recommendation> own = Adviser(panel, panel.products[group.members.front()], options).advise();
    std::move(own.begin(), own.end(), std::back_inserter(result));
  }
  std::stable_sort(result.begin(), result.end(), [](const Recommendation& a, const Recommendation& b) {
    // Without an estimate of the money: last of its severity.
    const auto key = [](const Recommendation& r) {
      return std::tuple(r.severity, !r.impact.has_value(), -r.impact.value_or(0));
    };
    return key(a) < key(b);
  });
  return result;
}

}  // namespace performance_tracker
