// SPDX-License-Identifier: PostgreSQL
//
// The rules without parameters (baseline.h) as methods: moving average and seasonal naive.
#include <cmath>
#include <limits>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/forecast/baseline.h"
#include "core/forecast/carried_model.h"
#include "core/forecast/method.h"
#include "core/forecast/simulation.h"

namespace performance_tracker {
namespace {

constexpr std::uint8_t kVersion = 1;

MethodForecast as_forecast(BaselineForecast&& base) {
  return {std::move(base.value), std::move(base.standard_error), std::move(base.model), {}};
}

class MovingAverage final : public FittedMethod {
 public:
  MovingAverage(MethodInput input, int window) : FittedMethod(std::move(input)), window_(window) {}

  std::string description() const override { return "Moving average (" + std::to_string(window_) + ")"; }
  MethodForecast forecast(int horizon, const Regressors&, const Progress&) const override {
    return as_forecast(moving_average_forecast(input_.y, window_, horizon));
  }
  // The error of a mean of w values around a steady level is 1 / (w + 1) of the variance of a step's error, and is the
  // same for all steps; the rest is each step's own.
  std::vector<double> sample_paths(const SimulationOptions& options, const Progress& progress) const override {
    options.check();
    const MethodForecast f = forecast(options.horizon, {}, progress);
    const double common = std::sqrt(1.0 / (window_ + 1.0));
    const double own = std::sqrt(1.0 - common * common);
    NormalGenerator normal(options.seed);
    std::vector<double> values;
    values.reserve(f.value.size() * static_cast<std::size_t>(options.paths));
    for (int path = 0; path < options.paths; ++path) {
      progress.poll();
      const double level = normal();
      for (std::size_t h = 0; h < f.value.size(); ++h)
        values.push_back(f.value[h] + f.standard_error[h] * (common * level + own * normal()));
    }
    return values;
  }
  std::vector<double> fitted(const Progress&) const override {
    return moving_average_forecast(input_.y, window_, 1).fitted;
  }
  std::unique_ptr<FittedMethod> refit(MethodInput input, const Progress&) const override {
    return std::make_unique<MovingAverage>(std::move(input), window_);
  }
  std::vector<MethodMeasure> glance() const override { return {{"window", static_cast<double>(window_)}}; }
  std::string payload() const override {
    ByteWriter out;
    out.put(kVersion);
    out.put(static_cast<std::int32_t>(window_));
    return out.take();
  }

 private:
  int window_;
};

class SeasonalNaive final : public FittedMethod {
 public:
  explicit SeasonalNaive(MethodInput input) : FittedMethod(std::move(input)) {}

  std::string description() const override {
    return input_.season_length > 1 ? "Seasonal naive [" + std::to_string(input_.season_length) + "]" : "Naive";
  }
  MethodForecast forecast(int horizon, const Regressors&, const Progress&) const override {
    return as_forecast(seasonal_naive_forecast(input_.y, input_.season_length, horizon));
  }
  std::vector<double> sample_paths(const SimulationOptions& options, const Progress& progress) const override {
    FittedModel model;
    model.model = naive_model(input_.y, input_.season_length);
    model.series.series.values = input_.y;
    return simulate_paths(model, options, progress);
  }
  std::vector<double> fitted(const Progress&) const override {
    return seasonal_naive_forecast(input_.y, input_.season_length, 1).fitted;
  }
  std::unique_ptr<FittedMethod> refit(MethodInput input, const Progress&) const override {
    input.season_length = input_.season_length;
    return std::make_unique<SeasonalNaive>(std::move(input));
  }
  std::vector<MethodMeasure> glance() const override {
    return {{"variance", naive_model(input_.y, input_.season_length).variance}};
  }
  std::string payload() const override {
    ByteWriter out;
    out.put(kVersion);
    out.put(static_cast<std::int32_t>(input_.season_length));
    return out.take();
  }
};

int read_number(std::string_view payload, const char* what, int most) {
  ByteReader in(payload, what);
  if (in.get<std::uint8_t>() != kVersion) in.refuse("an unknown version");
  const int number = in.integer(1, most);
  in.expect_end();
  return number;
}

}  // namespace

std::unique_ptr<FittedMethod> fit_moving_average_method(MethodInput input, const MethodOptions& options,
                                                        const Progress& /*progress*/) {
  return std::make_unique<MovingAverage>(std::move(input), options.moving_average_window);
}

std::unique_ptr<FittedMethod> restore_moving_average_method(std::string_view payload, MethodInput input,
                                                            const Progress& /*progress*/) {
  constexpr int kMost = std::numeric_limits<int>::max();
  return std::make_unique<MovingAverage>(std::move(input),
                                         read_number(payload, "a model of the method moving_average", kMost));
}

std::unique_ptr<FittedMethod> fit_seasonal_naive_method(MethodInput input, const MethodOptions& /*options*/,
                                                        const Progress& /*progress*/) {
  return std::make_unique<SeasonalNaive>(std::move(input));
}

std::unique_ptr<FittedMethod> restore_seasonal_naive_method(std::string_view payload, MethodInput input,
                                                            const Progress& /*progress*/) {
  input.season_length = read_number(payload, "a model of the method seasonal_naive", kMaxSeasonLength);
  return std::make_unique<SeasonalNaive>(std::move(input));
}

}  // namespace performance_tracker
