// SPDX-License-Identifier: PostgreSQL
//
// The type forecast_model, a fit of any method as a value: sql/extension/78_forecast_model.sql.
#include "core/forecast/kept_model.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/forecast/automatic_model.h"
#include "core/forecast/base_forecast.h"
#include "pg/arguments.h"
#include "pg/arrays.h"
#include "pg/bytes.h"
#include "pg/forecast.h"
#include "pg/guard.h"
#include "pg/model.h"
#include "pg/pg.h"
#include "pg/progress.h"
#include "pg/tuples.h"

namespace performance_tracker {
namespace {

// Read phase.
constexpr ArgumentType kKeptModelType = own_type("forecast_model");
std::string_view model_bytes(FunctionCallInfo fcinfo) {
  return bytes_view(PG_GETARG_DATUM(given_argument(fcinfo, "model", kKeptModelType, "Fit one: fit_model(series).")));
}

KeptModel decode(std::string_view bytes) { return decode_kept_model(bytes, InterruptProgress()); }
Datum keep(const KeptModel& kept) { return keep_bytes(encode_kept_model(kept)); }

const char* origin_name(KeptModelOrigin origin) {
  switch (origin) {
    case KeptModelOrigin::kFitted:
      return "fitted";
    case KeptModelOrigin::kCarried:
      return "carried";
    case KeptModelOrigin::kRefitRestated:
      return "refit: restated";
    case KeptModelOrigin::kRefitDrifted:
      return "refit: drifted";
  }
  return nullptr;
}

// Values of the model's regressors over the horizon, none for a model without.
Regressors future_of(const KeptModel& kept, const MethodFit& fit, std::span<const SeriesView> xreg, int horizon) {
  if (!fit.state->uses_regressors()) return {};
  if (xreg.size() != kept.regressors.size())
    throw InvalidArgument("the model has " + std::to_string(kept.regressors.size()) + " regressors, " +
                              std::to_string(xreg.size()) + " were given",
                          "Give xreg => ARRAY[…] with the series of the fit, their values going on over the horizon.");
  return align_regressors(xreg, kept.series, static_cast<std::int64_t>(kept.series.series.values.size()), horizon);
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_forecast_model_in) {
  const char* input = PG_GETARG_CSTRING(0);
  return compute([&] { return keep(parse_kept_model(input, InterruptProgress())); });
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_forecast_model_out) {
  const std::string_view bytes = bytes_view(PG_GETARG_DATUM(0));
  return CStringGetDatum(compute([&] { return performance_tracker::keep(format_kept_model(decode(bytes))); }));
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_forecast_model_recv) {
  auto* in = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
  const int size = in->len - in->cursor;
  const std::string_view bytes(pq_getmsgbytes(in, size), static_cast<std::size_t>(size));
  return compute([&] { return keep(decode(bytes)); });
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_forecast_model_send) {
  const std::string_view bytes = bytes_view(PG_GETARG_DATUM(0));
  StringInfoData out;
  pq_begintypsend(&out);
  pq_sendbytes(&out, bytes.data(), static_cast<int>(bytes.size()));
  return PointerGetDatum(pq_endtypsend(&out));
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_fit_model) {
  const SeriesView given = time_series_argument(fcinfo, "series");
  const char* method = text_argument(fcinfo, "method");
  const std::optional<int> season_length = optional_int4_argument(fcinfo, "season_length");
  const std::span<const SeriesView> xreg = series_array_argument(fcinfo, "xreg");
  return compute([&] {
    const StampedSeries series = to_stamped(given);
    const Regressors regressors =
        align_regressors(xreg, series, 0, static_cast<std::int64_t>(series.series.values.size()));
    return keep(keep_model(fit_method(parse_method(method), {series.series.values, parse_season_length(season_length)},
                                      regressors, {}, InterruptProgress()),
                           series));
  });
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_update_forecast_model) {
  const std::string_view bytes = model_bytes(fcinfo);
  const SeriesView view = time_series_argument(fcinfo, "series");
  const std::span<const SeriesView> xreg =
      has_argument(fcinfo, "xreg") ? series_array_argument(fcinfo, "xreg") : std::span<const SeriesView>();
  return compute([&] {
    const KeptModel model = decode(bytes);
    const StampedSeries more = to_stamped(view);
    const StampedSeries all = continue_series(model.series, more);
    const Regressors regressors = align_regressors(xreg, all, 0, static_cast<std::int64_t>(all.series.values.size()));
    return keep(carry_model(model, more, regressors, InterruptProgress()));
  });
}

// Carried, or fitted again where the past was restated or the errors have drifted; fitted where there is no model.
PERFORMANCE_TRACKER_ENTRY(performance_tracker_refresh_model) {
  const bool is_new = PG_ARGISNULL(argument_place(fcinfo, "model", kKeptModelType));
  const std::string_view bytes = is_new ? std::string_view() : model_bytes(fcinfo);
  const SeriesView view = time_series_argument(fcinfo, "series");
  const bool refit = bool_argument(fcinfo, "refit");
  const char* method = text_argument(fcinfo, "method");
  const int season_length = int4_argument(fcinfo, "season_length");
  return compute([&] {
    const InterruptProgress progress;
    StampedSeries series = to_stamped(view);
    if (!is_new) {
      const KeptModel model = decode(bytes);
      if (!refit && model.method == parse_method(method)) return keep(carry_or_refit(model, series, {}, progress));
      series = continue_series(model.series, series);
    }
    const TimeSeries given{series.series.values, parse_season_length(season_length)};
    return keep(keep_model(fit_method(parse_method(method), given, {}, {}, progress), series));
  });
}

// The value of performance_tracker_fit_series, from a model that is there already.
PERFORMANCE_TRACKER_ENTRY(performance_tracker_model_base) {
  const std::string_view bytes = model_bytes(fcinfo);
  const int horizon = int4_argument(fcinfo, "horizon");
  const std::span<const double> levels = doubles_argument(fcinfo, "levels");
  const bool include_history = bool_argument(fcinfo, "include_history");
  const bool keep_errors = bool_argument(fcinfo, "keep_errors");
  const std::span<const SeriesView> xreg = series_array_argument(fcinfo, "xreg");
  return compute([&] {
    const InterruptProgress progress;
    const KeptModel model = decode(bytes);
    const MethodFit fit = restore_fit(model, progress);
    BaseForecastOptions options;
    options.method = model.method;
    options.horizon = horizon;
    options.levels = to_vector(levels);
    options.include_history = include_history;
    options.keep_errors = keep_errors;
    options.check();  // the horizon bounds what is read of the regressors
    options.future = future_of(model, fit, xreg, horizon);
    return keep_bytes(encode_base_forecast(base_forecast_of(fit, model.series, options, progress)));
  });
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_forecast_model_end) {
  const std::string_view bytes = model_bytes(fcinfo);
  return compute([&] { return TimestampGetDatum(time_of_step(decode(bytes).series, 0)); });
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_arima_model_end) {
  const std::string_view bytes = model_argument(fcinfo, "model");
  return compute([&] { return TimestampGetDatum(time_of_step(decode_model(bytes).series, 0)); });
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_forecast_model_describe) {
  const std::string_view bytes = model_bytes(fcinfo);
  struct Row {
    const char* method;
    const char* model;
    const char* origin;
    int season_length;
    int observations;
    Timestamp start;
    Timestamp end;
    const char* status;
  };
  const Row row = compute([&] {
    const KeptModel kept = decode(bytes);
    const MethodFit fit = restore_fit(kept, InterruptProgress());
    return Row{performance_tracker::keep(std::string(method_entry(kept.method).name)),
               performance_tracker::keep(fit.state->description()),
               origin_name(kept.origin),
               kept.season_length,
               static_cast<int>(kept.series.series.values.size()),
               kept.series.series.start,
               time_of_step(kept.series, 0),
               kept.status.text.empty() ? nullptr : performance_tracker::keep(kept.status.text)};
  });
  RowWriter rows(fcinfo);
  rows.text(row.method);
  rows.text(row.model);
  rows.text(row.origin);
  rows.int4(row.season_length);
  rows.int4(row.observations);
  rows.datum(TimestampGetDatum(row.start));
  rows.datum(TimestampGetDatum(row.end));
  rows.text(row.status);
  rows.end_row();
  return rows.done();
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_forecast_model_measures) {
  const std::string_view bytes = model_bytes(fcinfo);
  struct Row {
    const char* name;
    double value;
  };
  const std::span<const Row> measures = compute([&] {
    std::vector<Row> kept;
    for (const MethodMeasure& measure : restore_fit(decode(bytes), InterruptProgress()).state->glance())
      kept.push_back({performance_tracker::keep(measure.name), measure.value});
    return performance_tracker::keep(kept);
  });
  RowWriter rows(fcinfo);
  for (const Row& row : measures) {
    rows.text(row.name);
    rows.float8(row.value);
    rows.end_row();
  }
  return rows.done();
}

// Members with their weights, measures, what was said to the reader and the remarks on the model: one row each.
PERFORMANCE_TRACKER_ENTRY(performance_tracker_explain_forecast_model) {
  const std::string_view bytes = model_bytes(fcinfo);
  struct Row {
    const char* part;
    const char* name;
    double value;
    const char* description;
  };
  const std::span<const Row> parts = compute([&] {
    namespace pt = performance_tracker;
    const MethodFit fit = restore_fit(decode(bytes), InterruptProgress());
    std::vector<Row> kept;
    for (const MethodMember& member : members_of(fit))
      kept.push_back(
          {"member", pt::keep(std::string(method_entry(member.method).name)), member.weight, pt::keep(member.model)});
    std::stable_sort(kept.begin(), kept.end(), [](const Row& a, const Row& b) { return a.value > b.value; });
    for (const MethodMeasure& measure : fit.state->glance())
      if (!measure.name.starts_with("weight_"))
        kept.push_back({"measure", pt::keep(measure.name), measure.value, nullptr});
    for (const StatusCode code : fit.status.codes())
      kept.push_back({"status", pt::keep(std::string(status_entry(code).name)), kMissing,
                      pt::keep(std::string(status_entry(code).meaning))});
    if (!fit.status.text.empty()) kept.push_back({"status", nullptr, kMissing, pt::keep(fit.status.text)});
    if (!fit.status.remarks.empty()) kept.push_back({"remark", nullptr, kMissing, pt::keep(fit.status.remarks)});
    return pt::keep(kept);
  });
  RowWriter rows(fcinfo);
  for (const Row& row : parts) {
    rows.text(row.part);
    rows.text(row.name);
    rows.float8(row.value);
    rows.text(row.description);
    rows.end_row();
  }
  return rows.done();
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_simulate_forecast_model) {
  const std::string_view bytes = model_bytes(fcinfo);
  const int horizon = int4_argument(fcinfo, "horizon");
  const int paths = int4_argument(fcinfo, "paths");
  const auto seed = static_cast<std::uint64_t>(int8_argument(fcinfo, "seed"));
  const std::span<const SeriesView> xreg = series_array_argument(fcinfo, "xreg");
  struct Drawn {
    std::span<const double> values;
    std::span<const std::int64_t> times;
  };
  const Drawn result = compute([&] {
    const InterruptProgress progress;
    const KeptModel model = decode(bytes);
    const MethodFit fit = restore_fit(model, progress);
    SimulationOptions wanted{.horizon = horizon, .paths = paths, .seed = seed, .future = {}};
    wanted.check();
    wanted.future = future_of(model, fit, xreg, horizon);
    std::vector<std::int64_t> times;
    for (int step = 1; step <= horizon; ++step) times.push_back(time_of_step(model.series, step));
    return Drawn{performance_tracker::keep(paths_of(fit, wanted, false, progress)), performance_tracker::keep(times)};
  });
  RowWriter rows(fcinfo);
  for (std::size_t i = 0; i < result.values.size(); ++i) {
    const std::size_t step = i % result.times.size();
    rows.int4(static_cast<int>(i / result.times.size()) + 1);
    rows.int4(static_cast<int>(step) + 1);
    rows.datum(TimestampGetDatum(result.times[step]));
    rows.float8(result.values[i]);
    rows.end_row();
  }
  return rows.done();
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_model_from_bytes) {
  const std::string_view bytes = bytes_view(PG_GETARG_DATUM(0));
  return compute([&] { return keep(decode(bytes)); });
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_model_origin) {
  const std::string_view bytes = model_bytes(fcinfo);
  const char* name = compute([&] { return origin_name(decode(bytes).origin); });
  return CStringGetTextDatum(name);
}
