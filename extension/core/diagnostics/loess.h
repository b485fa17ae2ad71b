// SPDX-License-Identifier: PostgreSQL
//
// Local regression on equally spaced values: tricube weights over a window of nearest neighbours, degree 0 or 1
// (Cleveland 1979, JASA 74; Cleveland et al. 1990, section 2.1).
//
// The weights depend only on where the point lies in its window, so they are computed once for each such place.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/base/progress.h"

namespace performance_tracker {

class Loess {
 public:
  // `window`: neighbours used (odd; may exceed the series), `jump`: every how many positions the regression is
  // evaluated (straight lines in between), `length`: of the series to come, >= 1.
  Loess(int window, int degree, int jump, int length);

  int length() const { return length_; }

  // Smooths y[0..length) into out[0..length). `weight`: robustness weights of the same length, or null.
  void smooth(const double* y, const double* weight, double* out, const Progress& progress);

  // The fit at position x, which may lie one before or after the series. Empty when all weights there are zero.
  std::optional<double> at(const double* y, const double* weight, int x);

 private:
  void local_weights(double place, const double* robustness, double* w) const;
  const double* operator_row(int place);

  int window_;
  int degree_;
  int jump_;
  int length_;
  int count_;                  // neighbours that exist
  bool full_table_;            // rows for all places, or for the middle of the window only
  std::vector<double> table_;  // rows of the smoothing operator, place -1 first
  std::vector<char> known_;    // which rows are filled
  std::vector<double> scratch_;
};

}  // namespace performance_tracker
