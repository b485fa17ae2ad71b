// SPDX-License-Identifier: PostgreSQL
#include "analytics_incidents_shops.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <random>

#include "analytics_platform.h"

namespace performance_tracker::bench {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
const sys_days kEpoch{std::chrono::year{2000} / std::chrono::January / 1};

Day number_of(sys_days day) { return static_cast<Day>((day - kEpoch).count()); }

// What an incident does to a day's funnel.
struct Shock {
  double impressions = 1, ctr = 1, conversion = 1, price = 1, cpc = 1;
};

struct Kind {
  const char* name;
  bool shop_wide;
  int shortest, longest;  // days
  double weight;          // how often
};
constexpr Kind kKinds[] = {
    {"stock_out", false, 2, 8, 3},  {"tracking_outage", false, 1, 3, 1.5}, {"tracking_outage", true, 1, 2, 0.15},
    {"spend_cut", false, 2, 8, 2},  {"spend_surge", false, 2, 5, 1.5},     {"cpc_surge", false, 2, 7, 1.5},
    {"ctr_drop", false, 3, 8, 2},   {"conversion_drop", false, 3, 8, 2},   {"price_up", false, 5, 10, 1},
    {"price_down", false, 3, 8, 1}, {"bot_traffic", false, 1, 4, 1.5},     {"market", true, 1, 2, 0.4}};

class OtherShop {
 public:
  OtherShop(std::uint64_t seed, int length, bool odd = false)
      : random_(seed * 7919 + 13), length_(static_cast<std::size_t>(length)), odd_(odd) {}

  TrueShop make() {
    draw_world();
    TrueShop shop;
    // The last day falls anywhere in the year, in a third of the shops into the Christmas season.
    const auto year = std::chrono::year{2021 + static_cast<int>(random_() % 5)};
    const int offset = uniform() < 0.33 ? 320 + static_cast<int>(uniform() * 50) : static_cast<int>(uniform() * 320);
    const sys_days last = sys_days{year / std::chrono::January / 1} + days{offset};
    shop.panel.first_day = number_of(last) - static_cast<Day>(length_) + 1;
    shop.panel.days = length_;
    draw_market(shop.panel.first_day);
    draw_incidents(shop);
    for (std::size_t i = 0; i < products_; ++i) shop.panel.products.push_back(make_product(i, shop));
    return shop;
  }

 private:
  double uniform() { return std::uniform_real_distribution<double>(0, 1)(random_); }
  double normal() { return std::normal_distribution<double>()(random_); }
  double between(double a, double b) { return a + (b - a) * uniform(); }

  double negative_binomial(double mean, double dispersion) {
    if (!(mean > 0)) return 0;
    const double rate =
        dispersion > 0 ? std::gamma_distribution<double>(1 / dispersion, mean * dispersion)(random_) : mean;
    return static_cast<double>(std::poisson_distribution<long>(std::max(rate, 1e-9))(random_));
  }

  void draw_world() {
    products_ = 10 + random_() % 40;
    dispersion_ = between(0.002, 0.03);
    noise_ = between(0.05, 0.13);
    freedom_ = between(5, 30);
    drift_ = between(0.002, 0.015);
    weekend_ = between(-0.4, 0.5);
    christmas_ = between(0.3, 1.2);
    bursts_ = between(0, 0.002);
    newcomers_ = 0.12;
    with_gaps_ = 0.15;
    gap_ = 0.03;
    if (!odd_) return;
    products_ = 2 + random_() % 8;
    newcomers_ = 0.4;
    with_gaps_ = 0.5;
    gap_ = 0.1;
    closed_ = uniform() < 0.5 ? static_cast<int>(random_() % 7) : -1;
    for (double& day : week_) day = between(-0.7, 0.7);
  }

  void draw_market(Day first) {
    market_.assign(length_, 1.0);
    double wave = 0;
    for (std::size_t t = 0; t < length_; ++t) {
      wave = 0.7 * wave + 0.02 * normal();
      const sys_days date = kEpoch + days{first + static_cast<Day>(t)};
      const std::chrono::year_month_day ymd{date};
      const double day = static_cast<double>((date - sys_days{ymd.year() / std::chrono::January / 1}).count());
      // Grows over five weeks to mid-December and is gone within ten days.
      const double season =
          day < 350 ? std::exp(-std::pow((day - 350) / 16, 2)) : std::exp(-std::pow((day - 350) / 7, 2));
      market_[t] = std::exp(wave) * (1 + christmas_ * season);
    }
  }

  void draw_incidents(TrueShop& shop) {
    shocks_.assign(products_, std::vector<Shock>(length_));
    std::vector<double> weights;
    for (const Kind& k : kKinds) weights.push_back(k.weight);
    std::discrete_distribution<std::size_t> draw(weights.begin(), weights.end());
    std::vector<std::size_t> busy(products_, 0);
    std::size_t shop_busy = 0;
    for (std::size_t t = 20; t < length_; ++t) {
      if (uniform() > 0.012 * static_cast<double>(products_)) continue;
      const Kind& kind = kKinds[draw(random_)];
      const std::size_t span = static_cast<std::size_t>(kind.shortest) +
                               random_() % static_cast<std::size_t>(kind.longest - kind.shortest + 1);
      const std::size_t last = std::min(length_ - 1, t + span - 1);
      const Shock shock = shock_of(kind);
      if (kind.shop_wide) {
        // On top of what single products go through.
        if (shop_busy > t) continue;
        for (std::size_t i = 0; i < products_; ++i) apply(shocks_[i], shock, t, last);
        shop_busy = last + 14;
        shop.incidents.push_back({kind.name, -1, t, last});
        continue;
      }
      const std::size_t i = random_() % products_;
      if (busy[i] > t) continue;
      apply(shocks_[i], shock, t, last);
      busy[i] = last + 14;
      shop.incidents.push_back({kind.name, static_cast<int>(i), t, last});
    }
  }

  static void apply(std::vector<Shock>& days_of, const Shock& shock, std::size_t first, std::size_t last) {
    for (std::size_t t = first; t <= last; ++t) {
      Shock& day = days_of[t];
      day.impressions *= shock.impressions, day.ctr *= shock.ctr, day.conversion *= shock.conversion;
      day.price *= shock.price, day.cpc *= shock.cpc;
    }
  }

  Shock shock_of(const Kind& kind) {
    const std::string name = kind.name;
    Shock s;
    if (name == "stock_out") s.conversion = between(0, 0.05), s.impressions = between(0.7, 1);
    if (name == "tracking_outage") s.conversion = between(0, 0.08);
    if (name == "spend_cut") s.impressions = between(0.2, 0.6);
    if (name == "spend_surge") s.impressions = between(1.7, 3.5), s.ctr = between(0.85, 1);
    if (name == "cpc_surge") s.cpc = between(1.5, 2.5), s.impressions = between(0.8, 1);
    if (name == "ctr_drop") s.ctr = between(0.3, 0.6);
    if (name == "conversion_drop") s.conversion = between(0.3, 0.6);
    if (name == "price_up") s.price = between(1.15, 1.4), s.conversion = 1 / std::pow(s.price, between(1.5, 3));
    if (name == "price_down") s.price = between(0.6, 0.85), s.conversion = 1 / std::pow(s.price, between(1, 2));
    if (name == "bot_traffic") {
      const double factor = between(1.8, 4);
      s.ctr = factor, s.conversion = 1 / factor;
    }
    if (name == "market") {
      s.impressions = uniform() < 0.5 ? between(0.4, 0.7) : between(1.4, 2.2);
      s.conversion = s.impressions < 1 ? between(0.8, 1) : between(1, 1.2);
    }
    return s;
  }

  Product make_product(std::size_t i, const TrueShop& shop) {
    Product p;
    p.id = static_cast<int>(i) + 1;
    p.name = "P" + std::to_string(1000 + i);
    p.category = "C" + std::to_string(i % 5);
    p.daily = DailyColumns(length_);
    const double sales = 0.5 * std::pow(300.0, uniform());  // half a sale to 150 a day
    const double conversion = between(0.015, 0.12);
    const double ctr = between(0.006, 0.05);
    const double price = std::exp(between(1.5, 5.5));
    const double cpc = conversion * price / between(1.5, 7);
    const double dispersion = dispersion_ * std::exp(0.5 * normal());
    const double noise = noise_ * std::exp(0.25 * normal());
    const double weekend = weekend_ + 0.1 * normal();
    const std::size_t born =
        uniform() < newcomers_ ? static_cast<std::size_t>(uniform() * 0.8 * static_cast<double>(length_)) : 0;
    const double gaps = uniform() < with_gaps_ ? gap_ : 0.0;
    double level = 0;
    std::student_t_distribution<double> heavy(freedom_);
    const double unit = std::sqrt((freedom_ - 2) / freedom_);
    for (std::size_t t = 0; t < length_; ++t) {
      level += drift_ * normal();
      const int weekday = (shop.panel.day(t) % 7 + 7) % 7;  // 0: Saturday (1 January 2000)
      const double week = odd_           ? week_[static_cast<std::size_t>(weekday)]
                          : weekday <= 1 ? weekend
                                         : -0.4 * weekend + 0.05 * weekday;
      double reach = sales / conversion / ctr * market_[t] * std::exp(level + week + noise * unit * heavy(random_));
      if (uniform() < bursts_) reach *= between(1.3, 1.8);
      const Shock& s = shocks_[i][t];
      const bool absent = t < born || uniform() < gaps || weekday == closed_;
      const double shown = negative_binomial(reach * s.impressions, dispersion);
      const double clicks =
          std::min(shown, negative_binomial(shown * ctr * s.ctr * std::exp(0.05 * normal()), 0.3 * dispersion));
      const double units = std::min(
          clicks, negative_binomial(clicks * conversion * s.conversion * std::exp(0.07 * normal()), 0.5 * dispersion));
      const double paid = clicks * cpc * s.cpc * std::exp(0.05 * normal());
      if (absent) continue;
      p.daily.impressions[t] = shown;
      p.daily.clicks[t] = clicks;
      p.daily.units_sold[t] = units;
      p.daily.ad_spend[t] = std::round(100 * paid) / 100;
      p.daily.revenue[t] = std::round(100 * units * price * s.price) / 100;
    }
    return p;
  }

  std::mt19937_64 random_;
  std::size_t length_, products_ = 0;
  bool odd_;  // two to nine products, any weekday shape, a closed weekday in half of them, many newcomers and gaps
  int closed_ = -1;  // weekday, 0: Saturday
  std::array<double, 7> week_{};
  double newcomers_ = 0, with_gaps_ = 0, gap_ = 0;
  double dispersion_ = 0, noise_ = 0, freedom_ = 0, drift_ = 0, weekend_ = 0, christmas_ = 0, bursts_ = 0;
  std::vector<double> market_;
  std::vector<std::vector<Shock>> shocks_;
};

}  // namespace

TrueShop platform_shop(std::uint64_t seed, int length) {
  const PlatformData data = read_platform(seed, length);
  TrueShop result;
  result.panel.first_day = data.first_day;
  result.panel.days = static_cast<std::size_t>(length);
  for (const PlatformProduct& given : data.products) {
    Product p;
    p.id = static_cast<int>(result.panel.products.size()) + 1;
    p.name = given.name;
    p.category = given.category;
    p.price = given.price;
    p.daily = DailyColumns(result.panel.days);
    result.panel.products.push_back(std::move(p));
  }
  for (const PlatformRow& row : data.rows) {
    DailyColumns& d = result.panel.products[static_cast<std::size_t>(row.product)].daily;
    const auto t = static_cast<std::size_t>(row.day);
    d.impressions[t] = row.impressions;
    d.clicks[t] = row.clicks;
    d.ad_spend[t] = row.ad_spend;
    d.units_sold[t] = row.units_sold;
    d.revenue[t] = row.revenue;
  }
  for (const PlatformEvent& e : data.calendar) result.panel.holidays.push_back({data.first_day + e.first, e.name});
  const auto index = [&](int day) { return static_cast<std::size_t>(std::clamp(day, 0, length - 1)); };
  for (const PlatformEvent& e : data.incidents)
    result.incidents.push_back({e.name, e.product, index(e.first), index(e.last)});
  for (const PlatformEvent& e : data.holidays) result.changes.push_back({"holiday", -1, index(e.first), index(e.last)});
  for (const PlatformEvent& e : data.budgets)
    if (e.first >= 0)
      result.changes.push_back({"budget", e.product, index(e.first), index(std::min(e.first + 6, e.last))});
  for (const PlatformEvent& e : data.promotions) {
    Promotion promotion;
    promotion.id = static_cast<int>(result.panel.promotions.size()) + 1;
    promotion.name = e.name;
    if (e.product >= 0) promotion.product_id = e.product + 1;
    if (!e.category.empty()) promotion.category = e.category;
    promotion.start = data.first_day + e.first;
    promotion.end = data.first_day + e.last;
    promotion.discount_pct = 100 * e.discount;
    result.panel.promotions.push_back(std::move(promotion));
  }
  return result;
}

TrueShop other_shop(std::uint64_t seed, int length) { return OtherShop(seed, length).make(); }
TrueShop odd_shop(std::uint64_t seed, int length) { return OtherShop(seed, length, true).make(); }

}  // namespace performance_tracker::bench
