// SPDX-License-Identifier: PostgreSQL
//
// One branch of a tree, from the top down: the parent's forecast stays, its children meet it. A shop of ten thousand
// products in twenty categories is twenty-one such families, each of which costs no more than reading its errors, and a
// forecast of the total is the same whether or not anybody asks for products.
#pragma once

#include "core/base/progress.h"
#include "core/forecast/reconciliation.h"

namespace performance_tracker {

// Row 0 is the parent, the others its children. The parent's forecast is cut off at zero and rounded to multiples of
// `unit` > 0 (a hundredth of a cent, say); the children's are not below zero, multiples of it too, and sum to it
// exactly at every step, up to the last bit of a double. Everything else as in reconcile().
ReconciledForecasts reconcile_family(const BaseForecasts& base, double unit, const Progress& progress);

}  // namespace performance_tracker
