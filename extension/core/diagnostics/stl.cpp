// SPDX-License-Identifier: PostgreSQL
#include "core/diagnostics/stl.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>

#include "core/base/error.h"
#include "core/diagnostics/loess.h"

namespace performance_tracker {
namespace {

int next_odd(int n) { return n % 2 == 0 ? n + 1 : n; }

// A loess is evaluated at every tenth of its window and interpolated in between (section 3.6 of Cleveland et al.).
int jump_of(int window) { return (window + 9) / 10; }

// out[i] = mean of the `length` values of x from i on; returns how many there are. x and out must not overlap.
std::size_t moving_average(const double* x, std::size_t n, int length, double* out) {
  const auto width = static_cast<std::size_t>(length);
  const double scale = 1.0 / static_cast<double>(length);
  double sum = std::accumulate(x, x + width, 0.0);
  out[0] = sum * scale;
  for (std::size_t i = width; i < n; ++i) {
    sum += x[i] - x[i - width];
    out[i - width + 1] = sum * scale;
  }
  return n - width + 1;
}

// The windows with their defaults filled in, the smoothers and the scratch of one decomposition.
class Decomposer {
 public:
  Decomposer(std::size_t n, int season_length, const StlOptions& options, const Progress& progress)
      : progress_(progress), n_(n), m_(static_cast<std::size_t>(season_length)) {
    const int count = static_cast<int>(n);
    seasonal_window_ = options.periodic ? 10 * count + 1 : next_odd(options.seasonal_window);
    const double ratio = 1.0 - 1.5 / static_cast<double>(seasonal_window_);
    const int trend_window = options.trend_window > 0
                                 ? next_odd(options.trend_window)
                                 : next_odd(static_cast<int>(std::ceil(1.5 * season_length / ratio)));
    const int low_pass_window = next_odd(options.low_pass_window > 0 ? options.low_pass_window : season_length);
    const int seasonal_degree = options.periodic ? 0 : options.seasonal_degree;
    // The cycle-subseries of the first phases are one longer than those of the last.
    const int short_length = count / season_length;
    const int jump = jump_of(seasonal_window_);
    short_subseries_.emplace(seasonal_window_, seasonal_degree, jump, short_length);
    if (count % season_length > 0) long_subseries_.emplace(seasonal_window_, seasonal_degree, jump, short_length + 1);
    trend_.emplace(trend_window, options.trend_degree, jump_of(trend_window), count);
    low_pass_.emplace(low_pass_window, options.trend_degree, jump_of(low_pass_window), count);

    cycle_.resize(n_ + 2 * m_);
    average_.resize(n_ + 2 * m_);
    progress.poll();
    twice_.resize(n_ + 2 * m_);
    detrended_.resize(n_);
    progress.poll();
    subseries_.resize(static_cast<std::size_t>(short_length) + 1);
    subseries_weight_.resize(subseries_.size());
    smoothed_.resize(subseries_.size() + 2);
  }

  // One pass of the inner loop (section 2.2): a new seasonal from y - trend, then a new trend from y - seasonal.
  void iterate(std::span<const double> y, const double* weight, std::vector<double>& seasonal,
               std::vector<double>& trend) {
    for (std::size_t t = 0; t < n_; ++t) detrended_[t] = y[t] - trend[t];
    smooth_cycle_subseries(weight);

    // Low-pass filter: what the smoothed subseries have of the trend.
    std::size_t length = moving_average(cycle_.data(), n_ + 2 * m_, static_cast<int>(m_), average_.data());
    length = moving_average(average_.data(), length, static_cast<int>(m_), twice_.data());
    progress_.poll();
    moving_average(twice_.data(), length, 3, average_.data());
    low_pass_->smooth(average_.data(), nullptr, detrended_.data(), progress_);

    for (std::size_t t = 0; t < n_; ++t) seasonal[t] = cycle_[m_ + t] - detrended_[t];
    for (std::size_t t = 0; t < n_; ++t) detrended_[t] = y[t] - seasonal[t];
    trend_->smooth(detrended_.data(), weight, trend.data(), progress_);
  }

 private:
  // Smooths each phase of the season over the seasons, extended by one season at both ends.
  void smooth_cycle_subseries(const double* weight) {
    for (std::size_t phase = 0; phase < m_; ++phase) {
      progress_.poll();
      std::size_t length = 0;
      for (std::size_t t = phase; t < n_; t += m_, ++length) {
        subseries_[length] = detrended_[t];
        if (weight) subseries_weight_[length] = weight[t];
      }
      const double* w = weight ? subseries_weight_.data() : nullptr;
      Loess& loess =
          length == static_cast<std::size_t>(short_subseries_->length()) ? *short_subseries_ : *long_subseries_;
      loess.smooth(subseries_.data(), w, smoothed_.data() + 1, progress_);
      smoothed_[0] = loess.at(subseries_.data(), w, -1).value_or(smoothed_[1]);
      smoothed_[length + 1] = loess.at(subseries_.data(), w, static_cast<int>(length)).value_or(smoothed_[length]);
      for (std::size_t i = 0; i < length + 2; ++i) cycle_[phase + i * m_] = smoothed_[i];
    }
  }

  const Progress& progress_;
  std::size_t n_;
  std::size_t m_;
  int seasonal_window_ = 0;
  std::optional<Loess> short_subseries_, long_subseries_, trend_, low_pass_;
  std::vector<double> cycle_, average_, twice_, detrended_, subseries_, subseries_weight_, smoothed_;
};

// Bisquare of the remainder over six times its median absolute value (section 2.4).
void robustness_weights(std::span<const double> y, const Decomposition& d, std::vector<double>& scratch,
                        std::vector<double>& weight) {
  const std::size_t n = y.size();
  for (std::size_t t = 0; t < n; ++t) weight[t] = std::abs(y[t] - d.trend[t] - d.seasonal[t]);
  scratch = weight;
  const auto middle = scratch.begin() + static_cast<std::ptrdiff_t>(n / 2);
  std::nth_element(scratch.begin(), middle, scratch.end());
  double median = *middle;
  if (n % 2 == 0) median = 0.5 * (median + *std::max_element(scratch.begin(), middle));
  const double limit = 6.0 * median;
  for (double& w : weight) {
    if (w <= 0.001 * limit) {
      w = 1.0;
    } else if (w <= 0.999 * limit) {
      const double u = w / limit;
      w = (1.0 - u * u) * (1.0 - u * u);
    } else {
      w = 0.0;
    }
  }
}

// A strictly periodic season: every phase takes its mean.
void average_phases(std::vector<double>& seasonal, std::size_t m) {
  for (std::size_t phase = 0; phase < m; ++phase) {
    double sum = 0.0;
    std::size_t count = 0;
    for (std::size_t t = phase; t < seasonal.size(); t += m, ++count) sum += seasonal[t];
    for (std::size_t t = phase; t < seasonal.size(); t += m) seasonal[t] = sum / static_cast<double>(count);
  }
}

void check_window(const char* name, int window, bool zero_is_default) {
  if (window >= 3 || (zero_is_default && window == 0)) return;
  throw InvalidArgument(std::string(name) + " must be at least 3, got " + std::to_string(window),
                        zero_is_default ? "Leave it at 0 for the default." : "The usual values are 7 to 13.");
}

}  // namespace

void StlOptions::check() const {
  if (!periodic) check_window("seasonal_window", seasonal_window, false);
  check_window("trend_window", trend_window, true);
  check_window("low_pass_window", low_pass_window, true);
  if (seasonal_degree < 0 || seasonal_degree > 1 || trend_degree < 0 || trend_degree > 1)
    throw InvalidArgument("the degree of a loess in STL must be 0 or 1");
  if (inner_iterations < 0 || robust_iterations < 0)
    throw InvalidArgument("the numbers of STL iterations must not be negative", "0 takes the default.");
}

Decomposition stl(std::span<const double> y, int season_length, const StlOptions& options, const Progress& progress) {
  options.check();
  const std::size_t n = y.size();
  if (season_length < 2 || n <= 2 * static_cast<std::size_t>(season_length))
    throw InvalidArgument("STL needs more than two seasons: season length " + std::to_string(season_length) + ", " +
                              std::to_string(n) + " observations",
                          "Give a longer series or a shorter season.");
  progress.poll();  // here and below: what reads the whole series once takes a few milliseconds a million values
  Decomposition d;
  d.trend.assign(n, 0.0);
  d.seasonal.assign(n, 0.0);
  progress.poll();
  d.remainder.resize(n);
  const bool robust = options.robust_iterations > 0;
  if (robust) d.robustness_weight.assign(n, 1.0);

  Decomposer decomposer(n, season_length, options, progress);
  const int inner = options.inner_iterations > 0 ? options.inner_iterations : (robust ? 1 : 2);
  for (int outer = 0; outer <= options.robust_iterations; ++outer) {
    progress.poll();
    if (outer > 0) robustness_weights(y, d, d.remainder, d.robustness_weight);
    const double* weight = outer > 0 ? d.robustness_weight.data() : nullptr;
    for (int i = 0; i < inner; ++i) decomposer.iterate(y, weight, d.seasonal, d.trend);
  }
  progress.poll();
  if (options.periodic) average_phases(d.seasonal, static_cast<std::size_t>(season_length));
  for (std::size_t t = 0; t < n; ++t) d.remainder[t] = y[t] - d.trend[t] - d.seasonal[t];
  return d;
}

MultiDecomposition mstl(std::span<const double> y, std::vector<int> season_lengths, const MstlOptions& options,
                        const Progress& progress) {
  if (options.iterations < 1)
    throw InvalidArgument("mstl needs at least one iteration, got " + std::to_string(options.iterations));
  const std::size_t n = y.size();
  MultiDecomposition result;
  std::sort(season_lengths.begin(), season_lengths.end());
  season_lengths.erase(std::unique(season_lengths.begin(), season_lengths.end()), season_lengths.end());
  for (int m : season_lengths) {
    if (m < 1) throw InvalidArgument("a season length must be at least 1, got " + std::to_string(m));
    if (m > 1 && 2 * static_cast<std::size_t>(m) < n) result.season_lengths.push_back(m);
  }
  result.trend.assign(n, 0.0);
  result.remainder.assign(y.begin(), y.end());

  if (result.season_lengths.empty()) {
    if (n > 2) {
      Loess loess(next_odd(static_cast<int>(n)), 1, jump_of(static_cast<int>(n)), static_cast<int>(n));
      loess.smooth(y.data(), nullptr, result.trend.data(), progress);
    } else {
      result.trend.assign(y.begin(), y.end());
    }
    for (std::size_t t = 0; t < n; ++t) result.remainder[t] = y[t] - result.trend[t];
    return result;
  }

  const std::size_t seasons = result.season_lengths.size();
  result.seasonal.assign(seasons, std::vector<double>(n, 0.0));
  std::vector<double> deseasonalised(y.begin(), y.end());
  const int rounds = seasons == 1 ? 1 : options.iterations;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < seasons; ++i) {
      progress.poll();
      std::vector<double>& seasonal = result.seasonal[i];
      for (std::size_t t = 0; t < n; ++t) deseasonalised[t] += seasonal[t];
      StlOptions single;
      single.seasonal_window =
          i < options.seasonal_windows.size() ? options.seasonal_windows[i] : 11 + 4 * static_cast<int>(i);
      single.robust_iterations = options.robust_iterations;
      Decomposition d = stl(deseasonalised, result.season_lengths[i], single, progress);
      seasonal.swap(d.seasonal);
      result.trend.swap(d.trend);
      for (std::size_t t = 0; t < n; ++t) deseasonalised[t] -= seasonal[t];
    }
  }
  progress.poll();
  for (std::size_t t = 0; t < n; ++t) result.remainder[t] = deseasonalised[t] - result.trend[t];
  return result;
}

}  // namespace performance_tracker
