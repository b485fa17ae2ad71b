// SPDX-License-Identifier: PostgreSQL
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "simulator/catalog.h"
#include "simulator/shop.h"

namespace performance_tracker::simulator {
namespace {

using std::chrono::days;

constexpr Day kToday{std::chrono::year{2026} / std::chrono::November / 22};
constexpr Day kLater = kToday + days{100};  // long enough afterwards for every day to be complete

bool equal(const DailyMetrics& a, const DailyMetrics& b) {
  return a.product == b.product && a.date == b.date && a.impressions == b.impressions && a.clicks == b.clicks &&
         a.ad_spend_cents == b.ad_spend_cents && a.units_sold == b.units_sold && a.revenue_cents == b.revenue_cents;
}

TEST(SimulatorShop, CatalogueIsWideEnough) {
  EXPECT_GE(products().size(), 24U);
  EXPECT_GE(categories().size(), 6U);
  std::set<std::string_view> names, skus;
  bool mouse = false;
  for (const Product& product : products()) {
    EXPECT_TRUE(names.insert(product.name).second) << product.name;
    EXPECT_TRUE(skus.insert(product.sku).second) << product.sku;
    ASSERT_TRUE(product.category >= 0 && product.category < static_cast<int>(categories().size()));
    if (product.name == "Wireless Mouse")
      mouse = categories()[static_cast<std::size_t>(product.category)].name == "Electronics";
  }
  EXPECT_TRUE(mouse);
}

// Any piece of any period, asked for on any day after it was complete, has the same numbers.
TEST(SimulatorShop, NumbersDoNotDependOnTheQuestion) {
  const Shop shop(42);
  const auto whole = shop.metrics(kToday - days{40}, kToday - days{1}, kLater);
  ASSERT_EQ(whole.size(), 40 * products().size());
  const auto later = shop.metrics(kToday - days{40}, kToday - days{1}, kLater + days{1000});
  const auto part = shop.metrics(kToday - days{17}, kToday - days{17}, kLater);
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_TRUE(equal(whole[i], later[i])) << i;
  for (std::size_t i = 0; i < part.size(); ++i) EXPECT_TRUE(equal(part[i], whole[23 * products().size() + i])) << i;
  std::vector<DailyMetrics> paged;
  for (std::size_t skip = 0; skip < whole.size(); skip += 37)
    for (const auto& row : shop.metrics(kToday - days{40}, kToday - days{1}, kLater, skip, 37)) paged.push_back(row);
  ASSERT_EQ(paged.size(), whole.size());
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_TRUE(equal(whole[i], paged[i])) << i;
}

TEST(SimulatorShop, AnotherSeedIsAnotherShop) {
  const auto a = Shop(1).metrics(kToday, kToday, kLater);
  const auto b = Shop(2).metrics(kToday, kToday, kLater);
  int same = 0;
  for (std::size_t i = 0; i < a.size(); ++i) same += a[i].impressions == b[i].impressions;
  EXPECT_LT(same, 3);
}

TEST(SimulatorShop, TodayAndTheFutureDoNotExist) {
  const Shop shop(42);
  EXPECT_TRUE(shop.metrics(kToday, kToday + days{5}, kToday).empty());
  EXPECT_EQ(shop.metrics(kToday - days{2}, kToday + days{5}, kToday).size(), 2 * products().size());
}

TEST(SimulatorShop, CountsAreAFunnel) {
  const auto rows = Shop(42).metrics(kToday - days{730}, kToday, kLater);
  for (const auto& row : rows) {
    ASSERT_GE(row.units_sold, 0);
    ASSERT_LE(row.units_sold, row.clicks);
    ASSERT_LE(row.clicks, row.impressions);
    ASSERT_GT(row.impressions, 0);
    ASSERT_EQ(row.clicks == 0, row.ad_spend_cents == 0);
    ASSERT_EQ(row.units_sold == 0, row.revenue_cents == 0);
    ASSERT_LT(row.revenue_cents, 1'000'000'000);  // fits numeric(10,2) with room to spare
  }
}

TEST(SimulatorShop, OfficeSuppliesRestAtTheWeekend) {
  double weekend = 0, week = 0;
  for (const auto& row : Shop(42).metrics(kToday - days{728}, kToday - days{1}, kLater)) {
    const auto& category =
        categories()[static_cast<std::size_t>(products()[static_cast<std::size_t>(row.product)].category)];
    if (category.name != "Office Supplies") continue;
    const auto weekday = std::chrono::weekday{row.date}.iso_encoding();
    (weekday >= 6 ? weekend : week) += static_cast<double>(row.impressions) / (weekday >= 6 ? 2 : 5);
  }
  EXPECT_NEAR(weekend / week, 0.66, 0.06);
}

// Yesterday's conversions are incomplete, and only ever grow until they are complete.
TEST(SimulatorShop, ConversionsArriveLate) {
  const Shop shop(42);
  double seen[kDaysUntilComplete + 1] = {};
  for (int back = 0; back < 60; ++back) {
    const Day date = kToday - days{back};
    std::vector<DailyMetrics> before;
    for (int age = 1; age <= kDaysUntilComplete; ++age) {
      const auto now = shop.metrics(date, date, date + days{age});
      for (std::size_t i = 0; i < now.size(); ++i) {
        seen[age] += static_cast<double>(now[i].units_sold);
        if (before.empty()) continue;
        ASSERT_GE(now[i].units_sold, before[i].units_sold);
        ASSERT_GE(now[i].revenue_cents, before[i].revenue_cents);
        ASSERT_EQ(now[i].clicks, before[i].clicks);
      }
      before = now;
    }
    const auto settled = shop.metrics(date, date, kLater + days{1});
    for (std::size_t i = 0; i < settled.size(); ++i) ASSERT_TRUE(equal(settled[i], before[i]));
  }
  for (int age = 1; age < kDaysUntilComplete; ++age)
    EXPECT_NEAR(seen[age] / seen[kDaysUntilComplete], attributed_share(age), 0.005) << age;
}

// Whenever somebody looks, each rule of the recommendations has a product to speak of; after an outage of the whole
// shop there is nothing else to speak of.
TEST(SimulatorShop, EveryRecommendationRuleHasACase) {
  struct Week {
    double impressions = 0, clicks = 0, spend = 0, units = 0, revenue = 0;
  };
  for (const std::uint64_t seed : {42U, 7U}) {
    const Shop shop(seed);
    for (Day today = kToday - days{400}; today < kToday; today += days{1}) {
      const auto incidents = incidents_between(seed, today - days{14}, today - days{1});
      if (std::any_of(incidents.begin(), incidents.end(), [](const Incident& i) { return !i.product; })) continue;
      std::map<int, std::array<Week, 2>> weeks;
      for (const auto& row : shop.metrics(today - days{14}, today - days{1}, today)) {
        Week& week = weeks[row.product][row.date < today - days{7} ? 1 : 0];
        week.impressions += static_cast<double>(row.impressions);
        week.clicks += static_cast<double>(row.clicks);
        week.spend += static_cast<double>(row.ad_spend_cents);
        week.units += static_cast<double>(row.units_sold);
        week.revenue += static_cast<double>(row.revenue_cents);
      }
      int acos = 0, roas = 0, ctr = 0, conversion = 0, drop = 0;
      for (const auto& [product, w] : weeks) {
        acos += w[0].spend > 0.35 * w[0].revenue;
        roas += w[0].revenue > 4 * w[0].spend;
        ctr += w[0].clicks < 0.02 * w[0].impressions;
        conversion += w[0].units < 0.08 * w[0].clicks;
        drop += w[0].revenue < 0.85 * w[1].revenue;
      }
      ASSERT_TRUE(acos >= 1 && roas >= 1 && ctr >= 1 && conversion >= 1 && drop >= 1)
          << to_string(today) << " acos " << acos << " roas " << roas << " ctr " << ctr << " conversion " << conversion
          << " drop " << drop;
    }
  }
}

TEST(SimulatorEvents, EveryWeekHasAnIncidentAndNoProductTwoAtOnce) {
  const Day begin{std::chrono::year{2015} / std::chrono::January / 1};
  const auto incidents = incidents_between(42, begin, begin + days{7300});
  for (Day today = begin + days{30}; today < begin + days{7300}; today += days{1})
    ASSERT_TRUE(std::any_of(incidents.begin(), incidents.end(), [&](const Incident& i) {
      return i.effect.revenue() < 0.5 && i.first <= today - days{1} && i.first >= today - days{8};
    })) << to_string(today);
  for (std::size_t i = 0; i < incidents.size(); ++i) {
    if (!incidents[i].product) continue;
    for (std::size_t j = i + 1; j < incidents.size() && incidents[j].first <= incidents[i].last; ++j)
      ASSERT_NE(incidents[i].product, incidents[j].product) << incidents[i].id << " " << incidents[j].id;
  }
}

// The list of a short period is a part of the list of a long one.
TEST(SimulatorEvents, ListsAgree) {
  const Day begin = kToday - days{500};
  const auto all = incidents_between(42, begin, kToday);
  const auto all_promotions = promotions_between(42, begin, kToday);
  for (Day day = begin; day < kToday; day += days{3}) {
    std::set<std::string> expected, found;
    for (const auto& i : all)
      if (i.first <= day && day <= i.last) expected.insert(i.id);
    for (const auto& p : all_promotions)
      if (p.first <= day && day <= p.last) expected.insert(p.id);
    for (const auto& i : incidents_between(42, day, day)) found.insert(i.id);
    for (const auto& p : promotions_between(42, day, day)) found.insert(p.id);
    ASSERT_EQ(found, expected) << to_string(day);
  }
}

TEST(SimulatorEvents, APromotionHasAlwaysBeenOverForAWeek) {
  for (Day today = kToday - days{800}; today < kToday; today += days{1}) {
    const auto promotions = promotions_between(42, today - days{60}, today);
    ASSERT_TRUE(std::any_of(promotions.begin(), promotions.end(), [&](const Promotion& p) {
      return p.product && p.last <= today - days{7} && p.first >= today - days{45};
    })) << to_string(today);
  }
  for (const auto& p : promotions_between(42, kToday - days{800}, kToday))
    for (const auto& i : incidents_between(42, p.first - days{21}, p.last))
      ASSERT_FALSE(p.product && p.product == i.product) << p.id << " " << i.id;
  const auto november = promotions_between(42, kToday, kToday + days{10});
  const auto friday =
      std::find_if(november.begin(), november.end(), [](const auto& p) { return p.name == "Black Friday 2026"; });
  ASSERT_NE(friday, november.end());
  EXPECT_EQ(to_string(friday->first), "2026-11-27");
}

// What the ground truth says is what the numbers do: revenue during incidents and promotions against the same
// product's revenue on the quiet days around.
TEST(SimulatorEvents, EffectsShowInTheNumbers) {
  const Shop shop(42);
  const Day begin = kToday - days{1400};
  const auto rows = shop.metrics(begin, kToday, kLater);
  const auto revenue = [&](int product, Day day) {
    return static_cast<double>(
        rows[static_cast<std::size_t>((day - begin).count()) * products().size() + static_cast<std::size_t>(product)]
            .revenue_cents);
  };
  const auto incidents = incidents_between(42, begin, kToday);
  const auto promotions = promotions_between(42, begin, kToday);
  std::set<std::pair<int, Day>> busy;
  for (const auto& i : incidents)
    for (int product = 0; product < static_cast<int>(products().size()); ++product)
      for (Day d = i.first; i.product.value_or(product) == product && d <= i.last; d += days{1})
        busy.emplace(product, d);
  for (const auto& p : promotions)
    for (int product = 0; product < static_cast<int>(products().size()); ++product)
      for (Day d = p.first; p.covers(product) && d <= p.last; d += days{1}) busy.emplace(product, d);
  struct Sum {
    double actual = 0, expected = 0;
  };
  std::map<std::string, Sum> sums;
  const auto add = [&](const std::string& kind, int product, Day first, Day last, double factor) {
    for (Day d = first; d <= last; d += days{1}) {
      double quiet = 0;
      int n = 0;
      for (const int weeks : {-3, -2, -1, 1, 2, 3}) {
        const Day other = d + days{7 * weeks};
        if (other < begin || other > kToday || busy.contains({product, other})) continue;
        quiet += revenue(product, other);
        ++n;
      }
      if (n < 2 || d < begin || d > kToday) continue;
      sums[kind].actual += revenue(product, d);
      sums[kind].expected += factor * quiet / n;
    }
  };
  for (const auto& i : incidents)
    for (int product = 0; product < static_cast<int>(products().size()); ++product)
      if (i.product.value_or(product) == product)
        add(std::string(name_of(i.kind)), product, i.first, i.last, i.effect.revenue());
  for (const auto& p : promotions)
    if (p.product) add("promotion", *p.product, p.first, p.last, p.effect().revenue());
  ASSERT_EQ(sums.size(), 12U);
  for (const auto& [kind, sum] : sums) EXPECT_NEAR(sum.actual / sum.expected, 1, 0.15) << kind;
}

// A shop of any size and length is a shop: funnels, known products, deterministic, and no endless search for a product
// without an incident in a shop of one.
TEST(SimulatorShop, AnySizeAndLength) {
  for (const std::size_t size : {1U, 2U, 7U, 11U, 17U, 31U, 95U}) {
    const Shop shop(ShopSettings{.seed = 3, .products = size, .days = 20});
    const auto rows = shop.metrics(kToday - days{60}, kToday + days{5}, kToday);
    ASSERT_EQ(rows.size(), 20 * size);
    EXPECT_EQ(rows.front().date, kToday - days{20});
    std::set<std::string> names;
    for (int i = 0; i < shop.catalogue().size(); ++i) names.insert(shop.catalogue()[i].name);
    EXPECT_EQ(names.size(), size);
    for (const auto& row : rows) ASSERT_LE(row.units_sold, row.clicks);
    const auto long_ago = kToday - days{400};
    for (const auto& i : incidents_between(3, long_ago, kToday, shop.catalogue()))
      ASSERT_LT(i.product.value_or(0), static_cast<int>(size)) << i.id;
    for (const auto& p : promotions_between(3, long_ago, kToday, shop.catalogue()))
      ASSERT_LT(p.product.value_or(0), static_cast<int>(size)) << p.id;
  }
  EXPECT_THROW(Catalogue(0), std::invalid_argument);
  // The first products of a large shop are those of the standard one.
  const Catalogue large(40);
  for (int i = 0; i < 30; ++i) EXPECT_EQ(large[i].sku, Catalogue::standard()[i].sku);
}

// Over many budgets the numbers answer as the ground truth says: revenue by the elasticity, spend one to one.
TEST(SimulatorEvents, BudgetsActByTheProductsResponse) {
  const Shop shop(42);
  const Day begin = kToday - days{1400};
  const auto rows = shop.metrics(begin, kToday, kLater);
  std::map<int, std::map<Day, std::pair<double, double>>> budget;  // product, first day: spend, clicks
  std::map<Day, double> market;                                    // clicks of the shop
  for (const auto& row : rows) market[row.date] += static_cast<double>(row.clicks);
  for (const auto& row : rows) {
    auto& [spend, clicks] = budget[row.product][budget_on(42, row.product, row.date).first];
    spend += static_cast<double>(row.ad_spend_cents) / market[row.date];
    clicks += static_cast<double>(row.clicks) / market[row.date];
  }
  double expected = 0, found = 0, weight = 0;
  for (const auto& [product, periods] : budget) {
    const Economics e = economics_of(42, product);
    EXPECT_NEAR(e.unit_profit / products()[static_cast<std::size_t>(product)].price, e.margin, 1e-9);
    const auto* before = static_cast<const std::pair<double, double>*>(nullptr);
    double factor_before = 1;
    for (const auto& [first, sums] : periods) {
      const double factor = budget_on(42, product, std::max(first, begin)).factor;
      if (before != nullptr) {
        const double change = std::log(factor / factor_before);
        // A click's price is free of demand: it must move by 1 - elasticity.
        const double cpc = std::log(sums.first / sums.second) - std::log(before->first / before->second);
        found += change * cpc, expected += change * change * (1 - e.elasticity), weight += change * change;
      }
      before = &sums, factor_before = factor;
    }
  }
  EXPECT_NEAR(found / weight, expected / weight, 0.05);
}

TEST(SimulatorEvents, HolidaysAreOnTheirDays) {
  const auto day = [](int y, unsigned m, unsigned d) {
    return Day{std::chrono::year{y} / std::chrono::month{m} / std::chrono::day{d}};
  };
  EXPECT_EQ(holiday_on(day(2026, 11, 27)).name, "Black Friday");
  EXPECT_EQ(holiday_on(day(2025, 12, 1)).name, "Cyber Monday");
  EXPECT_EQ(holiday_on(day(2024, 12, 25)).name, "Christmas Day");
  EXPECT_EQ(holiday_on(day(2024, 3, 5)).factor, 1);
}

}  // namespace
}  // namespace performance_tracker::simulator
