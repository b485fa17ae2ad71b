// SPDX-License-Identifier: PostgreSQL
//
// Evidence as JSON text, for the rows of anomalies and incidents.
#pragma once

#include <string>
#include <vector>

#include "core/shop/anomaly.h"

namespace performance_tracker {

std::string json_text(const std::string& text);
std::string json_number(double value);  // null for NaN and infinity
// Appends a field to an object that is still open: "{" or "{…".
void json_field(std::string& object, const char* name, const std::string& value);
// {"ctr": {"actual": …, "expected": …, "ratio": …, "z_score": …, "contribution": …}, …}
std::string drivers_json(const std::vector<DriverEvidence>& drivers);

}  // namespace performance_tracker
