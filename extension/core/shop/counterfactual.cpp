// SPDX-License-Identifier: PostgreSQL
#include "core/shop/counterfactual.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/base/statistics.h"

namespace performance_tracker {

// Candidates for the errors' correlation from day to day; a level that wanders is close to the largest.
constexpr std::array<double, 8> kAutocorrelations{0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.87, 0.95};

// Of a product's own growth against its controls, a week on the log scale: a slope of 2% doubles sales in 35 weeks. The
// trend is shrunk by this, not selected: a model chosen for having none is too sure of it (Chatfield 1995).
constexpr double kTrendDeviation = 0.02;
// Of a weekday's effect on the log scale; wide: shops that rest at the weekend lose more than half.
constexpr double kWeekdayDeviation = 0.7;
constexpr double kLevelDeviation = 10;
// A day of a shop is never more certain than this share of it.
constexpr double kLeastDeviation = 0.01;
// The standardised errors' scale may turn out below one, where the trimmed mean of few days was too large; not by much.
constexpr double kLeastScale = 0.7;
// Rounds of mean and variance; three settle to half a percent of a day.
constexpr int kReweightings = 5;

class CounterfactualModel {
 public:
  CounterfactualModel(const CounterfactualProblem& problem, const Progress& progress)
      : p_(problem), progress_(progress), values_(problem.values) {
    collect();
  }

  Counterfactual predict() {
    Counterfactual result;
    if (used_.size() < static_cast<std::size_t>(kMinimumLearningDays))
      throw InvalidData("fewer than 14 days to learn from");
    if (!(total() > 0)) return nothing_sold();
    for (int pass = 0; pass < 3; ++pass) {
      reweigh();
      const int removed = remove_outliers(result.outliers);
      result.outliers += removed;
      if (removed == 0) break;
      collect();
      if (!(total() > 0)) {
        // Two sales in a quarter are out of line with all other days, and all that there is to learn from.
        values_ = p_.values;
        result.outliers = 0;
        collect();
        reweigh();
        break;
      }
      linear_ = design_.transpose() * beta_;
      update_deviations();
    }
    choose_autocorrelation();
    fill(result);
    return result;
  }

 private:
  Eigen::Index columns() const { return 8 + static_cast<Eigen::Index>(p_.regressors.size()); }

  void collect() {
    used_.clear();
    for (std::size_t t = p_.learning_from; t < p_.learning_to; ++t) {
      bool known = !std::isnan(values_[t]);
      for (const Regressor& r : p_.regressors) known = known && !std::isnan(r.values[t]);
      if (known) used_.push_back(t);
    }
    centres_.clear();
    for (const Regressor& r : p_.regressors) {
      double sum = 0;
      for (const std::size_t t : used_) sum += r.values[t];
      centres_.push_back(used_.empty() ? 0 : sum / static_cast<double>(used_.size()));
    }
    // A column a day: whitening and products walk along memory.
    design_.resize(columns(), static_cast<Eigen::Index>(used_.size()));
    for (std::size_t i = 0; i < used_.size(); ++i) design_.col(static_cast<Eigen::Index>(i)) = row(used_[i]);
  }

  double total() const {
    double sum = 0;
    for (const std::size_t t : used_) sum += values_[t];
    return sum;
  }

  Vector row(std::size_t t) const {
    Vector x = Vector::Zero(columns());
    x[0] = 1;
    // Six contrasts that sum to zero over the week, so that the level is the level of an average day.
    const std::size_t weekday = t % 7;
    for (Eigen::Index k = 0; k < 6; ++k) {
      x[1 + k] = weekday == 6 ? -1 : static_cast<Eigen::Index>(weekday) == k ? 1 : 0;
    }
    x[7] = (static_cast<double>(t) - static_cast<double>(p_.learning_to)) / 7;
    for (std::size_t k = 0; k < p_.regressors.size(); ++k) {
      // A day without a control is one on which the control did as usual.
      const double value = p_.regressors[k].values[t];
      x[8 + static_cast<Eigen::Index>(k)] = std::isnan(value) ? 0 : value - centres_[k];
    }
    return x;
  }

  // Prior means and precisions; the level's mean is the data's.
  void prior(Vector& mean, Vector& precision) const {
    mean = Vector::Zero(columns());
    precision = Vector::Constant(columns(), 1 / (kWeekdayDeviation * kWeekdayDeviation));
    mean[0] = std::log(total() / static_cast<double>(used_.size()));
    precision[0] = 1 / (kLevelDeviation * kLevelDeviation);
    precision[7] = 1 / (kTrendDeviation * kTrendDeviation);
    for (std::size_t k = 0; k < p_.regressors.size(); ++k) {
      const Eigen::Index at = 8 + static_cast<Eigen::Index>(k);
      mean[at] = p_.regressors[k].prior_mean;
      precision[at] = 1 / (p_.regressors[k].prior_deviation * p_.regressors[k].prior_deviation);
    }
  }

  struct Fit {
    Vector beta;
    Matrix covariance;
    double scale = 1;                                             // of the standardised errors, estimated
    double restricted = std::numeric_limits<double>::infinity();  // -2 log restricted likelihood
    bool valid = false;
  };

  // Generalised least squares on the working response under a given day-to-day autocorrelation. Markov errors make the
  // whitening exact over gaps: the correlation across g days is phi^g.
  Fit solve(const Vector& response, double phi, bool with_covariance) const {
    progress_.poll();
    const Eigen::Index n = design_.cols();
    whitened_.resize(columns(), n);
    Vector y(n);
    double log_determinant = 0;
    for (Eigen::Index i = 0; i < n; ++i) {
      const double deviation = deviation_[static_cast<std::size_t>(i)];
      whitened_.col(i) = design_.col(i) / deviation;
      y[i] = response[i] / deviation;
      log_determinant += 2 * std::log(deviation);
    }
    if (phi > 0) {
      for (Eigen::Index i = n - 1; i > 0; --i) {
        const std::size_t gap = used_[static_cast<std::size_t>(i)] - used_[static_cast<std::size_t>(i - 1)];
        const double rho = gap == 1 ? phi : std::pow(phi, static_cast<double>(gap));
        const double v = 1 - rho * rho;
        const double root = 1 / std::sqrt(v);
        whitened_.col(i) = root * (whitened_.col(i) - rho * whitened_.col(i - 1));
        y[i] = root * (y[i] - rho * y[i - 1]);
        log_determinant += std::log(v);
      }
    }
    Vector mean, precision;
    prior(mean, precision);
    Matrix information = Matrix::Zero(columns(), columns());
    information.selfadjointView<Eigen::Lower>().rankUpdate(whitened_);
    const Vector start = whitened_ * (y - whitened_.transpose() * mean);
    Fit f;
    // The priors are on the scale of the logarithm, the errors' scale is near 1 after standardisation.
    information.diagonal() += precision;
    const Eigen::LDLT<Matrix> ldlt(information);
    if (ldlt.info() != Eigen::Success) return f;
    f.beta = mean + ldlt.solve(start);
    const double squares =
        (y - whitened_.transpose() * f.beta).squaredNorm() + precision.dot((f.beta - mean).cwiseAbs2());
    const double freedom = std::max(1.0, static_cast<double>(n) - kWeekColumns);
    f.scale = std::max(squares, 1e-12) / freedom;
    f.restricted =
        freedom * std::log(f.scale) + log_determinant + ldlt.vectorD().cwiseAbs().cwiseMax(1e-300).array().log().sum();
    if (with_covariance) f.covariance = ldlt.solve(Matrix::Identity(columns(), columns()));
    f.valid = f.beta.allFinite();
    return f;
  }

  Vector working_response(const Vector& linear) const {
    Vector response(linear.size());
    for (Eigen::Index i = 0; i < linear.size(); ++i) {
      const double mu = std::exp(linear[i]);
      response[i] = linear[i] + (values_[used_[static_cast<std::size_t>(i)]] - mu) / mu;
    }
    return response;
  }

  // Mean and variance in turn, until they fit each other.
  void reweigh() {
    const double level = std::log(total() / static_cast<double>(used_.size()));
    if (linear_.size() == 0) linear_ = Vector::Constant(design_.cols(), level);
    for (int round = 0; round < kReweightings; ++round) {
      update_deviations();
      const Fit f = solve(working_response(linear_), kWorkingCorrelation, false);
      if (!f.valid) break;
      beta_ = f.beta;
      const Vector next = (design_.transpose() * beta_).cwiseMax(level - kFarthest).cwiseMin(level + kFarthest);
      const double moved = (next - linear_).cwiseAbs().maxCoeff();
      linear_ = next;
      if (moved < 5e-3) break;
    }
    update_deviations();
  }

  // dispersion = what the squared relative errors have beyond Poisson's part; robust against single days.
  void update_deviations() {
    std::vector<double> squares;
    double poisson = 0;
    for (std::size_t i = 0; i < used_.size(); ++i) {
      const double mu = std::exp(linear_[static_cast<Eigen::Index>(i)]);
      const double relative = (values_[used_[i]] - mu) / mu;
      squares.push_back(relative * relative);
      poisson += p_.event_worth / mu / static_cast<double>(used_.size());
    }
    // 10% of the days at the upper end may be an outlier's and not the noise's: the mean of the rest, made consistent.
    std::sort(squares.begin(), squares.end());
    const std::size_t kept = squares.size() - squares.size() / 10;
    double sum = 0;
    for (std::size_t i = 0; i < kept; ++i) sum += squares[i];
    const double count = static_cast<double>(used_.size());
    const double freedom = count / std::max(4.0, count - kWeekColumns - 1);
    const double trimmed = kept < squares.size() ? kTrimmedMean : 1;
    dispersion_ =
        std::max(kLeastDeviation * kLeastDeviation, freedom * sum / static_cast<double>(kept) / trimmed - poisson);
    deviation_.resize(used_.size());
    for (std::size_t i = 0; i < used_.size(); ++i)
      deviation_[i] = std::sqrt(p_.event_worth / std::exp(linear_[static_cast<Eigen::Index>(i)]) + dispersion_);
  }

  // Days that no weekday pattern, trend and control account for must not shape the baseline: beyond 4 deviations they
  // are left out, the worst first, at most a tenth of all.
  int remove_outliers(int removed_before) {
    const int allowed =
        std::min(static_cast<int>(used_.size()) / 10, static_cast<int>(used_.size()) - kMinimumLearningDays) -
        removed_before;
    std::vector<std::pair<double, std::size_t>> worst;
    for (std::size_t i = 0; i < used_.size(); ++i) {
      const double mu = std::exp(linear_[static_cast<Eigen::Index>(i)]);
      const double z = std::abs(values_[used_[i]] / mu - 1) / deviation_[i];
      if (z > 4) worst.emplace_back(-z, used_[i]);
    }
    std::sort(worst.begin(), worst.end());
    int now = 0;
    for (const auto& [z, t] : worst) {
      if (now >= allowed) break;
      values_[t] = std::numeric_limits<double>::quiet_NaN();
      ++now;
    }
    return now;
  }

  // Maximum likelihood understates the autocorrelation of few days, and with it the interval; the restricted one
  // (Patterson & Thompson 1971) does not.
  void choose_autocorrelation() {
    const Vector response = working_response(linear_);
    double best = std::numeric_limits<double>::infinity();
    for (const double phi : kAutocorrelations) {
      const Fit f = solve(response, phi, false);
      if (f.valid && f.restricted < best) best = f.restricted, phi_ = phi;
    }
    fit_ = solve(response, phi_, true);
    if (!fit_.valid) throw InvalidData("the days before cannot carry a baseline");
    errors_ = response - design_.transpose() * fit_.beta;
  }

  void fill(Counterfactual& result) const {
    const std::size_t n = used_.size();
    result.learning_days = static_cast<int>(n);
    result.autocorrelation = phi_;
    // Weekday and level are estimated freely; weights and trend are mostly their priors'.
    result.degrees_of_freedom = std::max(3.0, static_cast<double>(n) - kWeekColumns);
    result.last_learned_ = used_.back();
    result.days_ = p_.prediction;
    const double scale = std::max(kLeastScale, fit_.scale);
    result.covariance_ = fit_.covariance * scale;
    for (std::size_t k = 0; k < p_.regressors.size(); ++k) {
      const Eigen::Index at = 8 + static_cast<Eigen::Index>(k);
      result.weights.push_back({fit_.beta[at], std::sqrt(std::max(0.0, result.covariance_(at, at)))});
    }
    const Eigen::Index days = static_cast<Eigen::Index>(p_.prediction.size());
    result.rows_.resize(days, columns());
    const Vector last_row = design_.col(design_.cols() - 1);
    const double last_deviation = deviation_.back();
    const double last_error = errors_[errors_.size() - 1] / last_deviation;
    const double level = std::log(total() / static_cast<double>(n));
    for (Eigen::Index i = 0; i < days; ++i) {
      const std::size_t t = p_.prediction[static_cast<std::size_t>(i)];
      const double carried = std::pow(phi_, static_cast<double>(t - used_.back()));
      const Vector x = row(t);
      const double mean = std::clamp(x.dot(fit_.beta), level - kFarthest, level + kFarthest);
      const double deviation = std::sqrt(scale * (p_.event_worth / std::exp(mean) + dispersion_));
      // An error that goes on moves the expected value, by no more than three deviations of a day.
      const double moved = std::clamp(carried * last_error, -3.0, 3.0) * deviation;
      result.expected_.push_back(std::exp(mean) * std::max(0.0, 1 + moved));
      result.deviation_.push_back(deviation);
      result.rows_.row(i) = (x - carried * last_row).transpose();
    }
    result.floor_ = std::max(p_.event_worth, 0.01);
    result.fitted.assign(p_.values.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t t = p_.learning_from; t < p_.learning_to; ++t) {
      if (std::isnan(p_.values[t])) continue;
      result.fitted[t] = std::exp(std::clamp(row(t).dot(fit_.beta), level - kFarthest, level + kFarthest));
    }
    for (const std::size_t t : p_.prediction)
      result.fitted[t] = std::exp(std::clamp(row(t).dot(fit_.beta), level - kFarthest, level + kFarthest));
  }

  // Nothing in the whole past: nothing expected, and one event would be news.
  Counterfactual nothing_sold() const {
    Counterfactual result;
    result.learning_days = static_cast<int>(used_.size());
    result.degrees_of_freedom = static_cast<double>(used_.size() - 1);
    result.days_ = p_.prediction;
    result.last_learned_ = used_.back();
    result.expected_.assign(p_.prediction.size(), 0.0);
    result.deviation_.assign(p_.prediction.size(), 0.0);
    result.rows_ = Matrix::Zero(static_cast<Eigen::Index>(p_.prediction.size()), columns());
    result.covariance_ = Matrix::Zero(columns(), columns());
    result.floor_ = std::max(p_.event_worth, 0.01);
    result.weights.assign(p_.regressors.size(), Estimate{});
    result.fitted.assign(p_.values.size(), std::numeric_limits<double>::quiet_NaN());
    return result;
  }

  static constexpr double kWeekColumns = 7;  // level and weekdays: what is estimated without a prior to speak of
  static constexpr double kWorkingCorrelation = 0.3;  // while mean and variance settle; chosen properly afterwards
  static constexpr double kFarthest = 7;              // e^7: a thousand times the usual day is no expectation
  // E[X | X < q90] for X chi-square with one degree of freedom, q90 = 2.7055: by partial integration
  // (0.9 - 2·sqrt(q90)·normal_density(sqrt(q90))) / 0.9.
  static constexpr double kTrimmedMean = 0.6229;

  const CounterfactualProblem& p_;
  const Progress& progress_;
  std::vector<double> values_;
  std::vector<std::size_t> used_;
  std::vector<double> centres_;
  Matrix design_;            // a column a learning day
  mutable Matrix whitened_;  // kept, so that each solution does not claim it anew
  Vector beta_;
  Vector linear_;                  // log of the expected value, learning days
  std::vector<double> deviation_;  // relative, learning days
  double dispersion_ = 0;
  double phi_ = 0;
  Fit fit_;
  Vector errors_;
};

std::vector<Estimate> Counterfactual::cumulative(std::size_t from, std::size_t to) const {
  std::vector<Estimate> sums;
  Vector gradient = Vector::Zero(rows_.cols());
  double value = 0;
  double noise = 0;
  std::vector<double> power(1, 1.0);  // autocorrelation^g
  const auto correlation = [&](std::size_t gap) {
    while (power.size() <= gap) power.push_back(power.back() * autocorrelation);
    return power[gap];
  };
  for (std::size_t i = from; i < to; ++i) {
    const double own = expected_[i] * deviation_[i];
    const std::size_t beyond = days_[i] - last_learned_;
    double shared = 0;
    for (std::size_t j = from; j < i; ++j) {
      // Correlation of the two days' errors, given the last one learned from.
      const double pair =
          correlation(days_[i] - days_[j]) - correlation(beyond) * correlation(days_[j] - last_learned_);
      shared += expected_[j] * deviation_[j] * pair;
    }
    noise += own * (own * (1 - correlation(beyond) * correlation(beyond)) + 2 * shared);
    gradient += expected_[i] * rows_.row(static_cast<Eigen::Index>(i)).transpose();
    value += expected_[i];
    const double variance = std::max(0.0, noise + gradient.dot(covariance_ * gradient));
    sums.push_back({value, std::max(floor_, widened_ * std::sqrt(variance))});
  }
  return sums;
}

Estimate Counterfactual::sum(std::size_t from, std::size_t to) const {
  if (from >= to) return {0, floor_};
  return cumulative(from, to).back();
}

Counterfactual predict_counterfactual(const CounterfactualProblem& problem, const Progress& progress) {
  return CounterfactualModel(problem, progress).predict();
}

}  // namespace performance_tracker
