// SPDX-License-Identifier: PostgreSQL
#include "core/shop/day_scores.h"

#include <algorithm>

#include "core/shop/score_filter.h"
#include "core/shop/score_start.h"

namespace performance_tracker {

MetricScores score_days(const PerformancePanel& panel, const std::vector<ScoredSeries>& series, Metric metric,
                        std::size_t from, bool with_market, const ScoreOptions& options, const Progress& progress) {
  const MetricInfo& info = metric_info(metric);
  MetricScores result;
  result.from = from;
  const std::size_t judged = panel.days - std::min(panel.days, from);
  result.series.assign(series.size(), std::vector<DayScore>(judged));
  result.market.assign(judged, {});
  std::vector<ScoreInput> inputs;
  inputs.reserve(series.size());
  int categories = 0;
  for (const ScoredSeries& s : series) {
    inputs.push_back(score_input(s, info));
    categories = std::max(categories, s.category + 1);
  }
  double persistence = 0;
  int blocks = 0;
  for (std::size_t first = from; first < panel.days;) {
    progress.poll();
    // Blocks are laid on the calendar, not on the panel.
    const Day day = panel.day(first);
    const Day into = ((day % options.block) + options.block) % options.block;
    const std::size_t end = std::min(panel.days, first + static_cast<std::size_t>(options.block - into));
    const Day begin = day - into - options.reach;
    const std::size_t start = begin > panel.first_day ? panel.index(begin) : 0;
    const Day block = std::max(day - into, panel.first_day);
    const std::size_t known = std::min(panel.days, std::max(panel.index(block), start + kFirstDays));
    for (ScoreInput& in : inputs) set_worth(in, start, known);
    ScoreFilter filter(info, inputs, categories, panel.first_day, with_market, options);
    filter.run(start, known, first, end, result);
    persistence += filter.persistence();
    ++blocks;
    first = end;
  }
  if (blocks > 0) result.persistence = persistence / blocks;
  return result;
}

}  // namespace performance_tracker
