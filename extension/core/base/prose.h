// SPDX-License-Identifier: PostgreSQL
//
// Numbers as a merchant reads them, for reasons, hypotheses and reports.
#pragma once

#include <string>

namespace performance_tracker {

std::string count_text(double value);                       // "12,345"
std::string money_text(double value);                       // "1,234.50"; whole from 10,000 on: "12,345"
std::string percent_text(double fraction, int digits = 1);  // 0.1234 → "12.3%"
std::string signed_percent_text(double fraction);           // -0.4 → "-40%", 0.05 → "+5.0%"
std::string decimal_text(double value, int digits);         // "1.25"
std::string days_text(int days);                            // "1 day", "7 days"

}  // namespace performance_tracker
