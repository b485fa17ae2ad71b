// SPDX-License-Identifier: PostgreSQL
//
// The evidence that a day was out of the ordinary, from several metrics and several days together, as one p-value.
//
// A day of a series has a p-value for each stage of what is judged (for revenue: impressions, CTR, conversion rate,
// price, cost per click and revenue itself), put together by the Cauchy combination (Liu & Xie 2020), which is valid
// for dependent ones. The same is done for runs of 2, 4 and 7 days, whose scores are added up (Stouffer 1949) with the
// variance that their serial correlation gives. A run that is out flags its days, so its p-value is held to a share of
// the rate over its length: `p_value` is already multiplied for that (a weighted Bonferroni over runs, Holm 1979).
// Days next to a flagged one need less: the false alarms that this adds lie beside true ones.
//
// p_value <= rate flags a day, so at most `rate` of the days without an incident are expected to be flagged, over all
// series together (the per-family error rate; Gordon, Glazko, Qiu & Yakovlev 2007). q_value is the false discovery rate
// at which the day would be the last one reported (Benjamini & Hochberg 1995) among all days that are judged together.
#pragma once

#include <vector>

#include "core/shop/day_scores.h"

namespace performance_tracker {

struct EvidenceOptions {
  ScoreOptions scores;
  double degrees_of_freedom = 30;  // of the t distribution of a score whose noise is estimated from some 50 days
  double beside = 4;               // a day beside a flagged one may have so many times its p-value
};

struct DayEvidence {
  bool judged = false;
  double p_value = 1;  // for the threshold: of the day and of the runs that it is in
  double q_value = 1;
  double market_p = 1;                     // of the move that all series share
  std::size_t run_start = 0, run_end = 0;  // the days whose evidence it rests on, both included
  bool explained_by_promotion = false;     // what is out is what a running promotion does
};

struct Evidence {
  std::vector<Metric> metrics;                   // the stages, then the metric itself
  PerMetric<MetricScores> scores;                // of those
  std::size_t from = 0;                          // first judged day, `margin` days before the first one asked for
  std::vector<std::vector<DayEvidence>> series;  // [series][day - from]

  const DayEvidence& at(std::size_t s, std::size_t t) const { return series[s][t - from]; }
};

// The metrics whose scores are judged together for this one.
std::vector<Metric> evidence_metrics(Metric metric);

// Judges the days from..panel.days-1 and some before them, so that a run may begin there.
Evidence collect_evidence(const PerformancePanel& panel, const std::vector<ScoredSeries>& series, Metric metric,
                          std::size_t from, bool with_market, const EvidenceOptions& options, const Progress& progress);

// Days of a panel that are read before the first judged one, for scores that do not depend on how many are asked for.
int evidence_reach(const EvidenceOptions& options);

// Whether a day is flagged at `rate` (expected false alarms a judged day), given all evidence of its series.
std::vector<bool> flagged_days(const Evidence& evidence, std::size_t series, double rate, double beside);

}  // namespace performance_tracker
