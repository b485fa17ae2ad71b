// SPDX-License-Identifier: PostgreSQL
//
// Pieces of JSON for columns of type jsonb, as text. Compute phase.
#pragma once

#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>

namespace performance_tracker {

inline std::string json_string(std::string_view text) {
  std::string quoted(1, '"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted.append(1, '\\').append(1, c);
    } else if (byte < 0x20) {
      std::array<char, 8> escape{};
      (void)std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(byte));
      quoted.append(escape.data());
    } else {
      quoted.append(1, c);
    }
  }
  return quoted.append(1, '"');
}

// NaN and infinity, which JSON does not have, become null.
inline std::string json_value(double value) {
  if (!std::isfinite(value)) return "null";
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%.7g", value);
  return text.data();
}

}  // namespace performance_tracker
