// SPDX-License-Identifier: PostgreSQL
//
// A fit of any method as a value to keep: the method's number, what it has learned (its payload), the series and what
// was said about it.
//
//   KeptModel kept = keep_model(fit_method(method, ...), series);
//   std::string bytes = encode_kept_model(kept);                 // the same on every machine
//   MethodFit fit = restore_fit(decode_kept_model(bytes), progress);
//   kept = carry_model(kept, more, {}, progress);                // the same parameters on more data
//
// carry_or_refit() is how a shop keeps its models: carried over new days, fitted again where the past was restated or
// the errors have drifted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/forecast/method.h"
#include "core/series/series_text.h"

namespace performance_tracker {

// How a kept model came to be what it is.
enum class KeptModelOrigin : std::uint8_t {
  kFitted = 0,         // asked for, or there was none
  kCarried = 1,        // over new data
  kRefitRestated = 2,  // values that it had been fitted to were changed
  kRefitDrifted = 3,   // its recent errors are too large for it
};

struct KeptModel {
  ForecastMethod method = ForecastMethod::kArima;
  KeptModelOrigin origin = KeptModelOrigin::kFitted;
  double unit = 1.0;      // of the payload's numbers
  int season_length = 1;  // as the method has it
  StampedSeries series;
  Regressors regressors;  // each of the series' length
  std::string payload;
  Status status;
};

KeptModel keep_model(const MethodFit& fit, const StampedSeries& series);

// Throws InvalidArgument when the payload is not one of the method's.
MethodFit restore_fit(const KeptModel& kept, const Progress& progress);

// Versioned: the first byte is the version, now 1. Decoding throws InvalidArgument for anything but a valid model.
std::string encode_kept_model(const KeptModel& kept);
KeptModel decode_kept_model(std::string_view bytes, const Progress& progress);

// "arima:01…": the method's name and the bytes in hexadecimal digits. Every digit is kept.
std::string format_kept_model(const KeptModel& kept);
KeptModel parse_kept_model(std::string_view text, const Progress& progress);

// On the series continued by `more` (continue_series), `regressors` over the whole of it.
KeptModel carry_model(const KeptModel& kept, const StampedSeries& more, const Regressors& regressors,
                      const Progress& progress);

struct CarryOptions {
  // Recent errors, root mean square over the last `window` steps, above this multiple of those before: the model has
  // drifted. 1.8 of 14 normal errors comes up once in 10,000 models that have not (chi-squared, 14 degrees of freedom).
  double drift_ratio = 1.8;
  int window = 14;
  int fewest_before = 28;  // errors before the window that it is measured against
};

// Carried, or fitted again by the same method where `recent` changes values that the model was fitted to (by more than
// rounding), or where it has drifted. For models without regressors.
KeptModel carry_or_refit(const KeptModel& kept, const StampedSeries& recent, const CarryOptions& options,
                         const Progress& progress);

}  // namespace performance_tracker
