// SPDX-License-Identifier: PostgreSQL
#include "core/shop/counterfactual.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/base/linear_algebra.h"
#include "core/base/statistics.h"

namespace performance_tracker {
namespace {

constexpr std::array<double, 12> kAutocorrelations{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95};

struct Design {
  bool weekdays = true;
  bool trend = false;
  std::vector<bool> regressors;

  Eigen::Index columns() const {
    return (weekdays ? 7 : 1) + (trend ? 1 : 0) +
           static_cast<Eigen::Index>(std::count(regressors.begin(), regressors.end(), true));
  }
};

struct Fit {
  Vector beta;
  Matrix inverse;  // (X' Omega^-1 X)^-1
  double variance = 0;
  double autocorrelation = 0;
  double aicc = std::numeric_limits<double>::infinity();
  double restricted = std::numeric_limits<double>::infinity();  // -2 log restricted likelihood
  bool valid = false;
};

class Model {
 public:
  Model(const CounterfactualProblem& problem, const Progress& progress) : p_(problem), progress_(progress) {
    for (std::size_t t = p_.learning_from; t < p_.learning_to; ++t) {
      if (!std::isnan(p_.values[t])) used_.push_back(t);
    }
    for (const std::vector<double>& r : p_.regressors) {
      double total = 0;
      for (const std::size_t t : used_) total += r[t];
      const double centre = used_.empty() ? 0 : total / static_cast<double>(used_.size());
      double largest = 0;
      for (const std::size_t t : used_) largest = std::max(largest, std::abs(r[t] - centre));
      centres_.push_back(centre);
      scales_.push_back(largest);
    }
  }

  std::size_t size() const { return used_.size(); }
  const std::vector<std::size_t>& used() const { return used_; }

  Vector row(std::size_t t, const Design& design) const {
    Vector x = Vector::Zero(design.columns());
    x[0] = 1;
    // Six contrasts that sum to zero over the week, so that the level is the level of an average day.
    const std::size_t weekday = t % 7;
    for (Eigen::Index k = 0; design.weekdays && k < 6; ++k) {
      x[1 + k] = weekday == 6 ? -1 : static_cast<Eigen::Index>(weekday) == k ? 1 : 0;
    }
    Eigen::Index next = design.weekdays ? 7 : 1;
    if (design.trend) x[next++] = (static_cast<double>(t) - static_cast<double>(p_.learning_to)) / 28;
    for (std::size_t k = 0; k < p_.regressors.size(); ++k) {
      if (design.regressors[k]) x[next++] = (p_.regressors[k][t] - centres_[k]) / scales_[k];
    }
    return x;
  }

  // Generalised least squares under a given day-to-day autocorrelation. Markov errors make the whitening exact
  // over gaps: the correlation across g days is phi^g.
  Fit fit(const Design& design, double phi) const {
    progress_.poll();
    Fit f;
    const Eigen::Index n = static_cast<Eigen::Index>(used_.size());
    const Eigen::Index k = design.columns();
    if (n < k + 3) return f;
    Matrix x(n, k);
    Vector y(n);
    double log_determinant = 0;
    Vector previous;
    for (Eigen::Index i = 0; i < n; ++i) {
      const std::size_t t = used_[static_cast<std::size_t>(i)];
      const Vector here = row(t, design);
      if (i == 0) {
        x.row(i) = here.transpose();
        y[i] = p_.values[t];
      } else {
        const std::size_t before = used_[static_cast<std::size_t>(i - 1)];
        const double rho = std::pow(phi, static_cast<double>(t - before));
        const double v = 1 - rho * rho;
        x.row(i) = (here - rho * previous).transpose() / std::sqrt(v);
        y[i] = (p_.values[t] - rho * p_.values[before]) / std::sqrt(v);
        log_determinant += std::log(v);
      }
      previous = here;
    }
    const Eigen::ColPivHouseholderQR<Matrix> qr(x);
    if (qr.rank() < k) return f;
    f.beta = qr.solve(y);
    const double squares = std::max((y - x * f.beta).squaredNorm(), 1e-18 * (y.squaredNorm() + 1e-280));
    f.inverse = (x.transpose() * x).ldlt().solve(Matrix::Identity(k, k));
    f.variance = squares / static_cast<double>(n - k);
    f.autocorrelation = phi;
    const double parameters = static_cast<double>(k + 2);  // with the variance and the autocorrelation
    const double count = static_cast<double>(n);
    f.aicc = count * std::log(squares / count) + log_determinant + 2 * parameters +
             2 * parameters * (parameters + 1) / std::max(1.0, count - parameters - 1);
    f.restricted = static_cast<double>(n - k) * std::log(f.variance) + log_determinant +
                   2 * qr.matrixQR().diagonal().cwiseAbs().array().log().sum();
    f.valid = f.beta.allFinite() && f.inverse.allFinite();
    return f;
  }

 private:
  const CounterfactualProblem& p_;
  const Progress& progress_;
  std::vector<std::size_t> used_;
  std::vector<double> centres_;
  std::vector<double> scales_;
};

Fit best(const Model& model, const Design& design, double Fit::*criterion) {
  Fit result;
  for (const double phi : kAutocorrelations) {
    Fit f = model.fit(design, phi);
    if (f.valid && (!result.valid || f.*criterion < result.*criterion)) result = std::move(f);
  }
  return result;
}

// Days that no weekday pattern and trend account for must not shape the baseline: beyond 4 robust deviations they
// become missing, at most a tenth of all.
int remove_outliers(CounterfactualProblem& problem, const Progress& progress) {
  int removed = 0;
  for (int pass = 0; pass < 4; ++pass) {
    const Model model(problem, progress);
    const Design design{true, model.size() >= 28, std::vector<bool>(problem.regressors.size(), false)};
    const Fit f = model.fit(design, 0);
    if (!f.valid) return removed;
    std::vector<double> residual;
    for (const std::size_t t : model.used()) residual.push_back(problem.values[t] - model.row(t, design).dot(f.beta));
    const double shift = median(residual);
    for (double& r : residual) r -= shift;
    const double scale = weighted_mad(residual, std::vector<double>(residual.size(), 1.0));
    const int allowed = std::min(static_cast<int>(model.size() / 10), static_cast<int>(model.size()) - 14);
    std::vector<std::size_t> order(residual.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return std::abs(residual[a]) > std::abs(residual[b]); });
    int now = 0;
    for (const std::size_t i : order) {
      // One outlier tilts the fit for the others, so the worst few go first and the rest is judged anew.
      if (removed >= allowed || now >= 2 || !(std::abs(residual[i]) > 4 * scale) || !(scale > 0)) break;
      problem.values[model.used()[i]] = std::numeric_limits<double>::quiet_NaN();
      ++removed;
      ++now;
    }
    if (now == 0) break;
  }
  return removed;
}

}  // namespace

Counterfactual predict_counterfactual(const CounterfactualProblem& given, const Progress& progress) {
  CounterfactualProblem problem = given;
  Counterfactual result;
  result.outliers = remove_outliers(problem, progress);
  const Model model(problem, progress);
  result.learning_days = static_cast<int>(model.size());
  if (model.size() < 14) throw InvalidData("fewer than 14 days to learn from");

  // Regressors with no variation to learn from stay out; with less than four weeks so does everything but the week.
  // The trend is not selected: a model chosen for having none is too sure of it (Chatfield 1995), and over a month
  // that costs a tenth of the interval's coverage.
  const bool rich = model.size() >= 28;
  std::vector<std::size_t> candidates;
  for (std::size_t k = 0; rich && k < problem.regressors.size(); ++k) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const std::size_t t : model.used()) {
      low = std::min(low, problem.regressors[k][t]);
      high = std::max(high, problem.regressors[k][t]);
    }
    if (high - low > 1e-9 * std::max(std::abs(high), std::abs(low))) candidates.push_back(k);
  }
  Design chosen;
  Fit chosen_fit;
  const unsigned combinations = 1u << candidates.size();
  for (unsigned mask = 0; mask < combinations; ++mask) {
    Design design{true, rich, std::vector<bool>(problem.regressors.size(), false)};
    for (std::size_t k = 0; k < candidates.size(); ++k) {
      design.regressors[candidates[k]] = (mask >> k & 1u) != 0;
    }
    Fit f = best(model, design, &Fit::aicc);
    if (f.valid && (!chosen_fit.valid || f.aicc < chosen_fit.aicc)) {
      chosen_fit = std::move(f);
      chosen = std::move(design);
    }
  }
  if (!chosen_fit.valid) {
    // Too few of some weekday to tell its effect: the level alone.
    chosen = Design{false, false, std::vector<bool>(problem.regressors.size(), false)};
    chosen_fit = best(model, chosen, &Fit::aicc);
  }
  if (!chosen_fit.valid) throw InvalidData("the days before cannot carry a baseline");
  // Maximum likelihood understates the autocorrelation of few days, and with it the interval; the restricted one
  // (Patterson & Thompson 1971) does not.
  const Fit fit = best(model, chosen, &Fit::restricted);
  const double phi = fit.autocorrelation;
  const std::size_t last = model.used().back();
  const Vector last_row = model.row(last, chosen);
  const double last_error = problem.values[last] - last_row.dot(fit.beta);

  Vector loading = Vector::Zero(chosen.columns());
  double sum = 0;
  double autoregressive = 0;  // variance of the summed errors over the innovations' scale
  for (const std::size_t t : problem.prediction) {
    const double carried = std::pow(phi, static_cast<double>(t - last));
    const Vector x = model.row(t, chosen);
    sum += x.dot(fit.beta) + carried * last_error;
    loading += x - carried * last_row;
    for (const std::size_t other : problem.prediction) {
      const double apart = static_cast<double>(t > other ? t - other : other - t);
      autoregressive += std::pow(phi, apart) - carried * std::pow(phi, static_cast<double>(other - last));
    }
  }
  const double days = static_cast<double>(problem.prediction.size());
  result.sum = std::max(0.0, sum);
  const double daily = result.sum / std::max(1.0, days);
  double level = 0;
  for (const std::size_t t : model.used()) level += problem.values[t] / static_cast<double>(model.size());
  // Shops vary in proportion to what they sell: days above the learned level (a weekend, growth) vary more. Never
  // quieter than Poisson purchases, nor than 1% of a day's value.
  const double growth = level > 0 ? std::max(1.0, daily / level) : 1;
  const double variance = std::max({fit.variance * growth * growth, daily * problem.event_worth, 1e-4 * daily * daily});
  result.standard_error = std::sqrt(std::max(0.0, variance * (autoregressive + loading.dot(fit.inverse * loading))));
  if (!(result.standard_error > 0)) result.standard_error = std::max(problem.event_worth, 0.01);
  result.degrees_of_freedom = static_cast<double>(static_cast<Eigen::Index>(model.size()) - chosen.columns());
  result.autocorrelation = phi;
  result.trend = chosen.trend;
  result.regressor_chosen = chosen.regressors;
  return result;
}

}  // namespace performance_tracker
