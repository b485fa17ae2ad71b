// SPDX-License-Identifier: PostgreSQL
//
// How well incidents are found, on shops with a known truth: the simulated platform's and shops of another make.
//
//   cmake --build BUILD --target analytics_incidents && BUILD/bench/analytics_incidents [FIRST LAST]
//
// FIRST and LAST are seeds, 1 to 20 when left out; 901 to 920 chose the constants of core/shop and judge nothing.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "analytics_incidents_shops.h"
#include "core/base/statistics.h"
#include "core/shop/anomaly.h"

namespace performance_tracker::bench {
namespace {

constexpr int kDays = 230;
constexpr std::size_t kJudged = 90;

struct Tally {
  double hit = 0, missed = 0, false_alarm = 0, clean = 0;
  double found = 0, incidents = 0, changed = 0, changed_flagged = 0;
  std::map<std::string, std::pair<double, double>> by_kind, days_of_kind;
  std::map<std::string, std::pair<double, double>> causes;
  std::map<std::string, int> mistaken, false_codes;
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
    tally.incidents += 1;
    tally.found += found;
    auto& [hits, all] = tally.by_kind[i.kind];
    hits += found, all += 1;
  }
}

// What may be said about each kind of incident: where units and clicks cannot tell two causes apart, the answer that
// says so is right for both.
bool is_cause_of(const std::string& kind, const std::string& code) {
  static const std::multimap<std::string, std::string> kRight{
      {"stock_out", "stock_out_or_tracking"},
      {"tracking_outage", "stock_out_or_tracking"},
      {"tracking_outage", "tracking_outage"},
      {"shop_tracking_outage", "tracking_outage"},
      {"site_outage", "site_outage"},
      {"spend_cut", "spend_cut"},
      {"spend_surge", "spend_surge"},
      {"ctr_collapse", "ctr_change"},
      {"ctr_drop", "ctr_change"},
      {"price_change", "price_change"},
      {"price_up", "price_change"},
      {"price_down", "price_change"},
      {"viral_spike", "impressions_surge"},
      {"cpc_surge", "cpc_surge"},
      {"bot_traffic", "bot_traffic"},
      {"conversion_drop", "conversion_drop"},
      {"market", "broad_market_move"},
      {"holiday", "broad_market_move"},
      {"holiday", "holiday"},
  };
  const auto [first, last] = kRight.equal_range(kind);
  return std::any_of(first, last, [&](const auto& pair) { return pair.second == code; });
}

// detect_anomalies() at its defaults, over all judged days.
Flags by_evidence(const TrueShop& shop, std::size_t from, double false_alarms, Tally& tally) {
  const PerformancePanel& panel = shop.panel;
  AnomalyOptions options;
  options.days = static_cast<int>(panel.days - from);
  options.false_alarms = false_alarms;
  std::map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < panel.products.size(); ++i) place[panel.products[i].name] = i;
  Flags flags(panel.products.size(), std::vector<bool>(panel.days - from));
  // A product's day on which the whole shop was out as well has two right answers, and is not asked.
  const auto of_shop = [&](std::size_t t) {
    return std::any_of(shop.incidents.begin(), shop.incidents.end(),
                       [&](const TrueIncident& i) { return i.product < 0 && i.first <= t && t <= i.last; });
  };
  const auto of_product = [&](std::size_t p, std::size_t t) {
    return std::any_of(shop.incidents.begin(), shop.incidents.end(), [&](const TrueIncident& i) {
      return i.product >= 0 && static_cast<std::size_t>(i.product) == p && i.first <= t && t <= i.last;
    });
  };
  const auto judge_cause = [&](const TrueIncident& i, std::size_t p, std::size_t t, const Anomaly& a) {
    if (of_shop(t) && (i.product >= 0 || i.kind == "holiday")) return;
    if (i.product < 0 && of_product(p, t)) return;
    if ((i.product >= 0 && static_cast<std::size_t>(i.product) != p) || t < i.first || t > i.last) return;
    auto& [right, all] = tally.causes[i.kind];
    const std::string code = hypothesis_code_name(a.code);
    right += is_cause_of(i.kind, code), all += 1;
    if (!is_cause_of(i.kind, code)) ++tally.mistaken[i.kind + " as " + code];
  };
  for (const Anomaly& a : detect_anomalies(panel, options, NeverCancelled())) {
    const std::size_t p = place[*a.product], t = panel.index(a.day);
    flags[p][t - from] = true;
    bool clean = true;
    for (const std::vector<TrueIncident>* events : {&shop.incidents, &shop.changes})
      for (const TrueIncident& i : *events)
        clean &= (i.product >= 0 && static_cast<std::size_t>(i.product) != p) || t < i.first || t > i.last;
    if (clean)
      ++tally.false_codes[std::string(hypothesis_code_name(a.code)) + (a.evidence.holiday ? " on a holiday" : "")];
    for (const TrueIncident& i : shop.incidents) judge_cause(i, p, t, a);
    for (const TrueIncident& i : shop.changes)
      if (i.kind == "holiday") judge_cause(i, p, t, a);
  }
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
    score(shop, by_evidence(shop, from, 1, ours), from, ours);
    score(shop, by_evidence(shop, from, 3, loose), from, loose);
    score(shop, by_zscore(shop, from, 1.8), from, floor);
  }
  std::printf("%s, seeds %d to %d\n", name, static_cast<int>(first), static_cast<int>(last));
  ours.print("baseline, 1 per 1000");
  loose.print("baseline, 3 per 1000");
  floor.print("z-score 1.8");
  for (const auto& [kind, n] : ours.by_kind)
    std::printf("   %s %.2f of %.0f", kind.c_str(), n.first / n.second, n.second);
  std::printf("\n   causes:");
  double right = 0, all = 0;
  for (const auto& [kind, n] : ours.causes) {
    std::printf("   %s %.2f of %.0f", kind.c_str(), n.first / n.second, n.second);
    if (kind != "holiday" && kind != "market") right += n.first, all += n.second;
  }
  std::printf("\n   cause right on %.3f of the flagged days of incidents, market days apart; mistaken:", right / all);
  for (const auto& [what, n] : ours.mistaken)
    if (n >= 5) std::printf("   %s %d", what.c_str(), n);
  std::printf("\n   false alarms:");
  for (const auto& [what, n] : ours.false_codes) std::printf("   %s %d", what.c_str(), n);
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
  run("Odd shops", odd_shop, first, last);
}
