// SPDX-License-Identifier: PostgreSQL
//
// What happens to the simulated shop beside its daily business: incidents, promotions, budget changes and holidays.
// All follow from the seed, the catalogue and the calendar alone, so any period can be asked for on any day, with the
// same answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar.h"
#include "simulator/catalog.h"

namespace performance_tracker::simulator {

enum class IncidentKind {
  kStockOut,        // ads run, hardly anything can be bought
  kTrackingOutage,  // clicks are counted, conversions hardly
  kSpendCut,        // the budget is cut, impressions fall
  kCtrCollapse,     // shown as often, hardly clicked
  kPriceChange,     // a higher price, fewer conversions
  kViralSpike,      // many more impressions and clicks
  kCpcSurge,        // a competitor bids: clicks cost more, the budget buys fewer of them
  kBotTraffic,      // clicks that buy nothing: as much revenue as ever, more spend
  kSpendSurge,      // the budget is raised by far, and acts by the product's own response
  kSiteOutage,      // of the whole shop: ads run for a while, nothing can be bought
  kShopTracking,    // of the whole shop: clicks are counted, conversions hardly
};

// "stock_out", "tracking_outage", …
std::string_view name_of(IncidentKind kind);

// Factors on a usual day's values.
struct Effect {
  double impressions = 1;
  double ctr = 1;
  double cpc = 1;
  double conversion_rate = 1;
  double price = 1;

  Effect& operator*=(const Effect& other);
  double revenue() const { return impressions * ctr * conversion_rate * price; }
};

struct Incident {
  std::string id;
  IncidentKind kind;
  std::optional<int> product;  // index in the catalogue; empty: the whole shop
  Day first;
  Day last;  // included
  Effect effect;
};

struct Promotion {
  std::string id;
  std::string name;
  std::optional<int> product;   // index in the catalogue
  std::optional<int> category;  // index in categories(); neither: the whole shop
  Day first;
  Day last;         // included
  double discount;  // fraction of the price

  bool covers(int product_index, const Catalogue& catalogue = Catalogue::standard()) const;
  Effect effect() const;
};

// What a product earns and how it answers its budget: with `factor` times the usual budget the platform shows the ad
// factor^elasticity times as often (diminishing returns: the auctions that are left cost more), so revenue moves with
// spend by `elasticity` and a click costs factor^(1 - elasticity) times as much.
struct Economics {
  double elasticity;   // 0.25..0.90
  double margin;       // share of the list price that the cost of goods leaves, 0.20..0.55
  double unit_cost;    // money, whole cents
  double unit_profit;  // list price - unit_cost
};
Economics economics_of(std::uint64_t seed, int product, const Catalogue& catalogue = Catalogue::standard());

// A budget that the merchant set for some weeks, as a multiple of the product's usual one (0.75..1.33).
struct BudgetChange {
  int product;
  Day first;
  Day last;  // included
  double factor;
};
// The budget in force on a day, and the changes that touch first..last. Each product's budget is set anew every
// kBudgetDays, on a day of its own.
inline constexpr int kBudgetDays = 28;
BudgetChange budget_on(std::uint64_t seed, int product, Day day);
std::vector<BudgetChange> budgets_between(std::uint64_t seed, Day first, Day last,
                                          const Catalogue& catalogue = Catalogue::standard());

// Days on which all customers behave differently; the factor is on impressions, and on each category by its share of
// the Christmas business. "" and 1 on other days.
struct Holiday {
  std::string_view name;
  double factor;
};
Holiday holiday_on(Day day);

// What a day of a budget or a holiday puts on a usual day's values.
Effect budget_effect(double factor, const Economics& economics);
Effect holiday_effect(const Holiday& holiday, const Category& category);

// Days for which the shop exists.
inline constexpr Day kFirstDay{std::chrono::year{2000} / std::chrono::January / 1};
inline constexpr Day kLastDay{std::chrono::year{2100} / std::chrono::December / 31};

// All that touch first..last (both within kFirstDay..kLastDay), by their first day. Larger catalogues have as much to
// find in every 30 products as the standard one.
// At least one long incident that cuts a product's revenue to less than half begins in every eight consecutive days,
// and no product has two incidents of its own at once.
std::vector<Incident> incidents_between(std::uint64_t seed, Day first, Day last,
                                        const Catalogue& catalogue = Catalogue::standard());

// A product's deal every two weeks (of one without an incident around it), a category's days every six, and the shop's
// yearly sales.
std::vector<Promotion> promotions_between(std::uint64_t seed, Day first, Day last,
                                          const Catalogue& catalogue = Catalogue::standard());

}  // namespace performance_tracker::simulator
