// SPDX-License-Identifier: PostgreSQL
//
// Values as bytes that are the same on every machine (little-endian, lengths before contents), and back.
//
//   ByteWriter out;  out.put(std::int32_t{7});  out.put(values);  std::string bytes = out.take();
//   ByteReader in(bytes, "a forecast_model");   in.get<std::int32_t>();  in.doubles(kMost);
//
// Reading never trusts: nothing is allocated for a count that the bytes cannot hold, and every fault is an
// InvalidArgument that names what was read.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace performance_tracker {

namespace detail {
template <typename Number>
using BitsOf = std::conditional_t<sizeof(Number) == 8, std::uint64_t,
                                  std::conditional_t<sizeof(Number) == 4, std::uint32_t, std::uint8_t>>;
}  // namespace detail

class ByteWriter {
 public:
  // A number of 1, 4 or 8 bytes, the lowest byte first.
  template <typename Number>
  void put(Number number) {
    using Bits = detail::BitsOf<Number>;
    auto bits = std::bit_cast<Bits>(number);
    for (std::size_t i = 0; i < sizeof(Number); ++i, bits = static_cast<Bits>(sizeof(Bits) > 1 ? bits >> 8 : 0))
      bytes_.push_back(static_cast<char>(bits & 0xFF));
  }
  void put(const std::vector<double>& values) {
    put(static_cast<std::int32_t>(values.size()));
    for (const double value : values) put(value);
  }
  void put(const std::string& text) {
    put(static_cast<std::int32_t>(text.size()));
    bytes_ += text;
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class ByteReader {
 public:
  // `what` with its article, for errors: "an arima_model".
  ByteReader(std::string_view bytes, const char* what) : bytes_(bytes), what_(what) {}

  template <typename Number>
  Number get() {
    using Bits = detail::BitsOf<Number>;
    if (bytes_.size() < sizeof(Number)) refuse("cut off");
    Bits bits = 0;
    for (std::size_t i = sizeof(Number); i-- > 0;)
      bits = static_cast<Bits>((sizeof(Bits) > 1 ? bits << 8 : 0) | static_cast<unsigned char>(bytes_[i]));
    bytes_.remove_prefix(sizeof(Number));
    return std::bit_cast<Number>(bits);
  }
  // One NaN for all, so that equal values are equal bytes.
  double number() {
    const auto value = get<double>();
    return std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value;
  }
  double finite() {
    const double value = get<double>();
    if (!std::isfinite(value)) refuse("a number that is not finite");
    return value;
  }
  int integer(int least, int most) {
    const auto value = get<std::int32_t>();
    if (value < least || value > most) refuse("a number outside its range");
    return value;
  }
  bool flag() {
    const auto value = get<std::uint8_t>();
    if (value > 1) refuse("unknown flag");
    return value == 1;
  }
  std::size_t count(std::size_t element_size, std::size_t most) {
    const auto count = get<std::int32_t>();
    if (count < 0 || static_cast<std::size_t>(count) > most ||
        static_cast<std::size_t>(count) > bytes_.size() / element_size)
      refuse("a count that its bytes do not hold");
    return static_cast<std::size_t>(count);
  }
  std::vector<double> doubles(std::size_t most) {
    std::vector<double> values(count(sizeof(double), most));
    for (double& value : values) value = number();
    return values;
  }
  std::vector<double> finites(std::size_t most) {
    std::vector<double> values(count(sizeof(double), most));
    for (double& value : values) value = finite();
    return values;
  }
  std::string text(std::size_t most = 10'000) {
    std::string value(bytes_.substr(0, count(1, most)));
    bytes_.remove_prefix(value.size());
    return value;
  }
  bool at_end() const { return bytes_.empty(); }
  void expect_end() const {
    if (!at_end()) refuse("bytes behind its end");
  }
  [[noreturn]] void refuse(const char* why) const {
    throw InvalidArgument("not " + std::string(what_) + ": " + why, "Use what a fit returned, unchanged.");
  }

 private:
  std::string_view bytes_;
  const char* what_;
};

}  // namespace performance_tracker
