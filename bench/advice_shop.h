// SPDX-License-Identifier: PostgreSQL
//
// Shops with a known truth for the benchmarks of promotions and advice, by another generator than the simulated
// platform's: demand drives sales and (more or less) spend, spend acts by a response of one of several shapes, budgets
// change now and then, categories have their season, volumes reach from half a sale to 150 a day.
//
// Deterministic for a seed, cell by cell: the same shop without a deal has the same chances on the same day, so what a
// deal changed is known to the cent.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/shop/performance_panel.h"

namespace performance_tracker::bench {

// splitmix64 (Steele, Lea & Flood 2014), one stream a cell.
class Chance {
 public:
  Chance(std::uint64_t seed, std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0)
      : state_(seed * 0x9e3779b97f4a7c15ULL + a * 0xbf58476d1ce4e5b9ULL + b * 0x94d049bb133111ebULL +
               c * 0xd6e8feb86659fd93ULL) {
    for (int i = 0; i < 3; ++i) (void)next();
  }
  double uniform() { return (static_cast<double>(next() >> 11) + 0.5) / 9007199254740992.0; }
  double normal() { return std::sqrt(-2 * std::log(uniform())) * std::cos(6.283185307179586 * uniform()); }
  // By inversion of one uniform number where small, so that a larger mean gives the same or a larger count.
  double poisson(double mean) {
    if (!(mean > 0)) return 0;
    if (mean > 60) return std::max(0.0, std::round(mean + std::sqrt(mean) * normal()));
    const double u = uniform();
    double p = std::exp(-mean), sum = p, k = 0;
    while (u > sum && k < 400) p *= mean / ++k, sum += p;
    return k;
  }

 private:
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

enum class Shape { kPower, kLog, kHill, kNone };

struct ShopOptions {
  std::uint64_t seed = 1;
  int products = 30;
  int categories = 6;
  int days = 180;
  Day first_day = 9500;         // 2026-01-04
  double units = 12;            // median sales a day and product
  double units_spread = 1.0;    // log
  double noise = 0.10;          // of a product's demand from day to day (AR 0.5), log
  double drift = 0.004;         // random walk of a product's level, log a day
  double market_noise = 0.03;   // shared
  double season = 0.0;          // height of Christmas, mean over categories (each has 0.3 to 1.7 times that)
  double confounding = 1.0;     // spend follows demand with this power
  double budget_days = 30;      // mean days between budget changes
  double budget_change = 0.25;  // their log standard deviation
  bool mixed_shapes = true;     // else kPower
  double lowest_elasticity = 0.2, highest_elasticity = 1.0;
  double no_response = 0.1;  // share of products whose spend does nothing (mixed_shapes)
  double gaps = 0.0;         // share of rows that are missing
  double funnel = 0.0;       // 1: impressions and clicks follow demand like sales (elasticity of the funnel), 0: spend
};

struct Deal {
  int product = 0;
  std::size_t first = 0, last = 0;  // days
  double units = 1;                 // factor on units sold
  double price = 1;
  double ads = 1;  // factor on spend, which acts by the product's response
};

struct Response {
  Shape shape = Shape::kPower;
  double elasticity = 0.6;  // at the usual spend
  double organic = 0.2;     // Hill: share of sales that need no ads
  // Sales at x times the usual spend, 1 at x = 1.
  double at(double x) const {
    switch (shape) {
      case Shape::kPower:
        return std::pow(x, elasticity);
      case Shape::kLog:
        return std::max(0.05, 1 + elasticity * std::log(x));
      case Shape::kHill: {
        // o + (1-o)·x(1+k)/(x+k): elasticity at 1 is (1-o)·k/(1+k).
        const double share = std::min(0.95, elasticity / (1 - organic));
        const double k = share / (1 - share);
        return organic + (1 - organic) * x * (1 + k) / (x + k);
      }
      case Shape::kNone:
        return 1;
    }
    return 1;
  }
};

class AdviceShop {
 public:
  explicit AdviceShop(const ShopOptions& options) : o_(options) {
    for (int i = 0; i < o_.products; ++i) {
      Chance c(o_.seed, 1, static_cast<std::uint64_t>(i));
      Response r;
      const double u = c.uniform();
      if (o_.mixed_shapes) {
        r.shape = u < o_.no_response ? Shape::kNone : u < 0.4 ? Shape::kPower : u < 0.7 ? Shape::kLog : Shape::kHill;
      }
      r.elasticity = r.shape == Shape::kNone
                         ? 0
                         : o_.lowest_elasticity + (o_.highest_elasticity - o_.lowest_elasticity) * c.uniform();
      if (r.shape == Shape::kHill)
        r.organic = 0.05 + 0.15 * c.uniform(), r.elasticity = std::min(r.elasticity, 0.9 * (1 - r.organic));
      responses.push_back(r);
      units_.push_back(o_.units * std::exp(o_.units_spread * c.normal()));
      price_.push_back(30 * std::exp(0.6 * c.normal()));
      roas_.push_back(3.4 * std::exp(0.35 * c.normal()));
      conversion_.push_back(0.09 * std::exp(0.3 * c.normal()));
      ctr_.push_back(0.028 * std::exp(0.25 * c.normal()));
      margins.push_back(0.35);
    }
    make_demand();
  }

  std::vector<Response> responses;
  std::vector<double> margins;  // of revenue
  std::vector<Deal> deals;

  int category(int product) const { return product % o_.categories; }
  // The budget in force, as a multiple of the usual one.
  double budget(int product, std::size_t t) const { return budget_[static_cast<std::size_t>(product)][t]; }
  double demand(int product, std::size_t t) const { return demand_[static_cast<std::size_t>(product)][t]; }
  double usual_spend(int product) const {
    return units_[static_cast<std::size_t>(product)] * price_[static_cast<std::size_t>(product)] /
           roas_[static_cast<std::size_t>(product)];
  }
  double usual_revenue(int product) const {
    return units_[static_cast<std::size_t>(product)] * price_[static_cast<std::size_t>(product)];
  }

  PerformancePanel panel(bool with_deals = true) const {
    PerformancePanel panel;
    panel.first_day = o_.first_day;
    panel.days = static_cast<std::size_t>(o_.days);
    for (int i = 0; i < o_.products; ++i) {
      Product p;
      p.id = i + 1;
      p.name = "Product " + std::to_string(1000 + i);
      p.category = "Category " + std::to_string(category(i));
      p.price = price_[static_cast<std::size_t>(i)];
      p.unit_cost = price_[static_cast<std::size_t>(i)] * (1 - margins[static_cast<std::size_t>(i)]);
      p.daily = DailyColumns(panel.days);
      for (std::size_t t = 0; t < panel.days; ++t) day(i, t, with_deals, p.daily);
      panel.products.push_back(std::move(p));
    }
    return panel;
  }

 private:
  void make_demand() {
    const std::size_t n = static_cast<std::size_t>(o_.days);
    std::vector<double> market(n);
    double m = 0;
    for (std::size_t t = 0; t < n; ++t) {
      m = 0.7 * m + o_.market_noise * std::sqrt(1 - 0.49) * Chance(o_.seed, 2, t).normal();
      market[t] = m;
    }
    for (int i = 0; i < o_.products; ++i) {
      Chance c(o_.seed, 3, static_cast<std::uint64_t>(i));
      Chance k(o_.seed, 4, static_cast<std::uint64_t>(category(i)));
      const double gift = o_.season * (0.3 + 1.4 * k.uniform());
      double weekday[7];
      for (double& w : weekday) w = std::exp(0.15 * k.normal());
      const double weekend = std::exp(0.25 * k.normal());
      std::vector<double> demand(n), budget(n);
      double ar = 0, walk = 0, level = 0;
      for (std::size_t t = 0; t < n; ++t) {
        ar = 0.5 * ar + o_.noise * std::sqrt(0.75) * c.normal();
        walk += o_.drift * c.normal();
        if (c.uniform() < 1 / o_.budget_days)
          level = std::clamp(0.5 * level + o_.budget_change * c.normal(), -0.8, 0.8);
        const Day d = o_.first_day + static_cast<Day>(t);
        const int weekday_of = ((d % 7) + 7) % 7;
        demand[t] =
            weekday[weekday_of] * (weekday_of < 2 ? weekend : 1) * christmas(d, gift) * std::exp(market[t] + ar + walk);
        budget[t] = std::exp(level);
      }
      demand_.push_back(std::move(demand));
      budget_.push_back(std::move(budget));
    }
  }

  // Rises from the middle of November to 18 December, Black Friday on top, over by New Year.
  static double christmas(Day d, double gift) {
    const int of_year = ((d - 9497) % 365 + 365) % 365;  // 0 is 1 January 2026
    const double x = (of_year - 351) / (of_year < 351 ? 16.0 : 4.0);
    const bool black_friday = of_year >= 330 && of_year <= 333;
    return 1 + gift * (std::exp(-0.5 * x * x) + (black_friday ? 0.5 : 0));
  }

  void day(int product, std::size_t t, bool with_deals, DailyColumns& out) const {
    const std::size_t i = static_cast<std::size_t>(product);
    Chance gap(o_.seed, 5, i, t);
    if (gap.uniform() < o_.gaps) return;
    double units = 1, price = 1, ads = 1;
    for (const Deal& deal : deals) {
      if (deal.product != product || t < deal.first || t > deal.last) continue;
      ads *= deal.ads;
      if (with_deals) units *= deal.units, price *= deal.price;
    }
    const double x = budget_[i][t] * ads;
    const double demand = demand_[i][t];
    Chance spend_chance(o_.seed, 6, i, t), units_chance(o_.seed, 7, i, t), click_chance(o_.seed, 8, i, t);
    const double spend =
        usual_spend(product) * x * std::pow(demand, o_.confounding) * std::exp(0.04 * spend_chance.normal());
    const double sold = units_[i] * demand * responses[i].at(x) * units;
    out.units_sold[t] = units_chance.poisson(sold);
    out.revenue[t] = std::round(100 * out.units_sold[t] * price_[i] * price) / 100;
    const double usual_clicks = units_[i] / conversion_[i];
    const double reach =
        o_.funnel * demand * responses[i].at(x) * std::sqrt(units) + (1 - o_.funnel) * spend / usual_spend(product);
    out.clicks[t] = std::max(out.units_sold[t], click_chance.poisson(usual_clicks * reach));
    out.impressions[t] = std::max(out.clicks[t], click_chance.poisson(usual_clicks * reach / ctr_[i]));
    out.ad_spend[t] = std::round(100 * spend) / 100;
  }

  ShopOptions o_;
  std::vector<double> units_, price_, roas_, conversion_, ctr_;
  std::vector<std::vector<double>> demand_, budget_;
};

}  // namespace performance_tracker::bench
