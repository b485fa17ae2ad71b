// SPDX-License-Identifier: PostgreSQL
#include "analytics_platform.h"

#include "core/series/calendar.h"
#include "simulator/catalog.h"
#include "simulator/events.h"
#include "simulator/shop.h"

namespace performance_tracker::bench {

PlatformData read_platform(std::uint64_t seed, int length) {
  namespace sim = performance_tracker::simulator;
  using std::chrono::days;
  const sim::Shop shop(seed);
  const Day epoch{std::chrono::year{2000} / std::chrono::January / 1};
  const Day last = Day{std::chrono::year{2026} / std::chrono::January / 1} + days{(seed * 37) % 365};
  const Day first = last - days{length - 1};
  const auto number = [](auto duration) { return static_cast<int>(duration.count()); };
  PlatformData data;
  data.first_day = number(first - epoch);
  const auto category_of = [](int c) { return std::string(sim::categories()[static_cast<std::size_t>(c)].name); };
  for (const sim::Product& p : shop.catalogue().products())
    data.products.push_back({p.name, category_of(p.category), p.price});
  for (const sim::DailyMetrics& row : shop.metrics(first, last, last + days{1})) {
    data.rows.push_back({row.product, number(row.date - first), static_cast<double>(row.impressions),
                         static_cast<double>(row.clicks), static_cast<double>(row.ad_spend_cents) / 100,
                         static_cast<double>(row.units_sold), static_cast<double>(row.revenue_cents) / 100});
  }
  for (const sim::Incident& i : sim::incidents_between(seed, first, last))
    data.incidents.push_back({std::string(sim::name_of(i.kind)),
                              i.product.value_or(-1),
                              {},
                              number(i.first - first),
                              number(i.last - first)});
  for (const sim::BudgetChange& b : sim::budgets_between(seed, first, last))
    data.budgets.push_back({"budget", b.product, {}, number(b.first - first), number(b.last - first), b.factor});
  for (Day day = first; day <= last; day += days{1}) {
    const sim::Holiday holiday = sim::holiday_on(day);
    const int t = number(day - first);
    if (!holiday.name.empty()) data.holidays.push_back({std::string(holiday.name), -1, {}, t, t});
  }
  for (const Holiday& h : holidays("US", first, last))
    data.calendar.push_back({std::string(h.name), -1, {}, number(h.date - first), number(h.date - first)});
  for (const sim::Promotion& p : sim::promotions_between(seed, first, last))
    data.promotions.push_back({p.name, p.product.value_or(-1), p.category ? category_of(*p.category) : std::string(),
                               number(p.first - first), number(p.last - first), p.discount});
  return data;
}

}  // namespace performance_tracker::bench
