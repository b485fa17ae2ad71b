// SPDX-License-Identifier: PostgreSQL
#include "core/series/series_text.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "core/base/error.h"
#include "core/base/text_scanner.h"

namespace performance_tracker {

namespace {

constexpr int kEpochDays = 10957;  // 1970-01-01 to 2000-01-01

struct Unit {
  std::string_view name;
  std::int64_t microseconds;
  std::int32_t months;
};

// Largest first within each kind: a step is written in the largest unit that divides it.
constexpr std::array<Unit, 9> kUnits = {{{"week", 7 * kDay, 0},
                                         {"day", kDay, 0},
                                         {"hour", kHour, 0},
                                         {"minute", 60 * kSecond, 0},
                                         {"second", kSecond, 0},
                                         {"microsecond", 1, 0},
                                         {"year", 0, 12},
                                         {"quarter", 0, 3},
                                         {"month", 0, 1}}};

std::int64_t floor_day(std::int64_t time) { return time / kDay - (time % kDay < 0 ? 1 : 0); }

// 06:30:00 or 06:30:00.25, in microseconds
std::int64_t parse_time_of_day(TextScanner& in) {
  const int hour = in.digits(2, "two digits of the hour");
  in.expect(":");
  const int minute = in.digits(2, "two digits of the minute");
  in.expect(":");
  const int second = in.digits(2, "two digits of the second");
  if (hour > 23 || minute > 59 || second > 59) in.fail("a time of day from 00:00:00 to 23:59:59.999999");
  std::int64_t micros = ((hour * 60LL + minute) * 60 + second) * kSecond;
  if (in.accept(".")) {
    const std::size_t before = in.position();
    int fraction = 0;
    std::int64_t unit = kSecond;
    while (unit > 1 && (in.position() == before || in.at_digit())) {
      fraction = fraction * 10 + in.digits(1, "a digit of the second's fraction");
      unit /= 10;
    }
    micros += fraction * unit;
  }
  return micros;
}

std::int64_t parse_start(TextScanner& in, TimeKind& kind) {
  using namespace std::chrono;
  const int y = in.digits(4, "a date such as 2026-01-01");
  in.expect("-");
  const int m = in.digits(2, "two digits of the month");
  in.expect("-");
  const int d = in.digits(2, "two digits of the day");
  const auto date = year(y) / m / d;
  if (y < 1 || !date.ok()) in.fail("a day that exists, in the years 0001 to 9999");
  std::int64_t time = (sys_days(date).time_since_epoch().count() - kEpochDays) * kDay;
  kind = TimeKind::kDate;
  if (in.accept("T")) {
    kind = TimeKind::kTimestamp;
    time += parse_time_of_day(in);
  } else {
    in.skip_space();
    // A slash ends the date; anything else is the time of day.
    if (!in.accept("/")) {
      kind = TimeKind::kTimestamp;
      time += parse_time_of_day(in);
    } else {
      return time;
    }
  }
  if (in.accept("+00:00") || in.accept("+00") || in.accept("Z")) kind = TimeKind::kUtc;
  in.skip_space();
  in.expect("/");
  return time;
}

TimeStep parse_step(TextScanner& in) {
  in.skip_space();
  const auto count = in.number<std::int32_t>("a number of steps such as 1");
  if (count <= 0) in.fail("a positive number of steps");
  in.skip_space();
  TimeStep step;
  bool known = false;
  for (const Unit& unit : kUnits) {
    if (!in.accept_word(unit.name)) continue;
    step = TimeStep{0, 0, false};
    if (__builtin_mul_overflow(unit.microseconds, static_cast<std::int64_t>(count), &step.microseconds) ||
        __builtin_mul_overflow(unit.months, count, &step.months))
      in.fail("a step that fits the calendar");
    known = true;
    break;
  }
  if (!known) in.fail("a unit: microsecond, second, minute, hour, day, week, month, quarter or year");
  in.accept_word("s");
  in.skip_space();
  if (in.accept_word("end")) {
    if (step.months == 0) in.fail("':' ('end' goes with months)");
    step.month_end = true;
    in.skip_space();
  }
  return step;
}

std::vector<double> parse_values(TextScanner& in) {
  std::vector<double> values;
  in.expect("{");
  in.skip_space();
  if (in.accept("}")) return values;
  do {
    in.skip_space();
    if (values.size() >= kMaxSeriesLength) in.fail("at most " + std::to_string(kMaxSeriesLength) + " values");
    if (in.accept_word("null")) {
      values.push_back(kMissing);
    } else {
      const double value = in.number<double>("a number or NULL");
      if (!std::isfinite(value)) in.fail("a finite number or NULL");
      values.push_back(value);
    }
    in.skip_space();
  } while (in.accept(","));
  in.expect("}");
  return values;
}

void append_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NULL";
    return;
  }
  std::array<char, 32> buffer;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  (void)error;  // 32 characters hold every double
  out.append(buffer.data(), end);
}

}  // namespace

std::string format_time(std::int64_t time, TimeKind kind) {
  using namespace std::chrono;
  const std::int64_t day = floor_day(time);
  const year_month_day date = sys_days(days(static_cast<int>(day) + kEpochDays));
  std::array<char, 64> buffer;
  auto write = [&buffer](const char* format, auto... parts) {
    return static_cast<std::size_t>(std::snprintf(buffer.data(), buffer.size(), format, parts...));
  };
  std::string out(buffer.data(), write("%04d-%02u-%02u", static_cast<int>(date.year()),
                                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())));
  if (kind == TimeKind::kDate) return out;
  const std::int64_t rest = time - day * kDay;
  const auto part = [rest](std::int64_t unit, std::int64_t modulus) { return static_cast<int>(rest / unit % modulus); };
  out.append(buffer.data(), write(" %02d:%02d:%02d", part(kHour, 24), part(60 * kSecond, 60), part(kSecond, 60)));
  if (rest % kSecond != 0) {
    out.append(buffer.data(), write(".%06d", part(1, kSecond)));
    while (out.back() == '0') out.pop_back();
  }
  if (kind == TimeKind::kUtc) out += "+00";
  return out;
}

std::string format_step(const TimeStep& step) {
  for (const Unit& unit : kUnits) {
    const bool of_months = step.months > 0;
    if (of_months != (unit.months > 0)) continue;
    const std::int64_t count = of_months ? step.months / unit.months : step.microseconds / unit.microseconds;
    if (of_months ? step.months % unit.months != 0 : step.microseconds % unit.microseconds != 0) continue;
    return std::to_string(count) + " " + std::string(unit.name) + (count == 1 ? "" : "s") +
           (step.month_end ? " end" : "");
  }
  throw InvalidArgument("a time step must be a positive number of microseconds or of months");
}

std::string format_series(const StampedSeries& stamped) {
  const RegularSeries& series = stamped.series;
  if (series.values.empty()) return "{}";
  std::string out = format_time(series.start, stamped.kind) + " / " + format_step(series.step) + " : {";
  out.reserve(out.size() + series.values.size() * 8);
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    if (i > 0) out += ',';
    append_number(out, series.values[i]);
  }
  return out += '}';
}

StampedSeries parse_series(std::string_view text) {
  TextScanner in(text, "time series", "Write it as 2026-01-01 / 1 day : {112,118,NULL,129}.");
  StampedSeries result;
  in.skip_space();
  if (in.accept("{}")) {
    in.skip_space();
    if (!in.at_end()) in.fail("the end");
    return result;
  }
  result.series.start = parse_start(in, result.kind);
  result.series.step = parse_step(in);
  in.expect(":");
  in.skip_space();
  result.series.values = parse_values(in);
  in.skip_space();
  if (!in.at_end()) in.fail("the end");
  if (result.kind == TimeKind::kDate && result.series.step.microseconds % kDay != 0)
    in.fail("a step of whole days for a series of dates");
  if (result.series.values.empty()) return StampedSeries{};
  // Refuses a series that runs past the last representable day.
  (void)advance(result.series.start, result.series.step, static_cast<std::int64_t>(result.series.values.size()) - 1);
  if (result.series.step.month_end && advance(result.series.start, result.series.step, 0) != result.series.start)
    in.fail("a start at a month's end");
  return result;
}

}  // namespace performance_tracker
