// SPDX-License-Identifier: PostgreSQL
#include "pg/evidence_json.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace performance_tracker {

std::string json_text(const std::string& text) {
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

std::string json_number(double value) {
  if (!std::isfinite(value)) return "null";
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%.7g", value);
  return text.data();
}

void json_field(std::string& object, const char* name, const std::string& value) {
  if (object.size() > 1) object.append(", ");
  object.append(json_text(name)).append(": ").append(value);
}

std::string drivers_json(const std::vector<DriverEvidence>& all) {
  std::string drivers(1, '{');
  for (const DriverEvidence& d : all) {
    std::string driver(1, '{');
    json_field(driver, "actual", json_number(d.actual));
    json_field(driver, "expected", json_number(d.expected));
    json_field(driver, "ratio", json_number(d.ratio));
    json_field(driver, "z_score", json_number(d.z_score));
    json_field(driver, "contribution", json_number(d.contribution));
    json_field(drivers, metric_name(d.driver), driver.append(1, '}'));
  }
  return drivers.append(1, '}');
}

}  // namespace performance_tracker
