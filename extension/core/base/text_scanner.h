// SPDX-License-Identifier: PostgreSQL
//
// Reads text forms from left to right; what does not fit is an InvalidArgument with its position and what was expected.
#pragma once

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

#include "core/base/error.h"

namespace performance_tracker {

class TextScanner {
 public:
  // `what` and `hint` word the error: "invalid time series at character 7: expected …".
  TextScanner(std::string_view text, std::string_view what, std::string_view hint)
      : text_(text), what_(what), hint_(hint) {}

  [[noreturn]] void fail(const std::string& expected) const {
    throw InvalidArgument(
        "invalid " + std::string(what_) + " at character " + std::to_string(position_ + 1) + ": expected " + expected,
        std::string(hint_));
  }
  void skip_space() {
    while (position_ < text_.size() &&
           (text_[position_] == ' ' || text_[position_] == '\n' || text_[position_] == '\t'))
      ++position_;
  }
  bool accept(std::string_view token) {
    if (text_.substr(position_, token.size()) != token) return false;
    position_ += token.size();
    return true;
  }
  bool accept_word(std::string_view lower) {
    for (std::size_t i = 0; i < lower.size(); ++i) {
      if (position_ + i >= text_.size()) return false;
      const char c = text_[position_ + i];
      if (c != lower[i] && !(c >= 'A' && c <= 'Z' && c + ('a' - 'A') == lower[i])) return false;
    }
    position_ += lower.size();
    return true;
  }
  void expect(std::string_view token) {
    if (!accept(token)) fail("'" + std::string(token) + "'");
  }
  int digits(std::size_t count, const char* expected) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i, ++position_) {
      if (position_ >= text_.size() || text_[position_] < '0' || text_[position_] > '9') fail(expected);
      value = value * 10 + (text_[position_] - '0');
    }
    return value;
  }
  template <typename Number>
  Number number(const char* expected) {
    Number value{};
    const char* begin = text_.data() + position_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc()) fail(expected);
    position_ += static_cast<std::size_t>(end - begin);
    return value;
  }
  std::size_t position() const { return position_; }
  bool at_digit() const { return position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9'; }
  std::string_view rest() const { return text_.substr(position_); }
  void skip(std::size_t count) { position_ += count; }
  bool at_end() const { return position_ == text_.size(); }

 private:
  std::string_view text_;
  std::string_view what_;
  std::string_view hint_;
  std::size_t position_ = 0;
};

}  // namespace performance_tracker
