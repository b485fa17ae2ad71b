// SPDX-License-Identifier: PostgreSQL
//
// The dynamic optimised Theta model (Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler 2016, section 3): simple
// exponential smoothing of the series plus a straight line that is fitted anew at each step, with the weight of the
// line, the smoothing parameter and the first level estimated by least squares. The season is taken out first by
// classical decomposition where a test at 90% finds one (Fiorucci et al. section 4; Assimakopoulos & Nikolopoulos
// 2000), as ratios where all values are positive, as differences otherwise, and put back at the end.
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/base/simplex.h"
#include "core/forecast/method.h"
#include "core/series/interpolation.h"

namespace performance_tracker {
namespace {

constexpr std::uint8_t kVersion = 1;

struct ThetaModel {
  double level = 0;  // before the first step, of the deseasonalised series
  double alpha = 0.5;
  double theta = 2;
  double variance = 0;              // of one-step errors, deseasonalised
  bool ratios = false;              // season multiplies
  std::vector<double> season = {};  // by t % size; empty without one
};

// What the recursion knows after `seen` values.
struct ThetaState {
  double level, mean = 0, slope = 0, intercept = 0;
  double decay = 1;  // (1 - alpha)^seen
  std::size_t seen = 0;
};

// Equations (10) to (15): the prediction of the next value from the state.
double predict(const ThetaModel& m, const ThetaState& s) {
  const double weight = 1 - 1 / m.theta;
  const double next_decay = s.decay * (1 - m.alpha);
  return s.level + weight * (s.decay * s.intercept + (1 - next_decay) / m.alpha * s.slope);
}

void observe(const ThetaModel& m, ThetaState& s, double y) {
  const double t = static_cast<double>(++s.seen);
  s.level = m.alpha * y + (1 - m.alpha) * s.level;
  s.decay *= 1 - m.alpha;
  if (s.seen > 1) s.slope = ((t - 2) * s.slope + 6 / t * (y - s.mean)) / (t + 1);
  s.mean += (y - s.mean) / t;
  s.intercept = s.mean - 0.5 * (t + 1) * s.slope;
}

// One-step predictions; a missing value is replaced by its prediction. The errors of the first three steps say more of
// the line's start than of the model and are left out of the sum (ibid., section 3.2).
double run_theta(const ThetaModel& m, std::span<const double> y, ThetaState& s, std::vector<double>* fitted,
                 const Progress& progress) {
  s = {.level = m.level};
  double squares = 0;
  if (fitted) fitted->resize(y.size());
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (t % 8192 == 0) progress.poll();
    const double expected = predict(m, s);
    if (fitted) (*fitted)[t] = expected;
    const double value = std::isnan(y[t]) ? expected : y[t];
    if (t >= 3 || y.size() <= 6) squares += (value - expected) * (value - expected);
    observe(m, s, value);
  }
  return squares;
}

// Whether the autocorrelation at the season exceeds its 90% limit (one-sided 1.645, Bartlett's variance).
bool season_is_there(std::span<const double> y, std::size_t m, const Progress& progress) {
  if (m < 2 || y.size() < 3 * m) return false;
  double mean = 0;
  for (const double v : y) mean += v / static_cast<double>(y.size());
  std::vector<double> correlation(m + 1);
  for (std::size_t lag = 0; lag <= m; ++lag) {
    progress.poll();
    for (std::size_t t = lag; t < y.size(); ++t) correlation[lag] += (y[t] - mean) * (y[t - lag] - mean);
  }
  if (!(correlation[0] > 0)) return false;
  double sum = 1;
  for (std::size_t lag = 1; lag < m; ++lag) {
    const double r = correlation[lag] / correlation[0];
    sum += 2 * r * r;
  }
  return std::abs(correlation[m] / correlation[0]) > 1.645 * std::sqrt(sum / static_cast<double>(y.size()));
}

// Classical decomposition: phase means of the deviations from a centred moving average over one season.
std::vector<double> classical_season(std::span<const double> y, std::size_t m, bool ratios) {
  std::vector<double> sum(m, 0.0), count(m, 0.0);
  const std::size_t half = m / 2;
  double window = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    window += y[t];
    if (t >= m) window -= y[t - m];
    if (t + 1 < m) continue;
    const std::size_t centre = t - (m - 1 - half);  // of an odd window; of the later one of two for an even season
    double level = window / static_cast<double>(m);
    if (m % 2 == 0) {
      if (t + 1 >= y.size()) continue;
      level = (window + 0.5 * (y[t + 1] - y[t + 1 - m])) / static_cast<double>(m);
    }
    const std::size_t at = m % 2 == 0 ? t + 1 - half : centre;
    if (at >= y.size() || (ratios && !(level > 0))) continue;
    sum[at % m] += ratios ? y[at] / level : y[at] - level;
    ++count[at % m];
  }
  double mean = 0;
  for (std::size_t i = 0; i < m; ++i) {
    if (!(count[i] > 0)) return {};
    sum[i] /= count[i];
    mean += sum[i] / static_cast<double>(m);
  }
  for (double& s : sum) s = ratios ? std::max(s / mean, 1e-6) : s - mean;
  return sum;
}

std::vector<double> without_season(const ThetaModel& m, std::span<const double> y) {
  std::vector<double> rest(y.begin(), y.end());
  if (m.season.empty()) return rest;
  for (std::size_t t = 0; t < rest.size(); ++t) {
    const double s = m.season[t % m.season.size()];
    rest[t] = m.ratios ? rest[t] / s : rest[t] - s;
  }
  return rest;
}

ThetaModel fit_theta(std::span<const double> y, int season_length, const Progress& progress) {
  ThetaModel m;
  const std::vector<double> filled = interpolate_missing(y, season_length);
  const auto phases = static_cast<std::size_t>(season_length);
  if (season_is_there(filled, phases, progress)) {
    m.ratios = std::all_of(filled.begin(), filled.end(), [](double v) { return v > 0; });
    m.season = classical_season(filled, phases, m.ratios);
  }
  progress.poll();
  const std::vector<double> rest = without_season(m, y);
  const std::vector<double> whole = without_season(m, filled);
  double first = 0, scale = 0;
  const std::size_t head = std::min<std::size_t>(whole.size(), 7);
  for (std::size_t t = 0; t < head; ++t) first += whole[t] / static_cast<double>(head);
  for (const double v : whole) scale = std::max(scale, std::abs(v - first));
  m.level = first;
  ThetaState state{};
  if (whole.size() > 3 && scale > 0) {
    const auto set = [&](ThetaModel& trial, std::span<const double> x) {
      trial.alpha = 0.01 + 0.98 / (1 + std::exp(-x[0]));
      trial.theta = 1 + std::exp(std::min(x[1], 20.0));
      trial.level = first + x[2] * scale;
    };
    ThetaModel trial = m;
    const auto value = [&](std::span<const double> x) {
      set(trial, x);
      const double far = std::max(0.0, std::abs(x[0]) - 8) + std::max(0.0, std::abs(x[1]) - 8);
      return static_cast<double>(whole.size()) * std::log(run_theta(trial, rest, state, nullptr, progress) + 1e-300) +
             far;
    };
    const SimplexResult best =
        minimise_simplex(value, {-0.8, 0.0, 0.0}, {.step = 0.6, .tolerance = 0.01, .max_evaluations = 200}, progress);
    set(m, best.x);
  }
  progress.poll();
  const double squares = run_theta(m, rest, state, nullptr, progress);
  progress.poll();
  double observed = 0;
  for (const double v : y) observed += std::isnan(v) ? 0 : 1;
  const double steps = observed - (y.size() <= 6 ? 0 : 3);
  m.variance = squares / std::max(1.0, steps - 3);
  return m;
}

class ThetaMethod final : public FittedMethod {
 public:
  ThetaMethod(MethodInput input, ThetaModel model, const Progress& progress)
      : FittedMethod(std::move(input)), model_(std::move(model)), state_{} {
    (void)run_theta(model_, without_season(model_, input_.y), state_, nullptr, progress);
  }

  std::string description() const override {
    return model_.season.empty() ? "Theta" : "Theta [" + std::to_string(model_.season.size()) + "]";
  }

  // The variance is that of the exponential smoothing inside (Hyndman & Billah 2003, section 3).
  MethodForecast forecast(int horizon, const Regressors&, const Progress& progress) const override {
    progress.poll();
    MethodForecast f;
    f.model = description();
    ThetaState s = state_;
    for (int h = 0; h < horizon; ++h) {
      const double value = predict(model_, s);
      observe(model_, s, value);
      f.value.push_back(with_season(value, static_cast<std::size_t>(h)));
      const double error = std::sqrt(model_.variance * (1 + h * model_.alpha * model_.alpha));
      f.standard_error.push_back(model_.ratios ? error * season_of(static_cast<std::size_t>(h)) : error);
    }
    return f;
  }

  std::vector<double> sample_paths(const SimulationOptions& options, const Progress& progress) const override {
    options.check();
    const MethodForecast f = forecast(options.horizon, {}, progress);
    NormalGenerator normal(options.seed);
    std::vector<double> values;
    values.reserve(f.value.size() * static_cast<std::size_t>(options.paths));
    const double sigma = std::sqrt(model_.variance);
    for (int path = 0; path < options.paths; ++path) {
      progress.poll();
      double level = 0;
      for (std::size_t h = 0; h < f.value.size(); ++h) {
        const double e = sigma * normal();
        const double scale = model_.ratios ? season_of(h) : 1.0;
        values.push_back(f.value[h] + scale * (level + e));
        level += model_.alpha * e;
      }
    }
    return values;
  }

  std::vector<double> fitted(const Progress& progress) const override {
    ThetaState state{};
    std::vector<double> values;
    (void)run_theta(model_, without_season(model_, input_.y), state, &values, progress);
    if (!model_.season.empty())
      for (std::size_t t = 0; t < values.size(); ++t) {
        const double s = model_.season[t % model_.season.size()];
        values[t] = model_.ratios ? values[t] * s : values[t] + s;
      }
    return values;
  }

  std::unique_ptr<FittedMethod> refit(MethodInput input, const Progress& progress) const override {
    progress.poll();
    return std::make_unique<ThetaMethod>(std::move(input), model_, progress);
  }

  std::vector<MethodMeasure> glance() const override {
    return {{"variance", model_.variance}, {"alpha", model_.alpha}, {"theta", model_.theta}};
  }

  std::string payload() const override {
    ByteWriter out;
    out.put(kVersion);
    out.put(static_cast<std::uint8_t>(model_.ratios));
    for (const double value : {model_.level, model_.alpha, model_.theta, model_.variance}) out.put(value);
    out.put(model_.season);
    return out.take();
  }

 private:
  double season_of(std::size_t h) const {
    return model_.season.empty() ? 1.0 : model_.season[(input_.y.size() + h) % model_.season.size()];
  }
  double with_season(double value, std::size_t h) const {
    if (model_.season.empty()) return value;
    return model_.ratios ? value * season_of(h) : value + season_of(h);
  }

  ThetaModel model_;
  ThetaState state_;
};

}  // namespace

std::unique_ptr<FittedMethod> fit_theta_method(MethodInput input, const MethodOptions& /*options*/,
                                               const Progress& progress) {
  progress.poll();
  ThetaModel model = fit_theta(input.y, input.season_length, progress);
  return std::make_unique<ThetaMethod>(std::move(input), std::move(model), progress);
}

std::unique_ptr<FittedMethod> restore_theta_method(std::string_view payload, MethodInput input,
                                                   const Progress& progress) {
  progress.poll();
  ByteReader in(payload, "a model of the method theta");
  if (in.get<std::uint8_t>() != kVersion) in.refuse("an unknown version");
  ThetaModel model;
  model.ratios = in.flag();
  for (double* value : {&model.level, &model.alpha, &model.theta, &model.variance}) *value = in.finite();
  model.season = in.finites(kMaxSeasonLength);
  in.expect_end();
  if (!(model.alpha > 0 && model.alpha < 1 && model.theta >= 1 && model.variance >= 0)) in.refuse("out of range");
  return std::make_unique<ThetaMethod>(std::move(input), std::move(model), progress);
}

}  // namespace performance_tracker
