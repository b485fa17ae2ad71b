// SPDX-License-Identifier: PostgreSQL
#include "core/arima/arima_kalman.h"

#include <algorithm>
#include <cmath>

namespace performance_tracker {
namespace {

constexpr std::size_t kWorkBetweenPolls = 4'000'000;  // elements of the covariance: some ten milliseconds

// By how much rounding takes the variance of an innovation below that of e_t, at most, while it still means something.
constexpr double kRoundingOfVariance = 1e-6;

std::vector<std::size_t> places_of_nonzero(std::span<const double> values) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] != 0.0) places.push_back(i);
  return places;
}

void add_multiple(double factor, const double* x, double* y, std::size_t n) {
  if (factor == 0.0) return;
  if (n < 8) {
    for (std::size_t i = 0; i < n; ++i) y[i] += factor * x[i];
    return;
  }
  const auto size = static_cast<Eigen::Index>(n);
  Eigen::Map<Vector>(y, size) += factor * Eigen::Map<const Vector>(x, size);
}

double product(const double* x, const double* y, std::size_t n) {
  const auto size = static_cast<Eigen::Index>(n);
  if (n >= 8) return Eigen::Map<const Vector>(x, size).dot(Eigen::Map<const Vector>(y, size));
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) sum += x[i] * y[i];
  return sum;
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
  progress_->poll();
  gains_.resize(offset_[n_]);
  progress_->poll();
  heads_.resize(offset_[n_]);
  progress_->poll();
}

bool ArimaKalmanFilter::start() {
  if (!start_.compute(phi_, theta_)) return false;
  window_.reset(r_, std::min(levels_->lost, gaps_.size()) + 1, false);
  const Matrix& past = start_.covariance();
  for (Index b = 0; b < past.rows(); ++b)
    std::copy_n(past.col(b).data() + b, past.rows() - b, window_.column(static_cast<std::size_t>(b)) + b);
  add_noise_covariance();
  return true;
}

void ArimaKalmanFilter::add_noise_covariance() {
  for (const std::size_t b : noise_at_)
    for (const std::size_t a : noise_at_)
      if (a >= b) window_.column(b)[a] += noise_[a] * noise_[b];
}

// M = P z and F = z'M, z being 1 for the first element and the difference's coefficients for the gaps in reach.
double ArimaKalmanFilter::predict_variance(std::size_t t, const Window& now, double* m) {
  std::copy_n(window_.column(0), r_, m);
  for (std::size_t g = now.first; g < now.last; ++g) m[r_ + g - now.first] = window_.cross(g)[0];
  for (std::size_t g = now.first; g < now.last; ++g) {
    const double c = reach(t, g);
    if (c == 0.0) continue;
    add_multiple(c, window_.cross(g), m, r_);
    for (std::size_t h = now.first; h < now.last; ++h) m[r_ + h - now.first] += c * window_.between(g, h);
  }
  double f = m[0];
  for (std::size_t g = now.first; g < now.last; ++g) f += reach(t, g) * m[r_ + g - now.first];
  return f;
}

void ArimaKalmanFilter::filter_covariance() {
  log_determinant_ = 0.0;
  variance_.resize(n_);
  for (std::size_t i = 0; i < n_; ++i) {
    if (i % steps_between_polls_ == 0) progress_->poll();
    const std::size_t t = levels_->lost + i;
    const Window now = windows_[i];
    double* m = gain(i);
    double f = predict_variance(t, now, m);
    // The variance of e_t alone is 1. Below it, rounding has eaten what was left of a start next to a unit root: from
    // here on the state is known but for e_t.
    if (!(f > 1.0 - kRoundingOfVariance)) {
      for (std::size_t b = 0; b < r_; ++b) std::fill_n(window_.column(b) + b, r_ - b, 0.0);
      for (std::size_t g = now.first; g < now.last; ++g) window_.clear_gap(g);
      add_noise_covariance();
      f = predict_variance(t, now, m);
    }
    variance_[i] = f;
    if (levels_->observed[t]) {
      log_determinant_ += std::log(f);
      update(now, m, f);
    } else if (windows_[i + 1].last > now.last) {
      open_gap(now, m, f);
    }
    transition(i);
  }
}

// P - M M' / F.
void ArimaKalmanFilter::update(const Window& now, const double* m, double f) {
  const std::size_t reached = now.last - now.first;
  const double scale = -1.0 / f;
  for (std::size_t b = 0; b < r_; ++b) add_multiple(scale * m[b], m + b, window_.column(b) + b, r_ - b);
  for (std::size_t j = 0; j < reached; ++j) {
    add_multiple(scale * m[r_ + j], m, window_.cross(now.first + j), r_);
    for (std::size_t l = 0; l < reached; ++l)
      window_.between(now.first + j, now.first + l) += scale * m[r_ + j] * m[r_ + l];
  }
}

// A missing level becomes an element of the state: what was predicted of it is all that is known.
void ArimaKalmanFilter::open_gap(const Window& now, const double* m, double f) {
  const std::size_t gap = now.last;
  window_.clear_gap(gap);
  std::copy_n(m, r_, window_.cross(gap));
  for (std::size_t j = 0; j < now.last - now.first; ++j)
    window_.between(now.first + j, gap) = window_.between(gap, now.first + j) = m[r_ + j];
  window_.between(gap, gap) = f;
}

// T P T' + R R': w's elements move up by one, the first one feeds the autoregressive ones; gaps stay.
void ArimaKalmanFilter::transition(std::size_t i) {
  const Window now = windows_[i], then = windows_[i + 1];
  double* head = heads_.data() + offset_[i];
  const double first = window_.column(0)[0];
  std::copy_n(window_.column(0) + 1, r_ - 1, head);
  head[r_ - 1] = 0.0;
  for (std::size_t g = now.first; g < then.last; ++g) head[r_ + g - now.first] = window_.cross(g)[0];
  window_.slide();
  for (const std::size_t at : phi_at_) add_multiple(phi_[at], head + at, window_.column(at) + at, r_ - at);
  for (const std::size_t at : phi_at_) head[at] += phi_[at] * first;
  for (const std::size_t at : phi_at_) {
    for (std::size_t b = 0; b <= at; ++b) window_.column(b)[at] += phi_[at] * head[b];
    for (std::size_t g = then.first; g < then.last; ++g) window_.cross(g)[at] += phi_[at] * head[r_ + g - now.first];
  }
  add_noise_covariance();
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
  find_windows();
  if (!start()) return false;
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

// The derivative of R R' alone: `noise_sum` of (1, theta), twice for each pair.
void ArimaKalmanFilter::noise_adjoint(std::span<double> noise_sum) {
  for (const std::size_t b : noise_at_)
    for (std::size_t a = 0; a < noise_sum.size(); ++a) noise_sum[a] += 2.0 * noise_[b] * window_.at(a, b);
}

// Backwards through T P T' + R R' at step i: the window then holds the derivatives of the covariance after the update.
// T moves w's elements up by one and feeds the first into those with a phi, so its adjoint moves them down and collects
// in `row` what they owe to the first.
void ArimaKalmanFilter::transition_adjoint(std::size_t i, std::vector<double>& row) {
  CovarianceWindow& bar = window_;
  const std::size_t p = phi_.size();
  const Window now = windows_[i], then = windows_[i + 1];
  const double* head = heads_.data() + offset_[i];
  if (p > 0) {
    for (std::size_t b = 0; b < r_; ++b) {
      const double* column = bar.column(b);
      if (b < p) phi_bar_[b] += 2.0 * product(column + b, head + b, r_ - b);
      for (std::size_t a = b + 1; a < p; ++a) phi_bar_[a] += 2.0 * column[a] * head[b];
    }
    for (std::size_t g = then.first; g < then.last; ++g)
      add_multiple(2.0 * head[r_ + g - now.first], bar.cross(g), phi_bar_.data(), p);
    std::fill(row.begin(), row.end(), 0.0);
    for (const std::size_t at : phi_at_) {
      for (std::size_t b = 0; b < at; ++b) row[b] += phi_[at] * bar.column(b)[at];
      add_multiple(phi_[at], bar.column(at) + at, row.data() + at, r_ - at);
    }
  }
  for (std::size_t g = now.first; g < then.first; ++g) bar.clear_gap(g);
  bar.slide_back();
  double* first = bar.column(0);
  first[0] = 0.0;
  for (const std::size_t at : phi_at_) first[0] += phi_[at] * row[at];
  if (p > 0)
    std::copy_n(row.data(), r_ - 1, first + 1);
  else
    std::fill_n(first + 1, r_ - 1, 0.0);
  for (std::size_t g = then.first; g < then.last; ++g) {
    double* cross = bar.cross(g);
    cross[0] = 0.0;
    for (const std::size_t at : phi_at_) cross[0] += phi_[at] * cross[at + 1];
  }
}

// Backwards through the update P - M M' / F of an observed step: the derivatives of M in `m_bar`, that of F returned.
double ArimaKalmanFilter::update_adjoint(std::size_t i, std::vector<double>& m_bar, std::vector<double>& product_m) {
  CovarianceWindow& bar = window_;
  const Window now = windows_[i];
  const std::size_t reached = now.last - now.first;
  const double* m = gain(i);
  const double f = variance_[i];
  product_m.assign(r_ + reached, 0.0);  // bar M, bar being symmetric and kept as its lower half
  for (std::size_t b = 0; b < r_; ++b) {
    const double* column = bar.column(b);
    product_m[b] += product(column + b, m + b, r_ - b);
    add_multiple(m[b], column + b + 1, product_m.data() + b + 1, r_ - b - 1);
  }
  for (std::size_t j = 0; j < reached; ++j) {
    const double* cross = bar.cross(now.first + j);
    add_multiple(m[r_ + j], cross, product_m.data(), r_);
    product_m[r_ + j] += product(cross, m, r_);
    for (std::size_t l = 0; l < reached; ++l)
      product_m[r_ + j] += bar.between(now.first + j, now.first + l) * m[r_ + l];
  }
  const double* gain_bar = gains_bar_.data() + offset_[i];
  for (std::size_t a = 0; a < r_ + reached; ++a) m_bar[a] = gain_bar[a] - 2.0 / f * product_m[a];
  return variance_bar_[i] + 0.5 / f + product(m, product_m.data(), r_ + reached) / (f * f);
}

// The same of a step whose level is missing: its row of the covariance was M, its variance F.
double ArimaKalmanFilter::new_gap_adjoint(std::size_t i, std::vector<double>& m_bar) {
  CovarianceWindow& bar = window_;
  const Window now = windows_[i];
  const std::size_t gap = now.last;
  for (std::size_t a = 0; a < r_; ++a) m_bar[a] = 2.0 * bar.cross(gap)[a];
  for (std::size_t j = 0; j < now.last - now.first; ++j) m_bar[r_ + j] = 2.0 * bar.between(gap, now.first + j);
  const double f_bar = bar.between(gap, gap);
  bar.clear_gap(gap);
  return f_bar;
}

// Backwards through M = P z and F = z'M: F's derivative joins M's, and M's is spread over the symmetric P.
void ArimaKalmanFilter::prediction_adjoint(std::size_t i, double f_bar, std::vector<double>& m_bar) {
  CovarianceWindow& bar = window_;
  const std::size_t t = levels_->lost + i;
  const Window now = windows_[i];
  const std::size_t reached = now.last - now.first;
  double* first = bar.column(0);
  m_bar[0] += f_bar;
  for (std::size_t j = 0; j < reached; ++j) m_bar[r_ + j] += f_bar * reach(t, now.first + j);
  add_multiple(0.5, m_bar.data(), first, r_);
  first[0] += 0.5 * m_bar[0];
  for (std::size_t j = 0; j < reached; ++j) {
    const double c = reach(t, now.first + j);
    double* cross = bar.cross(now.first + j);
    cross[0] += 0.5 * m_bar[r_ + j];
    if (c == 0.0) continue;
    add_multiple(0.5 * c, m_bar.data(), cross, r_);
    for (std::size_t l = 0; l < reached; ++l) {
      bar.between(now.first + j, now.first + l) += 0.5 * c * m_bar[r_ + l];
      bar.between(now.first + l, now.first + j) += 0.5 * c * m_bar[r_ + l];
    }
  }
}

void ArimaKalmanFilter::gradient(std::span<double> phi_bar, std::span<double> theta_bar) {
  const std::size_t p = phi_.size(), q = theta_.size();
  std::vector<double> noise_sum(q + 1, 0.0), row(r_), m_bar, product_m;
  // From here on the window holds the derivatives of the covariance, which itself is no longer needed.
  window_.reset(r_, std::min(levels_->lost, gaps_.size()) + 1, true);
  for (std::size_t i = n_; i-- > 0;) {
    if (i % steps_between_polls_ == 0) progress_->poll();
    noise_adjoint(noise_sum);
    transition_adjoint(i, row);
    const bool observed = levels_->observed[levels_->lost + i] != 0;
    if (!observed && windows_[i + 1].last == windows_[i].last) continue;  // missing where nothing is differenced
    m_bar.resize(r_ + windows_[i].last - windows_[i].first);
    const double f_bar = observed ? update_adjoint(i, m_bar, product_m) : new_gap_adjoint(i, m_bar);
    prediction_adjoint(i, f_bar, m_bar);
  }
  noise_adjoint(noise_sum);
  for (std::size_t k = 0; k < p; ++k) phi_bar[k] += phi_bar_[k];
  for (std::size_t k = 0; k < q; ++k) theta_bar[k] += noise_sum[k + 1];
  const Index past = start_.covariance().rows();
  if (past == 0) return;
  Matrix start_bar(past, past);
  for (Index b = 0; b < past; ++b)
    for (Index a = b; a < past; ++a) start_bar(a, b) = start_bar(b, a) = window_.column(static_cast<std::size_t>(b))[a];
  start_.adjoint(start_bar, phi_bar, theta_bar);
}

}  // namespace performance_tracker
