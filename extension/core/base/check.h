// SPDX-License-Identifier: PostgreSQL
//
// The checks that many options share, with one sentence each. All throw InvalidArgument about `argument`, which is the
// name that SQL and the API give it; `hint` is the way out.
#pragma once

#include <string>

namespace performance_tracker {

// "folds must be between 1 and 1000, not 0"
void check_between(const char* argument, long value, long least, long most, const std::string& hint);

// "z_threshold must be between 0.1 and 100, not 0.05"; NaN is outside of every range.
void check_between(const char* argument, double value, double least, double most, const std::string& hint);
inline void check_between(const char* argument, int value, int least, int most, const std::string& hint) {
  check_between(argument, static_cast<long>(value), static_cast<long>(least), static_cast<long>(most), hint);
}

}  // namespace performance_tracker
