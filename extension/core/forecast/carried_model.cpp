// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/carried_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/series/time_series.h"

namespace performance_tracker {
namespace {

bool is_mean(const ArimaModel& m) { return m.order.lost_observations() == 0; }

double step_of(const ArimaModel& m) {
  return m.constant == Constant::kDrift ? m.regression[0] * m.order.lost_observations() : 0.0;
}

// The latest observation of each phase of the season, and when it was.
class LastValues {
 public:
  explicit LastValues(int season_length)
      : value_(static_cast<std::size_t>(season_length), kMissing), at_(value_.size(), 0) {}

  void observe(std::size_t t, double v) {
    if (std::isnan(v)) return;
    value_[t % value_.size()] = v;
    at_[t % value_.size()] = t;
  }
  double value(std::size_t t) const { return value_[t % value_.size()]; }  // NaN when there was none
  double seasons_since(std::size_t t) const {
    const std::size_t seasons = (t - at_[t % value_.size()]) / value_.size();
    return static_cast<double>(seasons);
  }

 private:
  std::vector<double> value_;
  std::vector<std::size_t> at_;
};

}  // namespace

ArimaModel mean_model(const SeriesSummary& s) {
  ArimaModel m;
  m.constant = Constant::kMean;
  m.regression = {s.mean};
  m.variance = s.variance;
  m.observations = static_cast<double>(s.observed);
  m.standard_errors = {s.observed > 1 ? std::sqrt(s.variance / m.observations) : kMissing};
  m.aic = m.aicc = m.bic = kMissing;
  m.converged = true;
  if (s.variance > 0) {
    const double maximum_likelihood_variance = s.variance * (m.observations - 1) / m.observations;
    m.log_likelihood = -0.5 * m.observations * (std::log(2 * std::numbers::pi * maximum_likelihood_variance) + 1);
    m.aic = -2 * m.log_likelihood + 4;
    m.bic = -2 * m.log_likelihood + 2 * std::log(m.observations);
    m.aicc = m.observations > 3 ? m.aic + 12 / (m.observations - 3) : kMissing;
  }
  return m;
}

ArimaModel naive_model(std::span<const double> y, int season_length) {
  ArimaModel m;
  m.order.season_length = season_length;
  (season_length == 1 ? m.order.d : m.order.seasonal_d) = 1;
  LastValues last(season_length);
  double pairs = 0, squares = 0, logs = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (!std::isnan(y[t]) && !std::isnan(last.value(t))) {
      const double seasons = last.seasons_since(t);
      const double difference = y[t] - last.value(t);
      squares += difference * difference / seasons;
      logs += std::log(seasons);
      ++pairs;
    }
    last.observe(t, y[t]);
  }
  m.variance = pairs > 0 ? squares / pairs : summarize(y).variance;
  m.observations = pairs;
  m.aic = m.aicc = m.bic = kMissing;
  m.converged = true;
  if (pairs > 0 && m.variance > 0) {
    m.log_likelihood = -0.5 * (pairs * (std::log(2 * std::numbers::pi * m.variance) + 1) + logs);
    m.aic = -2 * m.log_likelihood + 2;
    m.bic = -2 * m.log_likelihood + std::log(pairs);
    m.aicc = pairs > 2 ? m.aic + 4 / (pairs - 2) : kMissing;
  }
  return m;
}

std::optional<ArimaModel> exact_pattern(std::span<const double> y, int season_length) {
  double largest = 0;
  for (const double v : y) largest = std::max(largest, std::isnan(v) ? 0 : std::abs(v));
  const double rounding = 1e3 * std::numeric_limits<double>::epsilon() * largest;
  for (const int lag : {1, season_length}) {
    const auto m = static_cast<std::size_t>(lag);
    LastValues last(lag);
    double step = kMissing;
    std::size_t repeated = 0;  // observations that follow another of their season
    bool exact = true;
    for (std::size_t t = 0; t < y.size() && exact; ++t) {
      if (std::isnan(y[t])) continue;
      if (!std::isnan(last.value(t))) {
        const double seasons = last.seasons_since(t);
        if (repeated++ == 0) step = (y[t] - last.value(t)) / seasons;
        exact = std::abs(y[t] - last.value(t) - seasons * step) <= rounding;
      }
      last.observe(t, y[t]);
    }
    for (std::size_t t = 0; t < m && exact; ++t) exact = !std::isnan(last.value(t));
    if (!exact || repeated < m + 1) continue;
    ArimaModel model;
    model.order.season_length = lag;
    (lag == 1 ? model.order.d : model.order.seasonal_d) = 1;
    model.constant = Constant::kDrift;
    model.regression = {step / lag};
    model.standard_errors = {0};
    model.observations = static_cast<double>(repeated);
    model.aic = model.aicc = model.bic = kMissing;
    model.converged = true;
    return model;
  }
  return std::nullopt;
}

bool is_carried(const ArimaModel& m) {
  if (m.order.coefficient_count() > 0) return false;
  if (is_mean(m)) return m.constant == Constant::kMean && m.regression.size() == 1;
  if (m.order.d + m.order.seasonal_d != 1) return false;
  return m.regression.empty() || (m.constant == Constant::kDrift && m.regression.size() == 1 && m.variance == 0);
}

ArimaForecast forecast_carried(const ArimaModel& m, std::span<const double> y, int horizon) {
  const auto steps = static_cast<std::size_t>(horizon);
  ArimaForecast result;
  if (is_mean(m)) {
    // So few observations leave the mean itself uncertain.
    const bool few = m.observations > 0 && m.observations < static_cast<double>(kFewestForArima);
    result.value.assign(steps, m.regression[0]);
    result.standard_error.assign(steps, std::sqrt(m.variance * (few ? 1 + 1 / m.observations : 1)));
    return result;
  }
  LastValues last(m.order.lost_observations());
  for (std::size_t t = 0; t < y.size(); ++t) last.observe(t, y[t]);
  const SeriesSummary all = summarize(y);
  for (std::size_t t = y.size(); t < y.size() + steps; ++t) {
    const double seasons = last.seasons_since(t);
    const bool known = !std::isnan(last.value(t));
    result.value.push_back(known ? last.value(t) + seasons * step_of(m) : all.mean);
    result.standard_error.push_back(std::sqrt(m.variance * seasons + (known ? 0.0 : all.variance)));
  }
  return result;
}

std::vector<double> fitted_carried(const ArimaModel& m, std::span<const double> y) {
  std::vector<double> fitted(y.size(), kMissing);
  LastValues last(std::max(1, m.order.lost_observations()));
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (std::isnan(y[t])) continue;
    if (is_mean(m))
      fitted[t] = m.regression[0];
    else if (!std::isnan(last.value(t)))
      fitted[t] = last.value(t) + last.seasons_since(t) * step_of(m);
    last.observe(t, y[t]);
  }
  return fitted;
}

}  // namespace performance_tracker
