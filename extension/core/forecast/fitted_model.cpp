// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/fitted_model.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMaxRegressors = 100;
constexpr std::size_t kMaxCoefficients = std::size_t{4} * kMaxFactorOrder;

[[noreturn]] void refuse(const char* what) {
  throw InvalidArgument(std::string("not an arima_model: ") + what,
                        "Use what arima(…) or auto_arima(…) returned, unchanged.");
}

// Any number as its bytes, the lowest first.
class Writer {
 public:
  template <typename Number>
  void put(Number number) {
    using Bits = std::conditional_t<sizeof(Number) == 8, std::uint64_t,
                                    std::conditional_t<sizeof(Number) == 4, std::uint32_t, std::uint8_t>>;
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

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  template <typename Number>
  Number get() {
    using Bits = std::conditional_t<sizeof(Number) == 8, std::uint64_t,
                                    std::conditional_t<sizeof(Number) == 4, std::uint32_t, std::uint8_t>>;
    if (bytes_.size() < sizeof(Number)) refuse("cut off");
    Bits bits = 0;
    for (std::size_t i = sizeof(Number); i-- > 0;)
      bits = static_cast<Bits>((sizeof(Bits) > 1 ? bits << 8 : 0) | static_cast<unsigned char>(bytes_[i]));
    bytes_.remove_prefix(sizeof(Number));
    return std::bit_cast<Number>(bits);
  }
  // One NaN for all, so that equal models are equal bytes.
  double number() {
    const auto value = get<double>();
    return std::isnan(value) ? kMissing : value;
  }
  // Nothing is allocated for a count that the bytes cannot hold.
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
  std::string text() {
    std::string value(bytes_.substr(0, count(1, 10'000)));
    bytes_.remove_prefix(value.size());
    return value;
  }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

void check_finite(const std::vector<double>& values) {
  for (const double value : values)
    if (!std::isfinite(value)) refuse("a coefficient that is not a finite number");
}

}  // namespace

std::string encode_model(const FittedModel& fitted) {
  const ArimaModel& m = fitted.model;
  Writer out;
  out.put(kVersion);
  for (const int part : {m.order.p, m.order.d, m.order.q, m.order.seasonal_p, m.order.seasonal_d, m.order.seasonal_q,
                         m.order.season_length})
    out.put(static_cast<std::int32_t>(part));
  out.put(static_cast<std::uint8_t>(m.constant));
  out.put(static_cast<std::uint8_t>(m.converged));
  out.put(static_cast<std::int32_t>(m.iterations));
  out.put(m.coefficients);
  out.put(m.regression);
  out.put(m.standard_errors);
  for (const double value : {m.log_likelihood, m.variance, m.aic, m.aicc, m.bic, m.observations}) out.put(value);
  const StampedSeries& s = fitted.series;
  out.put(static_cast<std::uint8_t>(s.kind));
  out.put(static_cast<std::uint8_t>(s.series.step.month_end));
  out.put(s.series.step.months);
  out.put(s.series.step.microseconds);
  out.put(s.series.start);
  out.put(s.series.values);
  out.put(static_cast<std::int32_t>(fitted.regressors.size()));
  for (const auto& regressor : fitted.regressors) out.put(regressor);
  out.put(fitted.status);
  return out.take();
}

FittedModel decode_model(std::string_view bytes) {
  Reader in(bytes);
  if (in.get<std::uint8_t>() != kVersion)
    throw InvalidArgument("an arima_model of a version that is not known here",
                          "Update the extension: ALTER EXTENSION performance_tracker UPDATE.");
  FittedModel fitted;
  ArimaModel& m = fitted.model;
  for (int* part : {&m.order.p, &m.order.d, &m.order.q, &m.order.seasonal_p, &m.order.seasonal_d, &m.order.seasonal_q,
                    &m.order.season_length})
    *part = in.get<std::int32_t>();
  const auto constant = in.get<std::uint8_t>();
  if (constant > static_cast<std::uint8_t>(Constant::kDrift)) refuse("unknown constant");
  m.constant = static_cast<Constant>(constant);
  const auto converged = in.get<std::uint8_t>();
  if (converged > 1) refuse("unknown flag");
  m.converged = converged == 1;
  m.iterations = in.get<std::int32_t>();
  m.coefficients = in.doubles(kMaxCoefficients);
  m.regression = in.doubles(kMaxRegressors + 2);
  m.standard_errors = in.doubles(kMaxCoefficients + kMaxRegressors + 2);
  for (double* value : {&m.log_likelihood, &m.variance, &m.aic, &m.aicc, &m.bic, &m.observations}) *value = in.number();
  const auto kind = in.get<std::uint8_t>();
  if (kind < 1 || kind > 3) refuse("unknown kind of time");
  StampedSeries& s = fitted.series;
  s.kind = static_cast<TimeKind>(kind);
  const auto month_end = in.get<std::uint8_t>();
  if (month_end > 1) refuse("unknown flag");
  s.series.step.month_end = month_end == 1;
  s.series.step.months = in.get<std::int32_t>();
  s.series.step.microseconds = in.get<std::int64_t>();
  s.series.start = in.get<std::int64_t>();
  s.series.values = in.doubles(kMaxSeriesLength);
  fitted.regressors.resize(in.count(1, kMaxRegressors));
  for (auto& regressor : fitted.regressors) regressor = in.doubles(kMaxSeriesLength);
  fitted.status = in.text();
  if (!in.at_end()) refuse("bytes behind its end");
  check_model(fitted);
  return fitted;
}

void check_model(const FittedModel& fitted) {
  const ArimaModel& m = fitted.model;
  m.order.check();
  if (m.coefficients.size() != static_cast<std::size_t>(m.order.coefficient_count()))
    refuse("as many coefficients as its order has are needed");
  if (m.standard_errors.size() != m.coefficients.size() + m.regression.size())
    refuse("a standard error for each coefficient is needed");
  const bool has_mean =
      m.constant == Constant::kMean || (m.constant == Constant::kDrift && m.order.d + m.order.seasonal_d == 0);
  if (m.constant == Constant::kMean && m.order.d + m.order.seasonal_d > 0) refuse("a mean of differences");
  if (m.regression.size() !=
      fitted.regressors.size() + (has_mean ? 1U : 0U) + (m.constant == Constant::kDrift ? 1U : 0U))
    refuse("a coefficient for each regressor is needed");
  check_finite(m.coefficients);
  check_finite(m.regression);
  if (!std::isfinite(m.variance) || m.variance < 0 || !std::isfinite(m.log_likelihood) ||
      !std::isfinite(m.observations) || m.observations < 0 || m.iterations < 0)
    refuse("a variance or likelihood that no fit gives");
  const RegularSeries& s = fitted.series.series;
  if (s.values.empty() || s.values.size() > kMaxSeriesLength || !s.step.valid()) refuse("no series");
  if (fitted.series.kind == TimeKind::kDate && (s.start % kDay != 0 || s.step.microseconds % kDay != 0))
    refuse("dates with a part of a day");
  if (s.step.months > 0 && advance(s.start, s.step, 0) != s.start) refuse("month ends that do not begin at one");
  (void)advance(s.start, s.step, static_cast<std::int64_t>(s.values.size()) - 1);
  for (const double value : s.values)
    if (std::isinf(value)) refuse("an infinite observation");
  for (const auto& regressor : fitted.regressors) {
    if (regressor.size() != s.values.size()) refuse("a regressor of another length than the series");
    check_finite(regressor);
  }
  for (const char c : fitted.status)
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~')
      refuse("a status that is not plain text");
}

std::int64_t time_of_step(const StampedSeries& series, std::int64_t steps_after_last) {
  return advance(series.series.start, series.series.step,
                 static_cast<std::int64_t>(series.series.values.size()) - 1 + steps_after_last);
}

}  // namespace performance_tracker
