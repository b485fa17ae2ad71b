// SPDX-License-Identifier: PostgreSQL
//
// How well incidents are found, on shops with a known truth.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

#include "analytics_incidents_shops.h"
#include "core/base/statistics.h"
#include "core/shop/day_evidence.h"

namespace performance_tracker::bench {
namespace {

constexpr int kDays = 230;
constexpr std::size_t kJudged = 90;

struct Tally {
  double hit = 0, missed = 0, false_alarm = 0, clean = 0;
  double found = 0, incidents = 0, changed = 0, changed_flagged = 0;
  std::map<std::string, std::pair<double, double>> by_kind, days_of_kind;
  bool print_false = false;
  std::function<std::string(std::size_t, std::size_t)> note;
  double f1() const { return 2 * hit / (2 * hit + missed + false_alarm); }
  void print(const char* who) const {
    std::printf(
        "%-22s F1 %.3f  recall %.3f  precision %.3f  false/1000 %.2f  incidents %.3f (%.0f)  of changed days %.3f\n",
        who, f1(), hit / (hit + missed), hit / (hit + false_alarm), 1000 * false_alarm / clean, found / incidents,
        incidents, changed > 0 ? changed_flagged / changed : 0);
  }
};

using Flags = std::vector<std::vector<bool>>;  // [product][day - from]

void score(const TrueShop& shop, const Flags& flags, std::size_t from, Tally& tally) {
  const PerformancePanel& panel = shop.panel;
  std::vector<std::vector<int>> truth(panel.products.size(), std::vector<int>(panel.days, 0));
  for (const TrueIncident& i : shop.incidents)
    for (std::size_t p = 0; p < panel.products.size(); ++p)
      if (i.product < 0 || static_cast<std::size_t>(i.product) == p)
        for (std::size_t t = i.first; t <= i.last; ++t) truth[p][t] = 1;
  for (const TrueIncident& i : shop.changes)
    for (std::size_t p = 0; p < panel.products.size(); ++p)
      if (i.product < 0 || static_cast<std::size_t>(i.product) == p)
        for (std::size_t t = i.first; t <= i.last; ++t)
          if (truth[p][t] == 0) truth[p][t] = 2;
  for (std::size_t p = 0; p < panel.products.size(); ++p) {
    for (std::size_t t = from; t < panel.days; ++t) {
      if (truth[p][t] == 2) {
        tally.changed += 1, tally.changed_flagged += flags[p][t - from];
        continue;
      }
      if (std::isnan(panel.products[p].daily.revenue[t])) continue;
      const bool flagged = flags[p][t - from];
      if (truth[p][t] == 1) {
        (flagged ? tally.hit : tally.missed) += 1;
      } else {
        tally.clean += 1;
        if (flagged) tally.false_alarm += 1;
        if (flagged && tally.print_false) {
          int since = 99;
          std::string what;
          for (const TrueIncident& i : shop.incidents)
            if ((i.product < 0 || static_cast<std::size_t>(i.product) == p) && i.last < t &&
                static_cast<int>(t - i.last) < since)
              since = static_cast<int>(t - i.last), what = i.kind;
          std::printf("FA p%zu t%zu since %d %s %s\n", p, t - from, since, what.c_str(),
                      tally.note ? tally.note(p, t).c_str() : "");
        }
      }
    }
  }
  for (const TrueIncident& i : shop.incidents)
    for (std::size_t p = 0; p < panel.products.size(); ++p)
      if (i.product < 0 || static_cast<std::size_t>(i.product) == p)
        for (std::size_t t = std::max(i.first, from); t <= i.last; ++t)
          if (!std::isnan(panel.products[p].daily.revenue[t]))
            tally.days_of_kind[i.kind].first += flags[p][t - from], tally.days_of_kind[i.kind].second += 1;
  for (const TrueIncident& i : shop.incidents) {
    if (i.last < from) continue;
    bool found = false;
    for (std::size_t p = 0; p < panel.products.size(); ++p)
      if (i.product < 0 || static_cast<std::size_t>(i.product) == p)
        for (std::size_t t = std::max(i.first, from); t <= i.last; ++t) found |= flags[p][t - from];
    if (!found && tally.print_false && i.product >= 0) {
      std::printf("MISS %s p%d t%d..%d\n", i.kind.c_str(), i.product,
                  static_cast<int>(i.first) - static_cast<int>(from), static_cast<int>(i.last - from));
      for (std::size_t t = std::max(i.first, from); t <= i.last; ++t)
        std::printf("   %s\n", tally.note(static_cast<std::size_t>(i.product), t).c_str());
    }
    tally.incidents += 1;
    tally.found += found;
    auto& [hits, all] = tally.by_kind[i.kind];
    hits += found, all += 1;
  }
}

std::vector<ScoredSeries> series_of(const PerformancePanel& panel, std::vector<std::vector<double>>& promoted) {
  std::vector<ScoredSeries> series;
  std::map<std::string, int> categories;
  for (std::size_t i = 0; i < panel.products.size(); ++i)
    promoted.push_back(promotion_share(panel, {{}, {}, {i}}, panel.promotions));
  for (std::size_t i = 0; i < panel.products.size(); ++i) {
    const Product& p = panel.products[i];
    const int c =
        p.category ? categories.try_emplace(*p.category, static_cast<int>(categories.size())).first->second : -1;
    series.push_back({&p.daily, c, &promoted[i]});
  }
  return series;
}

Flags by_evidence(const TrueShop& shop, std::size_t from, double rate,
                  std::function<std::string(std::size_t, std::size_t)>* noted = nullptr) {
  const PerformancePanel& panel = shop.panel;
  std::vector<std::vector<double>> promoted;
  const std::vector<ScoredSeries> series = series_of(panel, promoted);
  const EvidenceOptions options;
  const Evidence e = collect_evidence(panel, series, Metric::kRevenue, from, true, options, NeverCancelled());
  Flags flags;
  for (std::size_t s = 0; s < series.size(); ++s) {
    std::vector<bool> all = flagged_days(e, s, rate, options.beside);
    for (std::size_t t = e.from; t < panel.days; ++t) {
      double move = 0;
      const DayScore& revenue = e.scores[Metric::kRevenue].at(s, t);
      if (revenue.judged) move = revenue.market;
      if (e.at(s, t).judged && e.at(s, t).market_p <= rate && move * revenue.score > 0 && std::abs(revenue.score) > 1 &&
          !((*series[s].promoted)[t] > 0))
        all[t - e.from] = true;
    }
    flags.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(from - e.from), all.end());
  }
  if (noted)
    *noted = [e, promoted](std::size_t p, std::size_t t) {
      char text[400];
      std::string all;
      const DayEvidence& d = e.at(p, t);
      std::snprintf(text, sizeof text, "p %.1e run %zu promo %.1f market_p %.0e |", d.p_value,
                    d.run_end - d.run_start + 1, promoted[p][t], d.market_p);
      all = text;
      for (const Metric m : e.metrics) {
        const DayScore& x = e.scores[m].at(p, t);
        std::snprintf(text, sizeof text, " %s %.2f(%.2f e%.1f mk%.2f)", metric_name(m), x.own, x.log_move, x.events,
                      x.market);
        all += text;
      }
      return all;
    };
  return flags;
}

// The floor's rule: mean and standard deviation of all days before, whatever weekday.
Flags by_zscore(const TrueShop& shop, std::size_t from, double threshold) {
  Flags flags;
  for (const Product& p : shop.panel.products) {
    std::vector<bool> own;
    for (std::size_t t = from; t < shop.panel.days; ++t) {
      double n = 0, sum = 0, squares = 0;
      for (std::size_t i = t > 90 ? t - 90 : 0; i <= t; ++i) {
        const double y = p.daily.revenue[i];
        if (std::isnan(y)) continue;
        n += 1, sum += y, squares += y * y;
      }
      const double m = sum / n, sd = std::sqrt(std::max(0.0, squares / n - m * m));
      own.push_back(n >= 14 && sd > 0 && std::abs(p.daily.revenue[t] - m) > threshold * sd);
    }
    flags.push_back(std::move(own));
  }
  return flags;
}

void run(const char* name, TrueShop (*make)(std::uint64_t, int), std::uint64_t first, std::uint64_t last) {
  Tally ours, loose, floor;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const TrueShop shop = make(seed, kDays);
    const std::size_t from = shop.panel.days - kJudged;
    ours.print_false = std::getenv("FALSE_ALARMS") != nullptr;
    const Flags flags = by_evidence(shop, from, 0.001, &ours.note);
    score(shop, flags, from, ours);
    score(shop, by_evidence(shop, from, 0.003), from, loose);
    score(shop, by_zscore(shop, from, 1.8), from, floor);
  }
  std::printf("%s, seeds %d to %d\n", name, static_cast<int>(first), static_cast<int>(last));
  ours.print("baseline, 1 per 1000");
  loose.print("baseline, 3 per 1000");
  floor.print("z-score 1.8");
  for (const auto& [kind, n] : ours.by_kind)
    std::printf("   %s %.2f of %.0f", kind.c_str(), n.first / n.second, n.second);
  std::printf("\n   days:");
  for (const auto& [kind, n] : ours.days_of_kind)
    std::printf("   %s %.2f of %.0f", kind.c_str(), n.first / n.second, n.second);
  std::printf("\n");
}

}  // namespace
}  // namespace performance_tracker::bench

int main(int argc, char** argv) {
  using namespace performance_tracker::bench;
  const std::uint64_t first = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
  const std::uint64_t last = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : first + 19;
  run("Platform", platform_shop, first, last);
  run("Other shops", other_shop, first, last);
}
