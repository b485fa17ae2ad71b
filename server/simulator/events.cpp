// SPDX-License-Identifier: PostgreSQL
#include "simulator/events.h"

#include <algorithm>
#include <array>

#include "simulator/catalog.h"
#include "simulator/random.h"

namespace performance_tracker::simulator {
namespace {

using std::chrono::days;

// Incidents come in two rows of slots on the calendar: long ones, one a week, and short ones, one every five days.
// Slots, not a random process, so that every week has something to find; where in its slot one begins is random.
constexpr int kLongSlot = 7;
constexpr int kShortSlot = 5;
constexpr int kLongestIncident = 10;
constexpr int kProductPromotionSlot = 14;
constexpr int kCategoryPromotionSlot = 42;
constexpr int kLongestPromotion = 8;

std::int64_t slot_of(Day day, int length) { return day.time_since_epoch().count() / length; }

Day slot_start(std::int64_t slot, int length) { return Day{days{slot * length}}; }

int product_count() { return static_cast<int>(products().size()); }

// Slots take the products in turn, by a step that is coprime to their number, so that nobody is hit twice in a row.
int product_of_slot(std::int64_t slot, int step) { return static_cast<int>((slot * step) % product_count()); }

Effect effect_of(IncidentKind kind) {
  switch (kind) {
    case IncidentKind::kStockOut:
      return {.impressions = 0.9, .conversion_rate = 0.03};
    case IncidentKind::kTrackingOutage:
      return {.conversion_rate = 0.05};
    case IncidentKind::kSpendCut:
      return {.impressions = 0.25};
    case IncidentKind::kCtrCollapse:
      return {.ctr = 0.3};
    case IncidentKind::kPriceChange:
      return {.conversion_rate = 0.45, .price = 1.25};
    case IncidentKind::kViralSpike:
      return {.impressions = 3.5, .ctr = 1.2, .cpc = 0.8};
  }
  return {};
}

Incident make_incident(std::string id, IncidentKind kind, int product, Day first, int length) {
  return {std::move(id), kind, product, first, first + days{length - 1}, effect_of(kind)};
}

Incident long_incident(std::uint64_t seed, std::int64_t slot) {
  RandomStream random(seed, RandomPurpose::kLongIncident, static_cast<std::uint32_t>(slot));
  static constexpr std::array kKinds = {IncidentKind::kStockOut, IncidentKind::kSpendCut, IncidentKind::kCtrCollapse};
  const IncidentKind kind = kKinds[random.below(kKinds.size())];
  // Six days from the slot's first or second day: at any time some product's week is far below the one before.
  const Day first = slot_start(slot, kLongSlot) + days{random.below(2)};
  return make_incident("INC-L" + std::to_string(slot), kind, product_of_slot(slot, 11), first, 6);
}

Incident short_incident(std::uint64_t seed, std::int64_t slot) {
  RandomStream random(seed, RandomPurpose::kShortIncident, static_cast<std::uint32_t>(slot));
  const double draw = random.uniform();
  IncidentKind kind = IncidentKind::kViralSpike;
  std::uint32_t shortest = 2, longest = 3;
  if (draw > 0.85) {
    kind = IncidentKind::kPriceChange, shortest = 7, longest = kLongestIncident;
  } else if (draw > 0.70) {
    kind = IncidentKind::kCtrCollapse, shortest = 3, longest = 4;
  } else if (draw > 0.55) {
    kind = IncidentKind::kStockOut;
  } else if (draw > 0.35) {
    kind = IncidentKind::kTrackingOutage, shortest = 1, longest = 2;
  }
  const int length = static_cast<int>(shortest + random.below(longest - shortest + 1));
  const Day first = slot_start(slot, kShortSlot) + days{random.below(kShortSlot)};
  Incident incident = make_incident("INC-S" + std::to_string(slot), kind, product_of_slot(slot, 7), first, length);
  // Keep two weeks clear of the same product's long incidents, so that each can be judged by itself.
  const auto collides = [&] {
    for (auto l = slot_of(incident.first - days{20}, kLongSlot); l <= slot_of(incident.last + days{20}, kLongSlot); ++l)
      if (product_of_slot(l, 11) == incident.product) return true;
    return false;
  };
  while (collides()) incident.product = (incident.product + 1) % product_count();
  return incident;
}

// The Friday after the fourth Thursday of November.
Day black_friday(std::chrono::year year) {
  return Day{year / std::chrono::November / std::chrono::Thursday[4]} + days{1};
}

bool touches(Day first, Day last, Day from, Day to) { return first <= to && last >= from; }

template <typename T>
void sort_by_first_day(std::vector<T>& events) {
  std::sort(events.begin(), events.end(),
            [](const T& a, const T& b) { return a.first != b.first ? a.first < b.first : a.id < b.id; });
}

}  // namespace

std::string_view name_of(IncidentKind kind) {
  switch (kind) {
    case IncidentKind::kStockOut:
      return "stock_out";
    case IncidentKind::kTrackingOutage:
      return "tracking_outage";
    case IncidentKind::kSpendCut:
      return "spend_cut";
    case IncidentKind::kCtrCollapse:
      return "ctr_collapse";
    case IncidentKind::kPriceChange:
      return "price_change";
    case IncidentKind::kViralSpike:
      return "viral_spike";
  }
  return "";
}

Effect& Effect::operator*=(const Effect& other) {
  impressions *= other.impressions;
  ctr *= other.ctr;
  cpc *= other.cpc;
  conversion_rate *= other.conversion_rate;
  price *= other.price;
  return *this;
}

bool Promotion::covers(int product_index) const {
  if (product) return *product == product_index;
  if (category) return *category == products()[static_cast<std::size_t>(product_index)].category;
  return true;
}

Effect Promotion::effect() const {
  return {.impressions = 1 + 0.5 * discount,
          .ctr = 1 + 0.8 * discount,
          .conversion_rate = 1 + 2.2 * discount,
          .price = 1 - discount};
}

std::vector<Incident> incidents_between(std::uint64_t seed, Day first, Day last) {
  std::vector<Incident> found;
  const auto add = [&](Incident incident) {
    if (touches(incident.first, incident.last, first, last)) found.push_back(std::move(incident));
  };
  const Day from = first - days{kLongestIncident + kLongSlot};
  for (auto slot = slot_of(from, kLongSlot); slot <= slot_of(last, kLongSlot); ++slot) add(long_incident(seed, slot));
  for (auto slot = slot_of(from, kShortSlot); slot <= slot_of(last, kShortSlot); ++slot)
    add(short_incident(seed, slot));
  sort_by_first_day(found);
  return found;
}

std::vector<Promotion> promotions_between(std::uint64_t seed, Day first, Day last) {
  std::vector<Promotion> found;
  const auto add = [&](Promotion promotion) {
    if (touches(promotion.first, promotion.last, first, last)) found.push_back(std::move(promotion));
  };
  const auto add_slots = [&](int length, RandomPurpose purpose, auto make) {
    for (auto slot = slot_of(first - days{length + kLongestPromotion}, length); slot <= slot_of(last, length); ++slot) {
      RandomStream random(seed, purpose, static_cast<std::uint32_t>(slot));
      add(make(slot, slot_start(slot, length), random));
    }
  };
  add_slots(kProductPromotionSlot, RandomPurpose::kProductPromotion,
            [seed](std::int64_t slot, Day start, RandomStream& random) {
              static constexpr std::array kDiscounts = {0.15, 0.20, 0.25, 0.30};
              const Day from = start + days{random.below(4)};
              const Day to = from + days{4 + random.below(kLongestPromotion - 4)};
              // Nobody promotes what is out of stock, and a deal is easier to judge after three quiet weeks.
              const auto incidents = incidents_between(seed, from - days{21}, to + days{2});
              int product = product_of_slot(slot, 17);
              while (std::any_of(incidents.begin(), incidents.end(),
                                 [&](const Incident& incident) { return incident.product == product; }))
                product = (product + 1) % product_count();
              return Promotion{"PROMO-P" + std::to_string(slot),
                               std::string(products()[static_cast<std::size_t>(product)].name) + " deal",
                               product,
                               {},
                               from,
                               to,
                               kDiscounts[random.below(kDiscounts.size())]};
            });
  add_slots(kCategoryPromotionSlot, RandomPurpose::kCategoryPromotion,
            [](std::int64_t slot, Day start, RandomStream& random) {
              static constexpr std::array kDiscounts = {0.10, 0.15, 0.20};
              const int category = static_cast<int>(slot % static_cast<std::int64_t>(categories().size()));
              const Day from = start + days{random.below(14)};
              return Promotion{"PROMO-C" + std::to_string(slot),
                               std::string(categories()[static_cast<std::size_t>(category)].name) + " days",
                               {},
                               category,
                               from,
                               from + days{6},
                               kDiscounts[random.below(kDiscounts.size())]};
            });
  const auto year_of = [](Day day) { return std::chrono::year_month_day{day}.year(); };
  for (auto year = year_of(first); year <= year_of(last); ++year) {
    const std::string number = std::to_string(static_cast<int>(year));
    const auto sale = [&](const char* id, const char* name, Day from, int length, double discount) {
      add({"PROMO-" + std::string(id) + number,
           std::string(name) + " " + number,
           {},
           {},
           from,
           from + days{length - 1},
           discount});
    };
    sale("NY", "New Year Sale", Day{year / std::chrono::January / 2}, 7, 0.15);
    sale("SPRING", "Spring Sale", Day{year / std::chrono::April / 10}, 5, 0.10);
    sale("SUMMER", "Summer Sale", Day{year / std::chrono::July / 10}, 7, 0.15);
    sale("BF", "Black Friday", black_friday(year), 4, 0.25);
  }
  sort_by_first_day(found);
  return found;
}

}  // namespace performance_tracker::simulator
