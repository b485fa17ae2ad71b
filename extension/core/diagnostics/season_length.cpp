// SPDX-License-Identifier: PostgreSQL
#include "core/diagnostics/season_length.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/series/time_series.h"

namespace performance_tracker {
namespace {

constexpr std::array kConventional{4,  5,  6,  7,  12, 13,  24,  26,  30,  31,  48,
                                   52, 60, 90, 91, 96, 144, 168, 288, 336, 365, 366};
constexpr std::size_t kLongest = 20'000;
constexpr std::size_t kShortest = 8;

bool conventional(int m) { return std::binary_search(kConventional.begin(), kConventional.end(), m); }

double median(std::vector<double> x) {
  const auto middle = x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2);
  std::nth_element(x.begin(), middle, x.end());
  return *middle;
}

// Median and median absolute deviation of the values that are not NaN; false when fewer than kShortest are there.
bool median_and_deviation(std::span<const double> x, double& centre, double& deviation) {
  std::vector<double> known;
  known.reserve(x.size());
  for (double v : x)
    if (std::isfinite(v)) known.push_back(v);
  if (known.size() < kShortest) return false;
  centre = median(known);
  for (double& v : known) v = std::abs(v - centre);
  deviation = median(known);
  return true;
}

// x in units of its spread around its median, within +-6 of them, so that single spikes make no season.
bool standardise(std::vector<double>& x) {
  double centre = 0.0;
  double deviation = 0.0;
  if (!median_and_deviation(x, centre, deviation)) return false;
  if (!(deviation > 0.0)) {
    // More than half of the values are equal, as in intermittent demand: take the mean absolute deviation.
    double sum = 0.0;
    double count = 0.0;
    for (double v : x) {
      if (!std::isfinite(v)) continue;
      sum += std::abs(v - centre);
      count += 1.0;
    }
    deviation = sum / count;
    if (!(deviation > 0.0) || !std::isfinite(deviation)) return false;
  }
  for (double& v : x) v = std::clamp((v - centre) / deviation, -6.0, 6.0);
  return true;
}

void remove_line(std::vector<double>& x) {
  double count = 0.0, sum_t = 0.0, sum_x = 0.0, sum_tt = 0.0, sum_tx = 0.0;
  const double middle = 0.5 * static_cast<double>(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i])) continue;
    const double t = static_cast<double>(i) - middle;
    count += 1.0;
    sum_t += t;
    sum_x += x[i];
    sum_tt += t * t;
    sum_tx += t * x[i];
  }
  const double spread = sum_tt - sum_t * sum_t / count;
  const double slope = spread > 0.0 ? (sum_tx - sum_t * sum_x / count) / spread : 0.0;
  const double level = (sum_x - slope * sum_t) / count;
  for (std::size_t i = 0; i < x.size(); ++i) x[i] -= level + slope * (static_cast<double>(i) - middle);
}

// x(t) less what the last value before lets expect: r^k x(t-k), r the lag-one autocorrelation. A season keeps its
// length under this filter, and the first value after a gap keeps its place: of working days it is Monday that shows
// the week. The bound below leaves a season of 2 visible.
void remove_persistence(std::vector<double>& x) {
  double product = 0.0;
  double square = 0.0;
  for (std::size_t t = 1; t < x.size(); ++t) {
    if (std::isnan(x[t]) || std::isnan(x[t - 1])) continue;
    product += x[t] * x[t - 1];
    square += 0.5 * (x[t] * x[t] + x[t - 1] * x[t - 1]);
  }
  const double r = square > 0.0 ? std::clamp(product / square, -0.6, 1.0) : 0.0;
  double expected = kMissing;
  for (double& v : x) {
    expected *= r;
    if (std::isnan(v)) continue;
    const double observed = v;
    v -= expected;
    expected = observed;
  }
}

// n log(residual sum of squares / n) + (number of means) log n of the model in which each phase has its own mean.
class PhaseMeans {
 public:
  explicit PhaseMeans(const std::vector<double>& x) : x_(x) {
    for (double v : x) {
      if (std::isnan(v)) continue;
      squares_ += v * v;
      count_ += 1.0;
    }
  }

  double count() const { return count_; }

  double criterion(int season_length) {
    const auto m = static_cast<std::size_t>(season_length);
    sums_.assign(m, 0.0);
    counts_.assign(m, 0.0);
    for (std::size_t start = 0; start < x_.size(); start += m) {
      const std::size_t length = std::min(m, x_.size() - start);
      for (std::size_t phase = 0; phase < length; ++phase) {
        const double v = x_[start + phase];
        const bool known = v == v;
        sums_[phase] += known ? v : 0.0;
        counts_[phase] += known ? 1.0 : 0.0;
      }
    }
    double explained = 0.0;
    double means = 0.0;
    for (std::size_t phase = 0; phase < m; ++phase) {
      if (counts_[phase] == 0.0) continue;
      explained += sums_[phase] * sums_[phase] / counts_[phase];
      means += 1.0;
    }
    // A perfect season leaves rounding errors only.
    const double residual = std::max(squares_ - explained, 1e-12 * squares_);
    return count_ * std::log(residual / count_) + means * std::log(count_);
  }

 private:
  const std::vector<double>& x_;
  std::vector<double> sums_;
  std::vector<double> counts_;
  double squares_ = 0.0;
  double count_ = 0.0;
};

}  // namespace

void SeasonLengthOptions::check() const {
  check_between("max_season_length", max_season_length, 1, kMaxSeasonLength,
                "Leave it out to look for seasons of all lengths.");
}

int detect_season_length(std::span<const double> y, const SeasonLengthOptions& options) {
  options.check();
  if (y.size() > kLongest) y = y.last(kLongest);
  std::vector<double> x(y.begin(), y.end());
  for (double& v : x)
    if (!std::isfinite(v)) v = kMissing;
  if (!standardise(x)) return 1;
  remove_line(x);
  remove_persistence(x);
  if (!standardise(x)) return 1;

  PhaseMeans model(x);
  if (model.count() < static_cast<double>(kShortest)) return 1;
  const double n = static_cast<double>(x.size());
  const auto eligible = [&](int m) { return (conventional(m) ? 2.0 : 3.0) * m <= n && 1.5 * m <= model.count(); };
  int usual = 0;
  int unusual = 0;
  for (int m = 2; m <= options.max_season_length; ++m)
    if (eligible(m)) ++(conventional(m) ? usual : unusual);

  int best = 1;
  double lowest = model.criterion(1);
  for (int m = 2; m <= options.max_season_length; ++m) {
    if (!eligible(m)) continue;
    // Two groups of equal prior weight, each shared by its members.
    const double price = 2.0 * std::log(2.0 * (conventional(m) ? usual : unusual));
    const double criterion = model.criterion(m) + price;
    if (criterion < lowest) {
      lowest = criterion;
      best = m;
    }
  }
  return best;
}

}  // namespace performance_tracker
