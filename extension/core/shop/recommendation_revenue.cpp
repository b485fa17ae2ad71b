// SPDX-License-Identifier: PostgreSQL
//
// Revenue that fell: whether by more than chance, why, and what winning it back is worth.
#include <algorithm>
#include <limits>

#include "core/shop/adviser.h"
#include "core/shop/recommendation_cause.h"

namespace performance_tracker {

bool Adviser::promoted(std::size_t from, std::size_t to) const {
  for (const Promotion& p : panel_.promotions) {
    if (!p.covers(product_)) continue;
    if (to > from && p.start <= panel_.day(to - 1) && p.end >= panel_.day(from)) return true;
  }
  return false;
}

int Adviser::pair_days(Period& now, Period& before) const {
  DailyColumns paired = product_.daily;
  const std::size_t shift = static_cast<std::size_t>(o_.days);
  int pairs = 0;
  for (std::size_t t = prior_from_; t < panel_.days; ++t) {
    const bool first = t < current_from_;
    const bool whole = first
                           ? t + shift < panel_.days && has_row(product_.daily, t) && has_row(product_.daily, t + shift)
                           : t >= shift && has_row(product_.daily, t) && has_row(product_.daily, t - shift);
    if (whole && !first) ++pairs;
    if (whole) continue;
    for (std::vector<double>* v :
         {&paired.impressions, &paired.clicks, &paired.ad_spend, &paired.units_sold, &paired.revenue})
      (*v)[t] = std::numeric_limits<double>::quiet_NaN();
  }
  now = sum_period(paired, current_from_, panel_.days, daily_);
  before = sum_period(paired, prior_from_, current_from_, daily_);
  return pairs;
}

void Adviser::revenue() {
  Period now, before;
  const int pairs = pair_days(now, before);
  if (pairs == 0) return;
  if (!(before.sum[kRevenue] > 0) || !(now.sum[kRevenue] < rules_.revenue_floor * before.sum[kRevenue])) return;
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
                            now.sum[kRevenue], before.sum[kRevenue], "revenue");
    r.action = "Wait for more data before acting.";
    r.reason = "Revenue was " + money_text(now.sum[kRevenue]) + " against " + money_text(before.sum[kRevenue]) + " (" +
               signed_percent_text(change) + "), but on " + count_text(now.sum[kUnits]) + " and " +
               count_text(before.sum[kUnits]) + " units sold weeks differ by " + money_text(z * error) +
               " through chance alone." + partial;
    return;
  }
  drop(now, before, change, partial);
}

void Adviser::drop(const Period& now, const Period& before, double change, const std::string& partial) {
  const bool after_promotion = promoted(prior_from_, current_from_) && !promoted(current_from_, panel_.days);
  DropContext context;
  context.promotion_ended = after_promotion;
  context.has_others = around_.products >= 4;
  for (std::size_t k = 0; k < kColumns; ++k) {
    context.others_now[k] = around_.now[k] - current_.sum[k];
    context.others_before[k] = around_.before[k] - prior_.sum[k];
  }
  DropCause cause = explain_drop(now, before, context);
  const bool everybody = is_of_shop(cause.code);
  const double margin = margin_.value;
  const Money money = estimate(
      [&](const Sums& s, const Sums& p) {
        return margin * (p[kRevenue] - s[kRevenue]) - std::max(0.0, p[kSpend] - s[kSpend]);
      },
      now, before, o_.confidence_level);
  Recommendation& r =
      add(RecommendationType::kRevenueDrop, after_promotion || everybody ? Severity::kInfo : Severity::kWarning,
          Metric::kRevenue, now.sum[kRevenue], before.sum[kRevenue], hypothesis_code_name(cause.code));
  put(r, money);
  const double spend_change = before.sum[kSpend] > 0 ? now.sum[kSpend] / before.sum[kSpend] - 1 : 0;
  r.action = cause.action;
  r.evidence = std::move(cause.evidence);
  r.reason = "Revenue was " + money_text(now.sum[kRevenue]) + " against " + money_text(before.sum[kRevenue]) +
             " in the " + days_text(o_.days) + " before (" + signed_percent_text(change) + "; ad spend " +
             signed_percent_text(spend_change) + "). Winning it back is worth " +
             worth(money.value, money.lower, money.upper) + ", after the ad spend that went with it." + partial;
  if (after_promotion) r.reason += " A promotion ran in the earlier period and no longer does, which explains a part.";
}

}  // namespace performance_tracker
