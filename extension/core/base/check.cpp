// SPDX-License-Identifier: PostgreSQL
#include "core/base/check.h"

#include <array>
#include <charconv>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

// The shortest digits that are this number: 0.1 and not 0.100000.
std::string shortest(double value) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

[[noreturn]] void refuse(const char* argument, const std::string& value, const std::string& least,
                         const std::string& most, const std::string& hint) {
  throw InvalidArgument(std::string(argument) + " must be between " + least + " and " + most + ", not " + value, hint,
                        argument);
}

}  // namespace

void check_between(const char* argument, long value, long least, long most, const std::string& hint) {
  if (value < least || value > most)
    refuse(argument, std::to_string(value), std::to_string(least), std::to_string(most), hint);
}

void check_between(const char* argument, double value, double least, double most, const std::string& hint) {
  if (!(value >= least && value <= most)) refuse(argument, shortest(value), shortest(least), shortest(most), hint);
}

}  // namespace performance_tracker
