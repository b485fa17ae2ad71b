// SPDX-License-Identifier: PostgreSQL
//
// Models that need no search: what carries on a series with too little to fit a model to, or with nothing but a
// pattern. They are ARIMA models of known coefficients, so that they can be kept and used like any other:
//
//   mean_model       ARIMA(0,0,0) with mean                       every step is the mean
//   naive_model      ARIMA(0,1,0) or ARIMA(0,0,0)(0,1,0)[m]       every step is the last value (of its season)
//   exact_pattern    the same with drift, variance 0              a straight line, a season that repeats exactly
//
// Their forecasts are closed forms (Hyndman & Athanasopoulos 2021, sections 5.2 and 5.5), exact around any number of
// missing values (NaN).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/arima/arima.h"
#include "core/series/series_summary.h"

namespace performance_tracker {

// Fewer observations than this cannot tell a model from noise.
inline constexpr std::size_t kFewestForArima = 10;

ArimaModel mean_model(const SeriesSummary& summary);

// The variance of a step of one season is estimated from each pair of observations that follow each other in the same
// season, by maximum likelihood; without any such pair it is that of the observations. season_length >= 1.
ArimaModel naive_model(std::span<const double> y, int season_length);

// Empty when the series deviates from its pattern by more than rounding, or when too little of it is observed to say
// so: one step more than two seasons without gaps.
std::optional<ArimaModel> exact_pattern(std::span<const double> y, int season_length);

// Whether the model is one of the three, or an ARIMA fit that is the same as one.
bool is_carried(const ArimaModel& model);

// Of a model that is_carried. A season that was never observed is given the mean of all observations.
ArimaForecast forecast_carried(const ArimaModel& model, std::span<const double> y, int horizon);

// One-step-ahead predictions of the observations, NaN where there is none.
std::vector<double> fitted_carried(const ArimaModel& model, std::span<const double> y);

}  // namespace performance_tracker
