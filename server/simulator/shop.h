// SPDX-License-Identifier: PostgreSQL
//
// The simulated shop's daily numbers.
//
//   Shop shop(42);
//   for (const DailyMetrics& row : shop.metrics(from, to, as_of)) …
//
// A day's numbers are a funnel of random counts: impressions (Poisson with a gamma-distributed mean, i.e. negative
// binomial) -> clicks (binomial) -> units sold (binomial), so that clicks <= impressions, units sold <= clicks and
// the ratios hang together. The expected values are a product of the product's usual level, a slow trend, its
// category's weekday and season, a latent demand that is correlated from day to day, holidays, the budget of the day
// (which acts by the product's own response), promotions and incidents.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "calendar.h"
#include "simulator/catalog.h"
#include "simulator/events.h"

namespace performance_tracker::simulator {

struct DailyMetrics {
  int product = 0;  // index in the catalogue
  Day date{};
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  std::int64_t ad_spend_cents = 0;
  std::int64_t units_sold = 0;
  std::int64_t revenue_cents = 0;
};

// Share of a day's conversions that the platform has attributed `age` days later, as an expectation: 0.93, 0.975,
// 0.99 on the first three days, 1 afterwards. The units of a day never shrink with age.
inline constexpr int kDaysUntilComplete = 4;
double attributed_share(int age);

struct ShopSettings {
  std::uint64_t seed = 42;    // another seed is another shop
  std::size_t products = 30;  // 1..kMaxProducts
  int days = 0;               // of history that the platform keeps, up to the day of the question; 0: all of it
};

class Shop {
 public:
  explicit Shop(std::uint64_t seed) : Shop(ShopSettings{.seed = seed}) {}
  explicit Shop(const ShopSettings& settings)
      : settings_(settings), seed_(settings.seed), catalogue_(settings.products) {}

  // Rows of the days first..last, ordered by date and product, as the platform shows them on the day `as_of`: days
  // from as_of on do not exist yet, and those before the history that it keeps no longer. `skip` rows are left out at
  // the beginning, at most `limit` are given. first..last must lie within kFirstDay..kLastDay.
  std::vector<DailyMetrics> metrics(Day first, Day last, Day as_of, std::size_t skip = 0,
                                    std::size_t limit = SIZE_MAX) const;

  // How many rows metrics(first, last, as_of) has.
  std::size_t count(Day first, Day last, Day as_of) const;

  std::uint64_t seed() const { return seed_; }
  const Catalogue& catalogue() const { return catalogue_; }

 private:
  DailyMetrics day_of(int product, Day date, Day as_of, const Effect& effect) const;
  double demand(int product, Day date) const;

  Day first_kept(Day first, Day as_of) const;

  ShopSettings settings_;
  std::uint64_t seed_;
  Catalogue catalogue_;
};

}  // namespace performance_tracker::simulator
