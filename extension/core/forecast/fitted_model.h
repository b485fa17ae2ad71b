// SPDX-License-Identifier: PostgreSQL
//
// A fitted model as a value that can be kept: the model, the series it was fitted to, and what was said about the fit.
//
//   FittedModel kept{fit_arima(y, order, {}, progress), series, {}, ""};
//   std::string bytes = encode_model(kept);       // the same on every machine
//   FittedModel back = decode_model(bytes);       // throws InvalidArgument for anything but a valid model
//   format_model(back)
//     "ARIMA(0,1,1)(0,1,1)[12] {ma1: -0.4 (0.09), sma1: -0.56 (0.07)} variance 0.0014 log_likelihood 244.7 …
//      series 1949-01-01 / 1 month : {112,118,…}"
//
// The text form keeps every digit, so that a dump restores the same model.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/arima/arima.h"
#include "core/series/series_text.h"

namespace performance_tracker {

struct FittedModel {
  ArimaModel model;       // regression and variance in multiples of the series' unit (series_summary.h)
  StampedSeries series;   // what it was fitted to; series.filled, nulls and duplicates are not kept
  Regressors regressors;  // each of the series' length
  std::string status;     // a fallback that was taken, …; empty when nothing is to be said
};

// Little-endian, versioned: the first byte is the version, now 1.
std::string encode_model(const FittedModel& fitted);
FittedModel decode_model(std::string_view bytes);

std::string format_model(const FittedModel& fitted);
FittedModel parse_model(std::string_view text);

// Throws InvalidArgument when parts do not fit together (counts, ranges, not finite), wherever the model came from.
void check_model(const FittedModel& fitted);

// The forecast's first time: one step after the series' last.
std::int64_t time_of_step(const StampedSeries& series, std::int64_t steps_after_last);

}  // namespace performance_tracker
