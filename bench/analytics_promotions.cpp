// SPDX-License-Identifier: PostgreSQL
//
// How often the 95% interval of promotion_impact() covers the truth, how often a promotion that changed nothing is
// called significant, and how far the expectation is from what the same shop would have sold, scenario by scenario:
//
//   BUILD/bench/analytics_promotions [SHOPS] [FIRST_SEED] [--series DIRECTORY]
//
// With --series each judged series is written for other software (bench/peers/promotions_python.py).
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "advice_shop.h"
#include "core/shop/promotion.h"

namespace performance_tracker::bench {
namespace {

struct Scenario {
  const char* name;
  ShopOptions shop;
  double lift = 1;      // units, by the deal
  double discount = 0;  // of the price
  double ads = 1;
  std::size_t start = 120;
  std::size_t length = 7;
};

std::vector<Scenario> scenarios() {
  ShopOptions calm;
  ShopOptions first_load = calm;
  first_load.days = 90;
  ShopOptions christmas = calm;
  christmas.season = 0.6;
  christmas.days = 181;
  christmas.first_day = 9497 + 185;  // 4 July to 31 December 2026
  ShopOptions gaps = calm;
  gaps.gaps = 0.1;
  ShopOptions small = calm;
  small.units = 1.5;
  ShopOptions wandering = calm;
  wandering.drift = 0.015;
  ShopOptions few = calm;
  few.products = 5, few.categories = 2;
  ShopOptions funnel = calm;
  funnel.funnel = 1;
  return {
      {"calm, placebo", calm},
      {"calm, deal of +50%", calm, 1.8, 0.15},
      {"first load of 90 days, placebo", first_load, 1, 0, 1, 75, 7},
      {"21 days before it, placebo", calm, 1, 0, 1, 21, 7},
      {"into Christmas, placebo", christmas, 1, 0, 1, 155, 10},
      {"into Christmas, deal of +50%", christmas, 1.8, 0.15, 1, 155, 10},
      {"50% more ads, placebo", calm, 1, 0, 1.5},
      {"50% more ads, deal of +50%", calm, 1.8, 0.15, 1.5},
      {"50% more ads, funnel, placebo", funnel, 1, 0, 1.5},
      {"10% of rows missing, placebo", gaps, 1, 0, 1},
      {"1.5 sales a day, placebo", small, 1, 0, 1},
      {"level wanders, placebo", wandering, 1, 0, 1},
      {"30 days long, placebo", calm, 1, 0, 1, 120, 30},
      {"shop of five products, placebo", few, 1, 0, 1},
  };
}

struct Score {
  int judged = 0, covered = 0, significant = 0;
  double squares = 0, usual = 0, bias = 0, width = 0, z = 0, seconds = 0;
};

void write_series(const std::string& directory, int number, const PerformancePanel& panel, const Scenario& s,
                  double truth) {
  std::ofstream file(directory + "/" + std::to_string(number) + ".csv");
  file << "# " << s.name << "," << s.start << "," << s.length << "," << truth << "\n";
  for (std::size_t t = 0; t < panel.days; ++t) {
    file << panel.products[0].daily.revenue[t];
    double own = 0, others = 0;
    for (std::size_t i = 1; i < panel.products.size(); ++i)
      (panel.products[i].category == panel.products[0].category ? own : others) +=
          std::isnan(panel.products[i].daily.revenue[t]) ? 0 : panel.products[i].daily.revenue[t];
    file << "," << own << "," << others << "," << panel.products[0].daily.impressions[t] << "\n";
  }
}

Score run(const Scenario& s, int shops, std::uint64_t first_seed, const std::string& directory, int& number) {
  Score score;
  for (int k = 0; k < shops; ++k) {
    ShopOptions options = s.shop;
    options.seed = first_seed + static_cast<std::uint64_t>(k);
    AdviceShop shop(options);
    shop.deals.push_back({0, s.start, s.start + s.length - 1, s.lift, 1 - s.discount, s.ads});
    const PerformancePanel panel = shop.panel();
    const PerformancePanel without = shop.panel(false);
    Promotion p;
    p.product_id = 1;
    p.start = panel.day(s.start);
    p.end = panel.day(s.start + s.length - 1);
    const auto begin = std::chrono::steady_clock::now();
    const PromotionImpact i = promotion_impact(panel, p, {}, NeverCancelled());
    score.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (!i.counterfactual) continue;
    double truth = 0;
    for (std::size_t t = s.start; t < s.start + s.length; ++t) {
      const double r = without.products[0].daily.revenue[t];
      truth += std::isnan(r) ? 0 : r;
    }
    const double effect = *i.actual - truth;
    ++score.judged;
    const double error = (*i.effect_upper - *i.effect_lower) / 2 / 1.98;
    score.z += std::pow((*i.absolute_effect - effect) / error, 2);
    score.covered += *i.effect_lower <= effect && effect <= *i.effect_upper ? 1 : 0;
    score.significant += *i.p_value < 0.05 ? 1 : 0;
    if (truth > 0) {
      score.squares += std::pow(*i.counterfactual / truth - 1, 2);
      score.bias += *i.counterfactual / truth - 1;
      score.width += (*i.effect_upper - *i.effect_lower) / 2 / truth;
    }
    if (!directory.empty()) write_series(directory, number++, panel, s, truth);
  }
  return score;
}

}  // namespace
}  // namespace performance_tracker::bench

int main(int argc, char** argv) {
  using namespace performance_tracker::bench;
  int shops = 200;
  std::uint64_t first_seed = 1;
  std::string directory;
  int position = 0;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--series" && i + 1 < argc)
      directory = argv[++i];
    else if (position++ == 0)
      shops = std::atoi(argv[i]);
    else
      first_seed = std::strtoull(argv[i], nullptr, 10);
  }
  if (!directory.empty()) std::filesystem::create_directories(directory);
  std::printf(
      "| scenario | shops | 95%% interval covers | called significant | RMSE of the expectation | bias | half width | "
      "RMS error over its standard error | ms |\n"
      "|---|---|---|---|---|---|---|---|---|\n");
  int number = 0;
  for (const Scenario& s : scenarios()) {
    const Score r = run(s, shops, first_seed, directory, number);
    const double n = std::max(1, r.judged);
    std::printf("| %s | %d | %.1f%% | %.1f%% | %.1f%% | %+.1f%% | %.1f%% | %.2f | %.2f |\n", s.name, r.judged,
                100 * r.covered / n, 100 * r.significant / n, 100 * std::sqrt(r.squares / n), 100 * r.bias / n,
                100 * r.width / n, std::sqrt(r.z / n), 1000 * r.seconds / n);
    std::fflush(stdout);
  }
  return 0;
}
