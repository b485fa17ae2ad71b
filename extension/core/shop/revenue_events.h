// SPDX-License-Identifier: PostgreSQL
//
// Which event each product-day belongs to, and what the days before it let expect. Internal to revenue_change.h.
#pragma once

#include <string>
#include <vector>

#include "core/shop/revenue_change.h"
#include "core/shop/shop_evidence.h"

namespace performance_tracker {

struct RevenueEvent {
  ReasonKind kind = ReasonKind::kIncident;
  std::optional<Incident> incident;     // of kIncident, kMissingData and a holiday that was one
  std::vector<std::string> promotions;  // that ran on its days
  std::string holiday;                  // its name; of a promotion: a day that fell into it and was felt
  IncidentScope scope = IncidentScope::kShop;
  std::optional<std::string> subject;
  Day first = 0, last = 0;
  bool told_apart = true;
};

class RevenueEvents {
 public:
  static constexpr int kNone = -1;

  // Of the days `from` to the panel's last.
  RevenueEvents(const PerformancePanel& panel, std::size_t from, const RevenueChangeOptions& options,
                const Progress& progress);

  const std::vector<RevenueEvent>& all() const { return events_; }
  int at(std::size_t product, std::size_t t) const { return claims_[product][t - from_]; }
  // Revenue that the days before let expect; NaN where nothing does.
  double expected(std::size_t product, std::size_t t) const { return expected_[product][t - from_]; }
  // Relative variance of an ordinary day around that; NaN likewise.
  double variance(std::size_t product, std::size_t t) const;
  // Whether the day is one of those that events were looked for on.
  bool judges(std::size_t t) const { return t >= from_; }
  // What the judge of days says of a stage; nullptr where it does not judge it.
  const DayScore* score_of(Metric stage, std::size_t product, std::size_t t) const;
  double persistence(Metric stage) const { return shop_.products().scores[stage].persistence; }

 private:
  const DayScore& score(std::size_t s, std::size_t t) const {
    return shop_.products().scores[Metric::kRevenue].at(s, t);
  }
  bool is_free(std::size_t s, std::size_t t) const { return at(s, t) == kNone; }
  bool has_row(std::size_t s, std::size_t t) const;
  void claim(std::size_t s, std::size_t t, int event);

  void claim_incidents(double false_alarms, const Progress& progress);
  void claim_missing(const Incident& incident, int event);
  double usual_of_weekday(std::size_t s, std::size_t t) const;
  void claim_own(const Incident& incident, int event);
  void continue_on_new_level(const IncidentPart& part, int event);
  void claim_shop(const Incident& incident, int event);
  void claim_promotions();
  int promotion_event(const std::vector<std::size_t>& running, std::size_t s);
  void note_promotions();
  void claim_holidays(double calendar_move);

  const PerformancePanel& panel_;
  std::size_t from_;
  ShopEvidence shop_;
  std::vector<RevenueEvent> events_;
  std::vector<std::vector<int>> claims_;
  std::vector<std::vector<double>> expected_;
};

}  // namespace performance_tracker
