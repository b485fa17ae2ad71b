// SPDX-License-Identifier: PostgreSQL
//
// The unit root and seasonal tests of every series of a set, in the form that agreement_diagnostics.R compares with R:
//
//   diagnostics_csv --season-length 7 --input SERIES.csv > ours.csv
#include <CLI/CLI.hpp>
#include <ctime>
#include <iostream>
#include <string>

#include "core/diagnostics/seasonal_tests.h"
#include "core/diagnostics/unit_root.h"
#include "series_csv.h"

namespace pt = performance_tracker;

int main(int argc, char** argv) {
  CLI::App app{"Unit root and seasonal tests of every series of a set, as CSV"};
  std::string input;
  int m = 1;
  app.add_option("--input", input, "CSV of series_id,t,y")->required()->check(CLI::ExistingFile);
  app.add_option("--season-length", m, "Observations in a season")->required()->check(CLI::Range(1, 366));
  CLI11_PARSE(app, argc, argv);
  try {
    std::cout.precision(12);
    std::cout << "series_id,kpss,adf,pp,strength,seas,ocsb_statistic,ocsb,ch_statistic,ch,cpu_us\n";
    for (const auto& series : pt::bench::read_series_csv(input)) {
      const std::span<const double> y = series.values;
      const std::clock_t start = std::clock();
      const int kpss = pt::number_of_differences(y);
      const int seas = pt::number_of_seasonal_differences(y, m);
      const double microseconds = 1e6 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
      const auto ocsb = pt::ocsb_test(y, m);
      const auto ch = pt::canova_hansen_test(y, m);
      std::cout << series.id << ',' << kpss << ',' << pt::number_of_differences(y, {.test = pt::UnitRootTest::kAdf})
                << ',' << pt::number_of_differences(y, {.test = pt::UnitRootTest::kPhillipsPerron}) << ','
                << pt::seasonal_strength(y, m) << ',' << seas << ',';
      if (ocsb) std::cout << ocsb->statistic;
      std::cout << ',' << pt::number_of_seasonal_differences(y, m, {.test = pt::SeasonalTest::kOcsb}) << ',';
      if (ch) std::cout << ch->statistic;
      std::cout << ',' << pt::number_of_seasonal_differences(y, m, {.test = pt::SeasonalTest::kCanovaHansen}) << ','
                << microseconds << '\n';
    }
  } catch (const std::exception& e) {
    std::cerr << "diagnostics_csv: " << e.what() << '\n';
    return 1;
  }
}
