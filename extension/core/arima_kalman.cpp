// SPDX-License-Identifier: PostgreSQL
#include "core/arima_kalman.h"

#include <algorithm>
#include <cmath>

namespace performance_tracker {
namespace {

constexpr std::size_t kWorkBetweenPolls = 4'000'000;  // elements of the covariance: some ten milliseconds

std::vector<std::size_t> places_of_nonzero(std::span<const double> values) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] != 0.0) places.push_back(i);
  return places;
}

// A part of `from` to a part of `to`, column by column: several times as fast as a block expression of small size.
void copy_part(const Matrix& from, Eigen::Index row, Eigen::Index column, Matrix& to, Eigen::Index to_row,
               Eigen::Index to_column, Eigen::Index rows, Eigen::Index columns) {
  for (Eigen::Index j = 0; j < columns; ++j) {
    const double* source = from.data() + (column + j) * from.rows() + row;
    double* target = to.data() + (to_column + j) * to.rows() + to_row;
    std::copy_n(source, rows, target);
  }
}

}  // namespace

// Which gaps each time's differences reach, and where its gain is kept.
void ArimaKalmanFilter::find_windows() {
  const std::size_t lost = levels_->lost;
  n_ = levels_->length - lost;
  gaps_.clear();
  windows_.assign(n_ + 1, {0, 0});
  offset_.assign(n_ + 1, 0);
  std::size_t first = 0;
  for (std::size_t i = 0; i <= n_; ++i) {
    // cppcheck-suppress containerOutOfBounds; gaps_ grows below
    while (first < gaps_.size() && gaps_[first] < i) ++first;
    windows_[i] = {first, gaps_.size()};
    if (i == n_) break;
    offset_[i + 1] = offset_[i] + r_ + (gaps_.size() - first) + 1;
    if (lost > 0 && !levels_->observed[lost + i]) gaps_.push_back(lost + i);
  }
  const std::size_t largest = r_ + std::min(lost, gaps_.size());
  steps_between_polls_ = std::clamp<std::size_t>(kWorkBetweenPolls / (largest * largest), 1, 256);
  gains_.resize(offset_[n_]);
  heads_.resize(offset_[n_]);
}

bool ArimaKalmanFilter::start() {
  if (!start_.compute(phi_, theta_)) return false;
  const auto r = static_cast<Index>(r_);
  const Matrix& past = start_.covariance();
  p_.setZero(r, r);
  p_.topLeftCorner(past.rows(), past.cols()) = past;
  add_noise_covariance(p_);
  return true;
}

void ArimaKalmanFilter::add_noise_covariance(Matrix& p) const {
  for (const std::size_t a : noise_at_)
    for (const std::size_t b : noise_at_) p(static_cast<Index>(a), static_cast<Index>(b)) += noise_[a] * noise_[b];
}

void ArimaKalmanFilter::filter_covariance() {
  const auto r = static_cast<Index>(r_);
  log_determinant_ = 0.0;
  variance_.resize(n_);
  for (std::size_t i = 0; i < n_; ++i) {
    if (i % steps_between_polls_ == 0) progress_->poll();
    const std::size_t t = levels_->lost + i;
    const Window now = windows_[i], then = windows_[i + 1];
    const auto reached = static_cast<Index>(now.last - now.first);
    Index size = r + reached;

    Eigen::Map<Vector> m(gain(i), size);
    double f = 0.0;
    const auto predict = [&] {
      m = p_.col(0).head(size);
      for (Index j = 0; j < reached; ++j)
        if (const double c = reach(t, now.first + static_cast<std::size_t>(j)); c != 0.0) m += c * p_.col(r + j);
      f = m[0];
      for (Index j = 0; j < reached; ++j) f += reach(t, now.first + static_cast<std::size_t>(j)) * m[r + j];
    };
    predict();
    // The variance of e_t alone is 1. Below it, rounding has eaten what was left of a start next to a unit root: from
    // here on the state is known but for e_t.
    if (!(f > 1.0 - 1e-6)) {
      p_.setZero();
      add_noise_covariance(p_);
      predict();
    }
    variance_[i] = f;

    if (levels_->observed[t]) {
      log_determinant_ += std::log(f);
      for (Index j = 0; j < size; ++j) p_.col(j) -= (m[j] / f) * m;
    } else if (then.last > now.last) {
      p_.conservativeResize(size + 1, size + 1);
      p_.col(size).head(size) = m;
      p_.row(size).head(size) = m;
      p_(size, size) = f;
      ++size;
    }

    // T P T' + R R': w's elements move up by one, the first one feeds the autoregressive ones; gaps stay.
    const auto kept = static_cast<Index>(then.last - then.first);
    const auto dropped = static_cast<Index>(then.first - now.first);
    Eigen::Map<Vector> head(heads_.data() + offset_[i], size);
    head.head(r - 1) = p_.col(0).segment(1, r - 1);
    head[r - 1] = 0.0;
    head.tail(size - r) = p_.col(0).segment(r, size - r);
    next_.resize(r + kept, r + kept);
    copy_part(p_, 1, 1, next_, 0, 0, r - 1, r - 1);
    next_.row(r - 1).setZero();
    next_.col(r - 1).setZero();
    if (kept > 0) {
      copy_part(p_, 1, r + dropped, next_, 0, r, r - 1, kept);
      next_.block(r - 1, r, 1, kept).setZero();
      copy_part(p_, r + dropped, r + dropped, next_, r, r, kept, kept);
    }
    const double first = p_(0, 0);
    for (const std::size_t at : phi_at_) next_.col(static_cast<Index>(at)).head(r) += phi_[at] * head.head(r);
    for (const std::size_t at : phi_at_) head[static_cast<Index>(at)] += phi_[at] * first;
    for (const std::size_t at : phi_at_) {
      next_.row(static_cast<Index>(at)).head(r) += phi_[at] * head.head(r).transpose();
      if (kept > 0) next_.row(static_cast<Index>(at)).tail(kept) += phi_[at] * p_.row(0).segment(r + dropped, kept);
    }
    if (kept > 0) next_.bottomLeftCorner(kept, r) = next_.topRightCorner(r, kept).transpose();
    add_noise_covariance(next_);
    p_.swap(next_);
  }
}

// The filter of one series of levels: predictions, innovations, and the first element of the state after each update.
void ArimaKalmanFilter::mean_pass(std::span<const double> x) {
  level_.assign(x.begin(), x.end());
  state_.assign(n_ + r_ + 1, 0.0);  // the state at step i begins at i, so that shifting it costs nothing
  predicted_.resize(n_);
  innovation_.resize(n_);
  head_.resize(n_);
  for (std::size_t i = 0; i < n_; ++i) {
    if (i % (4 * steps_between_polls_) == 0) progress_->poll();
    const std::size_t t = levels_->lost + i;
    double* state = state_.data() + i;
    double predicted = state[0];
    for (const auto& [lag, c] : difference_terms_) predicted += c * level_[t - lag];
    predicted_[i] = predicted;
    innovation_[i] = 0.0;
    if (levels_->observed[t]) {
      const double v = x[t] - predicted;
      const double* m = gain(i);
      const double f = v / variance_[i];
      innovation_[i] = v;
      for (std::size_t a = 0; a < r_; ++a) state[a] += m[a] * f;
      for (std::size_t g = windows_[i].first; g < windows_[i].last; ++g)
        level_[gaps_[g]] += m[r_ + g - windows_[i].first] * f;
    } else {
      level_[t] = predicted;
    }
    head_[i] = state[0];
    for (const std::size_t at : phi_at_) state[at + 1] += phi_[at] * state[0];
  }
}

bool ArimaKalmanFilter::run(const ArimaLevels& levels, std::span<const double> phi, std::span<const double> theta,
                            const Progress& progress) {
  levels_ = &levels;
  progress_ = &progress;
  phi_.assign(phi.begin(), phi.end());
  theta_.assign(theta.begin(), theta.end());
  r_ = std::max(phi.size(), theta.size() + 1);
  noise_.assign(r_, 0.0);
  noise_[0] = 1.0;
  std::copy(theta.begin(), theta.end(), noise_.begin() + 1);
  phi_at_ = places_of_nonzero(phi_);
  noise_at_ = places_of_nonzero(noise_);
  difference_terms_.clear();
  for (const std::size_t at : places_of_nonzero(levels.differences))
    difference_terms_.emplace_back(at + 1, levels.differences[at]);
  if (!start()) return false;
  find_windows();
  filter_covariance();
  if (!std::isfinite(log_determinant_)) return false;

  const std::size_t count = levels.columns.size() / levels.length;
  innovations_.resize(static_cast<Index>(n_), static_cast<Index>(count));
  for (std::size_t c = 0; c < count; ++c) {
    mean_pass(std::span(levels.columns).subspan(c * levels.length, levels.length));
    for (std::size_t i = 0; i < n_; ++i)
      innovations_(static_cast<Index>(i), static_cast<Index>(c)) = innovation_[i] / std::sqrt(variance_[i]);
  }
  gains_bar_.assign(gains_.size(), 0.0);
  variance_bar_.assign(n_, 0.0);
  phi_bar_.assign(phi_.size(), 0.0);
  return true;
}

void ArimaKalmanFilter::predict(const Eigen::Ref<const Vector>& combination) {
  const Eigen::Map<const Matrix> columns(levels_->columns.data(), static_cast<Index>(levels_->length),
                                         combination.size());
  const Vector x = columns * combination;
  mean_pass({x.data(), levels_->length});
  combined_.resize(n_);
  for (std::size_t i = 0; i < n_; ++i) combined_[i] = innovation_[i] / std::sqrt(variance_[i]);
}

void ArimaKalmanFilter::add_sum_of_squares(const Eigen::Ref<const Vector>& combination, double weight) {
  predict(combination);
  state_bar_.assign(n_ + r_ + 1, 0.0);
  level_bar_.assign(levels_->length, 0.0);
  for (std::size_t i = n_; i-- > 0;) {
    if (i % (4 * steps_between_polls_) == 0) progress_->poll();
    const std::size_t t = levels_->lost + i;
    const Window now = windows_[i];
    double* bar = state_bar_.data() + i;
    bar[0] = 0.0;
    for (const std::size_t at : phi_at_) bar[0] += phi_[at] * bar[at + 1];
    for (std::size_t k = 0; k < phi_bar_.size(); ++k) phi_bar_[k] += head_[i] * bar[k + 1];
    double on_prediction = level_bar_[t];
    if (levels_->observed[t]) {
      const double* m = gain(i);
      double* m_bar = gains_bar_.data() + offset_[i];
      const double v = innovation_[i], f = variance_[i];
      double step_bar = 0.0;
      for (std::size_t a = 0; a < r_; ++a) {
        step_bar += m[a] * bar[a];
        m_bar[a] += v / f * bar[a];
      }
      for (std::size_t g = now.first; g < now.last; ++g) {
        step_bar += m[r_ + g - now.first] * level_bar_[gaps_[g]];
        m_bar[r_ + g - now.first] += v / f * level_bar_[gaps_[g]];
      }
      variance_bar_[i] -= (step_bar + weight * v) * v / (f * f);
      on_prediction = -(step_bar + 2.0 * weight * v) / f;
    }
    bar[0] += on_prediction;
    for (std::size_t g = now.first; g < now.last; ++g) level_bar_[gaps_[g]] += reach(t, g) * on_prediction;
  }
}

void ArimaKalmanFilter::gradient(std::span<double> phi_bar, std::span<double> theta_bar) {
  const auto r = static_cast<Index>(r_);
  const auto p = static_cast<Index>(phi_.size());
  const auto q = static_cast<Index>(theta_.size());
  Vector phi_sum = Eigen::Map<const Vector>(phi_bar_.data(), p);
  Vector noise_sum = Vector::Zero(r);
  Vector row, m_bar;
  const auto add_noise = [&](const Matrix& bar) {
    for (const std::size_t at : noise_at_)
      noise_sum.head(q + 1) += (2.0 * noise_[at]) * bar.col(static_cast<Index>(at)).head(q + 1);
  };

  const auto ahead = static_cast<Index>(windows_[n_].last - windows_[n_].first);
  next_.setZero(r + ahead, r + ahead);  // of the covariance one step ahead, as below
  for (std::size_t i = n_; i-- > 0;) {
    if (i % steps_between_polls_ == 0) progress_->poll();
    const std::size_t t = levels_->lost + i;
    const Window now = windows_[i], then = windows_[i + 1];
    const auto kept = static_cast<Index>(then.last - then.first);
    const auto dropped = static_cast<Index>(then.first - now.first);
    const auto reached = static_cast<Index>(now.last - now.first);
    Index size = r + static_cast<Index>(then.last - now.first);

    // Through T P T' + R R'.
    add_noise(next_);
    const Eigen::Map<const Vector> head(heads_.data() + offset_[i], size);
    p_.setZero(size, size);
    copy_part(next_, 0, 0, p_, 1, 1, r - 1, r - 1);
    if (kept > 0) {
      copy_part(next_, 0, r, p_, 1, r + dropped, r - 1, kept);
      copy_part(next_, r, r, p_, r + dropped, r + dropped, kept, kept);
    }
    if (p > 0) {
      phi_sum.noalias() += 2.0 * next_.topLeftCorner(p, r) * head.head(r);
      if (kept > 0) phi_sum.noalias() += 2.0 * next_.block(0, r, p, kept) * head.segment(r + dropped, kept);
      row.setZero(r + kept);
      for (const std::size_t at : phi_at_) row += phi_[at] * next_.col(static_cast<Index>(at));
      p_.row(0).segment(1, r - 1) = row.head(r - 1);
      p_.col(0).segment(1, r - 1) = row.head(r - 1);
      for (const std::size_t at : phi_at_) p_(0, 0) += phi_[at] * row[static_cast<Index>(at)];
      if (kept > 0) p_.row(0).segment(r + dropped, kept) = row.tail(kept);
    }
    if (kept > 0) p_.block(r + dropped, 0, kept, r) = p_.block(0, r + dropped, r, kept).transpose();

    // Through the update, or the new gap; then through M = P z and F = z'M.
    const bool observed = levels_->observed[t] != 0;
    if (observed || then.last > now.last) {
      double f_bar = 0.0;
      if (observed) {
        const Eigen::Map<const Vector> m(gain(i), size);
        const double f = variance_[i];
        m_bar.noalias() = p_ * m;
        f_bar = variance_bar_[i] + 0.5 / f + m.dot(m_bar) / (f * f);
        m_bar *= -2.0 / f;
        m_bar += Eigen::Map<const Vector>(gains_bar_.data() + offset_[i], size);
      } else {
        --size;
        m_bar = 2.0 * p_.col(size).head(size);
        f_bar = p_(size, size);
        p_.conservativeResize(size, size);
      }
      const auto along = [&](Index at, double c) { m_bar[at] += c * f_bar; };
      along(0, 1.0);
      for (Index j = 0; j < reached; ++j) along(r + j, reach(t, now.first + static_cast<std::size_t>(j)));
      const auto spread = [&](Index at, double c) {
        p_.col(at) += (0.5 * c) * m_bar;
        p_.row(at) += (0.5 * c) * m_bar.transpose();
      };
      spread(0, 1.0);
      for (Index j = 0; j < reached; ++j)
        if (const double c = reach(t, now.first + static_cast<std::size_t>(j)); c != 0.0) spread(r + j, c);
    }
    p_.swap(next_);
  }
  add_noise(next_);
  for (Index k = 0; k < p; ++k) phi_bar[static_cast<std::size_t>(k)] += phi_sum[k];
  for (Index k = 0; k < q; ++k) theta_bar[static_cast<std::size_t>(k)] += noise_sum[k + 1];
  const Index past = start_.covariance().rows();
  if (past > 0) start_.adjoint(next_.topLeftCorner(past, past), phi_bar, theta_bar);
}

}  // namespace performance_tracker
