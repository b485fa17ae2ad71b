// SPDX-License-Identifier: PostgreSQL
//
// The median of the last four values of the same phase of the season (the same weekday, for daily data): no
// parameters, and no single bad day among four can move it. What very short histories are forecast by. A phase that
// was seen less than twice is given the median of the last season's worth of four of all.
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/base/statistics.h"
#include "core/forecast/method.h"

namespace performance_tracker {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kValues = 4;

// The last values of each phase, as they come in.
class RecentValues {
 public:
  explicit RecentValues(int season_length) : phases_(static_cast<std::size_t>(season_length)) {}

  void observe(std::size_t t, double v) {
    if (std::isnan(v)) return;
    push(phases_[t % phases_.size()], v, kValues);
    push(all_, v, kValues * phases_.size());
  }
  // NaN before the first observation.
  double expected(std::size_t t) const {
    const std::vector<double>& own = phases_[t % phases_.size()];
    if (own.size() >= 2) return median(own);
    return all_.empty() ? kMissing : median(all_);
  }

 private:
  static void push(std::vector<double>& values, double v, std::size_t most) {
    if (values.size() == most) values.erase(values.begin());
    values.push_back(v);
  }
  std::vector<std::vector<double>> phases_;
  std::vector<double> all_;
};

class WeekdayMedian final : public FittedMethod {
 public:
  WeekdayMedian(MethodInput input, const Progress& progress)
      : FittedMethod(std::move(input)), recent_(input_.season_length) {
    double scale = 0, count = 0, squares = 0;
    fitted_.assign(input_.y.size(), kMissing);
    for (std::size_t t = 0; t < input_.y.size(); ++t) {
      if (t % 1024 == 0) progress.poll();
      fitted_[t] = recent_.expected(t);
      recent_.observe(t, input_.y[t]);
      if (!std::isnan(fitted_[t]) && !std::isnan(input_.y[t]))
        scale = std::max(scale, std::abs(input_.y[t] - fitted_[t]));
    }
    for (std::size_t t = 0; t < input_.y.size() && scale > 0; ++t) {
      if (std::isnan(fitted_[t]) || std::isnan(input_.y[t])) continue;
      const double e = (input_.y[t] - fitted_[t]) / scale;
      squares += e * e;
      ++count;
    }
    error_ = count > 0 ? scale * std::sqrt(squares / count) : 0.0;
  }

  std::string description() const override {
    return input_.season_length > 1 ? "Median of 4 seasons [" + std::to_string(input_.season_length) + "]"
                                    : "Median of 4";
  }
  MethodForecast forecast(int horizon, const Regressors&, const Progress&) const override {
    MethodForecast f;
    f.model = description();
    for (int h = 0; h < horizon; ++h) {
      f.value.push_back(recent_.expected(input_.y.size() + static_cast<std::size_t>(h)));
      f.standard_error.push_back(error_);
    }
    return f;
  }
  // The errors of a median of four: about pi / 2 / 4 of a value's variance (Laplace), shared by the steps of a phase.
  std::vector<double> sample_paths(const SimulationOptions& options, const Progress& progress) const override {
    options.check();
    const MethodForecast f = forecast(options.horizon, {}, progress);
    constexpr double kOfTheMedian = 1.5708 / 4;
    const double shared = std::sqrt(kOfTheMedian / (1 + kOfTheMedian)), own = std::sqrt(1 / (1 + kOfTheMedian));
    NormalGenerator normal(options.seed);
    const auto phases = static_cast<std::size_t>(input_.season_length);
    std::vector<double> values, phase(phases);
    values.reserve(f.value.size() * static_cast<std::size_t>(options.paths));
    for (int path = 0; path < options.paths; ++path) {
      progress.poll();
      for (double& p : phase) p = normal();
      for (std::size_t h = 0; h < f.value.size(); ++h)
        values.push_back(f.value[h] + error_ * (shared * phase[h % phases] + own * normal()));
    }
    return values;
  }
  std::vector<double> fitted(const Progress&) const override { return fitted_; }
  std::unique_ptr<FittedMethod> refit(MethodInput input, const Progress& progress) const override {
    input.season_length = input_.season_length;
    return std::make_unique<WeekdayMedian>(std::move(input), progress);
  }
  std::vector<MethodMeasure> glance() const override { return {{"variance", error_ * error_}}; }
  std::string payload() const override {
    ByteWriter out;
    out.put(kVersion);
    out.put(static_cast<std::int32_t>(input_.season_length));
    return out.take();
  }

 private:
  RecentValues recent_;
  std::vector<double> fitted_;
  double error_ = 0;
};

}  // namespace

std::unique_ptr<FittedMethod> fit_weekday_median_method(MethodInput input, const MethodOptions& /*options*/,
                                                        const Progress& progress) {
  return std::make_unique<WeekdayMedian>(std::move(input), progress);
}

std::unique_ptr<FittedMethod> restore_weekday_median_method(std::string_view payload, MethodInput input,
                                                            const Progress& progress) {
  ByteReader in(payload, "a model of the method weekday_median");
  if (in.get<std::uint8_t>() != kVersion) in.refuse("an unknown version");
  input.season_length = in.integer(1, kMaxSeasonLength);
  in.expect_end();
  return std::make_unique<WeekdayMedian>(std::move(input), progress);
}

}  // namespace performance_tracker
