// SPDX-License-Identifier: PostgreSQL
//
// Automatic choice of a seasonal ARIMA model.
//
//   AutoArimaResult r = auto_arima(TimeSeries{y, 7}, {}, {}, progress);
//   r.model.to_string()                          // "ARIMA(0,1,2)(0,1,1)[7]"
//   for (const ArimaCandidate& c : r.candidates) // every model tried, with its criterion and what became of it
//
// Differences are chosen by tests (D by seasonal strength, then d by KPSS; with regressors on what least squares leaves
// of the series), orders by an information criterion, along the stepwise search of Hyndman & Khandakar (2008,
// section 3.2) or over the full grid. Unlike the usual programs, the criterion is always that of the exact likelihood,
// and roots are judged factor by factor: a seasonal moving average near the unit circle is kept, because it is what a
// nearly deterministic season looks like, and `notes` says so.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/arima/arima.h"
#include "core/base/progress.h"
#include "core/diagnostics/seasonal_tests.h"
#include "core/diagnostics/unit_root.h"
#include "core/series/time_series.h"

namespace performance_tracker {

enum class InformationCriterion { kAicc, kAic, kBic };

// What R's auto.arima calls the same is named so in parentheses where the names differ.
struct AutoArimaOptions {
  int max_p = 5;
  int max_q = 5;
  int max_seasonal_p = 2;  // (max.P)
  int max_seasonal_q = 2;  // (max.Q)
  int max_order = 5;       // p + q + P + Q of the full grid; the stepwise search is bounded by the four above only
  int max_d = 2;
  int max_seasonal_d = 1;  // (max.D)
  int start_p = 2;
  int start_q = 2;
  int start_seasonal_p = 1;                                      // (start.P)
  int start_seasonal_q = 1;                                      // (start.Q)
  std::optional<int> d = {};                                     // differences given instead of tested
  std::optional<int> seasonal_d = {};                            // (D)
  bool stationary = false;                                       // no differences
  bool seasonal = true;                                          // seasonal models, if the series has a season
  bool stepwise = true;                                          // false: the full grid
  int max_models = 94;                                           // fitted by the stepwise search (nmodels)
  InformationCriterion criterion = InformationCriterion::kAicc;  // (ic)
  UnitRootTest unit_root_test = UnitRootTest::kKpss;             // (test)
  double unit_root_alpha = 0.05;
  SeasonalTest seasonal_test = SeasonalTest::kSeasonalStrength;  // (seasonal.test)
  bool allow_mean = true;                                        // when nothing is differenced
  bool allow_drift = true;                                       // when exactly one difference is taken
  // Models with a root nearer the unit circle are dropped: of the ordinary factors, and of the seasonal autoregression
  // (in B^m). The seasonal moving average may lie on it.
  double smallest_root = 1.001;
  double smallest_seasonal_root = 1.0001;

  // Throws InvalidArgument that names the field, its value and the way out.
  void check() const;
};

struct ArimaCandidate {
  enum class Outcome {
    kSelected,   // the model chosen
    kWorse,      // fitted; its criterion is higher
    kAbandoned,  // given up during the fit: it could not have beaten the best so far; criterion is what it had reached
    kNearUnitRoot,     // a factor on the edge of stationarity or invertibility
    kOverDifferenced,  // the same, where the moving average undoes a difference (a root at 1)
    kFailed,           // the likelihood is not defined at any start
  };
  ArimaOrder order;
  Constant constant = Constant::kNone;
  double criterion = 0.0;  // infinite when kFailed
  Outcome outcome = Outcome::kWorse;
  int iterations = 0;
};

struct AutoArimaResult {
  ArimaModel model;
  std::vector<ArimaCandidate> candidates;  // in the order tried
  std::vector<std::string> notes;          // sentences about over-differencing, …
  long evaluations = 0;                    // of the likelihood, over all candidates
};

const char* to_string(ArimaCandidate::Outcome outcome);

// `series` may hold NaN; its season_length must be known (>= 1). Regressors as in ArimaFitOptions.
// Throws InvalidArgument for bad options, InvalidData when fewer than four observations are there.
AutoArimaResult auto_arima(const TimeSeries& series, const AutoArimaOptions& options, const Regressors& regressors,
                           const Progress& progress);

}  // namespace performance_tracker
