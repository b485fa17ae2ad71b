// SPDX-License-Identifier: PostgreSQL
//
// Why revenue changed from one period to another: a few reasons in order of importance that add up to the change.
//
//   RevenueChangeOptions options{.period = {9700, 9706}, .prior = {9693, 9699}};
//   for (const ChangeReason& r : explain_revenue_change(panel, nullptr, options, progress)) …   // the last: all others
//
// Every product-day of both periods belongs to at most one event: an incident (incident.h), the promotions that ran, or
// a holiday. What an event did on a day is revenue - what the days before let expect (day_scores.h), so its part of the
// change is that sum over the period, less the same over the period before. Of what is left, differences of length and
// weekdays are taken out first, then what most products share (the market), what most products of a category share, and
// what is one product's own beyond its noise. Each is a robust mean of logarithmic changes with its standard error
// (Huber 1964; DerSimonian & Laird 1986 for the spread between products). Nothing is fitted: the parts are differences
// of sums, and the rest is named as such.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/shop/incident.h"

namespace performance_tracker {

// First and last day, both included.
struct Period {
  Day first = 0;
  Day last = 0;
  int days() const { return last - first + 1; }
  bool holds(Day day) const { return first <= day && day <= last; }
};

struct RevenueChangeOptions {
  Period period;                        // what is explained; ends with the panel
  Period prior;                         // what it is compared with
  std::optional<std::string> product;   // only this product
  std::optional<std::string> category;  // only this category
  std::size_t most = 5;                 // rows, the last one (all others) included: 2 and more
  double false_alarms = 1;              // of the incidents, per 1,000 judged days
  double material = 0.02;      // share of the largest amount (or of the change) from which a reason is worth a line
  double surely = 3;           // deviations from which a category's or product's move without a known cause is one
  double market_surely = 2.5;  // of the whole shop's: there is one of it, not one a category
  double calendar_move = 2;    // standard deviations from which a day of the calendar is taken for moved
  EvidenceOptions evidence;

  void check() const;  // throws InvalidArgument
};

enum class ReasonKind {
  kIncident,
  kMissingData,     // rows that did not come
  kPromotion,       // began, ended, or ran in both periods
  kHoliday,         // a day of the shop's calendar
  kCalendar,        // the periods have other lengths or weekdays
  kMarket,          // most products
  kCategory,        // most products of a category
  kProduct,         // one product, without a known cause
  kOthers,          // all others together
  kNothingUnusual,  // nothing happened that could be named
};
const char* reason_kind_name(ReasonKind kind);  // "missing_data"

struct ChangeReason {
  ReasonKind kind = ReasonKind::kOthers;
  std::string sentence;  // key of the sentence: "incident.ctr_change.down", "promotion.ended", "over.down"
  IncidentScope scope = IncidentScope::kShop;
  std::optional<std::string> subject;  // product, category, promotion or holiday
  std::vector<std::string> products;   // that carry it, the one that moved most money first
  std::vector<std::string> categories;
  std::vector<std::string> promotions;  // of a promotion; of something else: that ran on the same days
  std::optional<Day> since, until;
  bool goes_on = false;
  double amount = 0;                     // part of the change, money
  std::optional<Metric> metric;          // the stage that moved
  std::optional<double> change;          // of that, or of revenue: -0.5 is half
  std::optional<HypothesisCode> cause;   // of an incident
  std::vector<DriverEvidence> drivers;   // of an incident, or of a product's own move
  std::optional<double> revenue;         // on the days of the event in the period
  std::optional<double> expected;        // what was to be expected of them
  std::optional<double> standard_error;  // of the amount, for what has no known cause
  bool stage_known = false;              // of a product: the stage that moved is surely unusual
  bool told_apart = true;                // false: two things on the same days and products
  std::string text;                      // the sentence in English
};

// Ordered: what moved revenue the way it went, the most money first; then what worked against it; the rest last.
// `panel` ends with the period's last day and holds the prior period as well, unless `prior_panel` does (the same
// products in the same order, ending with the prior period's last day). Amounts add up to the difference of both sums.
std::vector<ChangeReason> explain_revenue_change(const PerformancePanel& panel, const PerformancePanel* prior_panel,
                                                 const RevenueChangeOptions& options, const Progress& progress);

// The English sentence of a reason.
std::string reason_text(const ChangeReason& reason);

}  // namespace performance_tracker
