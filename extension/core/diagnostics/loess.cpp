// SPDX-License-Identifier: PostgreSQL
#include "core/diagnostics/loess.h"

#include <algorithm>
#include <cmath>

namespace performance_tracker {
namespace {

// Above this window the table of all rows would cost more than it saves.
constexpr int kLargestTable = 64;

constexpr int kOperationsBetweenPolls = 100'000;

}  // namespace

Loess::Loess(int window, int degree, int jump, int length)
    : window_(window),
      degree_(degree),
      jump_(std::max(1, std::min(jump, length - 1))),
      length_(length),
      count_(std::min(window, length)),
      full_table_(count_ <= kLargestTable) {
  const std::size_t rows = full_table_ ? static_cast<std::size_t>(count_) + 2 : 1;
  table_.resize(rows * static_cast<std::size_t>(count_));
  known_.assign(rows, 0);
  scratch_.resize(static_cast<std::size_t>(count_));
}

// The weights that the values of a window have in the fit at `place` (0 = its first value); all zero if none counts.
void Loess::local_weights(double place, const double* robustness, double* w) const {
  double reach = std::max(place, count_ - 1.0 - place);
  const int beyond = (window_ - length_) / 2;
  if (beyond > 0) reach += beyond;
  double sum = 0.0;
  for (int j = 0; j < count_; ++j) {
    const double distance = std::abs(j - place);
    double value = 0.0;
    if (distance <= 0.999 * reach) {
      const double u = distance / reach;
      const double cube = 1.0 - u * u * u;
      value = distance <= 0.001 * reach ? 1.0 : cube * cube * cube;
      if (robustness) value *= robustness[j];
    }
    w[j] = value;
    sum += value;
  }
  if (!(sum > 0.0)) {
    std::fill(w, w + count_, 0.0);
    return;
  }
  double centre = 0.0;
  for (int j = 0; j < count_; ++j) {
    w[j] /= sum;
    centre += w[j] * j;
  }
  if (degree_ == 0) return;
  double spread = 0.0;
  for (int j = 0; j < count_; ++j) spread += w[j] * (j - centre) * (j - centre);
  // A slope from neighbours that (almost) coincide would be noise.
  if (std::sqrt(spread) <= 0.001 * (length_ - 1.0)) return;
  const double slope = (place - centre) / spread;
  for (int j = 0; j < count_; ++j) w[j] *= 1.0 + slope * (j - centre);
}

const double* Loess::operator_row(int place) {
  const bool middle = 2 * place + 1 == count_;
  if (!full_table_ && !middle) {
    local_weights(place, nullptr, scratch_.data());
    return scratch_.data();
  }
  const std::size_t row = full_table_ ? static_cast<std::size_t>(place + 1) : 0;
  double* w = &table_[row * static_cast<std::size_t>(count_)];
  if (!known_[row]) {
    local_weights(place, nullptr, w);
    known_[row] = 1;
  }
  return w;
}

std::optional<double> Loess::at(const double* y, const double* weight, int x) {
  const int left = std::clamp(x - (window_ - 1) / 2, 0, length_ - count_);
  const double* w = scratch_.data();
  if (weight) {
    local_weights(x - left, weight + left, scratch_.data());
    if (std::all_of(scratch_.begin(), scratch_.end(), [](double v) { return v == 0.0; })) return std::nullopt;
  } else {
    w = operator_row(x - left);
    if (count_ == 1 && w[0] == 0.0) return std::nullopt;
  }
  double sum = 0.0;
  for (int j = 0; j < count_; ++j) sum += w[j] * y[left + j];
  return sum;
}

void Loess::smooth(const double* y, const double* weight, double* out, const Progress& progress) {
  const int fits_between_polls = 1 + kOperationsBetweenPolls / (count_ + jump_);
  int fits = 0;
  const auto fit = [&](int x) {
    if (fits++ % fits_between_polls == 0) progress.poll();
    return at(y, weight, x).value_or(y[x]);
  };
  int previous = 0;
  out[0] = fit(0);
  while (previous < length_ - 1) {
    const int next = std::min(previous + jump_, length_ - 1);
    out[next] = fit(next);
    const double slope = (out[next] - out[previous]) / (next - previous);
    for (int x = previous + 1; x < next; ++x) out[x] = out[previous] + slope * (x - previous);
    previous = next;
  }
}

}  // namespace performance_tracker
