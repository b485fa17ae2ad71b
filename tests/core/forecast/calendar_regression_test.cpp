// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/calendar_regression.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

const NeverCancelled progress;
constexpr double kWeek[7] = {1.0, 0.9, 0.85, 0.95, 1.05, 1.2, 1.05};

struct Shop {
  std::vector<double> y;
  CalendarInput input;
  explicit Shop(std::size_t n, unsigned seed, double noise = 0.08) : y(n) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    double level = std::log(400.0);
    for (std::size_t t = 0; t < n; ++t) {
      level += 0.01 * normal(random);
      y[t] = std::exp(level + noise * normal(random)) * kWeek[t % 7];
    }
    input.season_length = 7;
    input.horizon = 28;
    input.year_length = 365.25;
  }
  void promote(std::int64_t first, std::int64_t last, double factor, const std::string& name = "promotion") {
    input.events.push_back({.kind = EffectKind::kPromotion, .name = name, .first = first, .last = last});
    for (std::int64_t t = first; t <= last; ++t)
      if (t >= 0 && t < static_cast<std::int64_t>(y.size())) y[static_cast<std::size_t>(t)] *= factor;
  }
  CalendarRegression fit() {
    input.y = y;
    return fit_calendar(input, progress);
  }
};

const CalendarEffect* effect_named(const CalendarRegression& r, const std::string& name) {
  const auto found = std::ranges::find(r.effects, name, &CalendarEffect::name);
  return found == r.effects.end() ? nullptr : &*found;
}

IntervalForecast flat(std::size_t steps, double value, double error) {
  return {std::vector<double>(steps, value), std::vector<double>(steps, error),
          std::vector<double>(steps, value - 1.28 * error), std::vector<double>(steps, value + 1.28 * error)};
}

TEST(CalendarRegression, RecoversThePromotionAndMovesThePlannedOne) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Shop shop(180, seed);
    for (const int first : {20, 50, 90, 130}) shop.promote(first, first + 6, 1.5);
    shop.promote(185, 189, 1.5);
    const CalendarRegression r = shop.fit();
    const CalendarEffect* promotions = effect_named(r, "promotions");
    ASSERT_NE(promotions, nullptr) << seed;
    EXPECT_NEAR(promotions->relative, 0.5, 0.12) << seed;
    EXPECT_EQ(promotions->seen, 28u);
    EXPECT_EQ(promotions->ahead, 5u);
    const IntervalForecast f = r.restore(flat(28, 400, 40), 0.8, true);
    EXPECT_NEAR(f.value[0], 400, 1e-9);
    EXPECT_NEAR(f.value[5], 600, 50);
    EXPECT_GT(f.upper[5] - f.lower[5], f.upper[0] - f.lower[0]);
  }
}

TEST(CalendarRegression, TheErrorOfAnEffectIsHonest) {
  int inside = 0, judged = 0;  // where the scale is the one that the effect was made on
  for (unsigned seed = 1; seed <= 100; ++seed) {
    Shop shop(120, 1000 + seed);
    for (const int first : {20, 50, 90}) shop.promote(first, first + 4, 1.4);
    const CalendarRegression r = shop.fit();
    const CalendarEffect* e = effect_named(r, "promotions");
    if (e == nullptr || r.scale != EffectScale::kLogarithm) continue;
    ++judged;
    inside += std::abs(e->coefficient - std::log(1.4)) < 1.96 * e->standard_error ? 1 : 0;
  }
  EXPECT_GE(judged, 50);
  EXPECT_GE(inside, 0.88 * judged);
}

TEST(CalendarRegression, AnIrrelevantCalendarChangesNothing) {
  int touched = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    Shop shop(120, 2000 + seed);
    shop.promote(30, 33, 1.0);
    shop.promote(70, 74, 1.0);
    for (const int d : {12, 44, 101})
      shop.input.events.push_back({.name = "day " + std::to_string(d), .first = d, .last = d});
    const CalendarRegression r = shop.fit();
    touched += r.acts() ? 1 : 0;
    EXPECT_TRUE(r.acts() || r.adjusted == shop.y);
  }
  EXPECT_LE(touched, 15);
}

TEST(CalendarRegression, ClosedSundaysMakeAWeekOfSixDays) {
  Shop shop(91, 3);
  for (std::size_t t = 6; t < 91; t += 7) shop.y[t] = 0;
  shop.input.first_day = day(2026, 1, 5);  // a Monday
  const CalendarRegression r = shop.fit();
  ASSERT_EQ(r.closed_reasons, std::vector<std::string>{"Sundays"});
  EXPECT_EQ(r.method_series.season_length, 6);
  EXPECT_EQ(r.method_series.values.size(), 78u);
  EXPECT_EQ(r.method_horizon, 24);
  std::vector<double> values(24);
  for (std::size_t i = 0; i < 24; ++i) values[i] = static_cast<double>(i);
  IntervalForecast f{values, values, values, values};
  f = r.restore(f, 0.8, true);
  ASSERT_EQ(f.value.size(), 28u);
  EXPECT_EQ(f.value[6], 0);
  EXPECT_EQ(f.upper[6], 0);
  EXPECT_EQ(f.value[7], 6);
  EXPECT_EQ(f.value[27], 0);
  EXPECT_EQ(r.restore_history(r.method_series.values)[5], shop.y[5]);
  EXPECT_EQ(r.restore_history(r.method_series.values)[6], 0);
  EXPECT_EQ(r.restore_paths(values, true), f.value);
}

TEST(CalendarRegression, PublicHolidaysThatWereAlwaysZeroWillBe) {
  Shop shop(120, 4);
  for (const int d : {10, 45, 80, 130}) {
    shop.input.events.push_back({.name = "holiday " + std::to_string(d), .first = d, .last = d, .by_law = true});
    if (d < 120) shop.y[static_cast<std::size_t>(d)] = 0;
  }
  const CalendarRegression r = shop.fit();
  EXPECT_TRUE(r.closed[10]);
  EXPECT_EQ(r.restore(flat(28, 400, 40), 0.8, true).value[10], 0);
  for (const double v : r.method_series.values) EXPECT_GT(v, 100);
}

TEST(CalendarRegression, OneDayWithoutSalesIsNoRule) {
  Shop shop(120, 5);
  shop.y[50] = 0;
  shop.input.events.push_back({.name = "somebody's birthday", .first = 50, .last = 50});
  shop.input.events.push_back({.name = "somebody's birthday", .first = 130, .last = 130});
  EXPECT_TRUE(shop.fit().closed_reasons.empty());
}

TEST(CalendarRegression, ASeriesThatIsOftenZeroHasNoClosedDays) {
  std::mt19937 random(6);
  std::vector<double> y(90);
  for (double& v : y) v = static_cast<double>(random() % 10 == 0);
  CalendarInput input{.y = y, .season_length = 7, .horizon = 7};
  EXPECT_TRUE(fit_calendar(input, progress).closed_reasons.empty());
}

TEST(CalendarRegression, GivenClosedDaysAreClosed) {
  Shop shop(60, 7);
  shop.input.events.push_back({.kind = EffectKind::kClosed, .name = "Stocktaking", .first = 65, .last = 66});
  const CalendarRegression r = shop.fit();
  EXPECT_TRUE(r.closed[5] && r.closed[6]);
  EXPECT_FALSE(r.closed[7]);
}

TEST(CalendarRegression, TheYearReturns) {
  Shop shop(760, 8, 0.05);
  for (std::size_t t = 0; t < shop.y.size(); ++t)
    shop.y[t] *= std::exp(0.4 * std::sin(2 * 3.14159265 * static_cast<double>(t) / 365.25));
  const CalendarRegression r = shop.fit();
  EXPECT_TRUE(std::ranges::any_of(r.effects, [](const CalendarEffect& e) { return e.kind == EffectKind::kYear; }));
  Shop without(760, 9, 0.05);
  const CalendarRegression none = without.fit();
  EXPECT_TRUE(std::ranges::none_of(none.effects, [](const CalendarEffect& e) { return e.kind == EffectKind::kYear; }));
}

TEST(CalendarRegression, ThirteenMonthsAreNoYearlyWave) {
  Shop shop(400, 10, 0.05);
  for (std::size_t t = 0; t < shop.y.size(); ++t) shop.y[t] *= std::exp(0.002 * static_cast<double>(t));
  for (const CalendarEffect& e : shop.fit().effects) EXPECT_NE(e.kind, EffectKind::kYear);
}

TEST(CalendarRegression, APriorMovesWhatWasNeverSeen) {
  Shop shop(90, 11);
  shop.input.events.push_back({.name = "Christmas Day", .first = 100, .last = 100});
  shop.input.priors.push_back({EffectKind::kHoliday, "Christmas Day", std::log(0.3), 0.2});
  const CalendarRegression r = shop.fit();
  const CalendarEffect* e = effect_named(r, "Christmas Day");
  ASSERT_NE(e, nullptr);
  EXPECT_EQ(e->seen, 0u);
  EXPECT_NEAR(r.restore(flat(28, 400, 40), 0.8, true).value[10], 120, 30);
}

TEST(CalendarRegression, AStrongPriorHoldsWhatWasSeenOnce) {
  Shop shop(90, 12);
  shop.y[40] *= 4;
  shop.input.events.push_back({.name = "Sale", .first = 40, .last = 40});
  shop.input.events.push_back({.name = "Sale", .first = 95, .last = 95});
  const double free = shop.fit().restore(flat(28, 400, 40), 0.8, true).value[5];
  shop.input.priors.push_back({EffectKind::kHoliday, "Sale", std::log(1.2), 0.05});
  const double held = shop.fit().restore(flat(28, 400, 40), 0.8, true).value[5];
  EXPECT_GT(free, 1200);
  EXPECT_LT(held, 800);
  EXPECT_GT(held, 400);
}

TEST(CalendarRegression, ASingleNameIsDrawnTowardsAllPromotions) {
  Shop shop(300, 13);
  for (int i = 0; i < 8; ++i)
    shop.promote(20 + 30 * i, 24 + 30 * i, 1.4 + 0.02 * (i % 3), "promotion " + std::to_string(i));
  shop.promote(305, 309, 1.4, "a new one");
  const CalendarRegression r = shop.fit();
  EXPECT_NEAR(r.restore(flat(28, 400, 40), 0.8, true).value[6], 570, 60);
}

TEST(CalendarRegression, DegenerateCovariates) {
  Shop shop(90, 14);
  const auto covariate = [](std::string name, double past, double future) {
    return Covariate{std::move(name), std::vector<double>(90, past), std::vector<double>(28, future)};
  };
  shop.input.covariates = {covariate("constant", 1, 1), covariate("zero", 0, 0), covariate("new", 0, 1)};
  Covariate twice = covariate("first", 0, 0);
  for (std::size_t t = 0; t < 90; t += 9) twice.past[t] = 1;
  shop.input.covariates.push_back(twice);
  twice.name = "copy";
  shop.input.covariates.push_back(twice);
  twice.name = "phase of the week";
  for (std::size_t t = 0; t < 90; ++t) twice.past[t] = t % 7 == 3 ? 1 : 0;
  shop.input.covariates.push_back(twice);
  twice.name = "partly unknown";
  for (std::size_t t = 0; t < 50; ++t) twice.past[t] = std::nan("");
  shop.input.covariates.push_back(twice);
  const CalendarRegression r = shop.fit();
  for (const double v : r.restore(flat(28, 400, 40), 0.8, true).value) {
    EXPECT_TRUE(std::isfinite(v));
    EXPECT_NEAR(v, 400, 200);
  }
}

TEST(CalendarRegression, APromotionOnEveryDaySaysNothing) {
  Shop shop(90, 15);
  shop.promote(-10, 200, 1.0);
  EXPECT_FALSE(shop.fit().acts());
}

TEST(CalendarRegression, AMissingFutureCovariateNamesItsStep) {
  Shop shop(90, 16);
  Covariate price{"price", std::vector<double>(90, 1.0), std::vector<double>(28, 1.0)};
  price.future[3] = std::nan("");
  shop.input.covariates = {price};
  try {
    shop.fit();
    ADD_FAILURE();
  } catch (const InvalidArgument& error) {
    EXPECT_EQ(std::string(error.what()), "covariate \"price\" has no value for step 4 of the horizon");
  }
  shop.input.covariates[0].future.pop_back();
  EXPECT_THROW(shop.fit(), InvalidArgument);
}

TEST(CalendarRegression, SeriesWithLittleOrNothing) {
  for (const std::size_t n : {0u, 1u, 5u, 14u, 20u}) {
    Shop shop(n, 17);
    shop.promote(2, 3, 2.0);
    shop.promote(static_cast<std::int64_t>(n) + 2, static_cast<std::int64_t>(n) + 3, 2.0);
    const CalendarRegression r = shop.fit();
    for (const double v : r.restore(flat(28, 400, 40), 0.8, true).upper) EXPECT_TRUE(std::isfinite(v)) << n;
  }
  std::vector<double> y(60, 0.0);
  CalendarInput input{.y = y, .season_length = 7, .horizon = 7, .year_length = 365.25};
  input.events.push_back({.name = "day", .first = 10, .last = 10, .by_law = true});
  EXPECT_TRUE(fit_calendar(input, progress).closed_reasons.empty());
}

}  // namespace
}  // namespace performance_tracker
