// SPDX-License-Identifier: PostgreSQL
//
// What a reason of a change is called: the key of its sentence, and the stage of the funnel that it is about. Internal
// to revenue_change.h.
#pragma once

#include <string>

#include "core/shop/revenue_account.h"

namespace performance_tracker {

std::string direction_key(double value);  // ".down" below zero, ".up"

// Of an event: what happens in the period, or what of the one before is over.
void name_event(const RevenueEvent& event, const EventPeriod& now, const EventPeriod& before, ChangeReason& r);

// Of a product without a known cause: its stages in both periods, and the one that moved most the way revenue went.
void name_stage(const PerMetric<double>& now, const PerMetric<double>& before, ChangeReason& r);

}  // namespace performance_tracker
