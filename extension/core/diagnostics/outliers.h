// SPDX-License-Identifier: PostgreSQL
//
// What broke into a series: single values that do not belong (additive outliers), days that fade away (temporary
// changes), a level that stays where it went (level shifts), and a change of the spread.
//
//   OutlierReport found = find_outliers(y, {.season_length = 7});
//   for (const Outlier& o : found.outliers) o.kind, o.step, o.effect …
//   found.cleaned        // without them, at the level of the end; NaN where y is
//
// The iterative procedure of Chen & Liu (1993, JASA 88, 284-297) on the innovations of a level that wanders beside a
// season of medians (ARIMA(0,1,1) for what the season leaves), begun from a robust fit: exponential smoothing that is
// moved by an innovation of at most 2.5 scales (Gelper, Fried & Croux 2010, J. Forecasting 29, eq. 9-11), so that
// outliers neither choose the weights nor hide each other. Series of positive values are looked at in logarithms, of
// zeros as well in square roots: a fall of the level takes its season and its noise with it.
//
// At the end of a series the kinds cannot be told apart: a value that differs is an outlier until `fewest_after_shift`
// values have followed at the new level. Of a long series the last 1,500 values are looked at. Values before those are
// not moved by a shift, either.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"

namespace performance_tracker {

enum class OutlierKind { kAdditive, kTemporary, kLevelShift };
const char* to_string(OutlierKind kind);  // "outlier", "temporary change", "level shift"

enum class OutlierScale { kIdentity, kSquareRoot, kLogarithm };

struct Outlier {
  OutlierKind kind;
  std::size_t step;       // where it begins
  double effect;          // on the scale of the report; of a level shift: after less before
  double standard_error;  // of the effect
  double t_value;         // effect in standard errors
  double actual;          // y there
  double expected;        // y there without it
};

struct VarianceChange {
  std::size_t step;       // the first of the new spread
  double standard_ratio;  // standard deviation after over that before
};

struct OutlierOptions {
  int season_length = 1;  // 1..366
  // Innovations in robust standard deviations from which on one is an outlier, > 0. Chen & Liu use 2.5 to 4; of
  // Gaussian series of 90 values 2% have one at 4.5, as 270 hypotheses are looked at.
  double critical = 4.5;
  int fewest_after_shift = 3;  // values at the new level before a shift is believed, >= 2
  double largest_share = 0.1;  // of the values: with more "outliers" than that they are what the series is like
  // The same for those below twice `critical`: with more of them only the gross ones count.
  double largest_ordinary_share = 0.1;
  std::size_t look = 1500;  // values at the end that are looked at, >= 20

  // For a forecast, which loses by what is wrongly taken out. Shifts count only from one plateau to another, larger
  // than four times what the series, freed of its season, varies on either side (a trend has none), and among the last
  // third of the values, 60 at most: models carry older ones along. Of the last `fewest_after_shift` values, which may
  // be the first of a new level, only gross ones count (twice `critical`).
  bool cautious = false;

  void check() const;  // throws InvalidArgument
};

struct OutlierReport {
  std::vector<Outlier> outliers;  // by step
  std::optional<VarianceChange> variance_change;
  OutlierScale scale = OutlierScale::kIdentity;
  std::vector<double> cleaned;  // y without them; before a level shift moved to the level after it
  double level_error = 0.0;     // standard error of the last level shift, on the scale: how well the new level is known
  double level_error_at_value(double value) const;  // the same for a value of y
};

// With fewer than 20 observations, or nothing that varies, nothing is found. Throws InvalidArgument for bad options.
OutlierReport find_outliers(std::span<const double> y, const OutlierOptions& options, const Progress& progress);

}  // namespace performance_tracker
