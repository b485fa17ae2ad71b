// SPDX-License-Identifier: PostgreSQL
#include "core/shop/promotion.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/prose.h"
#include "core/base/statistics.h"
#include "core/shop/counterfactual.h"
#include "core/shop/promotion_controls.h"
#include "core/shop/promotion_judge.h"
#include "core/shop/promotion_report.h"

namespace performance_tracker {
namespace {

bool same_promotion(const Promotion& a, const Promotion& b) {
  if (a.id && b.id) return *a.id == *b.id;
  return a.product_id == b.product_id && a.category == b.category && a.start == b.start && a.end == b.end;
}

std::string period_text(const Promotion& p) {
  return p.start == p.end ? "on " + to_iso_date(p.start) : "from " + to_iso_date(p.start) + " to " + to_iso_date(p.end);
}

}  // namespace

double worth_of_event(const std::vector<double>& money, const std::vector<double>& events, std::size_t from,
                      std::size_t to) {
  double sum = 0, count = 0;
  for (std::size_t t = from; t < to; ++t) {
    if (std::isnan(money[t]) || std::isnan(events[t])) continue;
    sum += money[t];
    count += events[t];
  }
  return count > 0 ? sum / count : 0;
}

PromotionJudge::PromotionJudge(const PerformancePanel& panel, const Promotion& promotion,
                               const PromotionOptions& options, const Progress& progress)
    : panel_(panel), promotion_(promotion), o_(options), progress_(progress) {
  for (std::size_t i = 0; i < panel.products.size(); ++i) {
    if (promotion.covers(panel.products[i])) group_.members.push_back(i);
  }
}

PromotionImpact PromotionJudge::judge() {
  const std::string name = promotion_.name.empty() ? "" : " \"" + promotion_.name + "\"";
  facts_.subject = "Promotion" + name + " for " + target_text() + ", " + period_text(promotion_) + ": ";
  facts_.confidence_level = o_.confidence_level;
  facts_.assumed_margin = kAssumedMargin;
  const Day last_day = panel_.first_day + static_cast<Day>(panel_.days) - 1;
  if (panel_.days > 0 && promotion_.start > last_day) {
    impact_.status = PromotionStatus::kPlanned;
    impact_.report = facts_.subject + "not judged yet, because data end on " + to_iso_date(last_day) + ".";
    return std::move(impact_);
  }
  if (panel_.days == 0 || group_.members.empty() || promotion_.end < panel_.first_day || !prepare(last_day)) {
    impact_.report = facts_.subject + "there are no data for its days.";
    return std::move(impact_);
  }
  if (facts_.history < o_.minimum_history) {
    impact_.status = PromotionStatus::kShortPrePeriod;
    impact_.report = short_history_report(impact_, facts_, o_.minimum_history);
    return std::move(impact_);
  }
  const Controls controls(panel_, promotion_, span_, group_.members, values_);
  estimate(controls);
  neighbours(controls);
  profit(controls);
  daily();
  impact_.report = judged_report(impact_, facts_);
  return std::move(impact_);
}

std::string PromotionJudge::target_text() const {
  if (promotion_.product_id)
    return group_.members.empty() ? "its product" : panel_.products[group_.members.front()].name;
  if (promotion_.category) return "category " + *promotion_.category;
  return "the whole shop";
}

bool PromotionJudge::prepare(Day last_day) {
  span_.start = panel_.index(std::max(promotion_.start, panel_.first_day));
  span_.stop = panel_.index(std::min(promotion_.end, last_day)) + 1;
  span_.after = promotion_.end < last_day ? std::min(panel_.days, span_.stop + static_cast<std::size_t>(o_.after_days))
                                          : span_.stop;
  const std::size_t length = static_cast<std::size_t>(o_.learning_days);
  span_.learning_from = span_.start > length ? span_.start - length : 0;
  columns_ = group_columns(panel_, group_);
  std::vector<Promotion> others;
  for (const Promotion& other : panel_.promotions) {
    if (same_promotion(other, promotion_)) continue;
    const bool touches = std::any_of(group_.members.begin(), group_.members.end(),
                                     [&](std::size_t i) { return other.covers(panel_.products[i]); });
    if (!touches) continue;
    others.push_back(other);
    if (other.start <= promotion_.end && other.end >= promotion_.start) facts_.simultaneous.push_back(other.name);
  }
  other_share_ = others.empty() ? std::vector<double>(panel_.days, 0.0) : promotion_share(panel_, group_, others);
  double actual = 0;
  for (std::size_t t = span_.start; t < span_.stop; ++t) {
    if (std::isnan(columns_.revenue[t])) continue;
    days_.push_back(t);
    actual += columns_.revenue[t];
  }
  impact_.days = static_cast<int>(days_.size());
  if (days_.empty()) return false;
  impact_.actual = actual;
  impact_.status = promotion_.end > last_day ? PromotionStatus::kRunning : PromotionStatus::kCompleted;
  facts_.planned_days = promotion_.end - promotion_.start + 1;
  facts_.elapsed_days = static_cast<int>(span_.stop - span_.start);
  for (std::size_t t = span_.stop; t < span_.after; ++t) {
    if (!std::isnan(columns_.revenue[t]) && other_share_[t] < kMostlyPromoted) after_.push_back(t);
  }
  values_ = columns_.revenue;
  for (std::size_t t = span_.learning_from; t < span_.start; ++t) {
    if (std::isnan(values_[t])) continue;
    if (other_share_[t] >= kMostlyPromoted) {
      values_[t] = kNoValue;
      ++facts_.excluded;
    } else {
      ++facts_.history;
    }
  }
  return true;
}

const char* promotion_status_name(PromotionStatus status) {
  switch (status) {
    case PromotionStatus::kCompleted:
      return "completed";
    case PromotionStatus::kRunning:
      return "running";
    case PromotionStatus::kPlanned:
      return "planned";
    case PromotionStatus::kShortPrePeriod:
      return "short_pre_period";
    case PromotionStatus::kNoData:
      return "no_data";
  }
  return "";
}

const char* attribution_name(Attribution attribution) {
  switch (attribution) {
    case Attribution::kNoExtraAdvertising:
      return "no_extra_advertising";
    case Attribution::kToldApart:
      return "told_apart";
    case Attribution::kCannotBeToldApart:
      return "cannot_be_told_apart";
  }
  return "";
}

const char* promotion_phase_name(PromotionPhase phase) {
  switch (phase) {
    case PromotionPhase::kBefore:
      return "before";
    case PromotionPhase::kPromotion:
      return "promotion";
    case PromotionPhase::kAfter:
      return "after";
  }
  return "";
}

PromotionImpact promotion_impact(const PerformancePanel& panel, const Promotion& promotion,
                                 const PromotionOptions& options, const Progress& progress) {
  return PromotionJudge(panel, promotion, options, progress).judge();
}

}  // namespace performance_tracker
