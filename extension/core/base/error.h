// SPDX-License-Identifier: PostgreSQL
//
// The kinds of mistakes that a caller of the core can make. Everything else (no convergence, a series too
// short for a model) is not an exception but part of the result.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace performance_tracker {

// An argument outside its documented range. `hint()` says the way out, `argument()` which one it is, by the name that
// SQL and the API give it; both may be empty. Checks that many options share are in base/check.h.
class InvalidArgument : public std::invalid_argument {
 public:
  explicit InvalidArgument(const std::string& message, std::string hint = {}, std::string argument = {})
      : std::invalid_argument(message), hint_(std::move(hint)), argument_(std::move(argument)) {}
  const std::string& hint() const noexcept { return hint_; }
  const std::string& argument() const noexcept { return argument_; }

 private:
  std::string hint_;
  std::string argument_;
};

// Data on which nothing sensible can be computed at all (no observation, infinite values).
class InvalidData : public std::runtime_error {
 public:
  explicit InvalidData(const std::string& message, std::string hint = {})
      : std::runtime_error(message), hint_(std::move(hint)) {}
  const std::string& hint() const noexcept { return hint_; }

 private:
  std::string hint_;
};

// More than one call may take of the machine: a limit of this software, said before anything is taken.
class ResourceLimit : public std::runtime_error {
 public:
  explicit ResourceLimit(const std::string& message, std::string hint = {})
      : std::runtime_error(message), hint_(std::move(hint)) {}
  const std::string& hint() const noexcept { return hint_; }

 private:
  std::string hint_;
};

}  // namespace performance_tracker
