// SPDX-License-Identifier: PostgreSQL
#include "core/shop/recommendation_money.h"

#include <algorithm>
#include <cmath>

#include "core/base/normal_distribution.h"

namespace performance_tracker {
namespace {

const std::vector<double>& column(const DailyColumns& c, std::size_t k) {
  switch (k) {
    case kImpressions:
      return c.impressions;
    case kClicks:
      return c.clicks;
    case kSpend:
      return c.ad_spend;
    case kUnits:
      return c.units_sold;
    default:
      return c.revenue;
  }
}

double cell(const DailyColumns& c, std::size_t k, std::size_t t) {
  const double v = column(c, k)[t];
  return std::isnan(v) ? 0 : v;
}

}  // namespace

bool has_row(const DailyColumns& c, std::size_t t) {
  for (std::size_t k = 0; k < kColumns; ++k) {
    if (!std::isnan(column(c, k)[t])) return true;
  }
  return false;
}

Covariance daily_covariance(const DailyColumns& c) {
  Covariance covariance{};
  const std::size_t n = c.size();
  int differences = 0;
  for (std::size_t t = n > 35 ? n - 35 : 0; t + 7 < n; ++t) {
    if (!has_row(c, t) || !has_row(c, t + 7)) continue;
    ++differences;
    for (std::size_t i = 0; i < kColumns; ++i) {
      for (std::size_t j = 0; j < kColumns; ++j) {
        covariance[i][j] += 0.5 * (cell(c, i, t + 7) - cell(c, i, t)) * (cell(c, j, t + 7) - cell(c, j, t));
      }
    }
  }
  for (Sums& row : covariance) {
    for (double& v : row) v = differences >= 7 ? v / differences : 0;
  }
  return covariance;
}

Period sum_period(const DailyColumns& c, std::size_t from, std::size_t to, const Covariance& daily) {
  Period p;
  for (std::size_t t = from; t < to; ++t) {
    if (!has_row(c, t)) continue;
    ++p.days;
    for (std::size_t k = 0; k < kColumns; ++k) p.sum[k] += cell(c, k, t);
  }
  for (std::size_t i = 0; i < kColumns; ++i) {
    for (std::size_t j = 0; j < kColumns; ++j) p.covariance[i][j] = p.days * daily[i][j];
  }
  const auto at_least = [&](Column k, double events) {
    if (events > 0) p.covariance[k][k] = std::max(p.covariance[k][k], p.sum[k] * p.sum[k] / events);
  };
  at_least(kImpressions, p.sum[kImpressions]);
  at_least(kClicks, p.sum[kClicks]);
  at_least(kSpend, p.sum[kClicks]);
  at_least(kUnits, p.sum[kUnits]);
  at_least(kRevenue, p.sum[kUnits]);
  return p;
}

Money estimate(const Impact& f, const Period& current, const Period& prior, double confidence_level) {
  const double value = f(current.sum, prior.sum);
  const auto variance_from = [&](const Period& period, auto evaluate) {
    Sums gradient{};
    for (std::size_t k = 0; k < kColumns; ++k) {
      const double step = 1e-4 * period.sum[k];
      if (!(step > 0)) continue;
      Sums up = period.sum;
      Sums down = period.sum;
      up[k] += step;
      down[k] -= step;
      gradient[k] = (evaluate(up) - evaluate(down)) / (2 * step);
    }
    double variance = 0;
    for (std::size_t i = 0; i < kColumns; ++i) {
      for (std::size_t j = 0; j < kColumns; ++j) variance += gradient[i] * period.covariance[i][j] * gradient[j];
    }
    return std::max(variance, 0.0);
  };
  const double variance = variance_from(current, [&](const Sums& s) { return f(s, prior.sum); }) +
                          variance_from(prior, [&](const Sums& s) { return f(current.sum, s); });
  const double half = interval_multiplier(confidence_level) * std::sqrt(variance);
  return {value, value - half, value + half};
}

}  // namespace performance_tracker
