// SPDX-License-Identifier: PostgreSQL
//
// The type arima_model: text and binary forms, and arguments shared by the functions on models.
#include "core/base/error.h"
#include "core/base/memory.h"
#include "core/forecast/automatic_model.h"
#include "pg/arguments.h"
#include "pg/bytes.h"
#include "pg/guard.h"
#include "pg/model.h"
#include "pg/pg.h"

namespace performance_tracker {

std::string_view model_argument(FunctionCallInfo fcinfo, const char* name) {
  return bytes_view(
      PG_GETARG_DATUM(given_argument(fcinfo, name, own_type("arima_model"), "Fit one: auto_arima(series).")));
}

Datum keep_model(const FittedModel& fitted) { return keep_bytes(encode_model(fitted)); }

std::span<const SeriesView> series_array_argument(FunctionCallInfo fcinfo, const char* name) {
  const int place = argument_place(fcinfo, name, own_array("time_series"));
  if (PG_ARGISNULL(place)) return {};
  ArrayType* array = PG_GETARG_ARRAYTYPE_P(place);
  if (ARR_NDIM(array) > 1)
    ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR), errmsg("%s must be a one-dimensional array", name)));
  Datum* elements = nullptr;
  bool* nulls = nullptr;
  int count = 0;
  deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE, &elements, &nulls, &count);
  auto* views = static_cast<SeriesView*>(palloc(sizeof(SeriesView) * static_cast<std::size_t>(count > 0 ? count : 1)));
  for (int i = 0; i < count; ++i) {
    if (nulls[i])
      ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s[%d] must not be NULL", name, i + 1)));
    views[i] = time_series_view(elements[i], name);
  }
  return {views, static_cast<std::size_t>(count)};
}

// As many as an arima_model can keep.
constexpr std::size_t kMostRegressors = 100;
// As given, in the problem, in the model and its bytes, and three columns of the likelihood.
constexpr double kCopiesOfRegressor = 7.0;

// Before every step of any series.
constexpr std::int64_t kNowhere = -4 * static_cast<std::int64_t>(kMaxSeriesLength);

Regressors align_regressors(std::span<const SeriesView> regressors, const StampedSeries& series, std::int64_t first,
                            std::int64_t count) {
  if (regressors.size() > kMostRegressors)
    throw ResourceLimit(
        "xreg has " + std::to_string(regressors.size()) + " series, the limit is " + std::to_string(kMostRegressors),
        "Keep those that explain most.");
  // Before the first is copied: what a fit takes for each (arima_problem.cpp).
  require_memory(8.0 * kCopiesOfRegressor * static_cast<double>(count) * static_cast<double>(regressors.size()),
                 "xreg of " + std::to_string(regressors.size()) + " series of " + std::to_string(count) + " steps",
                 "Take the latest part of the series, slice(series, from_timestamp => …), or fewer regressors.");
  const InterruptProgress progress;
  Regressors aligned;
  for (std::size_t k = 0; k < regressors.size(); ++k) {
    progress.poll();
    const SeriesView& view = regressors[k];
    const auto name = [k] { return "xreg[" + std::to_string(k + 1) + "]"; };
    const RegularSeries& base = series.series;
    if (view.kind != series.kind || view.step.months != base.step.months ||
        view.step.microseconds != base.step.microseconds)
      throw InvalidArgument(
          name() + " has steps of " + format_step(view.step) + ", the series of " + format_step(base.step),
          "Build regressors with the same kind of time and the same step as the series.");
    // Negative for good when the grids do not meet: no step then has a value.
    const std::int64_t offset =
        view.values.empty() ? kNowhere : steps_between(view.start, view.step, base.start).value_or(kNowhere);
    std::vector<double>& values = aligned.emplace_back();
    values.reserve(static_cast<std::size_t>(count));
    for (std::int64_t i = first; i < first + count; ++i) {
      const std::int64_t at = offset + i;
      if (at < 0 || at >= static_cast<std::int64_t>(view.values.size()) ||
          std::isnan(view.values[static_cast<std::size_t>(at)]))
        throw InvalidArgument(
            name() + " has no value at " + format_time(advance(base.start, base.step, i), series.kind),
            "A regressor needs a value at every step of the series and of the horizon.");
      values.push_back(view.values[static_cast<std::size_t>(at)]);
    }
  }
  return aligned;
}

Regressors future_regressors(const FittedModel& fitted, std::span<const SeriesView> xreg, int horizon) {
  if (!uses_regressors(fitted)) return {};
  if (xreg.size() != fitted.regressors.size())
    throw InvalidArgument("the model has " + std::to_string(fitted.regressors.size()) + " regressors, " +
                              std::to_string(xreg.size()) + " were given",
                          "Give xreg => ARRAY[…] with the series of the fit, their values going on over the horizon.");
  return align_regressors(xreg, fitted.series, static_cast<std::int64_t>(fitted.series.series.values.size()), horizon);
}

StampedSeries to_stamped(const SeriesView& view) {
  StampedSeries stamped;
  stamped.kind = view.kind;
  stamped.series.start = view.start;
  stamped.series.step = view.step;
  stamped.series.values.assign(view.values.begin(), view.values.end());
  return stamped;
}

}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_model_in) {
  const char* input = PG_GETARG_CSTRING(0);
  return compute([&] { return keep_model(parse_model(input)); });
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_model_out) {
  const std::string_view bytes = bytes_view(PG_GETARG_DATUM(0));
  return CStringGetDatum(compute([&] { return keep(format_model(decode_model(bytes))); }));
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_model_send) {
  const std::string_view bytes = bytes_view(PG_GETARG_DATUM(0));
  StringInfoData out;
  pq_begintypsend(&out);
  pq_sendbytes(&out, bytes.data(), static_cast<int>(bytes.size()));
  return PointerGetDatum(pq_endtypsend(&out));
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_model_recv) {
  auto* in = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
  const int size = in->len - in->cursor;
  const std::string_view bytes(pq_getmsgbytes(in, size), static_cast<std::size_t>(size));
  // Decoded and encoded again: what is stored is always in the one canonical form.
  return compute([&] { return keep_model(decode_model(bytes)); });
}
