// SPDX-License-Identifier: PostgreSQL
#include "simulator/events.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "simulator/catalog.h"
#include "simulator/random.h"

namespace performance_tracker::simulator {
namespace {

using std::chrono::days;

// Incidents come in three rows of slots on the calendar: long ones, one a week, short ones, one every five days, and
// one every nine days of those that have to do with clicks and bids. Slots, not a random process, so that every week
// has something to find; where in its slot one begins is random. The whole shop has one every six weeks.
constexpr int kLongSlot = 7;
constexpr int kShortSlot = 5;
constexpr int kOtherSlot = 9;
constexpr int kShopSlot = 42;
constexpr int kLongestIncident = 10;
constexpr int kProductPromotionSlot = 14;
constexpr int kCategoryPromotionSlot = 42;
constexpr int kLongestPromotion = 8;

std::int64_t slot_of(Day day, int length) { return day.time_since_epoch().count() / length; }

Day slot_start(std::int64_t slot, int length) { return Day{days{slot * length}}; }

// Each lane of 30 products has slots of its own.
constexpr int kLaneSize = 30;

struct Lane {
  std::uint32_t number;
  int first;  // index of its first product
  int size;
};

std::vector<Lane> lanes_of(const Catalogue& catalogue) {
  std::vector<Lane> lanes;
  for (int first = 0; first < catalogue.size(); first += kLaneSize)
    lanes.push_back({static_cast<std::uint32_t>(lanes.size()), first, std::min(kLaneSize, catalogue.size() - first)});
  return lanes;
}

// Slots take the lane's products in turn, by a step that is coprime to their number, so that nobody is hit twice in a
// row.
int product_of_slot(const Lane& lane, std::int64_t slot, int step) {
  while (std::gcd(step, lane.size) != 1) ++step;
  return lane.first + static_cast<int>((slot * step) % lane.size);
}

int next_in(const Lane& lane, int product) { return lane.first + (product - lane.first + 1) % lane.size; }

std::string id_of(const char* prefix, std::int64_t slot, const Lane& lane) {
  return prefix + std::to_string(slot) + (lane.number > 0 ? "-" + std::to_string(lane.number) : "");
}

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
    case IncidentKind::kCpcSurge:
      return {.impressions = 0.85, .cpc = 1.9};
    case IncidentKind::kBotTraffic:
      return {.impressions = 1.3, .ctr = 2.5, .conversion_rate = 1 / (1.3 * 2.5)};
    case IncidentKind::kSpendSurge:
      return {};  // by the product's response, see other_incident()
    case IncidentKind::kSiteOutage:
      return {.impressions = 0.7, .conversion_rate = 0.02};
    case IncidentKind::kShopTracking:
      return {.conversion_rate = 0.05};
  }
  return {};
}

Incident make_incident(std::string id, IncidentKind kind, int product, Day first, int length) {
  return {std::move(id), kind, product, first, first + days{length - 1}, effect_of(kind)};
}

Incident long_incident(std::uint64_t seed, std::int64_t slot, const Lane& lane) {
  RandomStream random(seed, RandomPurpose::kLongIncident, static_cast<std::uint32_t>(slot), lane.number);
  static constexpr std::array kKinds = {IncidentKind::kStockOut, IncidentKind::kSpendCut, IncidentKind::kCtrCollapse};
  const IncidentKind kind = kKinds[random.below(kKinds.size())];
  // Six days from the slot's first or second day: at any time some product's week is far below the one before.
  const Day first = slot_start(slot, kLongSlot) + days{random.below(2)};
  return make_incident(id_of("INC-L", slot, lane), kind, product_of_slot(lane, slot, 11), first, 6);
}

// Moves the incident to the next product that has no other one of the slots before it within `clear` days, so that each
// can be judged by itself. False when the lane has no such product.
template <typename OtherOfSlot>
bool move_clear(Incident& incident, const Lane& lane, int slot_length, int clear, OtherOfSlot other_of_slot) {
  const auto from = slot_of(incident.first - days{clear + kLongestIncident}, slot_length);
  const auto to = slot_of(incident.last + days{clear}, slot_length);
  for (int tried = 0; tried < lane.size; ++tried) {
    bool collides = false;
    for (auto slot = from; slot <= to && !collides; ++slot) collides = other_of_slot(slot) == incident.product;
    if (!collides) return true;
    incident.product = next_in(lane, *incident.product);
  }
  return false;
}

std::optional<Incident> short_incident(std::uint64_t seed, std::int64_t slot, const Lane& lane) {
  RandomStream random(seed, RandomPurpose::kShortIncident, static_cast<std::uint32_t>(slot), lane.number);
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
  Incident incident = make_incident(id_of("INC-S", slot, lane), kind, product_of_slot(lane, slot, 7), first, length);
  // Two weeks clear of the same product's long incidents.
  const bool clear = move_clear(incident, lane, kLongSlot, 20 - kLongestIncident,
                                [&](std::int64_t l) { return product_of_slot(lane, l, 11); });
  return clear ? std::optional(incident) : std::nullopt;
}

std::optional<Incident> other_incident(std::uint64_t seed, std::int64_t slot, const Lane& lane,
                                       const Catalogue& catalogue) {
  RandomStream random(seed, RandomPurpose::kOtherIncident, static_cast<std::uint32_t>(slot), lane.number);
  static constexpr std::array kKinds = {IncidentKind::kCpcSurge, IncidentKind::kBotTraffic, IncidentKind::kSpendSurge};
  const IncidentKind kind = kKinds[random.below(kKinds.size())];
  const int length = 3 + static_cast<int>(random.below(4));
  const Day first = slot_start(slot, kOtherSlot) + days{random.below(kOtherSlot)};
  Incident incident = make_incident(id_of("INC-O", slot, lane), kind, product_of_slot(lane, slot, 13), first, length);
  // Clear of both other rows, a product on its own being judged against the days around.
  for (int round = 0; round < 2; ++round) {
    const bool clear =
        move_clear(incident, lane, kLongSlot, 14, [&](std::int64_t l) { return product_of_slot(lane, l, 11); });
    const int moved = *incident.product;
    const bool still = clear && move_clear(incident, lane, kShortSlot, 7, [&](std::int64_t s) {
                         const auto other = short_incident(seed, s, lane);
                         return other ? other->product.value_or(-1) : -1;
                       });
    if (!still) return std::nullopt;
    if (incident.product == moved) {
      if (kind == IncidentKind::kSpendSurge) incident.effect = budget_effect(1.8, economics_of(seed, moved, catalogue));
      return incident;
    }
  }
  return std::nullopt;
}

Incident shop_incident(std::uint64_t seed, std::int64_t slot) {
  RandomStream random(seed, RandomPurpose::kShopIncident, static_cast<std::uint32_t>(slot));
  const IncidentKind kind = random.below(2) == 0 ? IncidentKind::kSiteOutage : IncidentKind::kShopTracking;
  const Day first = slot_start(slot, kShopSlot) + days{random.below(kShopSlot - 2)};
  const Day last = first + days{random.below(2)};
  return {"INC-W" + std::to_string(slot), kind, {}, first, last, effect_of(kind)};
}

// The Friday after the fourth Thursday of November.
Day black_friday(std::chrono::year year) {
  return Day{year / std::chrono::November / std::chrono::Thursday[4]} + days{1};
}

bool touches(Day first, Day last, Day from, Day to) { return first <= to && last >= from; }

std::vector<Incident> lane_incidents(std::uint64_t seed, const Lane& lane, Day first, Day last,
                                     const Catalogue& catalogue) {
  std::vector<Incident> found;
  const auto add = [&](std::optional<Incident> incident) {
    if (incident && touches(incident->first, incident->last, first, last)) found.push_back(std::move(*incident));
  };
  const Day from = first - days{kLongestIncident + kOtherSlot};
  for (auto slot = slot_of(from, kLongSlot); slot <= slot_of(last, kLongSlot); ++slot)
    add(long_incident(seed, slot, lane));
  for (auto slot = slot_of(from, kShortSlot); slot <= slot_of(last, kShortSlot); ++slot)
    add(short_incident(seed, slot, lane));
  for (auto slot = slot_of(from, kOtherSlot); slot <= slot_of(last, kOtherSlot); ++slot)
    add(other_incident(seed, slot, lane, catalogue));
  return found;
}

Promotion product_promotion(std::uint64_t seed, std::int64_t slot, const Lane& lane, const Catalogue& catalogue) {
  RandomStream random(seed, RandomPurpose::kProductPromotion, static_cast<std::uint32_t>(slot), lane.number);
  static constexpr std::array kDiscounts = {0.15, 0.20, 0.25, 0.30};
  const Day from = slot_start(slot, kProductPromotionSlot) + days{random.below(4)};
  const Day to = from + days{4 + random.below(kLongestPromotion - 4)};
  // Nobody promotes what is out of stock, and a deal is easier to judge after three quiet weeks.
  const auto incidents = lane_incidents(seed, lane, from - days{21}, to + days{2}, catalogue);
  int product = product_of_slot(lane, slot, 17);
  const auto busy = [&] {
    return std::any_of(incidents.begin(), incidents.end(),
                       [&](const Incident& incident) { return incident.product == product; });
  };
  for (int tried = 0; tried < lane.size && busy(); ++tried) product = next_in(lane, product);
  return {id_of("PROMO-P", slot, lane),
          catalogue[product].name + " deal",
          product,
          {},
          from,
          to,
          kDiscounts[random.below(kDiscounts.size())]};
}

Promotion category_promotion(std::uint64_t seed, std::int64_t slot) {
  RandomStream random(seed, RandomPurpose::kCategoryPromotion, static_cast<std::uint32_t>(slot));
  static constexpr std::array kDiscounts = {0.10, 0.15, 0.20};
  const int category = static_cast<int>(slot % static_cast<std::int64_t>(categories().size()));
  const Day from = slot_start(slot, kCategoryPromotionSlot) + days{random.below(14)};
  return {"PROMO-C" + std::to_string(slot),
          std::string(categories()[static_cast<std::size_t>(category)].name) + " days",
          {},
          category,
          from,
          from + days{6},
          kDiscounts[random.below(kDiscounts.size())]};
}

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
    case IncidentKind::kCpcSurge:
      return "cpc_surge";
    case IncidentKind::kBotTraffic:
      return "bot_traffic";
    case IncidentKind::kSpendSurge:
      return "spend_surge";
    case IncidentKind::kSiteOutage:
      return "site_outage";
    case IncidentKind::kShopTracking:
      return "shop_tracking_outage";
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

bool Promotion::covers(int product_index, const Catalogue& catalogue) const {
  if (product) return *product == product_index;
  if (category) return *category == catalogue[product_index].category;
  return true;
}

Effect Promotion::effect() const {
  return {.impressions = 1 + 0.5 * discount,
          .ctr = 1 + 0.8 * discount,
          .conversion_rate = 1 + 2.2 * discount,
          .price = 1 - discount};
}

Economics economics_of(std::uint64_t seed, int product, const Catalogue& catalogue) {
  RandomStream random(seed, RandomPurpose::kEconomics, static_cast<std::uint32_t>(product));
  const double price = catalogue[product].price;
  Economics e{};
  e.elasticity = 0.25 + 0.65 * random.uniform();
  e.unit_cost = std::round(100 * price * (1 - (0.20 + 0.35 * random.uniform()))) / 100;
  e.unit_profit = price - e.unit_cost;
  e.margin = price > 0 ? e.unit_profit / price : 0;
  return e;
}

BudgetChange budget_on(std::uint64_t seed, int product, Day day) {
  const auto who = static_cast<std::uint32_t>(product);
  const int offset = static_cast<int>(RandomStream(seed, RandomPurpose::kBudget, who, UINT32_MAX).below(kBudgetDays));
  const std::int64_t slot = slot_of(day + days{offset}, kBudgetDays);
  const Day first = slot_start(slot, kBudgetDays) - days{offset};
  RandomStream random(seed, RandomPurpose::kBudget, who, static_cast<std::uint32_t>(slot));
  // Usually an adjustment of a few percent; the merchant's large raises and cuts are incidents.
  const double factor = std::exp(std::clamp(0.12 * random.normal(), std::log(0.75), std::log(1 / 0.75)));
  return {product, first, first + days{kBudgetDays - 1}, factor};
}

std::vector<BudgetChange> budgets_between(std::uint64_t seed, Day first, Day last, const Catalogue& catalogue) {
  std::vector<BudgetChange> found;
  for (int product = 0; product < catalogue.size(); ++product) {
    for (Day day = first; day <= last; day = found.back().last + days{1})
      found.push_back(budget_on(seed, product, day));
  }
  return found;
}

Holiday holiday_on(Day day) {
  using namespace std::chrono;
  const year_month_day date{day};
  const auto is = [&](month m, unsigned d) { return date.month() == m && date.day() == std::chrono::day{d}; };
  const int after = static_cast<int>((day - black_friday(date.year())).count());
  if (after == -1) return {"Thanksgiving", 0.90};
  if (after == 0) return {"Black Friday", 1.45};
  if (after == 1 || after == 2) return {"Black Friday weekend", 1.20};
  if (after == 3) return {"Cyber Monday", 1.40};
  if (is(November, 11)) return {"Singles' Day", 1.10};
  if (is(December, 24)) return {"Christmas Eve", 0.70};
  if (is(December, 25)) return {"Christmas Day", 0.55};
  if (is(December, 31)) return {"New Year's Eve", 0.80};
  if (is(January, 1)) return {"New Year's Day", 0.75};
  if (is(July, 4)) return {"Independence Day", 0.85};
  return {"", 1};
}

Effect budget_effect(double factor, const Economics& economics) {
  return {.impressions = std::pow(factor, economics.elasticity), .cpc = std::pow(factor, 1 - economics.elasticity)};
}

// Gift categories feel a shopping holiday more; on quiet days all shops are equally closed.
Effect holiday_effect(const Holiday& holiday, const Category& category) {
  const double strength = holiday.factor > 1 ? 0.5 + 1.5 * category.holiday : 1;
  return {.impressions = std::pow(holiday.factor, strength)};
}

std::vector<Incident> incidents_between(std::uint64_t seed, Day first, Day last, const Catalogue& catalogue) {
  std::vector<Incident> found;
  for (const Lane& lane : lanes_of(catalogue)) {
    auto own = lane_incidents(seed, lane, first, last, catalogue);
    std::move(own.begin(), own.end(), std::back_inserter(found));
  }
  for (auto slot = slot_of(first - days{kShopSlot}, kShopSlot); slot <= slot_of(last, kShopSlot); ++slot) {
    Incident incident = shop_incident(seed, slot);
    if (touches(incident.first, incident.last, first, last)) found.push_back(std::move(incident));
  }
  sort_by_first_day(found);
  return found;
}

std::vector<Promotion> promotions_between(std::uint64_t seed, Day first, Day last, const Catalogue& catalogue) {
  std::vector<Promotion> found;
  const auto add = [&](Promotion promotion) {
    if (touches(promotion.first, promotion.last, first, last)) found.push_back(std::move(promotion));
  };
  const auto add_slots = [&](int length, auto make) {
    for (auto slot = slot_of(first - days{length + kLongestPromotion}, length); slot <= slot_of(last, length); ++slot)
      add(make(slot));
  };
  for (const Lane& lane : lanes_of(catalogue))
    add_slots(kProductPromotionSlot, [&](std::int64_t slot) { return product_promotion(seed, slot, lane, catalogue); });
  add_slots(kCategoryPromotionSlot, [&](std::int64_t slot) { return category_promotion(seed, slot); });
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
