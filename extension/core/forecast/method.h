// SPDX-License-Identifier: PostgreSQL
//
// The one interface of forecasting methods, and the one table of them.
//
//   const MethodEntry& ets = method_named("ets");           // throws for an unknown name, with the choices
//   std::unique_ptr<FittedMethod> fit = ets.fit({y, 7}, {}, progress);
//   MethodForecast f = fit->forecast(30, {}, progress);
//   fit->bounds(f, 0.80).lower[0];
//   std::vector<double> paths = fit->sample_paths({.horizon = 30, .paths = 1000, .seed = 1}, progress);
//   std::unique_ptr<FittedMethod> later = fit->refit({longer_y, 7}, progress);     // the same parameters, more data
//   std::string kept = fit->payload();
//   ets.restore(kept, {y, 7}, progress)->forecast(30, {}, progress)                // the same forecast
//
// A new method is one file with a class derived from FittedMethod, its number and declaration in method_list.h, one
// line in the table of method.cpp, its tests and its section in docs/method.md. Backtest, explanation, intervals,
// combination and kept models know this interface and no method by name.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/arima/auto_arima.h"
#include "core/base/progress.h"
#include "core/forecast/interval.h"
#include "core/forecast/method_list.h"
#include "core/forecast/status.h"
#include "core/series/regressors.h"
#include "core/series/time_series.h"

namespace performance_tracker {

// What a method is fitted to. Values are in multiples of the series' unit (series_summary.h), so squares are numbers;
// NaN is missing, at least one value is observed, none is infinite.
struct MethodInput {
  std::vector<double> y = {};
  int season_length = 1;       // 1..kMaxSeasonLength, known; a method ignores one that it cannot use, and says so
  Regressors regressors = {};  // each of y's length, nothing missing; only for methods that use them
};

struct MethodOptions {
  AutoArimaOptions arima = {};    // of ARIMA, alone or as a member
  int moving_average_window = 7;  // observations, >= 1
  bool clean = true;              // of auto: what does not belong in the series is left out; false where that is done
  // What a status calls a step of the series, its date for instance; empty: "observation 61 of 90".
  std::function<std::string(std::size_t)> name_of_step = {};
};

struct MethodForecast {
  std::vector<double> value;           // of each step, finite
  std::vector<double> standard_error;  // of each step alone, finite and >= 0
  std::string model;                   // the one that answered; differs from description() after a fallback
  Status status;                       // what the forecast adds to the fit's
};

inline constexpr int kMaxSimulatedValues = 10'000'000;

struct SimulationOptions {
  int horizon = 30;  // 1..kMaxHorizon
  int paths = 100;   // >= 1, horizon * paths <= kMaxSimulatedValues
  std::uint64_t seed = 0;
  Regressors future = {};  // of each of the model's regressors, `horizon` values

  // Throws InvalidArgument that names the field, its value and the way out.
  void check() const;
};

// A part of the history that the method tells apart; of the series' length, NaN where there is none.
struct MethodComponent {
  std::string name;  // "level", "trend", "seasonal_7", …
  std::vector<double> values;
};

// A number that describes a fit: "aicc", "alpha", "weight_ets", …; NaN where it could not be computed.
struct MethodMeasure {
  std::string name;
  double value;
};

// A method that takes part in a forecast, with its share.
struct MethodMember {
  ForecastMethod method;
  std::string model;  // its description
  double weight;      // 0..1, of all members 1
};

class FittedMethod {
 public:
  FittedMethod(const FittedMethod&) = delete;
  FittedMethod& operator=(const FittedMethod&) = delete;
  virtual ~FittedMethod() = default;

  virtual std::string description() const = 0;  // "ETS(A,Ad,A)[7]"
  virtual const Status& status() const { return status_; }

  // Every number is finite. `future` as in SimulationOptions. Throws InvalidArgument for regressors that do not fit.
  virtual MethodForecast forecast(int horizon, const Regressors& future, const Progress& progress) const = 0;

  // The central interval of each step; the normal one unless the method knows better. No clamping at zero.
  virtual IntervalForecast bounds(const MethodForecast& forecast, double confidence_level) const;

  // Paths of the whole horizon, one after the other (path * horizon + step), joint over the steps: for sums, maxima and
  // chances. Mean and spread of each step are those of the forecast, a seed means the same paths on every machine. The
  // default has independent normal steps, which is right for a method without dynamics only.
  virtual std::vector<double> sample_paths(const SimulationOptions& options, const Progress& progress) const;

  // One-step-ahead predictions of the history, NaN where there is none.
  virtual std::vector<double> fitted(const Progress& progress) const = 0;

  // The same parameters on other data (the series continued, cut, revised): no search, no optimisation.
  virtual std::unique_ptr<FittedMethod> refit(MethodInput input, const Progress& progress) const = 0;

  virtual std::vector<MethodComponent> components(const Progress& progress) const;  // none by default
  virtual std::vector<MethodMeasure> glance() const = 0;
  // Those that a combination is made of, in the order they were fitted in; none for a method that is one itself.
  virtual std::vector<MethodMember> members() const { return {}; }

  // All that `restore` needs beside the input: version byte first, the same on every machine.
  virtual std::string payload() const = 0;

  // The model, for methods that are one; null for all others.
  virtual const ArimaModel* arima() const { return nullptr; }

  // False for a model that was to have regressors and does without them.
  bool uses_regressors() const { return !input_.regressors.empty(); }
  const MethodInput& input() const { return input_; }

 protected:
  explicit FittedMethod(MethodInput input) : input_(std::move(input)) {}
  MethodInput input_;
  Status status_;
};

struct MethodEntry {
  ForecastMethod method;
  std::string_view name;   // of the argument `method`
  std::string_view title;  // for people
  std::string_view since;  // version of the extension
  std::string_view file;   // in core/forecast
  bool takes_regressors;   // others refuse them
  std::unique_ptr<FittedMethod> (*fit)(MethodInput input, const MethodOptions& options, const Progress& progress);
  // Throws InvalidArgument for anything but a payload of this method.
  std::unique_ptr<FittedMethod> (*restore)(std::string_view payload, MethodInput input, const Progress& progress);
};

// In the order in which they are offered.
std::span<const MethodEntry> methods();
const MethodEntry& method_entry(ForecastMethod method);
// Throws InvalidArgument that lists the names.
const MethodEntry& method_named(std::string_view name);
// By the number in a kept model. Throws InvalidArgument.
const MethodEntry& method_numbered(int number);

// Whether every value and standard error is a finite number.
bool all_finite(const MethodForecast& forecast);

// A method fitted to a series as the user has it, whatever its scale: the unit is taken out and put back.
struct MethodFit {
  ForecastMethod method;
  double unit;  // of the state's values
  std::unique_ptr<FittedMethod> state;
  Status status;  // of the series (missing values, unit) and of the fit
};

// season_length 0 is found (detect_season_length). Throws InvalidArgument for bad options and for regressors that the
// method does not take, InvalidData when nothing is observed or a value is infinite.
MethodFit fit_method(ForecastMethod method, const TimeSeries& series, const Regressors& regressors,
                     const MethodOptions& options, const Progress& progress);

// With bounds, in the series' own numbers, clamped at zero if `nonnegative`.
struct FitForecast : IntervalForecast {
  std::string model;
  Status status;
};
// The fit's members; of a method that is no combination itself, with all the weight.
std::vector<MethodMember> members_of(const MethodFit& fit);
FitForecast forecast_fit(const MethodFit& fit, int horizon, double confidence_level, bool nonnegative,
                         const Regressors& future, const Progress& progress);
std::vector<double> fitted_of(const MethodFit& fit, const Progress& progress);
std::vector<double> paths_of(const MethodFit& fit, const SimulationOptions& options, bool nonnegative,
                             const Progress& progress);

}  // namespace performance_tracker
