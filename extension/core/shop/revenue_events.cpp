// SPDX-License-Identifier: PostgreSQL
#include "core/shop/revenue_events.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace performance_tracker {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kWeek = 7;
constexpr std::size_t kTwoWeeks = 14;

ReasonKind kind_of(HypothesisCode code) {
  if (code == HypothesisCode::kMissingLoad) return ReasonKind::kMissingData;
  return code == HypothesisCode::kHoliday ? ReasonKind::kHoliday : ReasonKind::kIncident;
}

}  // namespace

RevenueEvents::RevenueEvents(const PerformancePanel& panel, std::size_t from, const RevenueChangeOptions& options,
                             const Progress& progress)
    : panel_(panel), from_(from), shop_(panel, Metric::kRevenue, from, options.evidence, progress) {
  claims_.assign(panel.products.size(), std::vector<int>(panel.days - from, kNone));
  expected_.assign(panel.products.size(), std::vector<double>(panel.days - from, kNaN));
  for (std::size_t s = 0; s < panel.products.size(); ++s) {
    for (std::size_t t = from; t < panel.days; ++t) {
      if (score(s, t).judged) expected_[s][t - from] = score(s, t).expected;
    }
  }
  claim_incidents(options.false_alarms, progress);
  claim_promotions();
  claim_holidays(options.calendar_move);
  note_promotions();
}

double RevenueEvents::variance(std::size_t s, std::size_t t) const {
  return score(s, t).judged ? score(s, t).variance : kNaN;
}

const DayScore* RevenueEvents::score_of(Metric stage, std::size_t s, std::size_t t) const {
  const MetricScores& scores = shop_.products().scores[stage];
  return s < scores.series.size() && t >= scores.from && t - scores.from < scores.series[s].size() ? &scores.at(s, t)
                                                                                                   : nullptr;
}

bool RevenueEvents::has_row(std::size_t s, std::size_t t) const {
  return std::any_of(kDataColumns.begin(), kDataColumns.end(),
                     [&](DataColumn c) { return !std::isnan(panel_.products[s].daily.of(c)[t]); });
}

// A day without an expectation cannot say what happened on it.
void RevenueEvents::claim(std::size_t s, std::size_t t, int event) {
  if (t < from_ || !is_free(s, t) || std::isnan(expected_[s][t - from_])) return;
  claims_[s][t - from_] = event;
}

void RevenueEvents::claim_incidents(double false_alarms, const Progress& progress) {
  IncidentOptions options;
  options.days = static_cast<int>(std::min<std::size_t>(panel_.days - from_, kMaxAnomalyDays));
  options.false_alarms = false_alarms;
  for (Incident& i : find_incidents(panel_, options, shop_, progress)) {
    RevenueEvent event;
    event.kind = kind_of(i.code);
    event.scope = i.scope;
    event.first = i.start, event.last = i.end;
    if (i.scope == IncidentScope::kProduct && !i.products.empty()) event.subject = i.products.front();
    if (i.scope == IncidentScope::kCategory && !i.categories.empty()) event.subject = i.categories.front();
    for (const PanelHoliday& h : panel_.holidays)
      if (i.start <= h.day && h.day <= i.end) event.holiday = h.name;
    if (event.kind == ReasonKind::kHoliday && !event.holiday.empty()) event.subject = event.holiday;
    event.incident = std::move(i);
    events_.push_back(std::move(event));
  }
  // What is missing cannot be anything else, and what is a product's own is not the shop's.
  const auto each = [&](auto wanted, auto take) {
    for (std::size_t e = 0; e < events_.size(); ++e)
      if (wanted(*events_[e].incident)) take(*events_[e].incident, static_cast<int>(e));
  };
  const auto is_missing = [](const Incident& i) { return i.code == HypothesisCode::kMissingLoad; };
  each(is_missing, [&](const Incident& i, int e) { claim_missing(i, e); });
  each([&](const Incident& i) { return !is_missing(i) && !is_of_shop(i.code); },
       [&](const Incident& i, int e) { claim_own(i, e); });
  each([](const Incident& i) { return is_of_shop(i.code); }, [&](const Incident& i, int e) { claim_shop(i, e); });
}

// The same weekday of the four weeks before, or the two weeks before.
double RevenueEvents::usual_of_weekday(std::size_t s, std::size_t t) const {
  const std::vector<double>& revenue = panel_.products[s].daily.revenue;
  double sum = 0, n = 0;
  for (std::size_t back = kWeek; back <= 4 * kWeek && back <= t; back += kWeek)
    if (!std::isnan(revenue[t - back])) sum += revenue[t - back], n += 1;
  if (n > 0) return sum / n;
  for (std::size_t back = 1; back <= kTwoWeeks && back <= t; ++back)
    if (!std::isnan(revenue[t - back])) sum += revenue[t - back], n += 1;
  return n > 0 ? sum / n : kNaN;
}

// From its first day on until the product has rows again, also when that takes longer than the incident has been one.
void RevenueEvents::claim_missing(const Incident& incident, int event) {
  for (std::size_t s = 0; s < panel_.products.size(); ++s) {
    const std::size_t start = panel_.index(incident.start);
    std::size_t rows = 0;
    for (std::size_t back = 1; back <= kTwoWeeks && back <= start; ++back) rows += has_row(s, start - back);
    if (rows + 3 < kTwoWeeks) continue;
    bool open = false;
    for (std::size_t t = start; t < panel_.days && (open || panel_.day(t) <= incident.end); ++t) {
      open = !has_row(s, t);
      if (!open || t < from_) continue;
      expected_[s][t - from_] = usual_of_weekday(s, t);
      claim(s, t, event);
      RevenueEvent& e = events_[static_cast<std::size_t>(event)];
      e.last = std::max(e.last, panel_.day(t));
    }
  }
}

void RevenueEvents::claim_own(const Incident& incident, int event) {
  for (const IncidentPart& part : incident.parts) {
    for (std::size_t t = part.first; t <= part.last; ++t) claim(part.product, t, event);
    if (incident.new_level) continue_on_new_level(part, event);
  }
}

// After a week the new level is the normal one for the judge of days, but not for who compares with the weeks before:
// the days that follow belong to what brought them there, until expectations are nearer to the old level again.
void RevenueEvents::continue_on_new_level(const IncidentPart& part, int event) {
  const std::size_t s = part.product;
  double actual = 0, before = 0;
  for (std::size_t t = std::max(part.first, from_); t <= part.last; ++t) {
    if (at(s, t) != event) continue;
    actual += score(s, t).actual, before += score(s, t).expected;
  }
  if (!(actual > 0) || !(before > 0)) return;
  const double move = std::log(actual / before);
  for (std::size_t t = part.last + 1; t < panel_.days; ++t) {
    // The weekday in the week before it began: the last expectation on the old level.
    const std::size_t weeks = (t - part.first) / kWeek + 1;
    const std::size_t first = shop_.products().from;
    if (t < first + weeks * kWeek || !score(s, t).judged || !is_free(s, t)) return;
    const DayScore& old = score(s, t - weeks * kWeek);
    if (!old.judged) return;
    const double away = std::log(score(s, t).expected / old.expected);
    if (std::abs(away - move) >= std::abs(away)) return;
    expected_[s][t - from_] = score(s, t).expected * std::exp(-move);
    claim(s, t, event);
    RevenueEvent& e = events_[static_cast<std::size_t>(event)];
    e.last = std::max(e.last, panel_.day(t));
  }
}

// All products on the days on which any of them shows it.
void RevenueEvents::claim_shop(const Incident& incident, int event) {
  std::set<std::size_t> days;
  for (const IncidentPart& part : incident.parts)
    for (std::size_t t = part.first; t <= part.last; ++t) days.insert(t);
  for (const std::size_t t : days)
    for (std::size_t s = 0; s < panel_.products.size(); ++s) claim(s, t, event);
}

int RevenueEvents::promotion_event(const std::vector<std::size_t>& running, std::size_t s) {
  std::vector<std::string> names;
  RevenueEvent event;
  event.kind = ReasonKind::kPromotion;
  event.first = std::numeric_limits<Day>::max(), event.last = std::numeric_limits<Day>::min();
  bool product = true, category = true;
  for (const std::size_t p : running) {
    const Promotion& promotion = panel_.promotions[p];
    names.push_back(promotion.name);
    event.first = std::min(event.first, promotion.start);
    event.last = std::max(event.last, promotion.end);
    product &= promotion.product_id.has_value();
    category &= promotion.product_id.has_value() || promotion.category.has_value();
  }
  for (std::size_t e = 0; e < events_.size(); ++e) {
    const RevenueEvent& known = events_[e];
    if (known.kind == ReasonKind::kPromotion && known.promotions == names && known.first == event.first &&
        known.last == event.last)
      return static_cast<int>(e);
  }
  event.scope = product ? IncidentScope::kProduct : category ? IncidentScope::kCategory : IncidentScope::kShop;
  if (product) event.subject = panel_.products[s].name;
  if (!product && category) event.subject = panel_.products[s].category;
  event.told_apart = names.size() == 1;
  event.promotions = std::move(names);
  events_.push_back(std::move(event));
  return static_cast<int>(events_.size()) - 1;
}

// Promotions that ran on the same days of the same products are one event: what each did cannot be told apart.
void RevenueEvents::claim_promotions() {
  for (std::size_t s = 0; s < panel_.products.size(); ++s) {
    if (shop_.always_promoted(s)) continue;
    for (std::size_t t = from_; t < panel_.days; ++t) {
      if (!is_free(s, t) || !(shop_.promotion_share(s, t) > 0)) continue;
      std::vector<std::size_t> running;
      for (std::size_t p = 0; p < panel_.promotions.size(); ++p) {
        const Promotion& promotion = panel_.promotions[p];
        if (promotion.runs_on(panel_.day(t)) && promotion.covers(panel_.products[s])) running.push_back(p);
      }
      if (!running.empty()) claim(s, t, promotion_event(running, s));
    }
  }
}

// A deal that ran on the days of something else has its part in what is seen there.
void RevenueEvents::note_promotions() {
  for (std::size_t s = 0; s < panel_.products.size(); ++s) {
    if (shop_.always_promoted(s)) continue;
    for (std::size_t t = from_; t < panel_.days; ++t) {
      if (is_free(s, t) || !(shop_.promotion_share(s, t) > 0)) continue;
      RevenueEvent& event = events_[static_cast<std::size_t>(at(s, t))];
      // Of the whole shop's days a single deal is a small part.
      if (event.kind == ReasonKind::kPromotion || event.kind == ReasonKind::kMissingData) continue;
      for (const Promotion& promotion : panel_.promotions) {
        if (!promotion.runs_on(panel_.day(t)) || !promotion.covers(panel_.products[s])) continue;
        const bool comparable = event.scope == IncidentScope::kProduct || !promotion.product_id;
        if (comparable && std::count(event.promotions.begin(), event.promotions.end(), promotion.name) == 0) {
          event.promotions.push_back(promotion.name);
          event.told_apart = false;
        }
      }
    }
  }
}

// The calendar says where to look, so a day of it is taken for moved on less evidence than any day would be. On days
// of a promotion the two cannot be told apart, and the promotion's event says so.
void RevenueEvents::claim_holidays(double calendar_move) {
  for (const PanelHoliday& holiday : panel_.holidays) {
    if (holiday.day < panel_.day(from_) || holiday.day > panel_.day(panel_.days - 1)) continue;
    const std::size_t t = panel_.index(holiday.day);
    const MetricScores& revenue = shop_.products().scores[Metric::kRevenue];
    const MarketScore& market = revenue.market[t - revenue.from];
    if (market.series < 5 || std::abs(market.score) < calendar_move) continue;
    const auto known = std::find_if(events_.begin(), events_.end(), [&](const RevenueEvent& e) {
      return e.kind == ReasonKind::kHoliday && !e.incident && e.holiday == holiday.name;
    });
    const auto place = known - events_.begin();
    if (known == events_.end()) {
      RevenueEvent event;
      event.kind = ReasonKind::kHoliday;
      event.holiday = holiday.name;
      event.subject = holiday.name;
      event.first = holiday.day;
      events_.push_back(std::move(event));
    }
    RevenueEvent& event = events_[static_cast<std::size_t>(place)];
    event.first = std::min(event.first, holiday.day);
    event.last = std::max(event.last, holiday.day);
    for (std::size_t s = 0; s < panel_.products.size(); ++s) {
      if (!is_free(s, t) && events_[static_cast<std::size_t>(at(s, t))].kind == ReasonKind::kPromotion) {
        RevenueEvent& promotion = events_[static_cast<std::size_t>(at(s, t))];
        promotion.holiday = holiday.name;
        promotion.told_apart = false;
      }
      claim(s, t, static_cast<int>(place));
    }
  }
}

}  // namespace performance_tracker
