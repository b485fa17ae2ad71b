// SPDX-License-Identifier: PostgreSQL
#include "core/shop/incident.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/shop/day_scores.h"
#include "simulated_panel.h"

namespace performance_tracker {
namespace {

using testing::Shock;
using testing::Simulation;
using testing::SimulationOptions;

constexpr Day kFirst = 9500;  // of the simulated panel

SimulationOptions large_shop() {
  SimulationOptions options;
  options.days = 150;
  options.impressions = 30000;
  return options;
}

template <class Change>
void on_day(Simulation& simulation, std::size_t t, Change change) {
  for (std::vector<Shock>& product : simulation.shocks) change(product[t]);
}

std::vector<Incident> find(const PerformancePanel& panel, IncidentOptions options = {}) {
  return find_incidents(panel, options, NeverCancelled());
}

const Incident* first_with(const std::vector<Incident>& all, HypothesisCode code) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Incident& i) { return i.code == code; });
  return found == all.end() ? nullptr : &*found;
}

TEST(Incidents, AWeekOutOfStockIsOneRow) {
  Simulation simulation(large_shop());
  for (std::size_t t = 130; t < 136; ++t) simulation.shocks[4][t].conversion_rate = 0.02;
  const std::vector<Incident> found = find(simulation.panel());
  const Incident* i = first_with(found, HypothesisCode::kStockOutOrTracking);
  ASSERT_NE(i, nullptr);
  EXPECT_EQ(i->scope, IncidentScope::kProduct);
  EXPECT_EQ(i->start, kFirst + 130);
  EXPECT_EQ(i->end, kFirst + 135);
  EXPECT_FALSE(i->goes_on);
  EXPECT_EQ(i->products, std::vector<std::string>{"Product 05"});
  EXPECT_LT(i->revenue, 0.2 * i->expected_revenue);
  EXPECT_NEAR(i->spend, i->expected_spend, 0.25 * i->expected_spend);
  EXPECT_EQ(found.front().code, i->code);  // the most money first
}

TEST(Incidents, AnOutageOfTheShopIsOneRowAndNotOneAProduct) {
  Simulation simulation(large_shop());
  on_day(simulation, 140, [](Shock& s) { s.conversion_rate = 0.04; });
  const std::vector<Incident> found = find(simulation.panel());
  const auto at = std::count_if(found.begin(), found.end(), [](const Incident& i) { return i.start == kFirst + 140; });
  EXPECT_EQ(at, 1);
  const Incident* i = first_with(found, HypothesisCode::kTrackingOutage);
  ASSERT_NE(i, nullptr);
  EXPECT_EQ(i->scope, IncidentScope::kShop);
  EXPECT_GT(i->products.size(), 15U);
}

// Sales that were not counted until the 23rd, then Christmas: the mean of both looked like a site that was down.
TEST(Incidents, AnOutageBeforeAHolidayIsNotTakenForOneThing) {
  Simulation simulation(large_shop());
  for (const std::size_t t : {140U, 141U}) on_day(simulation, t, [](Shock& s) { s.conversion_rate = 0.04; });
  for (const std::size_t t : {142U, 143U}) on_day(simulation, t, [](Shock& s) { s.impressions = 0.5; });
  PerformancePanel panel = simulation.panel();
  panel.holidays = {{kFirst + 142, "Christmas Eve"}, {kFirst + 143, "Christmas Day"}};
  const std::vector<Incident> found = find(panel);
  const Incident* outage = first_with(found, HypothesisCode::kTrackingOutage);
  const Incident* holiday = first_with(found, HypothesisCode::kHoliday);
  ASSERT_NE(outage, nullptr);
  ASSERT_NE(holiday, nullptr);
  EXPECT_EQ(first_with(found, HypothesisCode::kSiteOutage), nullptr);
  EXPECT_EQ(outage->end, kFirst + 141);
  EXPECT_EQ(holiday->start, kFirst + 142);
  EXPECT_NE(holiday->hypothesis.find("Christmas"), std::string::npos);
}

TEST(Incidents, MostOfACategoryAreOneRow) {
  Simulation simulation(large_shop());
  for (std::size_t p = 2; p < 24; p += 6)  // all four of category 3
    for (std::size_t t = 135; t < 139; ++t) simulation.shocks[p][t].ctr = 0.3;
  const std::vector<Incident> found = find(simulation.panel());
  const Incident* i = first_with(found, HypothesisCode::kCtrChange);
  ASSERT_NE(i, nullptr);
  EXPECT_EQ(i->scope, IncidentScope::kCategory);
  EXPECT_EQ(i->categories, std::vector<std::string>{"Category 3"});
  EXPECT_GE(i->products.size(), 3U);
}

TEST(Incidents, RowsThatAreNotThereAreAMissingLoad) {
  PerformancePanel panel = Simulation(large_shop()).panel();
  for (std::size_t p = 0; p < 10; ++p)
    for (const DataColumn c : kDataColumns) panel.products[p].daily.of(c)[149] = std::nan("");
  const Incident* i = nullptr;
  const std::vector<Incident> found = find(panel);
  i = first_with(found, HypothesisCode::kMissingLoad);
  ASSERT_NE(i, nullptr);
  EXPECT_EQ(i->products.size(), 10U);
  EXPECT_TRUE(i->goes_on);
}

TEST(Incidents, ALevelThatLastsIsTheNewNormal) {
  Simulation simulation(large_shop());
  for (std::size_t t = 125; t < 150; ++t) simulation.shocks[7][t].impressions = 0.45;
  const std::vector<Incident> found = find(simulation.panel());
  const auto own = std::find_if(found.begin(), found.end(), [](const Incident& i) {
    return i.products == std::vector<std::string>{"Product 08"} && i.new_level;
  });
  ASSERT_NE(own, found.end());
  EXPECT_LE(own->end, kFirst + 134);  // within a week and little more
  EXPECT_NE(own->hypothesis.find("new level"), std::string::npos);
}

TEST(Incidents, QuietAndEmptyShopsHaveNone) {
  EXPECT_LE(find(Simulation(large_shop()).panel()).size(), 2U);
  EXPECT_TRUE(find(PerformancePanel{}).empty());
  IncidentOptions options;
  options.days = 0;
  EXPECT_THROW(find(Simulation(large_shop()).panel(), options), InvalidArgument);
}

std::vector<ScoredSeries> series_of(const PerformancePanel& panel) {
  std::vector<ScoredSeries> series;
  for (const Product& p : panel.products) series.push_back({&p.daily, -1, nullptr});
  return series;
}

TEST(DayScores, ADayHasOneScoreWhateverPeriodIsAskedFor) {
  const PerformancePanel panel = Simulation(large_shop()).panel();
  const std::vector<ScoredSeries> series = series_of(panel);
  const auto scores = [&](std::size_t from) {
    return score_days(panel, series, Metric::kRevenue, from, true, {}, NeverCancelled());
  };
  const MetricScores many = scores(110), few = scores(146);
  for (std::size_t s = 0; s < series.size(); ++s)
    for (std::size_t t = 146; t < panel.days; ++t) {
      EXPECT_EQ(many.at(s, t).own, few.at(s, t).own);
      EXPECT_EQ(many.at(s, t).expected, few.at(s, t).expected);
    }
}

TEST(DayScores, OrdinaryDaysAreStandardAndTheMarketIsTakenOut) {
  const PerformancePanel panel = Simulation(large_shop()).panel();
  const std::vector<ScoredSeries> series = series_of(panel);
  const MetricScores scores = score_days(panel, series, Metric::kRevenue, 110, true, {}, NeverCancelled());
  double squares = 0, n = 0;
  for (std::size_t s = 0; s < series.size(); ++s)
    for (std::size_t t = 110; t < panel.days; ++t) squares += scores.at(s, t).own * scores.at(s, t).own, n += 1;
  EXPECT_NEAR(std::sqrt(squares / n), 1, 0.15);
}

// Two outages on Mondays within six weeks were taken for Mondays: each later Monday was a rise of the whole shop.
TEST(DayScores, TwoOutagesOnOneWeekdayAreNoPattern) {
  Simulation simulation(large_shop());
  // The last block of 28 days on the calendar starts at day 146 and looks back to day 55.
  for (const std::size_t t : {60U, 67U}) on_day(simulation, t, [](Shock& s) { s.conversion_rate = 0.03; });
  const PerformancePanel panel = simulation.panel();
  for (const std::size_t from : {136U, 146U}) {
    const MetricScores scores =
        score_days(panel, series_of(panel), Metric::kConversionRate, from, true, {}, NeverCancelled());
    for (std::size_t t = from; t < panel.days; ++t) EXPECT_LT(std::abs(scores.market[t - from].move), 0.2) << t;
  }
}

TEST(DayScores, ZerosGapsAndNewcomersStayFinite) {
  PerformancePanel panel = Simulation(large_shop()).panel();
  for (std::size_t t = 0; t < panel.days; ++t) {
    for (const DataColumn c : kDataColumns) {
      panel.products[0].daily.of(c)[t] = 0;
      if (t < 130) panel.products[1].daily.of(c)[t] = std::nan("");
      if (t % 3 == 0) panel.products[2].daily.of(c)[t] = std::nan("");
    }
  }
  for (const Metric metric : all_metrics()) {
    const MetricScores scores = score_days(panel, series_of(panel), metric, 120, true, {}, NeverCancelled());
    for (const std::vector<DayScore>& days : scores.series)
      for (const DayScore& d : days) {
        EXPECT_TRUE(!d.judged || (std::isfinite(d.own) && std::isfinite(d.expected) && std::isfinite(d.score)));
      }
    for (std::size_t t = 130; t < 144; ++t) EXPECT_FALSE(scores.at(1, t).judged);  // fourteen days come first
  }
}

}  // namespace
}  // namespace performance_tracker
