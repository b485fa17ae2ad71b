// SPDX-License-Identifier: PostgreSQL
#include "core/shop/incident.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/shop/shop_evidence.h"

namespace performance_tracker {
namespace {

struct Run {
  std::size_t product, first, last;
  HypothesisCode code;
};

std::size_t first_judged(const PerformancePanel& panel, const IncidentOptions& options) {
  return panel.days - std::min(panel.days, static_cast<std::size_t>(options.days));
}

class Finder {
 public:
  Finder(const PerformancePanel& panel, const IncidentOptions& options, const ShopEvidence& shop,
         const Progress& progress)
      : panel_(panel),
        o_(options),
        progress_(progress),
        rate_(options.false_alarms / 1000),
        first_(first_judged(panel, options)),
        shop_(shop) {
    for (std::size_t i = 0; i < panel.products.size(); ++i) {
      const Product& p = panel.products[i];
      wanted_.push_back((!o_.product || p.name == *o_.product) && (!o_.category || p.category == o_.category));
    }
  }

  std::vector<Incident> run() {
    missing_loads();
    for (std::size_t s = 0; s < panel_.products.size(); ++s) {
      progress_.poll();
      product_runs(s);
    }
    shop_days();
    merge_runs();
    std::sort(result_.begin(), result_.end(), [](const Incident& a, const Incident& b) {
      const double left = std::abs(a.revenue - a.expected_revenue), right = std::abs(b.revenue - b.expected_revenue);
      return std::tie(right, a.start, a.products) < std::tie(left, b.start, b.products);
    });
    return std::move(result_);
  }

 private:
  const Evidence& evidence() const { return shop_.products(); }

  bool has_row(std::size_t s, std::size_t t) const {
    return std::any_of(kDataColumns.begin(), kDataColumns.end(),
                       [&](DataColumn c) { return !std::isnan(panel_.products[s].daily.of(c)[t]); });
  }

  // Days on which products without a row used to make more than a twentieth of the revenue, or all of them are missing.
  void missing_loads() {
    constexpr std::size_t kWeeks = 14;
    Incident open;
    for (std::size_t t = std::max(first_, kWeeks); t <= panel_.days; ++t) {
      std::vector<std::string> missing;
      std::size_t expected = 0;
      for (std::size_t s = 0; t < panel_.days && s < panel_.products.size(); ++s) {
        std::size_t rows = 0;
        for (std::size_t i = t - kWeeks; i < t; ++i) rows += has_row(s, i);
        if (rows < kWeeks - 3) continue;
        ++expected;
        if (!has_row(s, t)) missing.push_back(panel_.products[s].name);
      }
      const bool out = expected > 0 && 5 * missing.size() >= expected && (missing.size() > 1 || expected == 1);
      if (out) {
        if (open.products.empty()) open.start = panel_.day(t);
        open.end = panel_.day(t);
        if (missing.size() > open.products.size()) open.products = std::move(missing);
      } else if (!open.products.empty()) {
        open.scope = IncidentScope::kShop;
        open.code = HypothesisCode::kMissingLoad;
        open.goes_on = panel_.index(open.end) + 1 == panel_.days;
        open.probability = 1;
        finish(open, {});
        result_.push_back(std::move(open));
        open = {};
      }
    }
  }

  CauseFacts facts_of(std::size_t s, std::size_t first, std::size_t last) const {
    CauseFacts facts = shop_.facts(evidence(), s, first, last, rate_);
    double smallest = 1;
    for (std::size_t t = first; t <= last; ++t) smallest = std::min(smallest, evidence().at(s, t).p_value);
    facts.own_out = smallest <= rate_ * o_.evidence.beside;
    facts.promotion_ended = shop_.promotion_ended(s, first);
    return facts;
  }

  // Flagged days in a row, split where the shop's own move begins and ends.
  void product_runs(std::size_t s) {
    const std::vector<bool> flagged = shop_.flagged(s, rate_);
    for (std::size_t t = first_; t < panel_.days; ++t) {
      if (!flagged[t - evidence().from]) continue;
      const HypothesisCode of_shop = shop_.shop_cause(t, rate_);
      std::size_t last = t, gap = 0;
      for (std::size_t i = t + 1; i < panel_.days && gap <= static_cast<std::size_t>(o_.bridged_days); ++i) {
        if (shop_.shop_cause(i, rate_) != of_shop) break;
        if (flagged[i - evidence().from]) {
          last = i;
          gap = 0;
        } else {
          ++gap;
        }
      }
      runs_.push_back({s, t, last, find_cause(facts_of(s, t, last))});
      t = last;
    }
  }

  Incident incident_of(IncidentScope scope, const std::vector<const Run*>& runs) {
    Incident incident;
    incident.scope = scope;
    std::size_t first = panel_.days, last = 0;
    for (const Run* r : runs) first = std::min(first, r->first), last = std::max(last, r->last);
    incident.start = panel_.day(first);
    incident.end = panel_.day(last);
    incident.goes_on = last + 1 == panel_.days;
    incident.code = runs.front()->code;
    std::vector<std::pair<double, std::size_t>> by_money;
    double smallest = 1;
    for (const Run* r : runs) {
      double moved = 0;
      for (std::size_t t = r->first; t <= r->last; ++t) {
        const DayScore& revenue = evidence().scores[Metric::kRevenue].at(r->product, t);
        if (revenue.judged) {
          incident.revenue += revenue.actual;
          incident.expected_revenue += revenue.expected;
          moved += revenue.actual - revenue.expected;
        }
        const DayEvidence& e = evidence().at(r->product, t);
        smallest = std::min({smallest, e.p_value, is_of_shop(r->code) ? e.market_p : 1.0});
        note_level(r->product, t, incident);
      }
      add_spend(*r, incident);
      by_money.emplace_back(-std::abs(moved), r->product);
      incident.parts.push_back({r->product, r->first, r->last});
    }
    incident.probability = 1 - smallest;
    std::sort(by_money.begin(), by_money.end());
    for (const auto& [money, s] : by_money) incident.products.push_back(panel_.products[s].name);
    finish(incident, runs);
    return incident;
  }

  void note_level(std::size_t s, std::size_t t, Incident& incident) const {
    for (const Metric m : evidence().metrics) {
      if (evidence().scores[m].at(s, t).new_level && !incident.new_level) incident.new_level = panel_.day(t);
    }
  }

  void add_spend(const Run& run, Incident& incident) const {
    const DailyColumns& daily = panel_.products[run.product].daily;
    for (std::size_t t = run.first; t <= run.last; ++t) {
      const DayScore& cpc = evidence().scores[Metric::kCpc].at(run.product, t);
      const DayScore& ctr = evidence().scores[Metric::kCtr].at(run.product, t);
      const DayScore& reach = evidence().scores[Metric::kImpressions].at(run.product, t);
      if (!cpc.judged || !ctr.judged || !reach.judged) continue;
      incident.spend += daily.ad_spend[t];
      incident.expected_spend += reach.expected * ctr.expected * cpc.expected;
    }
  }

  // Sums over sums of what was and what was expected, and the sentence.
  void finish(Incident& incident, const std::vector<const Run*>& runs) {
    std::set<std::string> categories;
    const std::set<std::string> names(incident.products.begin(), incident.products.end());
    for (const Product& p : panel_.products) {
      if (p.category && names.contains(p.name)) categories.insert(*p.category);
    }
    incident.categories.assign(categories.begin(), categories.end());
    for (const Metric m : evidence().metrics) {
      double actual = 0, expected = 0, weight = 0, scores = 0, n = 0;
      for (const Run* r : runs) {
        const std::vector<double>* exposure = metric_exposure(panel_.products[r->product].daily, m);
        for (std::size_t t = r->first; t <= r->last; ++t) {
          const DayScore& day = evidence().scores[m].at(r->product, t);
          if (!day.judged) continue;
          const double w = exposure ? (*exposure)[t] : 1;
          actual += w * day.actual, expected += w * day.expected, weight += w;
          scores += std::clamp(day.score, -10.0, 10.0), n += 1;
        }
      }
      if (!(weight > 0) || !(expected > 0)) continue;
      const double per = is_ratio(m) ? weight : 1;
      incident.drivers.push_back({m, actual / per, expected / per, actual / expected, scores / std::sqrt(n),
                                  actual > 0 ? std::log(actual / expected) : DriverEvidence::kNoValue});
    }
    Anomaly as_day;
    as_day.is_spike = incident.revenue >= incident.expected_revenue;
    as_day.evidence.drivers = incident.drivers;
    as_day.evidence.products_moved_share =
        static_cast<double>(incident.products.size()) / static_cast<double>(panel_.products.size());
    for (const PanelHoliday& h : panel_.holidays) {
      if (incident.start <= h.day && h.day <= incident.end) as_day.evidence.holiday = h.name;
    }
    incident.hypothesis = hypothesis_text(incident.code, as_day, Metric::kRevenue);
    if (incident.new_level) {
      incident.hypothesis +=
          " It has lasted a week: since " + to_iso_date(*incident.new_level) + " the new level is the normal one.";
    }
  }

  bool any_wanted(const std::vector<const Run*>& runs) const {
    return std::any_of(runs.begin(), runs.end(), [&](const Run* r) { return wanted_[r->product]; });
  }

  // What the whole shop did is one incident, however many products show it.
  void shop_days() {
    std::map<std::pair<std::size_t, HypothesisCode>, std::vector<const Run*>> by_start;
    for (const Run& r : runs_) {
      if (is_of_shop(r.code)) by_start[{r.first, r.code}].push_back(&r);
    }
    std::vector<std::vector<const Run*>> joined;
    for (auto& [key, runs] : by_start) {
      // The same cause within a day of the one before.
      const bool continues = !joined.empty() && joined.back().front()->code == key.second &&
                             std::any_of(joined.back().begin(), joined.back().end(),
                                         [&](const Run* r) { return r->last + 1 >= key.first; });
      if (continues) {
        joined.back().insert(joined.back().end(), runs.begin(), runs.end());
      } else {
        joined.push_back(std::move(runs));
      }
    }
    for (const std::vector<const Run*>& runs : joined) {
      if (any_wanted(runs)) result_.push_back(incident_of(IncidentScope::kShop, runs));
    }
  }

  // Runs of one cause that begin within a day of each other, where most products of the shop or of a category have one.
  void merge_runs() {
    std::vector<const Run*> left;
    for (const Run& r : runs_) {
      if (!is_of_shop(r.code) && r.code != HypothesisCode::kPromotion) left.push_back(&r);
    }
    left = merge_within(left, IncidentScope::kShop, [](const Product&) { return std::string(); });
    left = merge_within(left, IncidentScope::kCategory, [](const Product& p) { return p.category.value_or(""); });
    for (const Run* r : left) {
      if (wanted_[r->product]) result_.push_back(incident_of(IncidentScope::kProduct, {r}));
    }
  }

  template <class KeyOf>
  std::vector<const Run*> merge_within(const std::vector<const Run*>& runs, IncidentScope scope, KeyOf key_of) {
    std::map<std::string, std::size_t> sizes;
    for (const Product& p : panel_.products) ++sizes[key_of(p)];
    std::map<std::tuple<std::string, HypothesisCode>, std::vector<const Run*>> groups;
    for (const Run* r : runs) groups[{key_of(panel_.products[r->product]), r->code}].push_back(r);
    std::vector<const Run*> left;
    for (auto& [key, members] : groups) {
      std::sort(members.begin(), members.end(), [](const Run* a, const Run* b) { return a->first < b->first; });
      for (std::size_t i = 0; i < members.size();) {
        std::size_t end = i;
        while (end < members.size() && members[end]->first <= members[i]->first + 1) ++end;
        std::set<std::size_t> products;
        for (std::size_t k = i; k < end; ++k) products.insert(members[k]->product);
        const double share = static_cast<double>(products.size()) / static_cast<double>(sizes[std::get<0>(key)]);
        const std::vector<const Run*> together(members.begin() + static_cast<std::ptrdiff_t>(i),
                                               members.begin() + static_cast<std::ptrdiff_t>(end));
        if (products.size() >= o_.merged_least && share >= o_.merged_share) {
          if (any_wanted(together)) result_.push_back(incident_of(scope, together));
        } else {
          left.insert(left.end(), together.begin(), together.end());
        }
        i = end;
      }
    }
    return left;
  }

  const PerformancePanel& panel_;
  const IncidentOptions& o_;
  const Progress& progress_;
  double rate_;
  std::size_t first_;
  const ShopEvidence& shop_;
  std::vector<bool> wanted_;
  std::vector<Run> runs_;
  std::vector<Incident> result_;
};

}  // namespace

void IncidentOptions::check() const {
  AnomalyOptions same;
  same.days = days;
  same.false_alarms = false_alarms;
  same.check();
}

const char* incident_scope_name(IncidentScope scope) {
  switch (scope) {
    case IncidentScope::kShop:
      return "shop";
    case IncidentScope::kCategory:
      return "category";
    case IncidentScope::kProduct:
      return "product";
  }
  return "";
}

std::vector<Incident> find_incidents(const PerformancePanel& panel, const IncidentOptions& options,
                                     const Progress& progress) {
  options.check();
  if (panel.days == 0 || panel.products.empty()) return {};
  const ShopEvidence shop(panel, Metric::kRevenue, first_judged(panel, options), options.evidence, progress);
  return find_incidents(panel, options, shop, progress);
}

std::vector<Incident> find_incidents(const PerformancePanel& panel, const IncidentOptions& options,
                                     const ShopEvidence& shop, const Progress& progress) {
  options.check();
  if (panel.days == 0 || panel.products.empty()) return {};
  return Finder(panel, options, shop, progress).run();
}

}  // namespace performance_tracker
