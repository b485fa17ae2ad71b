// SPDX-License-Identifier: PostgreSQL
//
// Cancellation does not wait: between two polls of its Progress nothing computes for longer than a few passes over the
// series, whatever the series' length. Measured in processor time of this thread against that of such a pass on the
// same machine at the same time, so that neither a slow machine nor a busy one decides.
//
// A pass over a million values takes .5 to 1.2 ms, so kMostPasses of them stay below the 50 ms that a cancelled query
// may take. The longest stretches are about 20 passes (theta, ARIMA with holes); a loop that does not poll takes
// hundreds.
#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/diagnostics/season_length.h"
#include "core/diagnostics/stl.h"
#include "core/forecast/automatic_model.h"
#include "core/forecast/backtest.h"
#include "core/forecast/explanation.h"
#include "core/forecast/forecast.h"
#include "core/forecast/forecast_sum.h"
#include "core/forecast/kept_model.h"
#include "core/forecast/method.h"
#include "core/forecast/series_anomaly.h"
#include "core/forecast/simulation.h"
#include "core/series/series_text.h"

namespace performance_tracker {
namespace {

constexpr std::size_t kLength = 1'000'000;
constexpr double kMostPasses = 40.0;
constexpr double kBudget = 0.7;  // seconds: what comes after that is the same again

double processor_seconds() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

// The longest time between two polls, the first and the last stretch included.
class Stopwatch final : public Progress {
 public:
  Stopwatch() : began_(processor_seconds()), last_(began_) {}
  void poll() const override {
    const double now = processor_seconds();
    longest_ = std::max(longest_, now - last_);
    last_ = now;
    ++polls_;
    if (now - began_ > kBudget) throw Cancelled();
  }
  double longest() const { return longest_; }
  long polls() const { return polls_; }

 private:
  const double began_;
  mutable double last_, longest_ = 0.0;
  mutable long polls_ = 0;
};

// Made once: what the tests themselves compute is not to be measured.
const std::vector<double>& wavy() {
  static const std::vector<double> made = [] {
    std::vector<double> y(kLength);
    for (std::size_t t = 0; t < y.size(); ++t)
      y[t] = 100.0 + 30.0 * std::sin(static_cast<double>(t) / 9.0) + static_cast<double>((t * 7919) % 101);
    return y;
  }();
  return made;
}

const std::vector<double>& holed() {
  static const std::vector<double> made = [] {
    std::vector<double> y = wavy();
    for (std::size_t t = 3; t < y.size(); t += 7) y[t] = kMissing;
    return y;
  }();
  return made;
}

const std::vector<double>& sparse() {
  static const std::vector<double> made = [] {
    std::vector<double> y(kLength, 0.0);
    for (std::size_t t = 0; t < y.size(); t += 13) y[t] = static_cast<double>(t % 5);
    return y;
  }();
  return made;
}

StampedSeries stamped(std::vector<double> y) {
  return {TimeKind::kTimestamp, {0, {kDay / 24, 0, false}, std::move(y)}};
}

// The shortest of a few passes: a new vector from an old one, element by element, and its sum.
double pass() {
  const std::vector<double>& y = wavy();
  double best = 1.0;
  for (int i = 0; i < 7; ++i) {
    const double began = processor_seconds();
    std::vector<double> x(y.begin(), y.end());
    for (std::size_t t = 0; t + 1 < x.size(); ++t) x[t] = x[t + 1] - x[t];
    double sum = 0.0;
    for (const double v : x) sum += v * v;
    if (sum < 0.0) return 0.0;
    best = std::min(best, processor_seconds() - began);
  }
  return best;
}

struct Case {
  const char* name;
  std::function<void(const Progress&)> run;
};

class Polls : public ::testing::TestWithParam<Case> {};

// Some tries: another process may take the caches.
TEST_P(Polls, AreNoMoreThanAFewPassesOverTheSeriesApart) {
  (void)holed(), (void)sparse();
  double best = 1e300;
  for (int attempt = 0; attempt < 3 && best > kMostPasses; ++attempt) {
    const double unit = pass();
    const Stopwatch watch;
    try {
      GetParam().run(watch);
      watch.poll();
    } catch (const Cancelled&) {
    }
    EXPECT_GT(watch.polls(), 1);
    best = std::min(best, watch.longest() / unit);
  }
  RecordProperty("passes", std::to_string(best));
  EXPECT_LE(best, kMostPasses);
}

void fit_and_use(ForecastMethod method, const std::vector<double>& y, const Progress& progress) {
  const MethodFit fit = fit_method(method, {y, 24}, {}, {}, progress);
  progress.poll();
  (void)forecast_fit(fit, 100, 0.8, false, {}, progress);
  progress.poll();
  (void)fitted_of(fit, progress);
  progress.poll();
  (void)paths_of(fit, {.horizon = 100, .paths = 100}, false, progress);
}

const std::vector<Case> kCases = {
    {"arima",
     [](const Progress& p) {
       (void)fit_given(stamped(wavy()), {1, 1, 1}, Constant::kNone, {}, p);
     }},
    {"seasonal_arima",
     [](const Progress& p) {
       (void)fit_given(stamped(wavy()), {2, 1, 2, 1, 0, 1, 24}, Constant::kNone, {}, p);
     }},
    {"arima_with_holes",
     [](const Progress& p) {
       (void)fit_given(stamped(holed()), {1, 1, 1}, Constant::kNone, {}, p);
     }},
    {"arima_with_a_regressor",
     [](const Progress& p) {
       (void)fit_given(stamped(wavy()), {1, 0, 0}, Constant::kMean, {sparse()}, p);
     }},
    {"auto_arima", [](const Progress& p) { (void)fit_automatically(stamped(wavy()), {}, p); }},
    {"auto_arima_with_holes", [](const Progress& p) { (void)fit_automatically(stamped(holed()), {}, p); }},
    // Fitted to a few values: what is measured is the million that follow.
    {"update",
     [](const Progress& p) {
       static const FittedModel model =
           fit_given(stamped({wavy().begin(), wavy().begin() + 200}), {1, 1, 1}, Constant::kNone, {}, NeverCancelled());
       (void)refit_model(model, stamped(wavy()), {}, p);
     }},
    {"search_models", [](const Progress& p) { (void)search_models(stamped(wavy()), {}, p); }},
    {"forecast_model",
     [](const Progress& p) {
       const FittedModel model = fit_automatically(stamped(holed()), {}, p);
       ModelForecastOptions ahead;
       ahead.horizon = 1000;
       (void)forecast_model(model, ahead, p);
       (void)explain_forecast(model, ahead, p);
       (void)simulate_paths(model, {.horizon = 100, .paths = 1000}, p);
     }},
    {"automatic", [](const Progress& p) { fit_and_use(ForecastMethod::kAuto, wavy(), p); }},
    {"automatic_with_holes", [](const Progress& p) { fit_and_use(ForecastMethod::kAuto, holed(), p); }},
    {"automatic_sparse", [](const Progress& p) { fit_and_use(ForecastMethod::kAuto, sparse(), p); }},
    {"moving_average", [](const Progress& p) { fit_and_use(ForecastMethod::kMovingAverage, wavy(), p); }},
    {"seasonal_naive", [](const Progress& p) { fit_and_use(ForecastMethod::kSeasonalNaive, wavy(), p); }},
    {"ets", [](const Progress& p) { fit_and_use(ForecastMethod::kEts, wavy(), p); }},
    {"theta", [](const Progress& p) { fit_and_use(ForecastMethod::kTheta, wavy(), p); }},
    {"croston", [](const Progress& p) { fit_and_use(ForecastMethod::kCroston, sparse(), p); }},
    {"tsb", [](const Progress& p) { fit_and_use(ForecastMethod::kTsb, sparse(), p); }},
    {"kept_model",
     [](const Progress& p) {
       const StampedSeries series = stamped(wavy());
       const KeptModel kept =
           keep_model(fit_method(ForecastMethod::kSeasonalNaive, {series.series.values, 24}, {}, {}, p), series);
       p.poll();
       const std::string bytes = encode_kept_model(kept);
       p.poll();
       (void)carry_or_refit(decode_kept_model(bytes, p), series, {}, p);
     }},
    {"backtest",
     [](const Progress& p) {
       (void)backtest(wavy(), {.folds = 20, .horizon = 100, .method = ForecastMethod::kSeasonalNaive}, p);
     }},
    {"decomposition",
     [](const Progress& p) {
       (void)mstl(wavy(), {24, 168, 1000}, {}, p);
     }},
    {"long_season", [](const Progress& p) { (void)mstl(wavy(), {100'000}, {}, p); }},
};

INSTANTIATE_TEST_SUITE_P(Cases, Polls, ::testing::ValuesIn(kCases),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace performance_tracker
