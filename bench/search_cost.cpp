// SPDX-License-Identifier: PostgreSQL
//
// What the choice of a model costs, series by series:
//
//   search_cost --season-length 7 --input SERIES.csv [--series ID] [--limit K]
//
// prints observations, candidates, likelihood evaluations (each with its gradient), CPU milliseconds and nanoseconds an
// evaluation; with --series every candidate with its criterion and what became of it. For counts that do not depend on
// the machine's mood: valgrind --tool=callgrind search_cost …
#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <exception>
#include <limits>
#include <string>

#include "core/arima/auto_arima.h"
#include "series_csv.h"

namespace pt = performance_tracker;

int main(int argc, char** argv) {
  CLI::App app{"What the choice of a model costs"};
  std::string input, only;
  int season_length = 1;
  std::size_t limit = std::numeric_limits<std::size_t>::max();
  app.add_option("--input", input, "CSV of series_id,t,y")->required()->check(CLI::ExistingFile);
  app.add_option("--season-length", season_length, "Observations in a season; 1: none")->required();
  app.add_option("--series", only, "Only this series, with all its candidates");
  app.add_option("--limit", limit, "At most so many series");
  CLI11_PARSE(app, argc, argv);
  try {
    const pt::NeverCancelled progress;
    std::printf("series,n,model,candidates,evaluations,cpu_ms,ns_per_evaluation\n");
    for (const auto& series : pt::bench::read_series_csv(input, limit)) {
      if (!only.empty() && series.id != only) continue;
      const std::clock_t start = std::clock();
      const pt::AutoArimaResult found = pt::auto_arima({series.values, season_length}, {}, {}, progress);
      const double ms = 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
      std::printf("%s,%zu,\"%s\",%zu,%ld,%.3f,%.0f\n", series.id.c_str(), series.values.size(),
                  found.model.to_string().c_str(), found.candidates.size(), found.evaluations, ms,
                  1e6 * ms / static_cast<double>(found.evaluations));
      if (only.empty()) continue;
      for (const pt::ArimaCandidate& c : found.candidates)
        std::printf("  %s%s %.4f, %d iterations: %s\n", c.order.to_string().c_str(),
                    c.constant == pt::Constant::kNone ? "" : " with constant", c.criterion, c.iterations,
                    to_string(c.outcome));
    }
  } catch (const std::exception& e) {
    (void)std::fprintf(stderr, "search_cost: %s\n", e.what());
    return 1;
  }
  return 0;
}
