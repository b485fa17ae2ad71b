// SPDX-License-Identifier: PostgreSQL
//
// Shops with a known truth for bench/analytics_incidents: the simulated platform's, and shops of another make.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/shop/performance_panel.h"

namespace performance_tracker::bench {

struct TrueIncident {
  std::string kind;
  int product = -1;                 // index in the panel; -1: all
  std::size_t first = 0, last = 0;  // indices of days, included
};

struct TrueShop {
  PerformancePanel panel;
  std::vector<TrueIncident> incidents;
  std::vector<TrueIncident> changes;  // neither incident nor clean: holidays, and a week after a budget was set anew
};

// `days` days of the simulated platform, as it shows them on the day after the last.
TrueShop platform_shop(std::uint64_t seed, int days);

// A shop that shares no code or distribution with the platform: negative binomial counts with a dispersion of its own
// for each product, weekdays and a level that wanders as a random walk, noise of Student's t on the logarithmic scale,
// bursts, half a sale to 150 sales a day, a Christmas season, newcomers, gaps, and twelve kinds of incident. The seed
// also draws how strong each of these is.
TrueShop other_shop(std::uint64_t seed, int days);
// The same with two to nine products, any weekday shape, a closed weekday in half of them, many newcomers and gaps.
TrueShop odd_shop(std::uint64_t seed, int days);

}  // namespace performance_tracker::bench
