// SPDX-License-Identifier: PostgreSQL
//
// Forecasts every series of a set and writes what was chosen, forecast and spent:
//
//   forecast_csv --season-length 7 --horizon 30 --input SERIES.csv --output DIR/NAME [--limit K] [--method NAME]
//                [--order p,d,q [--seasonal-order P,D,Q] [--constant none|mean|drift]] [--models PEER_series.csv]
//                [--sums 7,30]
//
// reads   series_id,t,y (an empty y is missing)
// writes  NAME_series.csv: series_id,n,order,const,aicc,loglik,sigma2,coef,fit_s,total_s,wall_s,error
//         NAME_fc.csv:     series_id,h,mean,lo80,hi80,lo95,hi95
//         NAME_sums.csv:   series_id,steps,mean,lo80,hi80,lo95,hi95, with --sums: of the sum over the first steps, by
//                          joint paths as forecast_sum() has it (at most the horizon; cut off at zero where y is)
//
// --models takes each series' order and constant from the NAME_series.csv of another program, so that likelihoods can
// be compared. Without --order and --models the model is chosen as forecast() does for every user, by the
// method given (arima). `order` is the method's own description where it is no ARIMA model. Seconds are CPU seconds of
// this process, one thread: fit_s until the model stands, total_s with the forecasts of both intervals; wall_s by the
// clock on the wall.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/arima/arima.h"
#include "core/forecast/forecast.h"
#include "core/forecast/forecast_sum.h"
#include "model_csv.h"
#include "series_csv.h"

namespace pt = performance_tracker;

namespace {

using pt::bench::NamedModel;

constexpr int kSumPaths = 1000;

struct Settings {
  std::string input;
  std::string output;
  int season_length = 0;
  int horizon = 30;
  pt::ForecastMethod method = pt::ForecastMethod::kArima;
  std::size_t limit = std::numeric_limits<std::size_t>::max();
  std::vector<int> sums;                     // steps
  std::optional<NamedModel> model;           // for all series
  std::map<std::string, NamedModel> models;  // by series
};

struct Outcome {
  std::optional<pt::ArimaModel> model;
  pt::IntervalForecast narrow, wide;                  // of 80% and 95%
  std::vector<std::pair<int, pt::ForecastSum>> sums;  // of so many steps
  double fit_seconds = 0.0;
  double total_seconds = 0.0;
  double wall_seconds = 0.0;
  std::string description;
  std::string error;
};

double cpu_seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Not within the seconds that are compared: no other program is asked for sums.
void sum_up(const pt::MethodFit& fit, const std::vector<double>& y, const Settings& settings, Outcome& result,
            double start) {
  result.total_seconds = cpu_seconds() - start;
  const bool nonnegative = std::none_of(y.begin(), y.end(), [](double v) { return v < 0; });
  for (const int steps : settings.sums) {
    const int last = std::min(steps, settings.horizon);
    result.sums.emplace_back(
        last, pt::forecast_sum(
                  fit, {.last_step = last, .levels = {0.80, 0.95}, .nonnegative = nonnegative, .paths = kSumPaths},
                  pt::NeverCancelled()));
  }
}

Outcome run(const std::vector<double>& y, const std::optional<NamedModel>& given, const Settings& settings) {
  Outcome result;
  const pt::NeverCancelled progress;
  const auto wall = std::chrono::steady_clock::now();
  const double start = cpu_seconds();
  try {
    if (given) {
      pt::ArimaFitOptions options;
      options.constant = given->constant;
      result.model = pt::fit_arima(y, given->order, options, progress);
      result.fit_seconds = cpu_seconds() - start;
      pt::ArimaForecast f = pt::forecast_arima(*result.model, y, {}, settings.horizon, {}, progress);
      result.narrow = pt::with_interval(f.value, f.standard_error, 0.80, false);
      result.wide = pt::with_interval(std::move(f.value), std::move(f.standard_error), 0.95, false);
    } else {
      const pt::MethodFit fit = pt::fit_method(settings.method, {y, settings.season_length}, {}, {}, progress);
      result.fit_seconds = cpu_seconds() - start;
      result.narrow = pt::forecast_fit(fit, settings.horizon, 0.80, false, {}, progress);
      result.wide = pt::forecast_fit(fit, settings.horizon, 0.95, false, {}, progress);
      if (fit.state->arima()) result.model = *fit.state->arima();
      result.description = fit.state->description();
      sum_up(fit, y, settings, result, start);
    }
  } catch (const std::exception& e) {
    result.error = e.what();
    result.narrow = {};
  }
  if (result.total_seconds == 0.0) result.total_seconds = cpu_seconds() - start;
  result.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count();
  return result;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string number(double value) {
  if (!std::isfinite(value)) return {};
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%.15g", value);
  return text.data();
}

// "(1,0,0)(0,1,1)[7]", without the seasonal part where there is none.
std::string order_of(const pt::ArimaModel& model) {
  return model.order.to_string().substr(std::string("ARIMA").size());
}

// The names that R gives to a mean.
std::string name_of(const std::string& name) { return name == "mean" ? "intercept" : name; }

std::string constant_of(const pt::ArimaModel& model) {
  switch (model.constant) {
    case pt::Constant::kNone:
      return "none";
    case pt::Constant::kMean:
      return "intercept";
    case pt::Constant::kDrift:
      return model.order.lost_observations() == 0 ? "intercept+drift" : "drift";
  }
  return {};
}

std::string coefficients_of(const pt::ArimaModel& model) {
  const std::vector<std::string> names = model.names();
  std::vector<double> values = model.coefficients;
  values.insert(values.end(), model.regression.begin(), model.regression.end());
  std::string out;
  for (std::size_t i = 0; i < values.size() && i < names.size(); ++i)
    out += (i == 0 ? "" : " ") + name_of(names[i]) + "=" + number(values[i]);
  return out;
}

void write(const pt::bench::NamedSeries& series, const Outcome& outcome, std::ostream& models,
           std::ostream& forecasts) {
  models << series.id << ',' << series.values.size() << ',';
  if (outcome.model) {
    const pt::ArimaModel& model = *outcome.model;
    models << quoted(order_of(model)) << ',' << constant_of(model) << ',' << number(model.aicc) << ','
           << number(model.log_likelihood) << ',' << number(model.variance) << ',' << coefficients_of(model);
  } else {
    models << quoted(outcome.description) << ",,,,,";
  }
  models << ',' << number(outcome.fit_seconds) << ',' << number(outcome.total_seconds) << ','
         << number(outcome.wall_seconds) << ',' << quoted(outcome.error) << '\n';
  for (std::size_t h = 0; h < outcome.narrow.value.size(); ++h)
    forecasts << series.id << ',' << h + 1 << ',' << number(outcome.narrow.value[h]) << ','
              << number(outcome.narrow.lower[h]) << ',' << number(outcome.narrow.upper[h]) << ','
              << number(outcome.wide.lower[h]) << ',' << number(outcome.wide.upper[h]) << '\n';
}

void write_sums(const pt::bench::NamedSeries& series, const Outcome& outcome, std::ostream& sums) {
  for (const auto& [steps, sum] : outcome.sums)
    sums << series.id << ',' << steps << ',' << number(sum.value) << ',' << number(sum.lower[0]) << ','
         << number(sum.upper[0]) << ',' << number(sum.lower[1]) << ',' << number(sum.upper[1]) << '\n';
}

void forecast_set(const Settings& settings) {
  const std::vector<pt::bench::NamedSeries> set = pt::bench::read_series_csv(settings.input, settings.limit);
  std::ofstream models(settings.output + "_series.csv");
  std::ofstream forecasts(settings.output + "_fc.csv");
  if (!models || !forecasts) throw std::runtime_error("cannot write " + settings.output + "_series.csv and _fc.csv");
  models << "series_id,n,order,const,aicc,loglik,sigma2,coef,fit_s,total_s,wall_s,error\n";
  forecasts << "series_id,h,mean,lo80,hi80,lo95,hi95\n";
  std::ofstream sums;
  if (!settings.sums.empty()) {
    sums.open(settings.output + "_sums.csv");
    sums << "series_id,steps,mean,lo80,hi80,lo95,hi95\n";
  }

  std::vector<double> seconds;
  std::size_t failed = 0;
  for (const auto& series : set) {
    std::optional<NamedModel> given = settings.model;
    if (const auto found = settings.models.find(series.id); found != settings.models.end()) given = found->second;
    if (!settings.models.empty() && !given) continue;
    Outcome outcome = run(series.values, given, settings);
    for (std::size_t h = 0; h < outcome.narrow.value.size(); ++h) {
      if (std::isfinite(outcome.narrow.value[h]) && std::isfinite(outcome.narrow.standard_error[h])) continue;
      outcome.error = "non-finite forecast";
      outcome.narrow = {};
    }
    if (!outcome.error.empty()) ++failed;
    seconds.push_back(outcome.total_seconds);
    write(series, outcome, models, forecasts);
    write_sums(series, outcome, sums);
  }
  models.close();
  forecasts.close();
  if (!models || !forecasts) throw std::runtime_error("writing " + settings.output + " failed: is the disk full?");
  if (seconds.empty()) return;
  std::sort(seconds.begin(), seconds.end());
  (void)std::fprintf(stderr, "%zu series, %zu failed, CPU seconds: median %.6f, largest %.6f\n", seconds.size(), failed,
                     seconds[seconds.size() / 2], seconds.back());
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Forecasts every series of a set; CSV in, CSV out"};
  Settings settings;
  app.add_option("--sums", settings.sums, "Also the sums over so many first steps: 7,30")
      ->delimiter(',')
      ->check(CLI::Range(1, pt::kMaxHorizon));
  std::vector<int> order;
  std::vector<int> seasonal;
  std::string constant = "none";
  app.add_option("--input", settings.input, "CSV of series_id,t,y; an empty y is missing")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--output", settings.output, "Prefix of the two files written: DIR/NAME")->required();
  app.add_option("--season-length", settings.season_length, "Observations in a season; 0: find it, 1: none")
      ->required()
      ->check(CLI::Range(0, pt::kMaxSeasonLength));
  app.add_option("--horizon", settings.horizon, "Steps ahead")->required()->check(CLI::Range(1, pt::kMaxHorizon));
  app.add_option("--limit", settings.limit, "Only the first series")->check(CLI::PositiveNumber);
  auto* fixed =
      app.add_option("--order", order, "p,d,q: fix the model instead of choosing it")->delimiter(',')->expected(3);
  app.add_option("--seasonal-order", seasonal, "P,D,Q")->delimiter(',')->expected(3)->needs(fixed);
  app.add_option("--constant", constant, "Constant of the fixed model")
      ->check(CLI::IsMember({"none", "mean", "drift"}))
      ->needs(fixed);
  std::string method = "arima";
  app.add_option("--method", method, "A name of the engine's table of methods")->excludes(fixed);
  std::string models;
  app.add_option("--models", models, "NAME_series.csv with the models to fit; series without one are left out")
      ->check(CLI::ExistingFile)
      ->excludes(fixed);
  CLI11_PARSE(app, argc, argv);
  try {
    settings.method = pt::method_named(method).method;
    if (!order.empty()) {
      if (seasonal.empty()) seasonal = {0, 0, 0};
      NamedModel model;
      model.order = {.p = order[0],
                     .d = order[1],
                     .q = order[2],
                     .seasonal_p = seasonal[0],
                     .seasonal_d = seasonal[1],
                     .seasonal_q = seasonal[2],
                     .season_length = std::max(1, settings.season_length)};
      model.order.check();
      if (constant == "mean") model.constant = pt::Constant::kMean;
      if (constant == "drift") model.constant = pt::Constant::kDrift;
      settings.model = model;
    }
    if (!models.empty()) settings.models = pt::bench::read_model_csv(models);
    forecast_set(settings);
  } catch (const std::exception& e) {
    std::cerr << "forecast_csv: " << e.what() << '\n';
    return 1;
  }
}
