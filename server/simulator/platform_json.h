// SPDX-License-Identifier: PostgreSQL
//
// The simulated platform's answers as JSON values, and the faults that spoil one.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string_view>
#include <vector>

#include "simulator/events.h"
#include "simulator/shop.h"

namespace performance_tracker::simulator {

boost::json::array products_json(const Shop& shop);
boost::json::array metrics_json(const std::vector<DailyMetrics>& rows, const Catalogue& catalogue);
boost::json::array promotions_json(const std::vector<Promotion>& promotions, const Catalogue& catalogue);
// Of the ground truth.
boost::json::array incidents_json(const std::vector<Incident>& incidents, const Catalogue& catalogue);
boost::json::array responses_json(const Shop& shop);
boost::json::array budgets_json(const std::vector<BudgetChange>& budgets, const Catalogue& catalogue);
boost::json::array holidays_json(Day first, Day last);

// Applies the kinds of FaultPlan that leave a well-formed page with wrong content: lose_row, duplicate, negative,
// unknown, outside, loop. `cursor` is the one of this page, or a first page's "". Other kinds and pages without a
// row stay as they are.
void spoil(boost::json::object& page, std::string_view kind, std::string_view cursor);

}  // namespace performance_tracker::simulator
