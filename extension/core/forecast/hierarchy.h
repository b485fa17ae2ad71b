// SPDX-License-Identifier: PostgreSQL
//
// From names and their parts to a summing structure.
//
//   NamedHierarchy h = build_hierarchy({{"shop", "toys"}, {"shop", "books"}, {"toys", "bricks"}, {"toys", "cars"}});
//   h.names                    // shop, toys, bricks, cars, books: sums first, then leaves
//   h.structure.sums[0]        // shop: the leaves bricks, cars, books
//
// A part may be a sum itself and may stand in many sums (groupings that cross). A leaf that a sum reaches by two ways
// counts twice.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/forecast/summing_structure.h"

namespace performance_tracker {

inline constexpr std::size_t kMaxHierarchyEdges = 1'000'000;

struct HierarchyEdge {
  std::string sum;
  std::string part;
  double weight = 1.0;  // of the part in the sum, above 0
};

struct NamedHierarchy {
  SummingStructure structure;
  std::vector<std::string> names;  // of the structure's series
};

// In the order of first appearance. Throws InvalidArgument for a sum that contains itself, a pair given twice, no edge,
// more than kMaxHierarchyEdges, and what SummingStructure::check refuses; messages name the series.
NamedHierarchy build_hierarchy(std::span<const HierarchyEdge> edges);

}  // namespace performance_tracker
