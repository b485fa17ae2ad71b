// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/family_reconciliation.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

using Eigen::Index;

void round_children(ReconciledForecasts& r, double unit) {
  for (Index h = 0; h < r.value.cols(); ++h) {
    std::vector<double> children(static_cast<std::size_t>(r.value.rows() - 1));
    for (std::size_t i = 0; i < children.size(); ++i) children[i] = r.value(static_cast<Index>(i) + 1, h);
    children = round_to_total(std::move(children), r.value(0, h), unit);
    for (std::size_t i = 0; i < children.size(); ++i) {
      const Index row = static_cast<Index>(i) + 1;
      r.value(row, h) = children[i];
      for (ForecastBounds& bounds : r.bounds) {
        bounds.lower(row, h) = std::min(bounds.lower(row, h), children[i]);
        bounds.upper(row, h) = std::max(bounds.upper(row, h), children[i]);
      }
    }
  }
}

}  // namespace

ReconciledForecasts reconcile_family(const BaseForecasts& base, double unit, const Progress& progress) {
  if (base.value.rows() < 2) throw InvalidArgument("a family needs a child");
  BaseForecasts met = base;
  for (Index h = 0; h < met.value.cols(); ++h) {
    // The bounds move with the value: they keep their distance from it.
    const double value = std::round(std::max(base.value(0, h), 0.0) * (1 / unit)) / (1 / unit);
    for (ForecastBounds& bounds : met.bounds) {
      bounds.lower(0, h) += value - met.value(0, h);
      bounds.upper(0, h) += value - met.value(0, h);
    }
    met.value(0, h) = value;
  }
  SummingStructure family;
  family.leaves = static_cast<std::size_t>(base.value.rows() - 1);
  family.sums.resize(1);
  for (std::size_t i = 0; i < family.leaves; ++i) family.sums[0].push_back({i});
  std::vector<bool> fixed(family.series(), false);
  fixed[0] = true;
  ReconciledForecasts result = reconcile(family, met, {.nonnegative = true, .fixed = fixed}, progress);
  round_children(result, unit);
  return result;
}

}  // namespace performance_tracker
