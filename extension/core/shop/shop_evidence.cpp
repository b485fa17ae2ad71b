// SPDX-License-Identifier: PostgreSQL
#include "core/shop/shop_evidence.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace performance_tracker {
namespace {

// The innovation of day_scores.h as log(actual / expected); -5 for next to nothing.
double log_of(double innovation) { return std::max(3 * std::log(std::max(1 + innovation / 3, 0.1)), -5.0); }

}  // namespace

ShopEvidence::ShopEvidence(const PerformancePanel& panel, Metric metric, std::size_t from,
                           const EvidenceOptions& options, const Progress& progress)
    : panel_(panel), metric_(metric), from_(from), options_(options), progress_(progress) {
  std::map<std::string, int> categories;
  std::vector<ScoredSeries> series;
  promoted_.reserve(panel.products.size());
  for (std::size_t i = 0; i < panel.products.size(); ++i) {
    promoted_.push_back(panel.promotions.empty()
                            ? std::vector<double>(panel.days)
                            : performance_tracker::promotion_share(panel, {{}, {}, {i}}, panel.promotions));
    const auto days = std::count_if(promoted_[i].begin(), promoted_[i].end(), [](double s) { return s > 0; });
    always_.push_back(3 * static_cast<std::size_t>(days) > 2 * panel.days);
  }
  for (std::size_t i = 0; i < panel.products.size(); ++i) {
    const Product& p = panel.products[i];
    const int c =
        p.category ? categories.try_emplace(*p.category, static_cast<int>(categories.size())).first->second : -1;
    series.push_back({&p.daily, c, always_[i] ? nullptr : &promoted_[i]});
  }
  products_ = collect_evidence(panel, series, metric, from, true, options, progress);
}

Evidence ShopEvidence::groups(const std::vector<DailyColumns>& columns,
                              const std::vector<std::vector<double>>& promoted) const {
  std::vector<ScoredSeries> series;
  for (std::size_t g = 0; g < columns.size(); ++g) series.push_back({&columns[g], -1, &promoted[g]});
  return collect_evidence(panel_, series, metric_, from_, false, options_, progress_);
}

bool ShopEvidence::market_out(std::size_t t, double rate) const {
  // A day of the shop flags most of its products at once, so it has to be surer than one of theirs.
  constexpr double kSurer = 0.1;
  return !products_.series.empty() && products_.at(0, t).market_p <= kSurer * rate;
}

HypothesisCode ShopEvidence::shop_cause(std::size_t t, double rate) const {
  if (!market_out(t, rate)) return HypothesisCode::kNone;
  CauseFacts facts;
  add_market(t, t, facts);
  return find_shop_cause(facts);
}

double ShopEvidence::moved_share(Metric metric, std::size_t t, bool up) const {
  double judged = 0, moved = 0;
  for (std::size_t s = 0; s < products_.series.size(); ++s) {
    const DayScore& day = products_.scores[metric].at(s, t);
    if (!day.judged || day.events < 1) continue;
    judged += 1;
    moved += up ? day.score >= 1 : day.score <= -1;
  }
  return judged > 0 ? moved / judged : 0;
}

bool ShopEvidence::promotion_ended(std::size_t product, std::size_t t) const {
  for (const Promotion& p : panel_.promotions) {
    const Day day = panel_.day(t);
    if (p.covers(panel_.products[product]) && p.end < day && day <= p.end + 3) return true;
  }
  return false;
}

std::vector<bool> ShopEvidence::flagged(std::size_t s, double rate) const {
  std::vector<bool> days = flagged_days(products_, s, rate, options_.beside);
  const MetricScores& scores = products_.scores[metric_];
  for (std::size_t t = products_.from; t < panel_.days; ++t) {
    const DayScore& day = scores.at(s, t);
    if (!day.judged || promoted_[s][t] > 0 || !market_out(t, rate)) continue;
    if (day.market * day.score > 0 && std::abs(day.score) > 1) days[t - products_.from] = true;
  }
  return days;
}

CauseFacts ShopEvidence::facts(const Evidence& evidence, std::size_t s, std::size_t first, std::size_t last,
                               double rate) const {
  CauseFacts facts;
  for (const Metric m : evidence.metrics) {
    StageMove& own = facts.moves[m];
    double days = 0, scores = 0;
    for (std::size_t t = first; t <= last; ++t) {
      const DayScore& day = evidence.scores[m].at(s, t);
      if (!day.judged) continue;
      days += 1;
      own.log_move += day.log_move - day.market;
      scores += std::clamp(day.own, -10.0, 10.0);
    }
    if (days > 0) own = {log_of(own.log_move / days), scores / std::sqrt(days), true};
  }
  add_market(first, last, facts);
  for (std::size_t t = first; t <= last; ++t) {
    facts.promotion_runs |= &evidence == &products_ && promoted_[s][t] > 0;
    facts.market_out |= market_out(t, rate);
  }
  return facts;
}

void ShopEvidence::add_market(std::size_t first, std::size_t last, CauseFacts& facts) const {
  const double days = static_cast<double>(last - first + 1);
  for (const Metric m : products_.metrics) {
    StageMove& shop = facts.market[m];
    for (std::size_t t = first; t <= last; ++t) {
      const MarketScore& market = products_.scores[m].market[t - products_.from];
      shop.log_move += market.move / days;
      shop.score += std::clamp(market.score, -10.0, 10.0) / std::sqrt(days);
      shop.known |= market.series >= 5;
    }
    shop.log_move = log_of(shop.log_move);
  }
  for (std::size_t t = first; t <= last; ++t) {
    facts.holiday |= std::any_of(panel_.holidays.begin(), panel_.holidays.end(),
                                 [&](const PanelHoliday& h) { return h.day == panel_.day(t); });
  }
}

}  // namespace performance_tracker
