// SPDX-License-Identifier: PostgreSQL
#include "core/shop/promotion_report.h"

#include <cmath>

#include "core/base/prose.h"

namespace performance_tracker {
namespace {

std::string probability_text(double p) {
  return p < 0.001 ? "less than 0.1% of cases (p < 0.001)"
                   : percent_text(p) + " of cases (p = " + decimal_text(p, 3) + ")";
}

std::string interval_text(const Effect& e) { return money_text(e.lower) + " to " + money_text(e.upper); }

bool certain(const Effect& e) { return e.lower > 0 || e.upper < 0; }

std::string verdict(const PromotionImpact& impact, const PromotionFacts& facts) {
  const double effect = *impact.absolute_effect;
  std::string text = money_text(std::abs(effect)) + (effect >= 0 ? " more" : " less");
  if (impact.relative_effect) text += " (" + signed_percent_text(*impact.relative_effect) + ")";
  text += ", " + percent_text(facts.confidence_level, 0) + " interval " + money_text(*impact.effect_lower) + " to " +
          money_text(*impact.effect_upper) + ". ";
  if (*impact.p_value < 1 - facts.confidence_level) {
    text += "A difference this large would come up by chance in " + probability_text(*impact.p_value) + ".";
  } else {
    text += "Differences this large come up by chance in " + probability_text(*impact.p_value) +
            ": no effect is proven, in either direction.";
  }
  return text;
}

std::string advertising(const PromotionImpact& impact, const PromotionFacts& facts) {
  if (impact.attribution == Attribution::kNoExtraAdvertising || !impact.extra_advertising || !impact.advertising_effect)
    return "";
  const std::string more =
      " Meanwhile ads were shown " + percent_text(*impact.extra_advertising, 0) + " more than usual";
  const std::string worth = money_text(*impact.advertising_effect);
  if (impact.attribution == Attribution::kToldApart)
    return more + "; that accounts for " + worth + " of revenue, which is not counted as the deal's.";
  const std::string error =
      decimal_text(facts.exposure_weight, 2) + " (give or take " + decimal_text(facts.exposure_weight_error, 2) + ")";
  return more + ". Whether somebody bought that or the deal drew it cannot be told apart: 1% more exposure went with " +
         error + "% more revenue before it, so up to " + worth +
         " may be the advertising's, and the interval allows for it.";
}

std::string basis(const PromotionImpact& impact, const PromotionFacts& facts) {
  std::string text = " The expectation rests on " + days_text(facts.learning_days) + " before it";
  if (facts.excluded > 0) text += ", leaving out " + days_text(facts.excluded) + " under other promotions";
  if (facts.outliers > 0) text += ", and " + days_text(facts.outliers) + " out of the ordinary";
  if (!impact.controls.empty()) {
    const std::size_t n = impact.controls.size();
    text += ", with " + std::to_string(n) + (n == 1 ? " product" : " products") +
            " that had no promotion as control, most of all " + impact.controls.front().name;
  }
  if (facts.last_year) text += ", and on the same weeks of the year before";
  return text + ".";
}

std::string aftermath(const PromotionImpact& impact) {
  std::string text;
  if (impact.neighbours && certain(*impact.neighbours)) {
    const bool halo = impact.neighbours->value > 0;
    text += std::string(" The rest of the category sold ") + money_text(std::abs(impact.neighbours->value)) +
            (halo ? " more" : " less") + " than expected meanwhile (" + interval_text(*impact.neighbours) +
            (halo ? "): it drew customers." : "): a part was taken from the neighbours.");
  }
  if (impact.afterwards && certain(*impact.afterwards)) {
    text += " In the " + days_text(impact.days_afterwards) + " after it revenue was " +
            money_text(std::abs(impact.afterwards->value)) + (impact.afterwards->value < 0 ? " below" : " above") +
            " expectation (" + interval_text(*impact.afterwards) + ").";
  }
  return text;
}

std::string payoff(const PromotionImpact& impact, const PromotionFacts& facts) {
  if (!impact.profit) return "";
  const Effect& p = *impact.profit;
  const std::string after = impact.margin_known
                                ? "after the cost of goods, the discount and the advertising"
                                : "after discount and advertising, if goods usually leave " +
                                      percent_text(facts.assumed_margin, 0) + " of revenue (their cost is not known)";
  const std::string sums = money_text(p.value) + " (" + interval_text(p) + ") " + after;
  if (p.lower > 0) return " It paid: " + sums + ".";
  if (p.upper < 0) return " It did not pay: " + sums + ".";
  return " Whether it paid is open: " + sums + ".";
}

std::string so_far(const PromotionImpact& impact, const PromotionFacts& facts) {
  return impact.status == PromotionStatus::kRunning
             ? "so far, " + std::to_string(impact.days) + " of " + days_text(facts.planned_days) + ", "
             : "";
}

}  // namespace

std::string judged_report(const PromotionImpact& impact, const PromotionFacts& facts) {
  std::string report = facts.subject + so_far(impact, facts) + "revenue was " + money_text(*impact.actual) +
                       " against " + money_text(*impact.counterfactual) +
                       " expected without it: " + verdict(impact, facts);
  report += advertising(impact, facts) + basis(impact, facts);
  if (impact.days < facts.elapsed_days) {
    report +=
        " " + days_text(facts.elapsed_days - impact.days) + " of the promotion without complete data are left out.";
  }
  if (!facts.simultaneous.empty()) {
    report += " \"" + facts.simultaneous.front() + "\"" + (facts.simultaneous.size() > 1 ? " and others" : "") +
              " ran at the same time; the effects cannot be told apart.";
  }
  return report + aftermath(impact) + payoff(impact, facts);
}

std::string short_history_report(const PromotionImpact& impact, const PromotionFacts& facts, int needed) {
  return facts.subject + so_far(impact, facts) + "revenue was " + money_text(*impact.actual) +
         ". What it would have been otherwise cannot be said: only " + days_text(facts.history) +
         " without a promotion before it, " + std::to_string(needed) + " are needed.";
}

}  // namespace performance_tracker
