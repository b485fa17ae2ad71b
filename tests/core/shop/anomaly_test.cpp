// SPDX-License-Identifier: PostgreSQL
#include "core/shop/anomaly.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "simulated_panel.h"

namespace performance_tracker {
namespace {

using testing::Shock;
using testing::Simulation;
using testing::SimulationOptions;

std::vector<Anomaly> detect(const PerformancePanel& panel, const AnomalyOptions& options) {
  return detect_anomalies(panel, options, NeverCancelled());
}

std::vector<Anomaly> of_product(const std::vector<Anomaly>& all, const std::string& product) {
  std::vector<Anomaly> some;
  std::copy_if(all.begin(), all.end(), std::back_inserter(some),
               [&](const Anomaly& a) { return a.product == product; });
  return some;
}

// One product with the same revenue every day; clicks, units and spend to match.
PerformancePanel constant_panel(std::size_t days, double revenue) {
  PerformancePanel panel;
  panel.first_day = 9500;
  panel.days = days;
  Product p;
  p.id = 1;
  p.name = "Constant";
  p.daily = DailyColumns(days);
  for (std::size_t t = 0; t < days; ++t) {
    p.daily.impressions[t] = 10000;
    p.daily.clicks[t] = 200;
    p.daily.ad_spend[t] = 100;
    p.daily.units_sold[t] = 20;
    p.daily.revenue[t] = revenue;
  }
  panel.products.push_back(std::move(p));
  return panel;
}

void expect_finite(const std::vector<Anomaly>& rows) {
  for (const Anomaly& a : rows) {
    EXPECT_TRUE(std::isfinite(a.actual));
    if (!a.expected) continue;
    for (const double v : {*a.expected, *a.lower, *a.upper, *a.z_score, *a.probability}) EXPECT_TRUE(std::isfinite(v));
    EXPECT_GE(*a.lower, 0);
    EXPECT_LE(*a.lower, *a.upper);
    EXPECT_GE(*a.probability, 0);
    EXPECT_LE(*a.probability, 1);
  }
}

TEST(Anomaly, FalseAlarmsStayNearTheirNominalRate) {
  // 7.2% of normal days lie beyond 1.8 deviations; twelve simulated shops, a quarter and a month of history.
  for (const int days : {90, 35}) {
    int judged = 0;
    int flagged = 0;
    int beyond_three = 0;
    for (unsigned seed = 1; seed <= 12; ++seed) {
      SimulationOptions options;
      options.seed = seed;
      options.days = days;
      AnomalyOptions all;
      all.include_normal = true;
      all.z_threshold = 1.8;
      for (const Anomaly& a : detect(Simulation(options).panel(), all)) {
        ++judged;
        flagged += a.is_anomaly ? 1 : 0;
        beyond_three += a.is_anomaly && std::abs(*a.z_score) >= 3 ? 1 : 0;
      }
    }
    EXPECT_EQ(judged, 12 * 24 * 7);
    EXPECT_LT(flagged, 0.09 * judged) << days << " days";
    EXPECT_GT(flagged, 0.02 * judged) << days << " days: the threshold must not be dead";
    EXPECT_LT(beyond_three, 0.02 * judged) << days << " days";
  }
}

TEST(Anomaly, FindsAnIncidentAndNamesItsCause) {
  struct Incident {
    Shock shock;
    HypothesisCode code;
    bool spike;
  };
  const Incident incidents[] = {
      {{.impressions = 0.4}, HypothesisCode::kSpendCut, false},  // spend is clicks times CPC: it falls with reach
      {{.impressions = 0.4, .cpc = 2.5}, HypothesisCode::kImpressionsDrop, false},
      {{.impressions = 2.5}, HypothesisCode::kSpendSurge, true},
      {{.ctr = 0.4}, HypothesisCode::kCtrChange, false},
      {{.conversion_rate = 0.35}, HypothesisCode::kConversionDrop, false},
      {{.conversion_rate = 2.5}, HypothesisCode::kConversionSurge, true},
      {{.price = 0.35}, HypothesisCode::kPriceChange, false},
      {{.conversion_rate = 0}, HypothesisCode::kStockOutOrTracking, false},
      {{.conversion_rate = 0.05}, HypothesisCode::kStockOutOrTracking, false},
      {{.conversion_rate = 0.4, .price = 1.25}, HypothesisCode::kPriceChange, false},
  };
  for (const Incident& incident : incidents) {
    SimulationOptions options;
    options.impressions = 30000;
    Simulation simulation(options);
    simulation.shocks[2][87] = incident.shock;
    const std::vector<Anomaly> rows = of_product(detect(simulation.panel(), {}), "Product 03");
    ASSERT_FALSE(rows.empty()) << hypothesis_code_name(incident.code);
    EXPECT_EQ(rows.front().day, 9587);
    EXPECT_EQ(rows.front().is_spike, incident.spike);
    EXPECT_STREQ(hypothesis_code_name(rows.front().code), hypothesis_code_name(incident.code));
    EXPECT_FALSE(rows.front().hypothesis.empty());
    EXPECT_GT(*rows.front().probability, 0.95);
  }
}

TEST(Anomaly, ContributionsOfTheDriversAddUp) {
  SimulationOptions options;
  options.impressions = 30000;
  Simulation simulation(options);
  simulation.shocks[0][88] = {.impressions = 0.6, .ctr = 0.8, .conversion_rate = 0.7};
  for (const Metric metric : {Metric::kRevenue, Metric::kUnitsSold, Metric::kRoas, Metric::kAcos, Metric::kAdSpend}) {
    AnomalyOptions asked;
    asked.metric = metric;
    asked.z_threshold = 0.5;
    int checked = 0;
    for (const Anomaly& a : detect(simulation.panel(), asked)) {
      double sum = 0;
      for (const DriverEvidence& d : a.evidence.drivers) sum += std::isnan(d.contribution) ? 0 : d.contribution;
      EXPECT_NEAR(sum, std::log(a.actual / *a.expected), 1e-9) << metric_name(metric);
      ++checked;
    }
    EXPECT_GT(checked, 0) << metric_name(metric);
  }
}

TEST(Anomaly, TheJudgedDayIsNotInItsOwnBaseline) {
  SimulationOptions options;
  options.impressions = 30000;
  Simulation simulation(options);
  AnomalyOptions all;
  all.include_normal = true;
  const PerformancePanel calm = simulation.panel();
  PerformancePanel shocked = calm;
  shocked.products[0].daily.revenue[89] *= 50;
  const auto last = [&](const PerformancePanel& panel) {
    for (const Anomaly& a : of_product(detect(panel, all), "Product 01")) {
      if (a.day == 9589) return a;
    }
    return Anomaly{};
  };
  EXPECT_DOUBLE_EQ(*last(calm).expected, *last(shocked).expected);
  EXPECT_DOUBLE_EQ(*last(calm).upper, *last(shocked).upper);
  EXPECT_GT(*last(shocked).z_score, 20);
}

TEST(Anomaly, NeighboursInTheWindowDoNotHideEachOther) {
  SimulationOptions options;
  options.impressions = 30000;
  for (const int days : {90, 28}) {
    options.days = days;
    Simulation simulation(options);
    for (int back = 1; back <= 5; ++back) {
      simulation.shocks[4][static_cast<std::size_t>(days - back)].conversion_rate = 0.2;
    }
    EXPECT_GE(of_product(detect(simulation.panel(), {}), "Product 05").size(), 5u) << days;
  }
}

TEST(Anomaly, EarlierIncidentsDoNotPoisonTheBaseline) {
  SimulationOptions options;
  options.impressions = 30000;
  const PerformancePanel calm = Simulation(options).panel();
  PerformancePanel troubled = calm;
  for (const std::size_t t : {50u, 57u, 61u, 64u, 71u, 75u, 78u}) troubled.products[0].daily.revenue[t] *= 8;
  AnomalyOptions all;
  all.include_normal = true;
  all.days = 1;
  all.product = "Product 01";
  const Anomaly before = detect(calm, all).front();
  const Anomaly after = detect(troubled, all).front();
  EXPECT_NEAR(*after.expected / *before.expected, 1, 0.10);
  EXPECT_LT((*after.upper - *after.lower) / (*before.upper - *before.lower), 1.5);
}

TEST(Anomaly, KnowsTheWeekdayAndTheTrend) {
  // Sundays sell a third, and everything grows by a tenth a week; nothing else happens.
  PerformancePanel panel = constant_panel(84, 0);
  for (std::size_t t = 0; t < 84; ++t) {
    const double factor = std::exp(0.1 * static_cast<double>(t) / 7) * (t % 7 == 3 ? 1.0 / 3 : 1);
    panel.products[0].daily.units_sold[t] = std::round(100 * factor);
    panel.products[0].daily.revenue[t] = 1000 * factor;
  }
  AnomalyOptions all;
  all.include_normal = true;
  for (const Anomaly& a : detect(panel, all)) {
    EXPECT_FALSE(a.is_anomaly) << a.day;
    EXPECT_NEAR(*a.expected / a.actual, 1, 0.06) << a.day;
  }
}

TEST(Anomaly, ConstantSeriesHaveAFloorAndNoNaN) {
  PerformancePanel panel = constant_panel(60, 400);
  AnomalyOptions all;
  all.include_normal = true;
  std::vector<Anomaly> rows = detect(panel, all);
  ASSERT_EQ(rows.size(), 7u);
  expect_finite(rows);
  for (const Anomaly& a : rows) EXPECT_FALSE(a.is_anomaly);
  // Twenty purchases a day cannot be told from eighteen, whatever the history says.
  panel.products[0].daily.revenue[58] = 360;
  panel.products[0].daily.units_sold[58] = 18;
  for (const Anomaly& a : detect(panel, all)) EXPECT_FALSE(a.is_anomaly);
  panel.products[0].daily.revenue[58] = 40;
  panel.products[0].daily.units_sold[58] = 2;
  rows = detect(panel, {});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows.front().day, 9558);
}

TEST(Anomaly, DegenerateSeriesAlwaysAnswerInFiniteNumbers) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<PerformancePanel> panels;
  panels.push_back(constant_panel(60, 0));  // clicks but never a sale
  panels.back().products[0].daily.units_sold.assign(60, 0);
  panels.push_back(constant_panel(60, 1e12));
  panels.push_back(constant_panel(60, 1e-9));
  panels.push_back(constant_panel(60, 0));  // all zero
  for (auto* v : {&panels.back().products[0].daily.impressions, &panels.back().products[0].daily.clicks,
                  &panels.back().products[0].daily.ad_spend, &panels.back().products[0].daily.units_sold}) {
    v->assign(60, 0);
  }
  panels.push_back(panels.back());  // all zero but one sale on the last day
  panels.back().products[0].daily.revenue[59] = 20;
  panels.back().products[0].daily.units_sold[59] = 1;
  panels.push_back(constant_panel(60, 100));  // intermittent
  for (std::size_t t = 0; t < 60; ++t) {
    if (t % 3 != 0) panels.back().products[0].daily.revenue[t] = panels.back().products[0].daily.units_sold[t] = 0;
  }
  panels.push_back(constant_panel(60, 100));  // nine days out of ten are missing
  for (std::size_t t = 0; t < 60; ++t) {
    if (t % 10 != 9) panels.back().products[0].daily.revenue[t] = nan;
  }
  panels.push_back(constant_panel(60, -5));  // refunds, from a view of one's own
  for (const PerformancePanel& panel : panels) {
    for (const Metric metric : {Metric::kRevenue, Metric::kUnitsSold, Metric::kCtr, Metric::kConversionRate,
                                Metric::kRoas, Metric::kAcos, Metric::kCpc, Metric::kAdSpend}) {
      for (const Grouping by : {Grouping::kProduct, Grouping::kCategory, Grouping::kTotal}) {
        AnomalyOptions all;
        all.include_normal = true;
        all.metric = metric;
        all.by = by;
        all.z_threshold = 0.1;
        expect_finite(detect(panel, all));
      }
    }
  }
}

TEST(Anomaly, FourteenDaysOfHistoryAreNeeded) {
  AnomalyOptions all;
  all.include_normal = true;
  all.days = 3;
  PerformancePanel panel = constant_panel(16, 400);
  panel.products[0].daily.revenue[13] = panel.products[0].daily.revenue[15] = 4000;
  for (const Anomaly& a : detect(panel, all)) {
    if (a.day == 9513) {  // 13 days before it
      EXPECT_EQ(a.code, HypothesisCode::kInsufficientHistory);
      EXPECT_FALSE(a.expected.has_value());
      EXPECT_FALSE(a.is_anomaly);
    }
    if (a.day == 9515) {
      EXPECT_TRUE(a.is_anomaly);
    }
  }
  EXPECT_TRUE(detect(constant_panel(5, 400), {}).empty());
  EXPECT_TRUE(detect(PerformancePanel{}, {}).empty());
}

TEST(Anomaly, SmallNumbersRaiseNoAlarm) {
  PerformancePanel panel = constant_panel(60, 20);
  panel.products[0].daily.units_sold.assign(60, 1);
  panel.products[0].daily.revenue[58] = 80;  // four sales instead of one
  panel.products[0].daily.units_sold[58] = 4;
  EXPECT_TRUE(detect(panel, {}).empty());
  AnomalyOptions all;
  all.include_normal = true;
  all.z_threshold = 1.5;
  for (const Anomaly& a : detect(panel, all)) {
    if (a.day == 9558) {
      EXPECT_EQ(a.code, HypothesisCode::kLowVolume);
    }
  }
}

TEST(Anomaly, MissingDaysAreNeverFlagged) {
  SimulationOptions options;
  PerformancePanel panel = Simulation(options).panel();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto erase = [&](Product& p, std::size_t t) {
    p.daily.impressions[t] = p.daily.clicks[t] = p.daily.ad_spend[t] = p.daily.units_sold[t] = p.daily.revenue[t] = nan;
  };
  erase(panel.products[0], 88);
  for (const Anomaly& a : of_product(detect(panel, {}), "Product 01")) EXPECT_NE(a.day, 9588);
  // A day on which half of the products have not arrived yet is no collapse of the total.
  for (std::size_t i = 0; i < 12; ++i) erase(panel.products[i], 89);
  AnomalyOptions total;
  total.by = Grouping::kTotal;
  total.include_normal = true;
  for (const Anomaly& a : detect(panel, total)) EXPECT_NE(a.day, 9589);
}

TEST(Anomaly, APromotionExplainsARiseButNoFall) {
  SimulationOptions options;
  options.impressions = 30000;
  Simulation simulation(options);
  for (const std::size_t t : {84u, 85u, 86u}) simulation.shocks[0][t] = {.conversion_rate = 2.2, .price = 0.8};
  simulation.shocks[1][85] = {.conversion_rate = 0.3};
  PerformancePanel panel = simulation.panel();
  EXPECT_GE(of_product(detect(panel, {}), "Product 01").size(), 3u);
  panel.promotions.push_back({1, "Spring sale", 1, std::nullopt, 9584, 9586, 20.0});
  panel.promotions.push_back({2, "Clearance", 2, std::nullopt, 9584, 9586, 20.0});
  for (const Anomaly& a : of_product(detect(panel, {}), "Product 01")) EXPECT_GT(a.day, 9586);
  AnomalyOptions all;
  all.include_normal = true;
  for (const Anomaly& a : of_product(detect(panel, all), "Product 01")) {
    if (a.day < 9584 || a.day > 9586) continue;
    EXPECT_EQ(a.code, HypothesisCode::kPromotion);
    EXPECT_EQ(a.evidence.promotions, std::vector<std::string>{"Spring sale"});
  }
  const std::vector<Anomaly> fallen = of_product(detect(panel, {}), "Product 02");
  ASSERT_FALSE(fallen.empty());
  EXPECT_EQ(fallen.front().code, HypothesisCode::kConversionDrop);
}

TEST(Anomaly, PromotionDaysDoNotShapeTheBaseline) {
  SimulationOptions options;
  options.impressions = 30000;
  Simulation simulation(options);
  for (std::size_t t = 60; t < 83; ++t) simulation.shocks[0][t].conversion_rate = 3;
  PerformancePanel panel = simulation.panel();
  panel.promotions.push_back({1, "March", 1, std::nullopt, 9560, 9582, std::nullopt});
  AnomalyOptions all;
  all.include_normal = true;
  all.product = "Product 01";
  const PerformancePanel calm = Simulation(options).panel();
  const std::vector<Anomaly> wanted = detect(calm, all);
  const std::vector<Anomaly> got = detect(panel, all);
  ASSERT_EQ(got.size(), 7u);
  double ratio = 0;
  for (std::size_t i = 0; i < 7; ++i) ratio += *got[i].expected / 7;
  double target = 0;
  for (std::size_t i = 0; i < 7; ++i) target += *wanted[i].expected / 7;
  EXPECT_NEAR(ratio / target, 1, 0.08);
}

TEST(Anomaly, NamesTheProductThatMovedTheTotal) {
  SimulationOptions options;
  options.products = 12;
  options.impressions = 30000;
  Simulation simulation(options);
  simulation.shocks[6][88].conversion_rate = 12;
  AnomalyOptions total;
  total.by = Grouping::kTotal;
  const std::vector<Anomaly> rows = detect(simulation.panel(), total);
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows.front().day, 9588);
  EXPECT_EQ(rows.front().evidence.driver_product, "Product 07");
  EXPECT_GT(rows.front().evidence.driver_product_share, 0.6);
  EXPECT_EQ(rows.front().code, HypothesisCode::kConversionSurge);
}

TEST(Anomaly, TellsATrackingOutageFromAStockOut) {
  SimulationOptions options;
  options.impressions = 30000;
  Simulation simulation(options);
  for (std::vector<Shock>& product : simulation.shocks) product[88].conversion_rate = 0;
  for (const Grouping by : {Grouping::kProduct, Grouping::kCategory, Grouping::kTotal}) {
    AnomalyOptions asked;
    asked.by = by;
    int outages = 0;
    for (const Anomaly& a : detect(simulation.panel(), asked)) {
      if (a.day == 9588 && a.code == HypothesisCode::kTrackingOutage) ++outages;
    }
    EXPECT_GE(outages, by == Grouping::kProduct ? 20 : by == Grouping::kCategory ? 6 : 1);
  }
}

TEST(Anomaly, TellsAMarketThatMovedAsAWhole) {
  SimulationOptions options;
  options.impressions = 30000;
  Simulation simulation(options);
  for (std::vector<Shock>& product : simulation.shocks) product[88].conversion_rate = 1.8;
  int broad = 0;
  int all = 0;
  for (const Anomaly& a : detect(simulation.panel(), {})) {
    if (a.day != 9588) continue;
    ++all;
    broad += a.code == HypothesisCode::kBroadMarketMove ? 1 : 0;
    EXPECT_GT(a.evidence.products_moved_share, 0.7);
  }
  EXPECT_GT(all, 15);
  EXPECT_GT(broad, 0.8 * all);
}

TEST(Anomaly, IsOrderedAndDeterministic) {
  AnomalyOptions all;
  all.include_normal = true;
  const PerformancePanel panel = Simulation(SimulationOptions()).panel();
  const std::vector<Anomaly> rows = detect(panel, all);
  const std::vector<Anomaly> again = detect(panel, all);
  ASSERT_EQ(rows.size(), again.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(*rows[i].z_score, *again[i].z_score);
    if (i > 0) {
      EXPECT_GE(std::abs(*rows[i - 1].z_score), std::abs(*rows[i].z_score));
    }
  }
}

TEST(Anomaly, RefusesOptionsOutOfRange) {
  for (const int days : {0, -1, 367, std::numeric_limits<int>::max()}) {
    AnomalyOptions o;
    o.days = days;
    EXPECT_THROW(detect(PerformancePanel{}, o), InvalidArgument) << days;
  }
  for (const double z : {0.0, -1.0, 101.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    AnomalyOptions o;
    o.z_threshold = z;
    EXPECT_THROW(detect(PerformancePanel{}, o), InvalidArgument) << z;
  }
}

TEST(Anomaly, CanBeCancelled) {
  class Impatient final : public Progress {
   public:
    void poll() const override { throw Cancelled(); }
  };
  EXPECT_THROW(detect_anomalies(Simulation(SimulationOptions()).panel(), {}, Impatient()), Cancelled);
}

}  // namespace
}  // namespace performance_tracker
