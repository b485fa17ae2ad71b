// SPDX-License-Identifier: PostgreSQL
//
// Incidents: flagged days that belong together, as one row each.
//
// Days in a row of one product with one cause are one incident; so are the same days with the same cause of most
// products of a category or of the shop, and a day on which the whole shop moved. Evidence and causes are those of
// anomaly.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/shop/anomaly.h"

namespace performance_tracker {

struct IncidentOptions {
  int days = 28;            // judged days: the last of the panel, 1..kMaxAnomalyDays
  double false_alarms = 1;  // per 1,000 judged days without an incident
  std::optional<std::string> product;
  std::optional<std::string> category;
  int bridged_days = 1;          // between two flagged days of one cause that do not end an incident
  double merged_share = 0.6;     // of a category's or the shop's products that make one incident of theirs
  std::size_t merged_least = 3;  // products, at least
  EvidenceOptions evidence;

  void check() const;  // throws InvalidArgument
};

enum class IncidentScope { kShop, kCategory, kProduct };
const char* incident_scope_name(IncidentScope scope);  // "shop"

class ShopEvidence;

// The days of one product that belong to an incident, as indices into the panel; both days are included.
struct IncidentPart {
  std::size_t product = 0, first = 0, last = 0;
};

struct Incident {
  IncidentScope scope = IncidentScope::kProduct;
  Day start = 0;
  Day end = 0;                               // the last day that is out
  bool goes_on = false;                      // that is the last day of the data
  std::vector<std::string> products;         // that carry it, the one that moved most money first
  std::vector<std::string> categories;       // of those
  double revenue = 0, expected_revenue = 0;  // of those products in those days, money
  double spend = 0, expected_spend = 0;
  double probability = 0;        // 1 - the smallest p-value of its days
  std::optional<Day> new_level;  // the day on which the level became the new normal
  HypothesisCode code = HypothesisCode::kUnknown;
  std::string hypothesis;
  std::vector<DriverEvidence> drivers;  // over all products and days
  std::vector<IncidentPart> parts;      // none of a missing load
};

// By the money that was lost or won, the most first. The panel ends with the last complete day.
std::vector<Incident> find_incidents(const PerformancePanel& panel, const IncidentOptions& options,
                                     const Progress& progress);
// The same on revenue's evidence from the first judged day on, which has been collected already.
std::vector<Incident> find_incidents(const PerformancePanel& panel, const IncidentOptions& options,
                                     const ShopEvidence& shop, const Progress& progress);

}  // namespace performance_tracker
