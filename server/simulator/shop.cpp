// SPDX-License-Identifier: PostgreSQL
#include "simulator/shop.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "simulator/catalog.h"
#include "simulator/random.h"

namespace performance_tracker::simulator {
namespace {

using std::chrono::days;

std::uint32_t number_of(Day day) { return static_cast<std::uint32_t>(day.time_since_epoch().count()); }

// An AR(1) process cut off after kMemory days, so that a day's value needs no history: sum of phi^j e(t-j).
constexpr int kMemory = 10;
constexpr double kPhi = 0.6;

double correlated_noise(std::uint64_t seed, RandomPurpose purpose, std::uint32_t who, Day date) {
  double sum = 0;
  double weight = std::sqrt(1 - kPhi * kPhi);
  for (int j = 0; j < kMemory; ++j) {
    sum += weight * RandomStream(seed, purpose, who, number_of(date - days{j})).normal();
    weight *= kPhi;
  }
  return sum;
}

double yearly(const Category& category, Day date) {
  const std::chrono::year_month_day ymd{date};
  const double day = static_cast<double>((date - Day{ymd.year() / std::chrono::January / 1}).count());
  const double cycle = std::cos(2 * std::numbers::pi * (day - 195) / 365.25);
  // Rises through November to its height on 15 December, and is over by January.
  const double distance = (day - 348) / (day < 348 ? 18.0 : 6.0);
  return 1 + category.summer * cycle + category.holiday * std::exp(-0.5 * distance * distance);
}

}  // namespace

double attributed_share(int age) {
  static constexpr std::array kShares = {0.0, 0.93, 0.975, 0.99};
  if (age <= 0) return 0;
  return age < kDaysUntilComplete ? kShares[static_cast<std::size_t>(age)] : 1.0;
}

double Shop::demand(int product, Day date) const {
  const auto who = static_cast<std::uint32_t>(product);
  const Category& category = categories()[static_cast<std::size_t>(catalogue_[product].category)];
  // Trend: a slow cycle of its own for each product. Over a quarter it looks like growth or decline, over decades it
  // stays bounded, so that any day can be asked for.
  RandomStream traits(seed_, RandomPurpose::kProduct, who);
  const double amplitude = 0.10 + 0.20 * traits.uniform();
  const double period = 500 + 700 * traits.uniform();
  const double phase = traits.uniform();
  const double age = static_cast<double>(number_of(date));
  const double trend = std::exp(amplitude * std::sin(2 * std::numbers::pi * (age / period + phase)));
  const std::chrono::weekday weekday{date};
  const double noise = 0.06 * correlated_noise(seed_, RandomPurpose::kLatentDemand, who, date) +
                       0.025 * correlated_noise(seed_, RandomPurpose::kShopDemand, 0, date);
  return trend * category.weekday[weekday.iso_encoding() - 1] * yearly(category, date) * std::exp(noise);
}

DailyMetrics Shop::day_of(int product, Day date, Day as_of, const Effect& effect) const {
  const Product& usual = catalogue_[product];
  const auto who = static_cast<std::uint32_t>(product);
  const auto when = number_of(date);
  const auto stream = [&](RandomPurpose purpose) { return RandomStream(seed_, purpose, who, when); };

  RandomStream rates = stream(RandomPurpose::kRates);
  const double ctr = std::min(0.5, usual.ctr * effect.ctr * std::exp(0.03 * rates.normal()));
  const double conversion =
      std::min(0.9, usual.conversion_rate * effect.conversion_rate * std::exp(0.04 * rates.normal()));
  const double usual_cpc = usual.conversion_rate * usual.price / usual.roas;
  const double cpc = usual_cpc * effect.cpc * std::exp(0.03 * rates.normal());

  DailyMetrics row;
  row.product = product;
  row.date = date;
  RandomStream shown = stream(RandomPurpose::kImpressions);
  constexpr double kShape = 400;
  const double mean = usual.impressions * demand(product, date) * effect.impressions * shown.gamma(kShape) / kShape;
  row.impressions = shown.poisson(mean);
  row.clicks = stream(RandomPurpose::kClicks).binomial(row.impressions, ctr);
  row.ad_spend_cents = std::llround(static_cast<double>(row.clicks) * cpc * 100);
  const std::int64_t units = stream(RandomPurpose::kUnits).binomial(row.clicks, conversion);

  // Late attribution: units become visible in three thinnings, from the last to the first, so that a day as seen
  // later always contains the day as seen before.
  const int age = static_cast<int>((as_of - date).count());
  row.units_sold = units;
  for (int a = kDaysUntilComplete - 1; a >= age; --a)
    row.units_sold = RandomStream(seed_, RandomPurpose::kLateConversions,
                                  who * kDaysUntilComplete + static_cast<std::uint32_t>(a), when)
                         .binomial(row.units_sold, attributed_share(a) / attributed_share(a + 1));
  const std::int64_t price_cents = std::llround(usual.price * effect.price * 100);
  row.revenue_cents = row.units_sold * price_cents;
  return row;
}

Day Shop::first_kept(Day first, Day as_of) const {
  return settings_.days > 0 ? std::max(first, as_of - days{settings_.days}) : first;
}

std::size_t Shop::count(Day first, Day last, Day as_of) const {
  first = first_kept(first, as_of);
  last = std::min(last, as_of - days{1});
  return last < first ? 0 : static_cast<std::size_t>((last - first).count() + 1) * catalogue_.products().size();
}

std::vector<DailyMetrics> Shop::metrics(Day first, Day last, Day as_of, std::size_t skip, std::size_t limit) const {
  std::vector<DailyMetrics> rows;
  const std::size_t total = count(first, last, as_of);
  if (skip >= total) return rows;
  first = first_kept(first, as_of);
  const std::size_t end = skip + std::min(limit, total - skip);
  const std::size_t width = catalogue_.products().size();
  const auto day_at = [&](std::size_t row) { return first + days{static_cast<int>(row / width)}; };
  const auto incidents = incidents_between(seed_, day_at(skip), day_at(end - 1), catalogue_);
  const auto promotions = promotions_between(seed_, day_at(skip), day_at(end - 1), catalogue_);
  // By product, so that a large shop's many incidents are not looked through for each row.
  std::vector<std::vector<const Incident*>> incidents_of(width);
  std::vector<std::vector<const Promotion*>> promotions_of(width);
  std::vector<Economics> economics;
  for (std::size_t product = 0; product < width; ++product)
    economics.push_back(economics_of(seed_, static_cast<int>(product), catalogue_));
  for (const Incident& incident : incidents)
    for (std::size_t product = 0; product < width; ++product)
      if (incident.product.value_or(static_cast<int>(product)) == static_cast<int>(product))
        incidents_of[product].push_back(&incident);
  for (const Promotion& promotion : promotions)
    for (std::size_t product = 0; product < width; ++product)
      if (promotion.covers(static_cast<int>(product), catalogue_)) promotions_of[product].push_back(&promotion);
  rows.reserve(end - skip);
  for (std::size_t row = skip; row < end; ++row) {
    const Day date = day_at(row);
    const std::size_t product = row % width;
    const Category& category = categories()[static_cast<std::size_t>(catalogue_[static_cast<int>(product)].category)];
    Effect effect = budget_effect(budget_on(seed_, static_cast<int>(product), date).factor, economics[product]);
    effect *= holiday_effect(holiday_on(date), category);
    for (const Incident* incident : incidents_of[product])
      if (incident->first <= date && date <= incident->last) effect *= incident->effect;
    for (const Promotion* promotion : promotions_of[product])
      if (promotion->first <= date && date <= promotion->last) effect *= promotion->effect();
    rows.push_back(day_of(static_cast<int>(product), date, as_of, effect));
  }
  return rows;
}

}  // namespace performance_tracker::simulator
