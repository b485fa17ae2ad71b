// SPDX-License-Identifier: PostgreSQL
#include "pg/forecast_rows.h"

#include "core/forecast/status.h"
#include "pg/guard.h"

namespace performance_tracker {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

void put_said(RowWriter& rows, const ForecastView& view) {
  rows.text(view.model);
  rows.text(view.status);
  if (view.has_codes) rows.text(view.codes);
}

}  // namespace

ForecastView view_of(const Forecast& forecast, const std::vector<double>& levels) {
  return {.history = {},
          .fitted = {},
          .levels = keep(levels),
          .value = keep(forecast.value),
          .standard_error = keep(forecast.standard_error),
          .lower = keep(forecast.all_lower),
          .upper = keep(forecast.all_upper),
          .model = keep(forecast.model),
          .status = keep(forecast.status),
          .codes = keep_codes(forecast.codes.bits),
          .has_codes = true};
}

const char* keep_codes(std::uint32_t bits) {
  Status status;
  status.bits = bits;
  std::string names;
  for (const StatusCode code : status.codes())
    names += (names.empty() ? "" : ",") + std::string(status_entry(code).name);
  return names.empty() ? nullptr : keep(names);
}

void put_prediction(RowWriter& rows, const Prediction& p) {
  rows.float8(p.value);
  rows.float8(p.standard_error);
  rows.float8(p.level);
  rows.float8(p.lower);
  rows.float8(p.upper);
}

void put_history_columns(RowWriter& rows, const ForecastView& view, std::size_t step) {
  rows.float8(view.history[step]);
  put_prediction(rows, {view.fitted[step], kNone, kNone, kNone, kNone});
  put_said(rows, view);
}

void put_forecast_columns(RowWriter& rows, const ForecastView& view, std::size_t step, std::size_t level) {
  const std::size_t bound = level * view.value.size() + step;
  rows.null();  // time_series_data
  put_prediction(
      rows, {view.value[step], view.standard_error[step], view.levels[level], view.lower[bound], view.upper[bound]});
  put_said(rows, view);
}

}  // namespace performance_tracker
