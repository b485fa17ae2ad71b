// SPDX-License-Identifier: PostgreSQL
//
// The SQL type arima_model: a varlena that holds the bytes of core/forecast/fitted_model.h, the same on disk and on the
// wire.
#pragma once

#include "core/forecast/fitted_model.h"
#include "pg/pg.h"
#include "pg/time_series.h"

namespace performance_tracker {

// Read phase: the bytes of a model argument. Compute phase: decode_model(bytes) gives the model, or throws.
std::string_view model_argument(FunctionCallInfo fcinfo, const char* name);

// Compute phase: the model as a datum in the current memory context.
Datum keep_model(const FittedModel& fitted);

// A time_series[] argument as views; NULL and '{}' are no series. Refuses NULL elements. Read phase.
std::span<const SeriesView> series_array_argument(FunctionCallInfo fcinfo, const char* name);

// Compute phase: the values of each regressor from the time `first` steps after the start of `series` on, `count` of
// them. Throws InvalidArgument that names the first time without a value.
Regressors align_regressors(std::span<const SeriesView> regressors, const StampedSeries& series, std::int64_t first,
                            std::int64_t count);

// Compute phase: the values over the horizon of the model's regressors, none for a model that was to have some and is
// carried on without. Throws InvalidArgument unless as many are given as the model has.
Regressors future_regressors(const FittedModel& fitted, std::span<const SeriesView> xreg, int horizon);

// The view as the core's own series. Compute phase.
StampedSeries to_stamped(const SeriesView& view);

}  // namespace performance_tracker
