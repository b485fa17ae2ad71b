// SPDX-License-Identifier: PostgreSQL
//
// reconcile() over any hierarchy of series: sql/extension/87_reconcile.sql.
#include "core/forecast/reconciliation.h"

#include <unordered_map>

#include "core/base/error.h"
#include "core/forecast/base_forecast.h"
#include "core/forecast/hierarchy.h"
#include "pg/arguments.h"
#include "pg/arrays.h"
#include "pg/bytes.h"
#include "pg/guard.h"
#include "pg/pg.h"
#include "pg/progress.h"

namespace performance_tracker {
namespace {

struct HierarchyArguments {
  std::span<const std::string_view> names, sums, parts;
  std::span<const double> weights;
};

ReconciliationMethod parse_weighting(std::string_view name) {
  if (name == "min_trace") return ReconciliationMethod::kMinTrace;
  if (name == "variance") return ReconciliationMethod::kVariance;
  if (name == "structural") return ReconciliationMethod::kStructural;
  if (name == "ols") return ReconciliationMethod::kOls;
  throw InvalidArgument("weighting must be min_trace, variance, structural or ols, not \"" + std::string(name) + "\"",
                        {}, "weighting");
}

NamedHierarchy hierarchy_of(const HierarchyArguments& given) {
  if (given.sums.size() != given.parts.size() || given.sums.size() != given.weights.size())
    throw InvalidArgument("sums, parts and weights must be equally many");
  std::vector<HierarchyEdge> edges;
  for (std::size_t i = 0; i < given.sums.size(); ++i)
    edges.push_back({std::string(given.sums[i]), std::string(given.parts[i]), given.weights[i]});
  return build_hierarchy(edges);
}

// For each series of the hierarchy the place of its name; each name has one place, and none is left over.
std::vector<std::size_t> places_of(const NamedHierarchy& hierarchy, std::span<const std::string_view> names) {
  std::unordered_map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!place.emplace(names[i], i).second)
      throw InvalidArgument("the name \"" + std::string(names[i]) + "\" is given twice", "Names tell the series apart.",
                            "names");
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < hierarchy.names.size(); ++i) {
    const std::string& name = hierarchy.names[i];
    const auto found = place.find(name);
    if (found == place.end()) {
      const bool is_sum = i < hierarchy.structure.sums.size();
      throw InvalidArgument(
          std::string(is_sum ? "the sum" : "the leaf") + " \"" + name + "\" of the hierarchy has no series",
          "Give its series and its name, or take it out of the hierarchy.", "hierarchy");
    }
    places.push_back(found->second);
    place.erase(found);
  }
  if (!place.empty())
    throw InvalidArgument("the series \"" + place.begin()->first + "\" has no place in the hierarchy",
                          "Name it as a part of a sum, or leave it out.", "hierarchy");
  return places;
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

// Without forecasts it only checks: what is wrong is said before anything is fitted.
PERFORMANCE_TRACKER_ENTRY(performance_tracker_reconcile_hierarchy) {
  const HierarchyArguments given{.names = texts_argument(fcinfo, "names"),
                                 .sums = texts_argument(fcinfo, "sums"),
                                 .parts = texts_argument(fcinfo, "parts"),
                                 .weights = doubles_argument(fcinfo, "weights")};
  const std::span<const std::string_view> forecasts = bytes_array_argument(fcinfo, "forecasts");
  const char* weighting = text_argument(fcinfo, "weighting");
  const bool nonnegative = bool_argument(fcinfo, "nonnegative");
  const std::span<const Datum> result = compute([&] {
    const NamedHierarchy hierarchy = hierarchy_of(given);
    const std::vector<std::size_t> places = places_of(hierarchy, given.names);
    const ReconciliationOptions options{.method = parse_weighting(weighting), .nonnegative = nonnegative};
    std::vector<Datum> kept(forecasts.size());
    if (forecasts.empty()) return keep(kept);
    if (forecasts.size() != places.size()) throw InvalidArgument("names and forecasts must be equally many");
    std::vector<BaseForecast> own;
    for (const std::size_t place : places) own.push_back(decode_base_forecast(forecasts[place]));
    const ReconciledForecasts reconciled = reconcile(hierarchy.structure, gather(own), options, InterruptProgress());
    for (std::size_t i = 0; i < own.size(); ++i) {
      take_over(own[i], reconciled, i);
      kept[places[i]] = keep_bytes(encode_base_forecast(own[i]));
    }
    return keep(kept);
  });
  return bytes_array_datum(result);
}
