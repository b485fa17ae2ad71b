// SPDX-License-Identifier: PostgreSQL
#include "core/base/prose.h"

#include <cmath>
#include <cstdio>

namespace performance_tracker {
namespace {

std::string fixed(double value, int digits) {
  std::string text(64, '\0');
  int length = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  if (length >= static_cast<int>(text.size())) {
    // Only enormous numbers come here.
    text.resize(static_cast<std::size_t>(length) + 1);
    length = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  }
  text.resize(static_cast<std::size_t>(length));
  // "-0.00" reads as a loss.
  if (text.find_first_not_of("-0.") == std::string::npos && text.front() == '-') text.erase(0, 1);
  return text;
}

std::string grouped(double value, int digits) {
  std::string text = fixed(value, digits);
  const std::size_t point = text.find('.');
  const std::size_t start = text.front() == '-' ? 1 : 0;
  for (std::size_t at = point == std::string::npos ? text.size() : point; at > start + 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

}  // namespace

std::string count_text(double value) { return grouped(value, 0); }
std::string money_text(double value) { return grouped(value, std::abs(value) >= 9999.995 ? 0 : 2); }
std::string percent_text(double fraction, int digits) { return grouped(100 * fraction, digits) + "%"; }
std::string signed_percent_text(double fraction) {
  const int digits = std::abs(fraction) < 0.0995 ? 1 : 0;
  return std::string(fraction >= 0 ? "+" : "").append(percent_text(fraction, digits));
}
std::string decimal_text(double value, int digits) { return grouped(value, digits); }
std::string days_text(int days) { return std::to_string(days).append(days == 1 ? " day" : " days"); }

}  // namespace performance_tracker
