// SPDX-License-Identifier: PostgreSQL
//
// Forecasts every series of a set with its calendar, in the form of forecast_csv, so that bench/peers/score.py reads
// it:
//
//   calendar_csv --horizon 30 --input SERIES.csv [--calendar CALENDAR.csv] [--region DE] [--method arima]
//   [--no-cleaning]
//                --output DIR/NAME
//
// reads   series_id,t,y (an empty y is missing) and series_id,t,date,COLUMN…, for the past and the horizon. A column of
//         numbers is a covariate; one with other values in it is a holiday called by column and value wherever it is
//         not 0.
// writes  NAME_series.csv: series_id,n,order,total_s,effects,error   NAME_fc.csv: series_id,h,mean,lo80,hi80,lo95,hi95
//
// Without --calendar, days are numbers and a series gets what a plain series gets: closed phases, the yearly wave, bad
// days.
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "core/forecast/forecast.h"
#include "core/forecast/preparation.h"
#include "series_csv.h"

namespace pt = performance_tracker;

namespace {

struct Settings {
  std::string input, calendar, region, output, method = "arima";
  int season_length = 7;
  int horizon = 30;
  double year_length = 365.25;
  bool clean = true;
};

// A series' rows of the calendar, column by column.
struct CalendarTable {
  std::vector<std::string> names;
  std::map<std::string, std::vector<std::vector<std::string>>> rows;  // series, then step, then date and columns
};

CalendarTable read_calendar(const std::string& path) {
  CalendarTable table;
  std::ifstream file(path);
  std::string line;
  if (!path.empty() && !std::getline(file, line)) throw std::runtime_error("cannot read " + path);
  const auto split = [](const std::string& text) {
    std::vector<std::string> fields;
    std::stringstream stream(text);
    for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
    return fields;
  };
  const std::vector<std::string> header = split(line);
  for (std::size_t i = 3; i < header.size(); ++i) table.names.push_back(header[i]);
  while (std::getline(file, line)) {
    const std::vector<std::string> fields = split(line);
    if (fields.size() != header.size()) throw std::runtime_error(path + ": a line of another length: " + line);
    table.rows[fields[0]].emplace_back(fields.begin() + 2, fields.end());
  }
  return table;
}

bool is_number(const std::string& text, double& value) {
  char* end = nullptr;
  value = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0';
}

void add_columns(const CalendarTable& table, const std::vector<std::vector<std::string>>& rows,
                 const Settings& settings, pt::CalendarInput& input) {
  const std::size_t n = input.y.size();
  const std::size_t length = n + static_cast<std::size_t>(settings.horizon);
  if (rows.size() < length) throw std::runtime_error("the calendar ends before the horizon");
  for (std::size_t c = 0; c < table.names.size(); ++c) {
    pt::Covariate covariate{table.names[c], {}, {}};
    bool numbers = true;
    for (std::size_t t = 0; t < length; ++t) {
      double value = 0.0;
      numbers = numbers && is_number(rows[t][c + 1], value);
      (t < n ? covariate.past : covariate.future).push_back(value);
    }
    if (numbers) {
      input.covariates.push_back(covariate);
      continue;
    }
    for (std::size_t t = 0; t < length; ++t)
      if (rows[t][c + 1] != "0") {
        const auto at = static_cast<std::int64_t>(t);
        input.events.push_back(
            {.name = table.names[c] + " " + rows[t][c + 1], .first = at, .last = at, .by_law = true});
      }
  }
  int year = 0;
  unsigned month = 0, date = 0;
  if (std::sscanf(rows[0][0].c_str(), "%d-%u-%u", &year, &month, &date) != 3) return;
  input.first_day = pt::day(year, month, date);
  if (settings.region.empty()) return;
  for (const pt::Holiday& h : pt::holidays(settings.region, *input.first_day - std::chrono::days{40},
                                           *input.first_day + std::chrono::days{static_cast<int>(length) + 40})) {
    const std::int64_t at = (h.date - *input.first_day).count();
    input.events.push_back(
        {.name = std::string(h.name), .first = at, .last = at, .by_law = h.kind != pt::HolidayKind::kCommerce});
  }
}

double cpu_seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct Outcome {
  std::string model, effects;
  std::vector<pt::IntervalForecast> bounds;  // 80%, 95%
  double seconds = 0.0;
};

Outcome run(const pt::CalendarInput& input, const Settings& settings) {
  const pt::NeverCancelled progress;
  Outcome outcome;
  const double start = cpu_seconds();
  const pt::PreparedSeries prepared = pt::prepare_series(input, {.clean = settings.clean}, progress);
  const pt::MethodFit fit = pt::fit_method(pt::method_named(settings.method).method, prepared.series, {}, {}, progress);
  for (const double level : {0.80, 0.95}) {
    pt::FitForecast f = pt::forecast_fit(fit, prepared.horizon, prepared.method_confidence(level), false, {}, progress);
    outcome.model = f.model;
    outcome.bounds.push_back(prepared.finish(std::move(f), level, true));
  }
  outcome.seconds = cpu_seconds() - start;
  outcome.effects = prepared.status([](std::size_t step) { return std::to_string(step + 1); }).text;
  return outcome;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Forecasts of a set of series with its calendar"};
  Settings settings;
  bool no_cleaning = false;
  app.add_option("--input", settings.input)->required();
  app.add_option("--output", settings.output)->required();
  app.add_option("--calendar", settings.calendar);
  app.add_option("--region", settings.region);
  app.add_option("--method", settings.method);
  app.add_option("--season-length", settings.season_length);
  app.add_option("--horizon", settings.horizon);
  app.add_option("--year-length", settings.year_length);
  app.add_flag("--no-cleaning", no_cleaning);
  CLI11_PARSE(app, argc, argv);
  settings.clean = !no_cleaning;
  try {
    const CalendarTable table = read_calendar(settings.calendar);
    std::ofstream series_file(settings.output + "_series.csv"), forecast_file(settings.output + "_fc.csv");
    series_file << "series_id,n,order,total_s,effects,error\n";
    forecast_file << "series_id,h,mean,lo80,hi80,lo95,hi95\n";
    for (const pt::bench::NamedSeries& series : pt::bench::read_series_csv(settings.input)) {
      pt::CalendarInput input{.y = series.values,
                              .season_length = settings.season_length,
                              .horizon = settings.horizon,
                              .year_length = settings.year_length};
      if (const auto rows = table.rows.find(series.id); rows != table.rows.end())
        add_columns(table, rows->second, settings, input);
      const Outcome outcome = run(input, settings);
      series_file << series.id << ',' << series.values.size() << ",\"" << outcome.model << "\"," << outcome.seconds
                  << ",\"" << outcome.effects << "\",\n";
      const auto& [narrow, wide] = std::tie(outcome.bounds[0], outcome.bounds[1]);
      for (std::size_t h = 0; h < narrow.value.size(); ++h)
        forecast_file << series.id << ',' << h + 1 << ',' << narrow.value[h] << ',' << narrow.lower[h] << ','
                      << narrow.upper[h] << ',' << wide.lower[h] << ',' << wide.upper[h] << '\n';
    }
  } catch (const std::exception& error) {
    std::cerr << "calendar_csv: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
