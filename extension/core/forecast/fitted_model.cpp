// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/fitted_model.h"

#include <cmath>

#include "core/base/error.h"
#include "core/series/series_summary.h"

namespace performance_tracker {
namespace {

constexpr std::uint8_t kVersion = 2;
// What models of version 1 said in words alone: the flag is read from there when an old model is opened.
constexpr const char* kUnusedInVersion1 = "the regressors are not used";
constexpr std::size_t kMaxRegressors = 100;
constexpr std::size_t kMaxCoefficients = std::size_t{4} * kMaxFactorOrder;

[[noreturn]] void refuse(const char* what) {
  throw InvalidArgument(std::string("not an arima_model: ") + what,
                        "Use what arima(…) or auto_arima(…) returned, unchanged.");
}

void check_finite(const std::vector<double>& values) {
  for (const double value : values)
    if (!std::isfinite(value)) refuse("a coefficient that is not a finite number");
}

}  // namespace

std::uint32_t flags_of_version_1(const std::string& status) {
  Status read;
  if (status.find(kUnusedInVersion1) != std::string::npos) read.add(StatusCode::kRegressorsUnused, "");
  return read.bits;
}

void FittedModel::say(const Status& more) {
  add_sentence(status, more.text);
  add_sentence(notes, more.remarks);
  flags |= more.bits;
  remarks.add(more);
}

void write_arima(ByteWriter& out, const ArimaModel& m) {
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
}

ArimaModel read_arima(ByteReader& in) {
  ArimaModel m;
  for (int* part : {&m.order.p, &m.order.d, &m.order.q, &m.order.seasonal_p, &m.order.seasonal_d, &m.order.seasonal_q,
                    &m.order.season_length})
    *part = in.get<std::int32_t>();
  const auto constant = in.get<std::uint8_t>();
  if (constant > static_cast<std::uint8_t>(Constant::kDrift)) in.refuse("unknown constant");
  m.constant = static_cast<Constant>(constant);
  m.converged = in.flag();
  m.iterations = in.get<std::int32_t>();
  m.coefficients = in.doubles(kMaxCoefficients);
  m.regression = in.doubles(kMaxRegressors + 2);
  m.standard_errors = in.doubles(kMaxCoefficients + kMaxRegressors + 2);
  for (double* value : {&m.log_likelihood, &m.variance, &m.aic, &m.aicc, &m.bic, &m.observations}) *value = in.number();
  return m;
}

std::string encode_model(const FittedModel& fitted) {
  ByteWriter out;
  // Without a flag the bytes are those of version 1, which every release reads.
  out.put(fitted.flags == 0 ? std::uint8_t{1} : kVersion);
  write_arima(out, fitted.model);
  const StampedSeries& s = fitted.series;
  out.put(static_cast<std::uint8_t>(s.kind));
  out.put(static_cast<std::uint8_t>(s.series.step.month_end));
  out.put(s.series.step.months);
  out.put(s.series.step.microseconds);
  out.put(s.series.start);
  out.put(s.series.values);
  out.put(static_cast<std::int32_t>(fitted.regressors.size()));
  for (const auto& regressor : fitted.regressors) out.put(regressor);
  out.put(Status{fitted.status, fitted.flags, fitted.notes}.packed());
  if (fitted.flags != 0) out.put(fitted.flags);
  return out.take();
}

FittedModel decode_model(std::string_view bytes) {
  ByteReader in(bytes, "an arima_model");
  const auto version = in.get<std::uint8_t>();
  if (version < 1 || version > kVersion)
    throw InvalidArgument("an arima_model of a version that is not known here",
                          "Update the extension: ALTER EXTENSION performance_tracker UPDATE.");
  FittedModel fitted;
  fitted.model = read_arima(in);
  const auto kind = in.get<std::uint8_t>();
  if (kind < 1 || kind > 3) refuse("unknown kind of time");
  StampedSeries& s = fitted.series;
  s.kind = static_cast<TimeKind>(kind);
  s.series.step.month_end = in.flag();
  s.series.step.months = in.get<std::int32_t>();
  s.series.step.microseconds = in.get<std::int64_t>();
  s.series.start = in.get<std::int64_t>();
  s.series.values = in.doubles(kMaxSeriesLength);
  fitted.regressors.resize(in.count(1, kMaxRegressors));
  for (auto& regressor : fitted.regressors) regressor = in.doubles(kMaxSeriesLength);
  const Status said = Status::unpacked(0, in.text());
  fitted.status = said.text;
  fitted.notes = said.remarks;
  fitted.flags = version == 1 ? flags_of_version_1(fitted.status) : in.get<std::uint32_t>();
  in.expect_end();
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
  for (const char c : fitted.status + fitted.notes)
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~')
      refuse("a status that is not plain text");
}

std::int64_t time_of_step(const StampedSeries& series, std::int64_t steps_after_last) {
  return advance(series.series.start, series.series.step,
                 static_cast<std::int64_t>(series.series.values.size()) - 1 + steps_after_last);
}

}  // namespace performance_tracker
