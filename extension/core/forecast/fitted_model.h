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
#include "core/base/bytes.h"
#include "core/forecast/status.h"
#include "core/series/series_text.h"

namespace performance_tracker {

struct FittedModel {
  ArimaModel model;         // regression and variance in multiples of the series' unit (series_summary.h)
  StampedSeries series;     // what it was fitted to; series.filled, nulls and duplicates are not kept
  Regressors regressors;    // each of the series' length
  std::string status;       // a fallback that was taken, …; empty when nothing is to be said
  std::string notes = {};   // remarks on the model, for a statistician
  std::uint32_t flags = 0;  // Status::bits of both, to decide by
  Status remarks = {};      // of a fit: what it says of the model and not of the series; not kept

  bool has(StatusCode code) const { return (flags >> static_cast<unsigned>(code) & 1U) != 0; }
  void say(const Status& more);  // to status, notes, flags and remarks
};

// Little-endian, versioned: the first byte is the version: 1, or 2 with flags behind the status.
std::string encode_model(const FittedModel& fitted);
FittedModel decode_model(std::string_view bytes);

std::string format_model(const FittedModel& fitted);
FittedModel parse_model(std::string_view text);

// The flags of a model that was kept before there were any (bytes of version 1, texts without a word `flags`).
std::uint32_t flags_of_version_1(const std::string& status);

// Throws InvalidArgument when parts do not fit together (counts, ranges, not finite), wherever the model came from.
void check_model(const FittedModel& fitted);

// The model alone, as a part of other bytes. Reading checks counts and flags; check_model does the rest.
void write_arima(ByteWriter& out, const ArimaModel& model);
ArimaModel read_arima(ByteReader& in);

// The forecast's first time: one step after the series' last.
std::int64_t time_of_step(const StampedSeries& series, std::int64_t steps_after_last);

}  // namespace performance_tracker
