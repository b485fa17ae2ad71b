// SPDX-License-Identifier: PostgreSQL
//
// What a promotion changed: revenue on its days against what revenue would have been without it, with an interval
// for the cumulative effect and a p-value that agree; what extra advertising did beside the deal; what happened to the
// rest of the category and on the days afterwards; and whether it paid.
//
// The counterfactual (counterfactual.h) is learned from the days before the promotion; products that were not promoted
// (promotion_controls.h) say what the market did meanwhile. How sure the method can be is measured on some of them:
// each is judged as if it had been promoted (placebo in space: Abadie, Diamond & Hainmueller 2010, section 3), and what
// they miss by more than their own standard errors widens the promotion's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/shop/advice_rules.h"
#include "core/shop/performance_panel.h"

namespace performance_tracker {

struct PromotionOptions {
  int learning_days = 91;          // days before the promotion that the baseline may learn from
  int minimum_history = 14;        // fewer of them: short_pre_period, no judgement
  double confidence_level = 0.95;  // of the effects' intervals
  int after_days = 14;             // on which a dip is looked for
  int placebos = 8;                // unpromoted products that are judged to measure the method's own errors

  // A deal draws attention by itself: the platform shows it more often and it is clicked more. More impressions than
  // this (log scale: 0.15 is 16%) are believed to be advertising that somebody bought, fully so from `bought_exposure`
  // (0.30: 35%) on; in between it cannot be told, and the interval says so.
  double own_exposure = 0.15;
  double bought_exposure = 0.30;

  AdviceRules rules;  // for the margins of products
};

enum class PromotionStatus { kCompleted, kRunning, kPlanned, kShortPrePeriod, kNoData };
const char* promotion_status_name(PromotionStatus status);  // "short_pre_period"

// Money summed over some days, against what was expected.
struct Effect {
  double value = 0;
  double lower = 0;
  double upper = 0;
};

// How the effect of extra advertising was kept apart from that of the deal.
enum class Attribution { kNoExtraAdvertising, kToldApart, kCannotBeToldApart };
const char* attribution_name(Attribution attribution);  // "told_apart"

enum class PromotionPhase { kBefore, kPromotion, kAfter };
const char* promotion_phase_name(PromotionPhase phase);  // "before"

struct PromotionDay {
  Day day = 0;
  PromotionPhase phase = PromotionPhase::kPromotion;
  std::optional<double> actual;  // empty: no complete data
  double counterfactual = 0;
  double lower = 0;  // of the counterfactual's day
  double upper = 0;
  std::optional<Effect> cumulative;  // within its phase, on the days with data; empty before the promotion
};

struct Control {
  std::string name;
  double weight = 0;  // 1% more of its sales moves the expectation by weight %
};

struct PromotionImpact {
  PromotionStatus status = PromotionStatus::kNoData;
  int days = 0;  // of the promotion that have data and were compared
  // Sums over those days. Empty when there is nothing to say.
  std::optional<double> actual;
  std::optional<double> counterfactual;
  std::optional<double> absolute_effect;  // of the deal, extra advertising apart where it can be told
  std::optional<double> relative_effect;  // fraction of the counterfactual; empty if that is zero
  std::optional<double> effect_lower;
  std::optional<double> effect_upper;
  std::optional<double> p_value;  // two-sided, of no effect at all
  Attribution attribution = Attribution::kNoExtraAdvertising;
  std::optional<double> extra_advertising;   // fraction of the usual exposure: 0.5 is half as much again
  std::optional<double> advertising_effect;  // money, not in absolute_effect
  std::vector<Control> controls;             // heaviest first
  std::optional<Effect> neighbours;          // on the rest of the category: halo above zero, cannibalisation below
  std::optional<Effect> afterwards;          // on the days after it
  int days_afterwards = 0;
  std::optional<Effect> profit;  // incremental contribution on its days: margin less discount and extra spend
  bool margin_known = false;
  std::string report;  // prose
  std::vector<PromotionDay> daily;
};

// `promotion` need not be among panel.promotions. The panel ends with the last complete day.
PromotionImpact promotion_impact(const PerformancePanel& panel, const Promotion& promotion,
                                 const PromotionOptions& options, const Progress& progress);

}  // namespace performance_tracker
