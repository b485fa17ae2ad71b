// SPDX-License-Identifier: PostgreSQL
//
// The error rates that docs/analytics-method.md states, from simulated shops with a known truth. Minutes of simulation,
// so a program and not a test:
//
//   cmake --build BUILD --target analytics_rates && BUILD/bench/analytics_rates
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <map>

#include "core/shop/anomaly.h"
#include "core/shop/promotion.h"
#include "simulated_panel.h"

namespace performance_tracker {
namespace {

using testing::Shock;
using testing::Simulation;
using testing::SimulationOptions;

constexpr unsigned kShops = 30;

TEST(Rates, FalseAlarms) {
  std::printf("history impressions metric group judged flagged%% beyond3%%\n");
  for (const int days : {22, 28, 90}) {
    for (const double impressions : {500.0, 3000.0, 20000.0}) {
      for (const Metric metric : {Metric::kRevenue, Metric::kCtr, Metric::kConversionRate, Metric::kImpressions}) {
        for (const Grouping by : {Grouping::kProduct, Grouping::kTotal}) {
          int judged = 0;
          int flagged = 0;
          int far = 0;
          for (unsigned seed = 1; seed <= kShops; ++seed) {
            SimulationOptions options;
            options.days = days;
            options.impressions = impressions;
            options.seed = seed;
            AnomalyOptions asked;
            asked.metric = metric;
            asked.by = by;
            asked.include_normal = true;
            for (const Anomaly& a : detect_anomalies(Simulation(options).panel(), asked, NeverCancelled())) {
              if (!a.z_score) continue;
              ++judged;
              flagged += a.is_anomaly ? 1 : 0;
              far += a.is_anomaly && std::abs(*a.z_score) >= 3 ? 1 : 0;
            }
          }
          std::printf("%d %g %s %s %d %.1f %.1f\n", days - 7, impressions, metric_name(metric),
                      by == Grouping::kTotal ? "total" : "product", judged, 100.0 * flagged / judged,
                      100.0 * far / judged);
        }
      }
    }
  }
}

TEST(Rates, Detection) {
  struct Incident {
    const char* name;
    Shock shock;
  };
  for (const Incident& incident :
       {Incident{"impressions halved", {.impressions = 0.5}}, Incident{"impressions doubled", {.impressions = 2}},
        Incident{"CTR halved", {.ctr = 0.5}}, Incident{"conversion at 40%", {.conversion_rate = 0.4}},
        Incident{"conversion at 70%", {.conversion_rate = 0.7}}, Incident{"price at 60%", {.price = 0.6}},
        Incident{"stock-out", {.conversion_rate = 0}}}) {
    for (const double impressions : {3000.0, 20000.0}) {
      int days = 0;
      int found = 0;
      std::map<std::string, int> codes;
      for (unsigned seed = 1; seed <= kShops; ++seed) {
        SimulationOptions options;
        options.impressions = impressions;
        options.seed = seed;
        Simulation simulation(options);
        for (const std::size_t product : {1u, 8u, 15u}) {
          for (const std::size_t t : {85u, 86u, 87u}) simulation.shocks[product][t] = incident.shock;
        }
        const PerformancePanel panel = simulation.panel();
        for (const Anomaly& a : detect_anomalies(panel, {}, NeverCancelled())) {
          for (const std::size_t product : {1u, 8u, 15u}) {
            if (a.product != panel.products[product].name || a.day < panel.day(85) || a.day > panel.day(87)) continue;
            ++found;
            ++codes[hypothesis_code_name(a.code)];
          }
        }
        days += 9;
      }
      std::printf("%s, %g impressions: %.0f%% of %d days;", incident.name, impressions, 100.0 * found / days, days);
      for (const auto& [code, count] : codes) std::printf(" %s %d", code.c_str(), count);
      std::printf("\n");
    }
  }
}

TEST(Rates, PromotionCoverage) {
  for (const char* scope : {"product", "category", "shop"}) {
    for (const Day length : {3, 7, 14, 30}) {
      int judged = 0;
      int covered = 0;
      double width = 0;
      for (unsigned seed = 1; seed <= 2 * kShops; ++seed) {
        SimulationOptions options;
        options.products = 12;
        options.days = 110;
        options.seed = seed;
        options.growth = seed % 2 == 0 ? 0.003 : 0.02;
        const PerformancePanel panel = Simulation(options).panel();
        Promotion promotion;
        if (*scope == 'p') promotion.product_id = 1;
        if (*scope == 'c') promotion.category = "Category 1";
        promotion.start = 9580;
        promotion.end = 9580 + length - 1;
        // Nothing was changed, so the true effect is zero.
        const PromotionImpact i = promotion_impact(panel, promotion, {}, NeverCancelled());
        ++judged;
        covered += *i.effect_lower <= 0 && 0 <= *i.effect_upper ? 1 : 0;
        width += (*i.effect_upper - *i.effect_lower) / 2 / *i.counterfactual;
      }
      std::printf("%s, %d days: %.0f%% of 95%% intervals cover, half width %.0f%%\n", scope, length,
                  100.0 * covered / judged, 100 * width / judged);
    }
  }
}

}  // namespace
}  // namespace performance_tracker
