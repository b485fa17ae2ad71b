// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <charconv>
#include <optional>
#include <string>

#include "db.h"

namespace performance_tracker::etl {

// The shortest text that reads back to the same number; PostgreSQL's numeric takes it exactly.
inline std::string number_text(double value) {
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, result.ptr};
}

inline db::Param number_param(const std::optional<double>& value) {
  return value ? db::Param(number_text(*value)) : db::Param();
}

}  // namespace performance_tracker::etl
