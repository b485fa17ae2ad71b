// SPDX-License-Identifier: PostgreSQL
//
// The columns of a forecast, in the one order that all its row types have: time_series_type, the time (or step),
// time_series_data, forecast_value, standard_error, confidence_level, prediction_interval_lower_bound,
// prediction_interval_upper_bound, model, forecast_status and, where the type has it, status_code.
#pragma once

#include "core/forecast/forecast.h"
#include "pg/pg.h"
#include "pg/tuples.h"

namespace performance_tracker {

// What the rows need, in Postgres's memory. NaN and nullptr become NULL.
struct ForecastView {
  std::span<const double> history, fitted;  // equally long; empty when history was not asked for
  std::span<const double> levels;           // each step has a row a level
  std::span<const double> value, standard_error;
  std::span<const double> lower, upper;  // level by level
  const char* model = nullptr;
  const char* status = nullptr;
  const char* codes = nullptr;
  bool has_codes = false;  // whether the row type has status_code
};

// All but history, with levels as they were asked for. Compute phase.
ForecastView view_of(const Forecast& forecast, const std::vector<double>& levels);

// Names of the bits of a Status, "a,b"; nullptr for none. Compute phase.
const char* keep_codes(std::uint32_t bits);

// forecast_value, standard_error, confidence_level and the bounds of one row. Write phase, as all below.
struct Prediction {
  double value, standard_error, level, lower, upper;
};
void put_prediction(RowWriter& rows, const Prediction& prediction);

void put_history_columns(RowWriter& rows, const ForecastView& view, std::size_t step);
void put_forecast_columns(RowWriter& rows, const ForecastView& view, std::size_t step, std::size_t level);

// History first, then the horizon. `put_time(i)` writes the second column of the i-th step, history included.
template <typename PutTime>
void write_forecast_rows(RowWriter& rows, const ForecastView& view, PutTime put_time) {
  for (std::size_t i = 0; i < view.history.size(); ++i) {
    rows.text("history");
    put_time(i);
    put_history_columns(rows, view, i);
    rows.end_row();
  }
  for (std::size_t h = 0; h < view.value.size(); ++h) {
    for (std::size_t k = 0; k < view.levels.size(); ++k) {
      rows.text("forecast");
      put_time(view.history.size() + h);
      put_forecast_columns(rows, view, h, k);
      rows.end_row();
    }
  }
}

}  // namespace performance_tracker
