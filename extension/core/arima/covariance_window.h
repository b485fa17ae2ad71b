// SPDX-License-Identifier: PostgreSQL
//
// A symmetric matrix of r elements that slide and a few that stay: the covariance of the Kalman filter's state
// (arima_kalman.h), in which at each step the first element leaves, all others move up, a new one enters, and missing
// levels stay for as long as differencing reaches them. Sliding moves an origin through a larger square instead of the
// elements; only the lower triangle is kept.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace performance_tracker {

class CovarianceWindow {
 public:
  // All zero, for r >= 1 sliding elements and at most `gaps` that stay, known by numbers of which no two alive at a
  // time are a multiple of `gaps` apart. `backward`: slide_back() will be used, not slide().
  void reset(std::size_t r, std::size_t gaps, bool backward) {
    r_ = r;
    gaps_ = std::max<std::size_t>(gaps, 1);
    stride_ = 2 * r + kSpare;
    origin_ = backward ? stride_ - r : 0;
    state_.assign(stride_ * stride_, 0.0);
    cross_.assign(gaps_ * stride_, 0.0);
    between_.assign(gaps_ * gaps_, 0.0);
  }

  // Bytes of a window; a move takes as much again.
  static double bytes(double r, double gaps) {
    const double stride = 2.0 * r + static_cast<double>(kSpare);
    return static_cast<double>(sizeof(double)) * (stride * (stride + gaps) + gaps * gaps);
  }

  // Element (a, b) of the sliding part, r > a >= b, is column(b)[a].
  double* column(std::size_t b) { return state_.data() + (origin_ + b) * stride_ + origin_; }
  const double* column(std::size_t b) const { return state_.data() + (origin_ + b) * stride_ + origin_; }
  double at(std::size_t a, std::size_t b) const { return a >= b ? column(b)[a] : column(a)[b]; }
  // The r elements of a gap with the sliding ones, and that of two gaps.
  double* cross(std::size_t gap) { return cross_.data() + (gap % gaps_) * stride_ + origin_; }
  double& between(std::size_t g, std::size_t h) { return between_[(g % gaps_) * gaps_ + h % gaps_]; }

  void clear_gap(std::size_t gap) {
    std::fill_n(cross_.begin() + static_cast<std::ptrdiff_t>((gap % gaps_) * stride_), stride_, 0.0);
    for (std::size_t h = 0; h < gaps_; ++h) between(gap, h) = between(h, gap) = 0.0;
  }

  // What was element (a + 1, b + 1) is now (a, b); the last row and column are zero.
  void slide() {
    if (origin_ + r_ >= stride_) move_to(0);
    ++origin_;
  }
  // What was element (a, b) is now (a + 1, b + 1); the first column and the gaps' first elements are to be written.
  void slide_back() {
    if (origin_ == 0) move_to(stride_ - r_);
    --origin_;
  }

 private:
  void move_to(std::size_t target) {
    std::vector<double> state(state_.size(), 0.0), cross(cross_.size(), 0.0);
    for (std::size_t b = 0; b < r_; ++b)
      std::copy_n(column(b) + b, r_ - b, state.data() + (target + b) * stride_ + target + b);
    for (std::size_t g = 0; g < gaps_; ++g)
      std::copy_n(cross_.data() + g * stride_ + origin_, r_, cross.data() + g * stride_ + target);
    state_.swap(state);
    cross_.swap(cross);
    origin_ = target;
  }

  // How far the origin moves before the elements do, beyond r: a move costs as much as one step of the filter.
  static constexpr std::size_t kSpare = 48;

  std::size_t r_ = 0, gaps_ = 1, stride_ = 0, origin_ = 0;
  std::vector<double> state_, cross_, between_;
};

}  // namespace performance_tracker
