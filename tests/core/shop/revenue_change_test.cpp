// SPDX-License-Identifier: PostgreSQL
//
// The reasons of a change: planted causes are named first, lines add up, nothing is said of a quiet week.
#include "core/shop/revenue_change.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/shop/revenue_account.h"
#include "simulated_panel.h"

namespace performance_tracker::testing {
namespace {

constexpr int kDays = 112;

SimulationOptions shop_options(unsigned seed = 7) {
  SimulationOptions options;
  options.days = kDays;
  options.seed = seed;
  return options;
}

double sum_of(const PerformancePanel& panel, Day first, Day last) {
  double sum = 0;
  for (const Product& p : panel.products)
    for (Day d = first; d <= last; ++d)
      if (const double r = p.daily.revenue[panel.index(d)]; !std::isnan(r)) sum += r;
  return sum;
}

RevenueChangeOptions last_week(const PerformancePanel& panel) {
  const Day last = panel.day(panel.days - 1);
  RevenueChangeOptions options;
  options.period = {last - 6, last};
  options.prior = {last - 13, last - 7};
  return options;
}

std::vector<ChangeReason> reasons_of(const PerformancePanel& panel, const RevenueChangeOptions& options) {
  return explain_revenue_change(panel, nullptr, options, NeverCancelled());
}

double added(const std::vector<ChangeReason>& reasons) {
  double sum = 0;
  for (const ChangeReason& r : reasons) sum += r.amount;
  return sum;
}

std::size_t largest(const PerformancePanel& panel) {
  std::size_t best = 0;
  double most = 0;
  for (std::size_t s = 0; s < panel.products.size(); ++s) {
    double sum = 0;
    for (const double r : panel.products[s].daily.revenue) sum += r;
    if (sum > most) most = sum, best = s;
  }
  return best;
}

TEST(RevenueChange, NamesNothingOfAQuietWeek) {
  Simulation simulation(shop_options());
  const PerformancePanel panel = simulation.panel();
  const std::vector<ChangeReason> reasons = reasons_of(panel, last_week(panel));
  ASSERT_EQ(reasons.size(), 1u);
  EXPECT_EQ(reasons[0].kind, ReasonKind::kNothingUnusual);
}

TEST(RevenueChange, NamesAnIncidentFirstAndAddsUp) {
  Simulation simulation(shop_options());
  const std::size_t product = largest(simulation.panel());
  for (int t = kDays - 5; t < kDays; ++t) simulation.shocks[product][static_cast<std::size_t>(t)].ctr = 0.4;
  const PerformancePanel panel = simulation.panel();
  const std::vector<ChangeReason> reasons = reasons_of(panel, last_week(panel));
  ASSERT_GE(reasons.size(), 2u);
  EXPECT_EQ(reasons[0].sentence, "incident.ctr_change.down");
  EXPECT_EQ(reasons[0].subject, panel.products[product].name);
  EXPECT_LT(reasons[0].amount, 0);
  EXPECT_NEAR(*reasons[0].change, -0.6, 0.1);
  EXPECT_EQ(*reasons[0].since, panel.day(kDays - 5));
  EXPECT_EQ(reasons.back().kind, ReasonKind::kOthers);
  const Day last = panel.day(panel.days - 1);
  EXPECT_NEAR(added(reasons), sum_of(panel, last - 6, last) - sum_of(panel, last - 13, last - 7), 1e-6);
}

TEST(RevenueChange, SaysThatAnEarlierIncidentIsOver) {
  Simulation simulation(shop_options());
  const std::size_t product = largest(simulation.panel());
  for (int t = kDays - 12; t < kDays - 8; ++t) simulation.shocks[product][static_cast<std::size_t>(t)].impressions = 3;
  const PerformancePanel panel = simulation.panel();
  const std::vector<ChangeReason> reasons = reasons_of(panel, last_week(panel));
  EXPECT_EQ(reasons[0].sentence, "over.up");
  EXPECT_LT(reasons[0].amount, 0);
}

TEST(RevenueChange, KeepsPromotionsApartOnlyWhereTheyCanBe) {
  Simulation simulation(shop_options());
  const std::size_t product = largest(simulation.panel());
  for (int t = kDays - 14; t < kDays - 7; ++t)
    simulation.shocks[product][static_cast<std::size_t>(t)] = {
        .impressions = 1.2, .conversion_rate = 1.8, .price = 0.8};
  PerformancePanel panel = simulation.panel();
  Promotion deal;
  deal.id = 1, deal.name = "Deal", deal.product_id = panel.products[product].id;
  deal.start = panel.day(kDays - 14), deal.end = panel.day(kDays - 8);
  panel.promotions = {deal};
  std::vector<ChangeReason> reasons = reasons_of(panel, last_week(panel));
  EXPECT_EQ(reasons[0].sentence, "promotion.ended");
  EXPECT_TRUE(reasons[0].told_apart);
  Promotion second = deal;
  second.id = 2, second.name = "Coupon";
  panel.promotions.push_back(second);
  reasons = reasons_of(panel, last_week(panel));
  EXPECT_EQ(reasons[0].promotions.size(), 2u);
  EXPECT_FALSE(reasons[0].told_apart);
  EXPECT_NE(reasons[0].text.find("cannot be told apart"), std::string::npos);
}

TEST(RevenueChange, PutsLengthAndWeekdaysInALineOfTheirOwn) {
  Simulation simulation(shop_options());
  const PerformancePanel panel = simulation.panel();
  const Day last = panel.day(panel.days - 1);
  RevenueChangeOptions options = last_week(panel);
  options.prior = {last - 16, last - 7};
  std::vector<ChangeReason> reasons = reasons_of(panel, options);
  EXPECT_EQ(reasons[0].sentence, "calendar.length");
  options.period = {last - 2, last};
  options.prior = {last - 5, last - 3};
  reasons = reasons_of(panel, options);
  EXPECT_EQ(reasons[0].sentence, "calendar.weekdays");
  EXPECT_NEAR(added(reasons), sum_of(panel, last - 2, last) - sum_of(panel, last - 5, last - 3), 1e-6);
}

TEST(RevenueChange, CountsWhatIsMissingAsMissing) {
  Simulation simulation(shop_options());
  PerformancePanel panel = simulation.panel();
  for (Product& p : panel.products)
    for (const DataColumn c : kDataColumns) p.daily.of(c)[kDays - 3] = std::nan("");
  const std::vector<ChangeReason> reasons = reasons_of(panel, last_week(panel));
  EXPECT_EQ(reasons[0].sentence, "missing_data.load");
  // A Friday's revenue, about a seventh of the week's.
  EXPECT_NEAR(-reasons[0].amount / *reasons[0].expected, 1, 1e-9);
}

TEST(RevenueChange, ComparesPeriodsThatAreFarApart) {
  Simulation simulation(shop_options());
  const std::size_t product = largest(simulation.panel());
  for (int t = kDays - 5; t < kDays; ++t) simulation.shocks[product][static_cast<std::size_t>(t)].conversion_rate = 0;
  const PerformancePanel panel = simulation.panel();
  PerformancePanel earlier = panel;
  earlier.days = kDays - 35;
  for (Product& p : earlier.products)
    for (const DataColumn c : kDataColumns) p.daily.of(c).resize(earlier.days);
  RevenueChangeOptions options = last_week(panel);
  options.prior = {panel.day(kDays - 42), panel.day(kDays - 36)};
  const std::vector<ChangeReason> reasons = explain_revenue_change(panel, &earlier, options, NeverCancelled());
  EXPECT_EQ(reasons[0].sentence, "incident.stock_out_or_tracking");
  EXPECT_NEAR(
      added(reasons),
      sum_of(panel, options.period.first, options.period.last) - sum_of(panel, options.prior.first, options.prior.last),
      1e-6);
}

TEST(RevenueChange, RefusesPeriodsThatAreNone) {
  Simulation simulation(shop_options());
  const PerformancePanel panel = simulation.panel();
  RevenueChangeOptions options = last_week(panel);
  options.prior.last = options.prior.first - 1;
  EXPECT_THROW(reasons_of(panel, options), InvalidArgument);
  options = last_week(panel);
  options.most = 1;
  EXPECT_THROW(reasons_of(panel, options), InvalidArgument);
}

TEST(SharedMove, HoldsFewProductsToMore) {
  const std::vector<double> few{0.2, 0.25, 0.15, 0.3}, variances(4, 0.001);
  const SharedMove four = shared_move(few, variances, 4);
  EXPECT_GT(four.log_move / four.standard_error, 3);
  EXPECT_FALSE(four.is_sure(3.5));
  std::vector<double> many, of_many;
  for (int i = 0; i < 40; ++i) many.push_back(0.2 + 0.01 * (i % 5)), of_many.push_back(0.001);
  EXPECT_TRUE(shared_move(many, of_many, 4).is_sure(3));
  EXPECT_FALSE(shared_move({0.1, 0.1}, {1, 1}, 4).is_sure(0));
}

}  // namespace
}  // namespace performance_tracker::testing
