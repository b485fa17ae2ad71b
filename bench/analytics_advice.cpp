// SPDX-License-Identifier: PostgreSQL
//
// Budget advice against shops whose responses are known (advice_shop.h):
//
//   BUILD/bench/analytics_advice [SHOPS] [FIRST_SEED]
//
//   sign        of the rows whose interval excludes zero (the advice that is given): how many are really a gain
//   inside      how often the true gain of a change of 20% lies inside the 80% interval, all products
//   oracle      gain of reallocate_budget() as a share of what knowing all responses would gain
//   loses       shops in which the proposed division earns less than the present one
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "advice_shop.h"
#include "core/shop/budget.h"
#include "core/shop/recommendation.h"

namespace performance_tracker::bench {
namespace {

struct Kind {
  const char* name;
  ShopOptions shop;
};

std::vector<Kind> kinds() {
  ShopOptions year;
  year.days = 365;
  ShopOptions quarter = year;
  quarter.days = 90;
  ShopOptions three_years = year;
  three_years.days = 1095;
  ShopOptions seasonal = year;
  seasonal.season = 0.6;
  ShopOptions funnel = year;
  funnel.funnel = 1, funnel.mixed_shapes = false;
  ShopOptions steady = year;
  steady.budget_days = 200;
  ShopOptions small = year;
  small.units = 2;
  ShopOptions free_spend = year;
  free_spend.confounding = 0;
  return {{"a year, mixed shapes, confounded", year},
          {"90 days", quarter},
          {"three years", three_years},
          {"a year with Christmas", seasonal},
          {"funnel, power", funnel},
          {"budgets hardly change", steady},
          {"two sales a day", small},
          {"spend free of demand", free_spend}};
}

// Profit over the last 28 days at `ratio` times the spend less profit as it was.
double true_gain(const AdviceShop& shop, int product, int days, double ratio, double margin,
                 const PerformancePanel& panel) {
  double gain = 0;
  for (int k = 1; k <= 28; ++k) {
    const std::size_t t = static_cast<std::size_t>(days - k);
    const double b = shop.budget(product, t);
    const Response& r = shop.responses[static_cast<std::size_t>(product)];
    gain += margin * shop.usual_revenue(product) * shop.demand(product, t) * (r.at(b * ratio) - r.at(b));
    gain -= panel.products[static_cast<std::size_t>(product)].daily.ad_spend[t] * (ratio - 1);
  }
  return gain;
}

// The best division of the present total when all responses are known, by the price of a euro (bisection) on a grid.
double oracle_gain(const AdviceShop& shop, const std::vector<double>& spend, int days, double margin,
                   const PerformancePanel& panel) {
  constexpr int kSteps = 61;
  const std::size_t n = spend.size();
  std::vector<std::vector<double>> gains(n);
  for (std::size_t i = 0; i < n; ++i)
    for (int g = 0; g < kSteps; ++g)
      gains[i].push_back(true_gain(shop, static_cast<int>(i), days, 0.7 + 0.01 * g, margin, panel));
  double low = -3, high = 3, best = 0, total = 0;
  for (const double s : spend) total += s;
  for (int round = 0; round < 50; ++round) {
    const double price = 0.5 * (low + high);
    double spent = 0, gain = 0;
    for (std::size_t i = 0; i < n; ++i) {
      int chosen = 0;
      for (int g = 1; g < kSteps; ++g) {
        if (gains[i][static_cast<std::size_t>(g)] - price * spend[i] * 0.01 * g >
            gains[i][static_cast<std::size_t>(chosen)] - price * spend[i] * 0.01 * chosen)
          chosen = g;
      }
      spent += spend[i] * (0.7 + 0.01 * chosen);
      gain += gains[i][static_cast<std::size_t>(chosen)];
    }
    (spent > total ? low : high) = price;
    if (spent <= total) best = gain;
  }
  return best;
}

void run(const Kind& kind, double margin, int shops, std::uint64_t first_seed) {
  int given = 0, right = 0, all = 0, inside = 0, lost = 0, kept = 0, products = 0;
  double gained = 0, possible = 0, squares = 0, known = 0, simple_right = 0, simple = 0, bias = 0;
  for (int k = 0; k < shops; ++k) {
    ShopOptions options = kind.shop;
    options.seed = first_seed + static_cast<std::uint64_t>(k);
    AdviceShop shop(options);
    std::fill(shop.margins.begin(), shop.margins.end(), margin);
    const PerformancePanel panel = shop.panel();
    const BudgetOptions o;
    const std::vector<Economy> economy = economies(panel, {}, o, NeverCancelled());
    std::vector<double> spend;
    for (std::size_t i = 0; i < economy.size(); ++i) {
      const int p = static_cast<int>(i);
      spend.push_back(economy[i].spend);
      ++products;
      const double truth = shop.responses[i].elasticity;
      squares += std::pow(economy[i].response.elasticity - truth, 2);
      bias += economy[i].response.elasticity - truth;
      known += economy[i].response.steps > 0 ? 1 : 0;
      for (const double ratio : {1.2, 0.8}) {
        const Amount gain = gain_of(economy[i], ratio, 0.8);
        const double actual = true_gain(shop, p, options.days, ratio, margin, panel);
        ++all;
        inside += gain.lower <= actual && actual <= gain.upper ? 1 : 0;
        if (gain.lower > 0) ++given, right += actual > 0 ? 1 : 0;
      }
      if (economy[i].roas() > 4)
        ++simple, simple_right += true_gain(shop, p, options.days, 1.2, margin, panel) > 0 ? 1 : 0;
    }
    const std::vector<BudgetRow> rows = reallocate_budget(panel, {}, o, NeverCancelled());
    double gain = 0;
    for (const BudgetRow& r : rows) {
      if (!r.product) {
        kept += r.action == "keep" ? 1 : 0;
        continue;
      }
      const int p = std::atoi(r.product->c_str() + 8) - 1000;
      gain += true_gain(shop, p, options.days, r.proposed_spend / r.current_spend, margin, panel);
    }
    gained += gain;
    possible += oracle_gain(shop, spend, options.days, margin, panel);
    lost += gain < -1e-6 ? 1 : 0;
  }
  std::printf(
      "| %s | %.0f%% | %d of %d | %.1f%% | %.1f%% | %.2f | %+.2f | %.0f%% | %.0f%% | %.1f%% | %.0f%% | %.0f%% |\n",
      kind.name, 100 * margin, given, products, 100.0 * right / std::max(1, given), 100.0 * inside / all,
      std::sqrt(squares / products), bias / products, 100 * known / products, 100 * gained / possible,
      100.0 * lost / shops, 100.0 * kept / shops, 100 * simple_right / std::max(1.0, simple));
  std::fflush(stdout);
}

// How often the same product gets the same row when nothing happens: 16 weeks, each judged at its end.
void repeats(int shops, std::uint64_t first_seed) {
  constexpr int kWeeks = 16;
  int rows = 0, often = 0;
  double most = 0, total = 0;
  for (int k = 0; k < shops; ++k) {
    ShopOptions options;
    options.days = 365;
    options.seed = first_seed + static_cast<std::uint64_t>(k);
    const PerformancePanel whole = AdviceShop(options).panel();
    std::map<std::string, int> told;
    for (int week = 0; week < kWeeks; ++week) {
      PerformancePanel panel = whole;
      panel.days -= static_cast<std::size_t>(7 * week);
      for (Product& p : panel.products) {
        for (std::vector<double>* v :
             {&p.daily.impressions, &p.daily.clicks, &p.daily.ad_spend, &p.daily.units_sold, &p.daily.revenue})
          v->resize(panel.days);
      }
      for (const Recommendation& r : recommendations(panel, {}))
        ++told[r.product + " " + recommendation_type_name(r.type) + " " + metric_name(r.metric)];
    }
    for (const auto& [row, weeks] : told) {
      ++rows;
      total += weeks;
      often += weeks >= 0.8 * kWeeks ? 1 : 0;
      most = std::max(most, static_cast<double>(weeks) / kWeeks);
    }
  }
  std::printf(
      "\nRows of recommendations() over %d weeks of %d shops of 30: a row that is told at all is told in %.0f%% of the "
      "weeks, at most in "
      "%.0f%%; %d of %d in 80%% or more; %.1f rows a shop and week.\n",
      kWeeks, shops, 100 * total / rows / kWeeks, 100 * most, often, rows, total / kWeeks / shops);
}

}  // namespace
}  // namespace performance_tracker::bench

int main(int argc, char** argv) {
  using namespace performance_tracker::bench;
  const int shops = argc > 1 ? std::atoi(argv[1]) : 60;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  std::printf(
      "| shops | margin | advice given, of products | sign right | true gain inside the 80%% interval | RMSE of the "
      "elasticity | its bias | "
      "products with a step | of the oracle's gain | shops that lose | kept as it is | ROAS > 4: raising 20%% pays |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (const Kind& kind : kinds())
    for (const double margin : {0.20, 0.35, 0.50}) run(kind, margin, shops, seed);
  repeats(std::min(shops, 10), seed);
  return 0;
}
