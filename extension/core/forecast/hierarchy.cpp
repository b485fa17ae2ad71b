// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/hierarchy.h"

#include <cmath>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

struct Node {
  std::string name;
  std::vector<std::pair<std::size_t, double>> parts;  // node, weight; none: a leaf
};

class Builder {
 public:
  explicit Builder(std::span<const HierarchyEdge> edges) {
    std::set<std::pair<std::size_t, std::size_t>> seen;
    for (const HierarchyEdge& edge : edges) {
      if (!(edge.weight > 0) || std::isinf(edge.weight))
        throw InvalidArgument(
            "\"" + edge.part + "\" has the weight " + std::to_string(edge.weight) + " in \"" + edge.sum + "\"",
            "Weights are positive numbers; write a difference as the sum that it solves for.");
      const std::size_t sum = node(edge.sum);
      const std::size_t part = node(edge.part);
      if (!seen.emplace(sum, part).second)
        throw InvalidArgument("\"" + edge.part + "\" stands in \"" + edge.sum + "\" twice",
                              "Give each pair once, with a weight of 2 if that is meant.");
      nodes_[sum].parts.emplace_back(part, edge.weight);
    }
  }

  NamedHierarchy build() {
    NamedHierarchy result;
    std::vector<std::size_t> leaf_number(nodes_.size());
    for (const Node& node : nodes_)
      if (!node.parts.empty()) result.names.push_back(node.name);
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      if (nodes_[i].parts.empty()) {
        leaf_number[i] = result.structure.leaves++;
        result.names.push_back(nodes_[i].name);
      }
    leaves_of_.resize(nodes_.size());
    state_.resize(nodes_.size(), State::kNew);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].parts.empty()) continue;
      resolve(i);
      std::vector<SummingTerm>& terms = result.structure.sums.emplace_back();
      for (const auto& [leaf, weight] : leaves_of_[i]) terms.push_back({leaf_number[leaf], weight});
    }
    result.structure.check();
    return result;
  }

 private:
  enum class State { kNew, kOpen, kDone };

  std::size_t node(const std::string& name) {
    const auto [place, added] = numbers_.try_emplace(name, nodes_.size());
    if (added) nodes_.push_back({name, {}});
    return place->second;
  }

  [[noreturn]] void refuse_cycle(std::size_t at) const {
    throw InvalidArgument("\"" + nodes_[at].name + "\" is a part of itself", "A sum must not lead back to itself.");
  }

  // Depth first with a stack of its own: a chain of a million names must not use up the process's.
  void resolve(std::size_t root) {
    std::vector<std::pair<std::size_t, std::size_t>> stack = {{root, 0}};
    while (!stack.empty()) {
      auto& [at, next] = stack.back();
      if (state_[at] == State::kDone) {
        stack.pop_back();
        continue;
      }
      state_[at] = State::kOpen;
      if (next < nodes_[at].parts.size()) {
        const std::size_t part = nodes_[at].parts[next++].first;
        if (state_[part] == State::kOpen) refuse_cycle(part);
        if (state_[part] == State::kNew) stack.emplace_back(part, 0);
        continue;
      }
      collect(at);
      state_[at] = State::kDone;
      stack.pop_back();
    }
  }

  void collect(std::size_t at) {
    if (nodes_[at].parts.empty()) {
      leaves_of_[at] = {{at, 1.0}};
      return;
    }
    for (const auto& [part, weight] : nodes_[at].parts)
      for (const auto& [leaf, leaf_weight] : leaves_of_[part]) leaves_of_[at][leaf] += weight * leaf_weight;
  }

  std::vector<Node> nodes_;
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<std::map<std::size_t, double>> leaves_of_;
  std::vector<State> state_;
};

}  // namespace

NamedHierarchy build_hierarchy(std::span<const HierarchyEdge> edges) {
  if (edges.empty()) throw InvalidArgument("the hierarchy is empty", "Name at least one sum with its parts.");
  if (edges.size() > kMaxHierarchyEdges)
    throw InvalidArgument("a hierarchy has at most " + std::to_string(kMaxHierarchyEdges) +
                          " pairs of sum and part, not " + std::to_string(edges.size()));
  return Builder(edges).build();
}

}  // namespace performance_tracker
