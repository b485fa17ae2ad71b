// SPDX-License-Identifier: PostgreSQL
//
// A merchant with a known truth: funnels with weekday pattern, trend and noise, in which tests plant what they look
// for. Deterministic for a seed.
#pragma once

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "core/shop/performance_panel.h"

namespace performance_tracker::testing {

struct SimulationOptions {
  int products = 24;
  int days = 90;
  double impressions = 8000;   // mean a day and product
  double noise = 0.10;         // relative, of impressions; the funnel adds CTR and binomial noise
  double market_noise = 0.03;  // relative, shared by all products
  double growth = 0.003;       // a week, log
  unsigned seed = 1;
};

// The part of a day that a test changes: multipliers of the funnel's stages.
struct Shock {
  double impressions = 1;
  double ctr = 1;
  double conversion_rate = 1;
  double price = 1;
  double cpc = 1;
};

class Simulation {
 public:
  explicit Simulation(const SimulationOptions& options) : options_(options) {
    shocks.assign(static_cast<std::size_t>(options.products),
                  std::vector<Shock>(static_cast<std::size_t>(options.days)));
  }

  std::vector<std::vector<Shock>> shocks;  // [product][day]

  PerformancePanel panel() const {
    std::mt19937_64 random(options_.seed);
    std::normal_distribution<double> normal;
    PerformancePanel panel;
    panel.first_day = 9500;
    panel.days = static_cast<std::size_t>(options_.days);
    static constexpr double kWeekday[] = {0.85, 0.9, 0.95, 1.0, 1.1, 1.25, 1.15};
    std::vector<double> market(panel.days);
    for (double& m : market) m = std::exp(options_.market_noise * normal(random));
    for (int i = 0; i < options_.products; ++i) {
      Product p;
      p.id = i + 1;
      p.name = "Product " + std::string(i < 9 ? "0" : "") + std::to_string(i + 1);
      p.price = std::nullopt;
      p.category = "Category " + std::to_string(i % 6 + 1);
      p.daily = DailyColumns(panel.days);
      const double size = std::exp(0.5 * normal(random));
      const double base_ctr = 0.025 * std::exp(0.2 * normal(random));
      const double base_cr = 0.10 * std::exp(0.2 * normal(random));
      const double price = 25 * std::exp(0.5 * normal(random));
      for (std::size_t t = 0; t < panel.days; ++t) {
        const Shock& s = shocks[static_cast<std::size_t>(i)][t];
        const double level = options_.impressions * size * kWeekday[t % 7] * market[t] *
                             std::exp(options_.growth * static_cast<double>(t) / 7);
        p.daily.impressions[t] = std::round(level * std::exp(options_.noise * normal(random)) * s.impressions);
        const auto draw = [&](double trials, double probability) {
          return static_cast<double>(
              std::binomial_distribution<long>(static_cast<long>(trials), std::min(1.0, probability))(random));
        };
        p.daily.clicks[t] =
            draw(p.daily.impressions[t], base_ctr * std::exp(0.5 * options_.noise * normal(random)) * s.ctr);
        p.daily.units_sold[t] = draw(p.daily.clicks[t], base_cr * s.conversion_rate);
        p.daily.ad_spend[t] = std::round(100 * p.daily.clicks[t] * 0.6 * std::exp(0.05 * normal(random)) * s.cpc) / 100;
        p.daily.revenue[t] = std::round(100 * p.daily.units_sold[t] * price * s.price) / 100;
      }
      panel.products.push_back(std::move(p));
    }
    return panel;
  }

 private:
  SimulationOptions options_;
};

}  // namespace performance_tracker::testing
