// SPDX-License-Identifier: PostgreSQL
//
// Exponential smoothing (ets.h) as a method.
#include <cmath>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/forecast/ets.h"
#include "core/forecast/method.h"

namespace performance_tracker {
namespace {

constexpr std::uint8_t kVersion = 1;

class EtsMethod final : public FittedMethod {
 public:
  EtsMethod(MethodInput input, EtsFit fit, const Progress& progress)
      : FittedMethod(std::move(input)),
        fit_(std::move(fit)),
        last_(run_ets(fit_.model, input_.y, false, progress).last) {
    if (input_.season_length > 1 && fit_.model.season == EtsSeason::kNone)
      status_.add(StatusCode::kSeasonIgnored, "fewer than two seasons of " + std::to_string(input_.season_length) +
                                                  " observations: the season is ignored");
  }

  std::string description() const override { return fit_.model.to_string(); }

  MethodForecast forecast(int horizon, const Regressors&, const Progress& progress) const override {
    progress.poll();
    EtsForecast f = forecast_ets(fit_.model, last_, input_.y.size(), horizon);
    return {std::move(f.value), std::move(f.standard_error), description(), {}};
  }

  std::vector<double> sample_paths(const SimulationOptions& options, const Progress& progress) const override {
    options.check();
    NormalGenerator normal(options.seed);
    std::vector<double> values;
    const auto steps = static_cast<std::size_t>(options.horizon);
    values.reserve(steps * static_cast<std::size_t>(options.paths));
    const double sigma = std::sqrt(fit_.model.variance);
    for (int path = 0; path < options.paths; ++path) {
      progress.poll();
      EtsState state = last_;
      for (std::size_t h = 0; h < steps; ++h) values.push_back(advance(state, h, sigma * normal()));
    }
    return values;
  }

  std::vector<double> fitted(const Progress& progress) const override {
    std::vector<double> values = run_ets(fit_.model, input_.y, true, progress).fitted;
    values.resize(input_.y.size(), kMissing);
    return values;
  }

  // New data may reach zero, where a multiplicative form has no states: another form is fitted then.
  std::unique_ptr<FittedMethod> refit(MethodInput input, const Progress& progress) const override {
    if (run_ets(fit_.model, input.y, false, progress).valid)
      return std::make_unique<EtsMethod>(std::move(input), fit_, progress);
    EtsFit other = fit_ets(input.y, input.season_length, progress);
    return std::make_unique<EtsMethod>(std::move(input), std::move(other), progress);
  }

  std::vector<MethodMeasure> glance() const override {
    const EtsModel& m = fit_.model;
    std::vector<MethodMeasure> all{
        {"log_likelihood", fit_.log_likelihood}, {"aicc", fit_.aicc}, {"variance", m.variance}, {"alpha", m.alpha}};
    if (m.trend != EtsTrend::kNone) all.push_back({"beta", m.beta});
    if (m.season != EtsSeason::kNone) all.push_back({"gamma", m.gamma});
    if (m.trend == EtsTrend::kDamped) all.push_back({"phi", m.phi});
    return all;
  }

  std::string payload() const override {
    const EtsModel& m = fit_.model;
    ByteWriter out;
    out.put(kVersion);
    for (const auto part :
         {static_cast<std::uint8_t>(m.error), static_cast<std::uint8_t>(m.trend), static_cast<std::uint8_t>(m.season)})
      out.put(part);
    out.put(static_cast<std::int32_t>(m.season_length));
    for (const double value :
         {m.alpha, m.beta, m.gamma, m.phi, m.variance, m.start.level, m.start.trend, fit_.log_likelihood, fit_.aicc})
      out.put(value);
    out.put(m.start.season);
    return out.take();
  }

 private:
  // One step of the states under an error (tables 2.2 and 2.3); the new value.
  double advance(EtsState& state, std::size_t h, double error) const {
    const EtsModel& m = fit_.model;
    const bool seasonal = m.season != EtsSeason::kNone, multiplies = m.season == EtsSeason::kMultiplicative;
    const double damped = m.phi * state.trend;
    const double base = state.level + damped;
    const std::size_t phase = seasonal ? (input_.y.size() + h) % state.season.size() : 0;
    const double s = seasonal ? state.season[phase] : 0.0;
    const double mean = multiplies ? base * s : base + s;
    const double e = m.error == EtsError::kMultiplicative ? mean * error : error;
    const double step = multiplies ? (s != 0 ? e / s : 0.0) : e;
    state.level = base + m.alpha * step;
    state.trend = damped + m.beta * step;
    if (seasonal) state.season[phase] = s + m.gamma * (multiplies ? (base != 0 ? e / base : 0.0) : e);
    return mean + e;
  }

  EtsFit fit_;
  EtsState last_;
};

template <typename Kind>
Kind read_kind(ByteReader& in, Kind most) {
  const auto value = in.get<std::uint8_t>();
  if (value > static_cast<std::uint8_t>(most)) in.refuse("an unknown form");
  return static_cast<Kind>(value);
}

}  // namespace

std::unique_ptr<FittedMethod> fit_ets_method(MethodInput input, const MethodOptions& /*options*/,
                                             const Progress& progress) {
  EtsFit fit = fit_ets(input.y, input.season_length, progress);
  return std::make_unique<EtsMethod>(std::move(input), std::move(fit), progress);
}

std::unique_ptr<FittedMethod> restore_ets_method(std::string_view payload, MethodInput input,
                                                 const Progress& progress) {
  ByteReader in(payload, "a model of the method ets");
  if (in.get<std::uint8_t>() != kVersion) in.refuse("an unknown version");
  EtsFit fit;
  EtsModel& m = fit.model;
  m.error = read_kind(in, EtsError::kMultiplicative);
  m.trend = read_kind(in, EtsTrend::kDamped);
  m.season = read_kind(in, EtsSeason::kMultiplicative);
  m.season_length = in.integer(1, kMaxSeasonLength);
  for (double* value : {&m.alpha, &m.beta, &m.gamma, &m.phi, &m.variance, &m.start.level, &m.start.trend})
    *value = in.finite();
  fit.log_likelihood = in.number();
  fit.aicc = in.number();
  m.start.season = in.finites(kMaxSeasonLength);
  in.expect_end();
  if (m.variance < 0 || (m.season != EtsSeason::kNone) != (m.season_length > 1) ||
      m.start.season.size() != (m.season == EtsSeason::kNone ? 0U : static_cast<std::size_t>(m.season_length)))
    in.refuse("parts that do not fit together");
  return std::make_unique<EtsMethod>(std::move(input), std::move(fit), progress);
}

}  // namespace performance_tracker
