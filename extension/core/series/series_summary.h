// SPDX-License-Identifier: PostgreSQL
//
// What has to be known of a series before anything is fitted to it.
//
//   SeriesSummary s = summarize(values);                     // throws for a series that has no answer at all
//   std::vector<double> y = in_multiples(values, s.unit);    // numbers whose squares can be computed with
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace performance_tracker {

struct SeriesSummary {
  std::size_t missing = 0;
  std::size_t observed = 0;  // at least 1
  bool constant = true;      // all observations are equal
  // Squares of values beyond 1e100 or below 1e-100 leave the range of numbers. Such a series is computed with in
  // multiples of this power of two, at most its largest absolute value; all others as they are, with a unit of 1.
  double unit = 1.0;
  double mean = 0.0;      // in multiples of unit
  double variance = 0.0;  // in multiples of its square, with n - 1; exactly 0 for a constant series
};

// Throws InvalidArgument for more than kMaxSeriesLength values, InvalidData for an infinite one and when nothing is
// observed.
SeriesSummary summarize(std::span<const double> values);

std::vector<double> in_multiples(std::span<const double> values, double unit);

// Multiples as numbers again, as large as numbers get; NaN stays.
void from_multiples(std::span<double> values, double unit);

// "3 missing values; computed in multiples of 1.07…e+301", empty when there is nothing to say.
std::string describe(const SeriesSummary& summary);

// Appends a sentence, behind a semicolon where another one stands already.
void add_sentence(std::string& status, const std::string& sentence);

}  // namespace performance_tracker
