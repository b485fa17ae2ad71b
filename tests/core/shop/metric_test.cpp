// SPDX-License-Identifier: PostgreSQL
#include "core/shop/metric.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "core/shop/performance_panel.h"

namespace performance_tracker {
namespace {

TEST(Metric, NamesAreDistinctAndLeadBack) {
  std::set<std::string_view> names;
  std::set<int> places;
  for (const Metric m : all_metrics()) {
    EXPECT_TRUE(names.insert(metric_info(m).name).second) << metric_name(m);
    EXPECT_EQ(metric_from_name(metric_name(m)), m);
    EXPECT_EQ(metric_info(m).label_key, "metric." + std::string(metric_info(m).name));
    if (metric_info(m).kpi_place > 0) {
      EXPECT_TRUE(places.insert(metric_info(m).kpi_place).second) << metric_name(m);
    }
  }
  EXPECT_EQ(names.size(), kMetricCount);
  EXPECT_EQ(*places.rbegin(), static_cast<int>(places.size())) << "the rows of kpi_summary() have no hole";
  EXPECT_EQ(metric_from_name("margin"), std::nullopt);
}

TEST(Metric, EachIsTheProductOfItsDrivers) {
  DailyColumns day(1);
  day.impressions[0] = 4000;
  day.clicks[0] = 100;
  day.ad_spend[0] = 50;
  day.units_sold[0] = 8;
  day.revenue[0] = 240;
  for (const Metric m : all_metrics()) {
    if (metric_info(m).drivers.count == 0) {
      EXPECT_GT(metric_info(m).numerator.count, 1u) << metric_name(m) << ": only a sum of columns is no product";
      continue;
    }
    double product = 1;
    for (const Driver& d : metric_info(m).drivers) product *= std::pow(metric_values(day, d.metric)[0], d.exponent);
    EXPECT_NEAR(product, metric_values(day, m)[0], 1e-9 * product) << metric_name(m);
  }
}

TEST(Metric, AZeroDenominatorGivesNoValue) {
  const DailyColumns missing(1);
  DailyColumns zero(1);
  for (const DataColumn c : kDataColumns) zero.of(c)[0] = 0;
  for (const Metric m : all_metrics()) {
    EXPECT_TRUE(std::isnan(metric_values(missing, m)[0])) << metric_name(m);
    EXPECT_EQ(std::isnan(metric_values(zero, m)[0]), is_ratio(m)) << metric_name(m);
  }
}

}  // namespace
}  // namespace performance_tracker
