// SPDX-License-Identifier: PostgreSQL
//
// The whole advice about three invented shops, number by number (answers.h).
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "answers.h"
#include "core/shop/anomaly.h"
#include "core/shop/budget.h"
#include "core/shop/incident.h"
#include "core/shop/promotion.h"
#include "core/shop/recommendation.h"
#include "core/shop/revenue_change.h"
#include "simulated_panel.h"

namespace performance_tracker {
namespace {

using testing::Answers;
using testing::Shock;
using testing::Simulation;

const NeverCancelled kProgress;

struct Span {
  std::size_t first, last;
};

void shock(Simulation& shop, std::size_t product, Span days, const Shock& what) {
  for (std::size_t t = days.first; t <= days.last && t < shop.shocks[product].size(); ++t)
    shop.shocks[product][t] = what;
}

// Everything that happens to shops, once: n is the number of days.
Simulation eventful(int products, int days, double impressions, unsigned seed) {
  Simulation shop({.products = products, .days = days, .impressions = impressions, .seed = seed});
  const auto n = static_cast<std::size_t>(days);
  shock(shop, 0, {n - 9, n - 6}, {.ctr = 0.4});
  shock(shop, 1, {n - 20, n - 16}, {.conversion_rate = 0});
  shock(shop, 2, {n - 4, n - 4}, {.impressions = 3});
  shock(shop, 3, {n - 15, n}, {.conversion_rate = 0.8, .price = 1.3});
  shock(shop, 4, {n - 6, n}, {.cpc = 2.2});
  shock(shop, 5, {n - 25, n}, {.impressions = 0.3});
  for (std::size_t block = 0; block * 14 < n; ++block)
    shock(shop, 6, {block * 14, block * 14 + 13}, {.impressions = block % 2 == 0 ? 1.5 : 0.6});
  shock(shop, 7, {n - 3, n}, {.impressions = 8, .ctr = 2, .conversion_rate = 0.05});
  shock(shop, 8, {0, n}, {.impressions = 0.02});
  for (std::size_t i = 0; i < shop.shocks.size(); ++i) shop.shocks[i][n - 12].impressions *= 1.7;
  shock(shop, 9, {n - 30, n - 24}, {.impressions = 1.2, .conversion_rate = 1.6, .price = 0.8});
  shock(shop, 10, {n - 10, n - 5}, {.impressions = 1.8, .conversion_rate = 1.3, .price = 0.9});
  return shop;
}

PerformancePanel panel_of(const Simulation& shop) {
  PerformancePanel panel = shop.panel();
  const auto n = static_cast<Day>(panel.days);
  const auto day = [&](Day back) { return panel.first_day + n - back; };
  panel.promotions = {{1, "Deal", panel.products[9].id, std::nullopt, day(30), day(24), 20},
                      {2, "More ads", panel.products[10].id, std::nullopt, day(10), day(5), 10},
                      {3, "Category sale", std::nullopt, panel.products[0].category, day(45), day(40), 15},
                      {4, "Coming", panel.products[2].id, std::nullopt, day(-3), day(-8), std::nullopt}};
  panel.holidays = {{day(12), "Market day"}, {day(40), "Quiet day"}};
  for (std::size_t i = 0; i < panel.products.size(); ++i) {
    Product& p = panel.products[i];
    if (i % 3 == 0) p.margin_pct = 20 + 5 * static_cast<double>(i % 5);
    if (i % 3 == 1) p.unit_cost = 4 + static_cast<double>(i);
    p.price = 25;
  }
  const auto forget = [&](std::size_t product, std::size_t t) {
    DailyColumns& d = panel.products[product].daily;
    for (std::vector<double>* c : {&d.impressions, &d.clicks, &d.ad_spend, &d.units_sold, &d.revenue})
      (*c)[t] = std::numeric_limits<double>::quiet_NaN();
  };
  for (std::size_t t = 0; t < panel.days; t += 9) forget(3, t);
  for (std::size_t t = 0; t < panel.days / 2; ++t) forget(11, t);
  return panel;
}

void add(Answers& answers, const std::vector<DriverEvidence>& drivers) {
  for (const DriverEvidence& d : drivers)
    answers.add("driver " + std::string(metric_name(d.driver)),
                {{d.actual, d.expected, d.ratio, d.z_score, d.contribution}});
}

void add_anomalies(Answers& answers, const std::string& shop, const PerformancePanel& panel,
                   const AnomalyOptions& options, const std::string& which) {
  int i = 0;
  const std::string subject = (std::ostringstream() << shop << " anomaly " << which << ' ').str();
  for (const Anomaly& a : detect_anomalies(panel, options, kProgress)) {
    answers.about(subject + std::to_string(++i));
    answers.add_text("subject", a.product.value_or(a.category.value_or("all")));
    answers.add("day", a.day);
    answers.add("actual", a.actual);
    answers.add("expected", a.expected);
    answers.add("lower", a.lower);
    answers.add("upper", a.upper);
    answers.add("z_score", a.z_score);
    answers.add("probability", a.probability);
    answers.add_text("hypothesis", a.hypothesis);
    answers.add("fdr", a.evidence.false_discovery_rate);
    answers.add("evidence", {{a.evidence.actual_events, a.evidence.expected_events, a.evidence.driver_product_share,
                              a.evidence.products_moved_share, a.evidence.promotion_share,
                              static_cast<double>(a.evidence.run_days)}});
    if (i <= 6) add(answers, a.evidence.drivers);
  }
}

void add_incidents(Answers& answers, const std::string& shop, const PerformancePanel& panel) {
  int i = 0;
  for (const Incident& f : find_incidents(panel, {}, kProgress)) {
    answers.about(shop + " incident " + std::to_string(++i));
    answers.add_text("scope", incident_scope_name(f.scope));
    answers.add_text("product", f.products.empty() ? "" : f.products.front());
    answers.add("span", {{static_cast<double>(f.start), static_cast<double>(f.end), f.goes_on ? 1.0 : 0.0}});
    answers.add("money", {{f.revenue, f.expected_revenue, f.spend, f.expected_spend, f.probability}});
    answers.add_text("hypothesis", f.hypothesis);
    add(answers, f.drivers);
  }
}

void add_promotions(Answers& answers, const std::string& shop, const PerformancePanel& panel) {
  for (const Promotion& promotion : panel.promotions) {
    const PromotionImpact f = promotion_impact(panel, promotion, {}, kProgress);
    answers.about(shop + " promotion " + promotion.name);
    answers.add_text("status", promotion_status_name(f.status));
    answers.add_text("attribution", attribution_name(f.attribution));
    answers.add("actual", f.actual);
    answers.add("counterfactual", f.counterfactual);
    answers.add("effect", f.absolute_effect);
    answers.add("lower", f.effect_lower);
    answers.add("upper", f.effect_upper);
    answers.add("p_value", f.p_value);
    answers.add("extra_advertising", f.extra_advertising);
    answers.add("advertising_effect", f.advertising_effect);
    for (const Control& c : f.controls) answers.add("control " + c.name, c.weight);
    if (f.neighbours) answers.add("neighbours", {{f.neighbours->value, f.neighbours->lower, f.neighbours->upper}});
    if (f.afterwards) answers.add("afterwards", {{f.afterwards->value, f.afterwards->lower, f.afterwards->upper}});
    if (f.profit) answers.add("profit", {{f.profit->value, f.profit->lower, f.profit->upper}});
    answers.add_text("report", f.report);
    for (const PromotionDay& d : f.daily)
      if (d.phase != PromotionPhase::kBefore)
        answers.add("day " + std::to_string(d.day),
                    {{d.counterfactual, d.lower, d.upper, d.cumulative ? d.cumulative->upper : 0}});
  }
}

void add_advice(Answers& answers, const std::string& shop, const PerformancePanel& panel) {
  int i = 0;
  for (const Recommendation& r : recommendations(panel, {})) {
    answers.about(shop + " recommendation " + std::to_string(++i));
    answers.add_text("type", std::string(recommendation_type_name(r.type)) + " " + severity_name(r.severity));
    answers.add_text("product", r.product);
    answers.add("current", r.current);
    answers.add("prior", r.prior);
    answers.add("impact", r.impact);
    answers.add("lower", r.impact_lower);
    answers.add("upper", r.impact_upper);
    answers.add("break_even_roas", r.break_even_roas);
    answers.add_text("cause", r.cause + ": " + r.reason + " " + r.action);
    for (const RecommendationEvidence& e : r.evidence) answers.add_text("evidence " + e.what, e.text);
  }
  i = 0;
  for (const BudgetRow& r : reallocate_budget(panel, {}, {}, kProgress)) {
    answers.about(shop + " budget " + std::to_string(++i));
    answers.add_text("product", r.product.value_or("all") + " " + r.action + ": " + r.reason);
    answers.add("spend", {{r.current_spend, r.proposed_spend}});
    for (const Amount& a : {r.profit_now, r.profit_then, r.gain, r.elasticity.value_or(Amount{})})
      answers.add("amount", {{a.value, a.lower, a.upper}});
  }
  for (const BudgetTest& t : design_budget_tests(panel, {}, {}, kProgress)) {
    answers.about(shop + " test of " + t.product);
    answers.add("spend", {{t.current_daily_spend, t.test_daily_spend, t.change, static_cast<double>(t.days)}});
    answers.add("errors",
                {{t.elasticity_error_now, t.elasticity_error_then, t.cost.value, t.cost.lower, t.cost.upper}});
    answers.add_text("reason", t.reason);
  }
}

void add_reasons(Answers& answers, const std::string& shop, const PerformancePanel& panel, Day length) {
  const Day last = panel.first_day + static_cast<Day>(panel.days) - 1;
  RevenueChangeOptions options;
  options.period = {last - length + 1, last};
  options.prior = {last - 2 * length + 1, last - length};
  options.most = 9;
  int i = 0;
  for (const ChangeReason& r : explain_revenue_change(panel, nullptr, options, kProgress)) {
    answers.about(shop + " reason " + std::to_string(length) + " " + std::to_string(++i));
    answers.add_text("text", r.text);
    answers.add("amount", r.amount);
    answers.add("change", r.change);
    answers.add("revenue", r.revenue);
    answers.add("expected", r.expected);
    answers.add("standard_error", r.standard_error);
  }
}

void add_shop(Answers& answers, const std::string& name, const PerformancePanel& panel) {
  AnomalyOptions options;
  options.include_normal = true;
  add_anomalies(answers, name, panel, options, "default");
  options.include_normal = false;
  options.days = 28;
  options.metric = Metric::kConversionRate;
  add_anomalies(answers, name, panel, options, "conversion");
  options.metric = Metric::kRevenue;
  options.by = Grouping::kCategory;
  add_anomalies(answers, name, panel, options, "category");
  options.by = Grouping::kTotal;
  add_anomalies(answers, name, panel, options, "total");
  options.by = Grouping::kProduct;
  options.method = AnomalyMethod::kForecast;
  add_anomalies(answers, name, panel, options, "forecast");
  options.method = AnomalyMethod::kZScore;
  options.z_threshold = 1.8;
  add_anomalies(answers, name, panel, options, "zscore");
  add_incidents(answers, name, panel);
  add_promotions(answers, name, panel);
  add_advice(answers, name, panel);
  add_reasons(answers, name, panel, 7);
  add_reasons(answers, name, panel, 14);
}

TEST(Answers, AboutAShopOfFourMonths) {
  Answers answers;
  add_shop(answers, "months", panel_of(eventful(14, 120, 8000, 11)));
  answers.expect("shop_months", 1e-5);
}

TEST(Answers, AboutAShopOfAYear) {
  Answers answers;
  add_shop(answers, "year", panel_of(eventful(18, 380, 3000, 12)));
  answers.expect("shop_year", 1e-5);
}

TEST(Answers, AboutASmallShopOfWeeks) {
  Answers answers;
  add_shop(answers, "weeks", panel_of(eventful(12, 46, 1200, 13)));
  answers.expect("shop_weeks", 1e-5);
}

}  // namespace
}  // namespace performance_tracker
