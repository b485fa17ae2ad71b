// SPDX-License-Identifier: PostgreSQL
//
// The core without PostgreSQL, for bench/sql_scale: reads one series a line in the text form of time_series, fits each
// as auto_arima(time, value, season_length) does, and writes "series wall-seconds CPU-seconds" of the fits alone.
//
//   sql_scale_core SEASON_LENGTH < SERIES.txt
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "core/forecast/automatic_model.h"
#include "core/series/series_text.h"

namespace pt = performance_tracker;

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::cerr << "usage: sql_scale_core SEASON_LENGTH < SERIES.txt\n";
    return 2;
  }
  std::vector<pt::StampedSeries> all;
  for (std::string line; std::getline(std::cin, line);) all.push_back(pt::parse_series(line));

  pt::AutomaticModelOptions options;
  options.season_length = std::stoi(argv[1]);
  const auto wall = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  double sum = 0.0;  // of something that every fit gives, so that none is optimised away
  for (const pt::StampedSeries& series : all)
    sum += pt::fit_automatically(series, options, pt::NeverCancelled()).model.log_likelihood;
  const double cpu_seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count();
  std::printf("%zu %.4f %.4f\n", all.size(), seconds, cpu_seconds);
  (void)std::fprintf(stderr, "sum of log-likelihoods %.6f\n", sum);
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
