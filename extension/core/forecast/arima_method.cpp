// SPDX-License-Identifier: PostgreSQL
//
// ARIMA as a method among others: fit_automatically of automatic_model.h with its fallbacks, behind method.h.
#include <cmath>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/forecast/automatic_model.h"
#include "core/forecast/method.h"
#include "core/forecast/simulation.h"

namespace performance_tracker {
namespace {

constexpr std::uint8_t kVersion = 1;

StampedSeries stamped(const std::vector<double>& y) {
  StampedSeries series;
  series.series.values = y;
  return series;
}

class ArimaMethod final : public FittedMethod {
 public:
  // What describes the series (missing values, unit) is left to whoever knows its unit.
  ArimaMethod(MethodInput input, FittedModel fitted) : FittedMethod(std::move(input)), fitted_(std::move(fitted)) {
    status_ = fitted_.remarks;
    input_.regressors = fitted_.regressors;
  }

  std::string description() const override { return fitted_.model.to_string(); }

  MethodForecast forecast(int horizon, const Regressors& future, const Progress& progress) const override {
    ModelForecast f = forecast_model(fitted_, {.horizon = horizon, .future = future}, progress);
    MethodForecast result{std::move(f.value), std::move(f.standard_error), std::move(f.model), {}};
    result.status = std::move(f.added);
    return result;
  }

  std::vector<double> sample_paths(const SimulationOptions& options, const Progress& progress) const override {
    return simulate_paths(fitted_, options, progress);
  }

  std::vector<double> fitted(const Progress& progress) const override { return fitted_values(fitted_, progress); }

  std::unique_ptr<FittedMethod> refit(MethodInput input, const Progress& progress) const override {
    FittedModel model = refit_model(fitted_, stamped(input.y), input.regressors, progress);
    return std::make_unique<ArimaMethod>(std::move(input), std::move(model));
  }

  std::vector<MethodMeasure> glance() const override {
    const ArimaModel& m = fitted_.model;
    return {{"log_likelihood", m.log_likelihood},
            {"aic", m.aic},
            {"aicc", m.aicc},
            {"bic", m.bic},
            {"variance", m.variance}};
  }

  std::string payload() const override {
    ByteWriter out;
    out.put(kVersion);
    write_arima(out, fitted_.model);
    out.put(status_.bits);
    out.put(status_.packed());
    return out.take();
  }

  const ArimaModel* arima() const override { return &fitted_.model; }

 private:
  FittedModel fitted_;
};

}  // namespace

std::unique_ptr<FittedMethod> fit_arima_method(MethodInput input, const MethodOptions& options,
                                               const Progress& progress) {
  FittedModel model =
      fit_automatically(stamped(input.y), {input.season_length, options.arima, input.regressors}, progress);
  return std::make_unique<ArimaMethod>(std::move(input), std::move(model));
}

std::unique_ptr<FittedMethod> restore_arima_method(std::string_view payload, MethodInput input,
                                                   const Progress& /*progress*/) {
  ByteReader in(payload, "a model of the method arima");
  if (in.get<std::uint8_t>() != kVersion) in.refuse("an unknown version");
  FittedModel model;
  model.model = read_arima(in);
  model.series = stamped(input.y);
  const auto bits = in.get<std::uint32_t>();
  model.remarks = Status::unpacked(bits, in.text());
  in.expect_end();
  model.regressors = model.remarks.has(StatusCode::kRegressorsUnused) ? Regressors() : input.regressors;
  model.flags = model.remarks.bits;
  model.status = model.remarks.text;
  model.notes = model.remarks.remarks;
  check_model(model);
  return std::make_unique<ArimaMethod>(std::move(input), std::move(model));
}

}  // namespace performance_tracker
