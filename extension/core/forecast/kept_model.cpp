// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/kept_model.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/forecast/automatic_model.h"
#include "core/series/series_summary.h"

namespace performance_tracker {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kLongestPayload = 100'000'000;
constexpr std::size_t kMostRegressors = 1000;
constexpr double kRounding = 1e-9;  // a difference below this share of the value is none

MethodInput input_of(const KeptModel& kept) {
  return {in_multiples(kept.series.series.values, kept.unit), kept.season_length, kept.regressors};
}

void write_series(ByteWriter& out, const StampedSeries& s) {
  out.put(static_cast<std::uint8_t>(s.kind));
  out.put(static_cast<std::uint8_t>(s.series.step.month_end ? 1 : 0));
  out.put(s.series.step.months);
  out.put(s.series.step.microseconds);
  out.put(s.series.start);
  out.put(s.series.values);
}

StampedSeries read_series(ByteReader& in) {
  StampedSeries s;
  const auto kind = in.get<std::uint8_t>();
  if (kind < static_cast<std::uint8_t>(TimeKind::kDate) || kind > static_cast<std::uint8_t>(TimeKind::kUtc))
    in.refuse("an unknown kind of time");
  s.kind = static_cast<TimeKind>(kind);
  s.series.step.month_end = in.flag();
  s.series.step.months = in.get<std::int32_t>();
  s.series.step.microseconds = in.get<std::int64_t>();
  s.series.start = in.get<std::int64_t>();
  s.series.values = in.doubles(kMaxSeriesLength);
  if (!s.series.step.valid() || s.series.values.empty()) in.refuse("a series that is none");
  if (s.kind == TimeKind::kDate && (s.series.start % kDay != 0 || s.series.step.microseconds % kDay != 0))
    in.refuse("dates with a part of a day");
  for (const double v : s.series.values)
    if (std::isinf(v)) in.refuse("an infinite value");
  (void)advance(s.series.start, s.series.step, static_cast<std::int64_t>(s.series.values.size()) + kMaxHorizon);
  return s;
}

KeptModel fitted_again(const KeptModel& kept, StampedSeries series, KeptModelOrigin origin, const Progress& progress) {
  const MethodFit fit = fit_method(kept.method, {series.series.values, kept.season_length}, {}, {}, progress);
  KeptModel result = keep_model(fit, series);
  result.origin = origin;
  return result;
}

// Whether a value that the model has seen is another one now. A value where none was is news, not a correction.
bool is_restated(const StampedSeries& before, const StampedSeries& after) {
  const std::vector<double>& a = before.series.values;
  const std::vector<double>& b = after.series.values;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!std::isnan(a[i]) && std::abs(a[i] - b[i]) > kRounding * std::max(std::abs(a[i]), std::abs(b[i]))) return true;
  return false;
}

bool has_drifted(const MethodFit& fit, const StampedSeries& series, const CarryOptions& options,
                 const Progress& progress) {
  const std::vector<double> fitted = fitted_of(fit, progress);
  const std::vector<double>& y = series.series.values;
  double recent = 0, recent_count = 0, before = 0, before_count = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    const double error = (y[t] - fitted[t]) / fit.unit;
    if (std::isnan(error)) continue;
    const bool is_recent = t + static_cast<std::size_t>(options.window) >= y.size();
    (is_recent ? recent : before) += error * error;
    ++(is_recent ? recent_count : before_count);
  }
  if (before_count < options.fewest_before || recent_count < options.window / 2.0) return false;
  return recent / recent_count > options.drift_ratio * options.drift_ratio * (before / before_count);
}

}  // namespace

KeptModel keep_model(const MethodFit& fit, const StampedSeries& series) {
  const MethodInput& input = fit.state->input();
  return {fit.method,       KeptModelOrigin::kFitted, fit.unit,  input.season_length, series,
          input.regressors, fit.state->payload(),     fit.status};
}

MethodFit restore_fit(const KeptModel& kept, const Progress& progress) {
  return {kept.method, kept.unit, method_entry(kept.method).restore(kept.payload, input_of(kept), progress),
          kept.status};
}

std::string encode_kept_model(const KeptModel& kept) {
  ByteWriter out;
  out.put(kVersion);
  out.put(static_cast<std::uint8_t>(kept.method));
  out.put(static_cast<std::uint8_t>(kept.origin));
  out.put(kept.unit);
  out.put(static_cast<std::int32_t>(kept.season_length));
  write_series(out, kept.series);
  out.put(static_cast<std::int32_t>(kept.regressors.size()));
  for (const std::vector<double>& x : kept.regressors) out.put(x);
  out.put(kept.payload);
  out.put(kept.status.bits);
  out.put(kept.status.packed());
  return out.take();
}

KeptModel decode_kept_model(std::string_view bytes, const Progress& progress) {
  ByteReader in(bytes, "a forecast_model");
  if (in.get<std::uint8_t>() != kVersion) in.refuse("an unknown version");
  KeptModel kept;
  kept.method = method_numbered(in.get<std::uint8_t>()).method;
  const auto origin = in.get<std::uint8_t>();
  if (origin > static_cast<std::uint8_t>(KeptModelOrigin::kRefitDrifted)) in.refuse("an unknown origin");
  kept.origin = static_cast<KeptModelOrigin>(origin);
  kept.unit = in.finite();
  if (!(kept.unit > 0)) in.refuse("a unit that is not positive");
  kept.season_length = in.integer(1, kMaxSeasonLength);
  kept.series = read_series(in);
  progress.poll();
  kept.regressors.resize(in.count(sizeof(std::int32_t), kMostRegressors));
  for (std::vector<double>& x : kept.regressors) {
    x = in.finites(kMaxSeriesLength);
    if (x.size() != kept.series.series.values.size()) in.refuse("a regressor of another length");
  }
  kept.payload = in.text(kLongestPayload);
  const auto bits = in.get<std::uint32_t>();
  kept.status = Status::unpacked(bits, in.text(kLongestPayload));
  in.expect_end();
  progress.poll();
  summarize(kept.series.series.values);  // refuses a series without an observation
  progress.poll();
  (void)restore_fit(kept, progress);  // refuses a payload of something else
  return kept;
}

std::string format_kept_model(const KeptModel& kept) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = std::string(method_entry(kept.method).name) + ":";
  for (const char c : encode_kept_model(kept)) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

KeptModel parse_kept_model(std::string_view text, const Progress& progress) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    throw InvalidArgument("not a forecast_model: a character that is no hexadecimal digit",
                          "Use the text of a forecast_model unchanged, or fit one: fit_model(series).");
  };
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || (text.size() - colon) % 2 == 0)
    throw InvalidArgument("not a forecast_model: it is a method's name, a colon and pairs of hexadecimal digits",
                          "Use the text of a forecast_model unchanged, or fit one: fit_model(series).");
  std::string bytes;
  for (std::size_t i = colon + 1; i < text.size(); i += 2)
    bytes.push_back(static_cast<char>(digit(text[i]) * 16 + digit(text[i + 1])));
  KeptModel kept = decode_kept_model(bytes, progress);
  if (method_entry(kept.method).name != text.substr(0, colon))
    throw InvalidArgument("not a forecast_model: its bytes are of the method " +
                          std::string(method_entry(kept.method).name));
  return kept;
}

KeptModel carry_model(const KeptModel& kept, const StampedSeries& more, const Regressors& regressors,
                      const Progress& progress) {
  if (regressors.size() != kept.regressors.size())
    throw InvalidArgument("the model has " + std::to_string(kept.regressors.size()) + " regressors, " +
                              std::to_string(regressors.size()) + " were given",
                          "Give xreg for the whole series, the new data included.");
  progress.poll();
  const MethodFit fit = restore_fit(kept, progress);
  KeptModel carried = kept;
  carried.series = continue_series(kept.series, more);
  carried.regressors = regressors;
  progress.poll();
  MethodFit later{kept.method, kept.unit, fit.state->refit(input_of(carried), progress), kept.status};
  carried.payload = later.state->payload();
  carried.status = later.state->status();
  carried.origin = KeptModelOrigin::kCarried;
  return carried;
}

KeptModel carry_or_refit(const KeptModel& kept, const StampedSeries& recent, const CarryOptions& options,
                         const Progress& progress) {
  if (!kept.regressors.empty())
    throw InvalidArgument("a model with regressors is carried by update(model, series, xreg)");
  StampedSeries all = continue_series(kept.series, recent);
  progress.poll();
  if (is_restated(kept.series, all))
    return fitted_again(kept, std::move(all), KeptModelOrigin::kRefitRestated, progress);
  std::optional<KeptModel> carried;
  try {
    carried = carry_model(kept, recent, {}, progress);
  } catch (const InvalidData&) {  // an exact pattern that the new data leave
    return fitted_again(kept, std::move(all), KeptModelOrigin::kRefitDrifted, progress);
  }
  progress.poll();
  if (has_drifted(restore_fit(*carried, progress), carried->series, options, progress))
    return fitted_again(kept, std::move(carried->series), KeptModelOrigin::kRefitDrifted, progress);
  return std::move(*carried);
}

}  // namespace performance_tracker
