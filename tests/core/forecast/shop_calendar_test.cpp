// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/shop_calendar.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

constexpr const char* kText =
    "public\t100\t100\t1\t1\t\t\tChristmas Day\n"
    "promotion\t110\t112\t0.25\t0.5\tToys\tBall\tBall week\n"
    "promotion\t120\t121\t0.4\t1\tToys\t\tToys, all of them\n"
    "closed\t130\t130\t1\t1\t\t\tStocktaking";

TEST(ShopCalendar, EachSeriesHasWhatConcernsIt) {
  using enum SeriesScope::Level;
  const auto total = calendar_of_series(kText, {kTotal, "", ""}, 100).events;
  ASSERT_EQ(total.size(), 4u);
  EXPECT_TRUE(total[0].by_law);
  EXPECT_EQ(total[1].first, 10);
  EXPECT_EQ(total[1].last, 12);
  EXPECT_EQ(total[1].strength, 0.25);
  EXPECT_EQ(total[3].kind, EffectKind::kClosed);
  EXPECT_EQ(calendar_of_series(kText, {kCategory, "Toys", ""}, 0).events[1].strength, 0.5);
  EXPECT_EQ(calendar_of_series(kText, {kCategory, "Books", ""}, 0).events.size(), 2u);
  EXPECT_EQ(calendar_of_series(kText, {kProduct, "Toys", "Ball"}, 0).events.size(), 4u);
  EXPECT_EQ(calendar_of_series(kText, {kProduct, "Toys", "Ball"}, 0).events[1].strength, 1.0);
  EXPECT_EQ(calendar_of_series(kText, {kProduct, "Toys", "Kite"}, 0).events.size(), 3u);
  EXPECT_EQ(calendar_of_series(kText, {kProduct, "", "Misc"}, 0).events.size(), 2u);
}

TEST(ShopCalendar, PriorsOfTheCategoryComeBeforeThoseOfTheShop) {
  constexpr const char* kPriors =
      "holiday_prior\t0\t0\t0.5\t0.2\tToys\t\tChristmas Eve\n"
      "holiday_prior\t0\t0\t0.1\t0.3\t\t\tChristmas Eve\n"
      "promotion_prior\t0\t0\t0.4\t0.2\t\t\tpromotions";
  using enum SeriesScope::Level;
  EXPECT_TRUE(calendar_of_series(kPriors, {kTotal, "", ""}, 0).priors.empty());
  const auto toys = calendar_of_series(kPriors, {kProduct, "Toys", "Ball"}, 0).priors;
  ASSERT_EQ(toys.size(), 2u);
  EXPECT_EQ(toys[0].log_effect, 0.5);
  EXPECT_EQ(toys[1].kind, EffectKind::kPromotion);
  EXPECT_EQ(calendar_of_series(kPriors, {kProduct, "Books", "Atlas"}, 0).priors[0].log_effect, 0.1);
  EXPECT_EQ(calendar_of_series(kPriors, {kCategory, "Toys", ""}, 0).priors[0].log_effect, 0.1);
}

TEST(ShopCalendar, MalformedLinesAreErrors) {
  for (const char* wrong : {"x", "holiday\t1\t2\t1\t1\t\t", "holiday\t1\t2\t1\t1\t\t\tname\tmore",
                            "holiday\tx\t2\t1\t1\t\t\tname", "feast\t1\t2\t1\t1\t\t\tname"})
    EXPECT_THROW(calendar_of_series(wrong, {}, 0), InvalidArgument) << wrong;
  EXPECT_TRUE(calendar_of_series("", {}, 0).events.empty());
}

}  // namespace
}  // namespace performance_tracker
