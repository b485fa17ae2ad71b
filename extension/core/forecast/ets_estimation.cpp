// SPDX-License-Identifier: PostgreSQL
//
// Maximum likelihood for ETS. The smoothing parameters, at most four, are found by a simplex; the initial states, of
// which a season has many, by Gauss-Newton steps on the errors, which are linear in them for additive forms and nearly
// so for the others. The two alternate: a likelihood within a small fraction of that of a joint search, at a
// twentieth of its evaluations.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "core/base/linear_algebra.h"
#include "core/base/simplex.h"
#include "core/base/statistics.h"
#include "core/forecast/ets.h"
#include "core/series/interpolation.h"
#include "core/series/series_summary.h"

namespace performance_tracker {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLeast = 1e-4;  // of a smoothing parameter, and its distance from the end of its region
// Rounds of simplex and Gauss-Newton; a third changes AICc by less than 0.05 on the series of tests/reference.
constexpr int kRounds = 2;
// Models whose AICc after the first round is so far behind are not polished.
constexpr double kHopeless = 15;

double logistic(double x) { return 1 / (1 + std::exp(-x)); }
double logit(double p) { return std::log(p / (1 - p)); }

// The free parameters, each mapped to the whole line: alpha, then beta as a share of alpha, gamma as a share of
// 1 - alpha, phi between 0.8 and 0.98 (the region of section 2.5 and the damping of R's ets).
void set_smoothing(EtsModel& m, std::span<const double> x) {
  const auto share = [](double v) { return kLeast + (1 - 2 * kLeast) * logistic(v); };
  std::size_t i = 0;
  m.alpha = share(x[i++]);
  if (m.trend != EtsTrend::kNone) m.beta = m.alpha * share(x[i++]);
  if (m.season != EtsSeason::kNone) m.gamma = (1 - m.alpha) * share(x[i++]);
  m.phi = m.trend == EtsTrend::kDamped ? 0.8 + 0.18 * logistic(x[i]) : 1.0;
}

std::vector<double> first_smoothing(const EtsModel& m) {
  std::vector<double> x{logit(0.2)};
  if (m.trend != EtsTrend::kNone) x.push_back(logit(0.05));
  if (m.season != EtsSeason::kNone) x.push_back(logit(0.1));
  if (m.trend == EtsTrend::kDamped) x.push_back(logit(0.9));
  return x;
}

// Level and slope of a straight line through the first ten values or season and a half, freed of the season: phase
// means over up to the first three seasons (section 2.6.1 in spirit).
EtsState first_state(const EtsModel& m, std::span<const double> filled) {
  EtsState state;
  const auto phases = static_cast<std::size_t>(m.season_length);
  std::vector<double> y(filled.begin(), filled.end());
  if (m.season != EtsSeason::kNone) {
    const std::size_t span = std::min(y.size() / phases, std::size_t{4}) * phases;
    double level = 0;
    for (std::size_t t = 0; t < span; ++t) level += y[t] / static_cast<double>(span);
    state.season.assign(phases, 0.0);
    const auto seasons = static_cast<double>(span / phases);
    const bool multiplies = m.season == EtsSeason::kMultiplicative;
    for (std::size_t t = 0; t < span; ++t)
      state.season[t % phases] += (multiplies ? y[t] / level : y[t] - level) / seasons;
    for (double& s : state.season)
      if (multiplies) s = std::max(s, 1e-3);
    for (std::size_t t = 0; t < y.size(); ++t)
      y[t] = multiplies ? y[t] / state.season[t % phases] : y[t] - state.season[t % phases];
  }
  const std::size_t n = std::min(y.size(), std::max(std::size_t{10}, 2 * phases));
  double mean = 0, slope = 0, spread = 0;
  const double middle = 0.5 * static_cast<double>(n - 1);
  for (std::size_t t = 0; t < n; ++t) mean += y[t] / static_cast<double>(n);
  for (std::size_t t = 0; t < n; ++t) {
    const double d = static_cast<double>(t) - middle;
    slope += d * (y[t] - mean);
    spread += d * d;
  }
  slope = n > 2 ? slope / spread : 0;
  state.level = mean;
  if (m.trend != EtsTrend::kNone) {
    state.level = mean - slope * (middle + 1);
    state.trend = slope;
    if (m.error == EtsError::kMultiplicative && state.level <= 0) {
      state.level = mean;
      state.trend = 0;
    }
  }
  return state;
}

// Level, trend, and all seasonal states but the last, which keeps their sum.
std::size_t free_states(const EtsModel& m) {
  return 1 + (m.trend != EtsTrend::kNone ? 1U : 0U) + (m.season != EtsSeason::kNone ? m.start.season.size() - 1 : 0U);
}

void move_state(const EtsModel& m, EtsState& state, std::size_t i, double by) {
  if (i == 0) {
    state.level += by;
  } else if (i == 1 && m.trend != EtsTrend::kNone) {
    state.trend += by;
  } else {
    state.season[i - (m.trend != EtsTrend::kNone ? 2 : 1)] += by;
    state.season.back() -= by;
  }
}

// Derivatives of one-step errors by initial states that are kept: 64 MB. Further rows of a series so long hardly depend
// on its start; whether a step is taken is decided on all of them.
constexpr std::size_t kMostDerivatives = 8'000'000;

// J'J, in one piece where that is a few milliseconds, else in pieces that can be cancelled.
Matrix normal_equations(const Matrix& jacobian, const Progress& progress) {
  constexpr Eigen::Index kWorkBetweenPolls = 10'000'000;  // products
  const Eigen::Index states = jacobian.cols();
  const Eigen::Index rows = std::max<Eigen::Index>(1, kWorkBetweenPolls / (states * states));
  if (jacobian.rows() <= 2 * rows) return jacobian.transpose() * jacobian;
  Matrix sum = Matrix::Zero(states, states);
  for (Eigen::Index first = 0; first < jacobian.rows(); first += rows) {
    progress.poll();
    const auto part = jacobian.middleRows(first, std::min(rows, jacobian.rows() - first));
    sum.noalias() += part.transpose() * part;
  }
  return sum;
}

// One Gauss-Newton step on the initial states, taken as far as it lowers the criterion.
double improve_states(EtsModel& m, std::span<const double> y, double scale, const Progress& progress) {
  const EtsRun base = run_ets(m, y, true, progress);
  const double before = ets_criterion(base);
  const std::size_t states = free_states(m);
  if (!std::isfinite(before) || base.observed < static_cast<double>(states) + 2) return before;
  // n log(squares) + 2 logs is n log of the sum of (residual * geometric mean of the fitted values)^2.
  const auto weight = [](const EtsRun& run) { return std::exp(run.logs / run.observed); };
  const double base_weight = weight(base);
  const std::size_t rows = std::min(y.size(), std::max(kMostDerivatives / states, 2 * states));
  Matrix jacobian(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(states));
  Vector residual(static_cast<Eigen::Index>(rows));
  for (std::size_t i = 0; i < states; ++i) {
    EtsModel moved = m;
    const bool season_ratio =
        m.season == EtsSeason::kMultiplicative && i + 1 > free_states(m) - m.start.season.size() + 1;
    const double step = season_ratio ? 1e-4 : 1e-4 * scale;
    move_state(m, moved.start, i, step);
    const EtsRun run = run_ets(moved, y, true, progress);
    if (!run.valid) return before;
    const double ratio = weight(run) / base_weight;
    for (std::size_t t = 0; t < rows; ++t)
      jacobian(static_cast<Eigen::Index>(t), static_cast<Eigen::Index>(i)) =
          std::isnan(base.residual[t]) ? 0.0 : (run.residual[t] * ratio - base.residual[t]) / step;
  }
  for (std::size_t t = 0; t < rows; ++t)
    residual(static_cast<Eigen::Index>(t)) = std::isnan(base.residual[t]) ? 0.0 : base.residual[t];
  Matrix normal = normal_equations(jacobian, progress);
  normal.diagonal() *= 1 + 1e-8;
  normal.diagonal().array() += 1e-12;
  const Vector step = normal.ldlt().solve(jacobian.transpose() * residual);
  for (const double share : {1.0, 0.5, 0.2}) {
    EtsModel moved = m;
    for (std::size_t i = 0; i < states; ++i) move_state(m, moved.start, i, -share * step(static_cast<Eigen::Index>(i)));
    const double after = ets_criterion(run_ets(moved, y, false, progress));
    if (after < before) {
      m.start = std::move(moved.start);
      return after;
    }
  }
  return before;
}

double criterion_to_aicc(double criterion, double n, int parameters) {
  const double rest = n - parameters - 1;
  return rest > 0 ? criterion + 2 * parameters + 2 * parameters * (parameters + 1) / rest : kInfinity;
}

struct Candidate {
  EtsModel model;
  std::vector<double> x;
  double criterion;
};

void improve_smoothing(Candidate& c, std::span<const double> y, double step, const Progress& progress) {
  EtsModel trial = c.model;
  const auto value = [&](std::span<const double> x) {
    set_smoothing(trial, x);
    // Far out on the logistic curve nothing changes any more: a slight slope brings the simplex back.
    double far = 0;
    for (const double v : x) far += std::max(0.0, std::abs(v) - 8);
    return ets_criterion(run_ets(trial, y, false, progress)) + far;
  };
  // The tolerance is in units of AICc: differences below 0.02 choose nothing.
  SimplexResult best =
      minimise_simplex(value, c.x, {.step = step, .tolerance = 0.02, .max_evaluations = 120}, progress);
  if (!(best.value < kInfinity)) return;
  c.x = std::move(best.x);
  set_smoothing(c.model, c.x);
  c.criterion = ets_criterion(run_ets(c.model, y, false, progress));
}

EtsFit finished(Candidate&& c, std::span<const double> y, const Progress& progress) {
  EtsFit fit;
  const EtsRun run = run_ets(c.model, y, false, progress);
  fit.log_likelihood = -0.5 * c.criterion;
  const int parameters = c.model.parameter_count();
  fit.aicc = criterion_to_aicc(c.criterion, run.observed, parameters);
  // Divided by what the smoothing parameters and states leave, as R's ets does.
  fit.model = std::move(c.model);
  fit.model.variance = run.squares / std::max(1.0, run.observed - (parameters - 1));
  return fit;
}

bool positive(std::span<const double> y) {
  return std::all_of(y.begin(), y.end(), [](double v) { return std::isnan(v) || v > 0; });
}

std::vector<EtsModel> forms(bool positive_data, int season_length, double observed) {
  std::vector<EtsModel> all;
  for (const EtsSeason season : {EtsSeason::kNone, EtsSeason::kAdditive, EtsSeason::kMultiplicative})
    for (const EtsTrend trend : {EtsTrend::kNone, EtsTrend::kDamped, EtsTrend::kAdditive})
      for (const EtsError error : {EtsError::kAdditive, EtsError::kMultiplicative}) {
        if (season == EtsSeason::kMultiplicative && error == EtsError::kAdditive) continue;
        if (error == EtsError::kMultiplicative && !positive_data) continue;
        if ((season == EtsSeason::kNone) != (season_length == 1)) continue;
        EtsModel m;
        m.error = error;
        m.trend = trend;
        m.season = season;
        m.season_length = season_length;
        if (observed > m.parameter_count() + 1) all.push_back(m);
      }
  return all;
}

Candidate first_round(const EtsModel& form, std::span<const double> y, std::span<const double> filled,
                      const Progress& progress) {
  Candidate c{form, first_smoothing(form), kInfinity};
  c.model.start = first_state(form, filled);
  set_smoothing(c.model, c.x);
  c.criterion = ets_criterion(run_ets(c.model, y, false, progress));
  improve_smoothing(c, y, 1.0, progress);
  return c;
}

void polish(Candidate& c, std::span<const double> y, double scale, const Progress& progress) {
  for (int round = 0; round < kRounds; ++round) {
    c.criterion = improve_states(c.model, y, scale, progress);
    improve_smoothing(c, y, 0.3, progress);
  }
}

}  // namespace

EtsFit estimate_ets(const EtsModel& form, std::span<const double> y, const Progress& progress) {
  const SeriesSummary s = summarize(y);
  Candidate c = first_round(form, y, interpolate_missing(y), progress);
  polish(c, y, std::sqrt(s.variance), progress);
  return finished(std::move(c), y, progress);
}

EtsFit fit_ets(std::span<const double> y, int season_length, const Progress& progress) {
  const SeriesSummary s = summarize(y);
  const auto observed = static_cast<double>(s.observed);
  if (observed < 2 * season_length || season_length < 2) season_length = 1;
  const std::vector<double> filled = interpolate_missing(y);
  std::vector<Candidate> candidates;
  double best = kInfinity;
  const auto aicc = [&](const Candidate& c) {
    return criterion_to_aicc(c.criterion, observed, c.model.parameter_count());
  };
  std::vector<EtsModel> tried = forms(positive(y), season_length, observed);
  if (tried.empty() && season_length > 1) tried = forms(positive(y), 1, observed);
  for (const EtsModel& form : tried) {
    candidates.push_back(first_round(form, y, filled, progress));
    best = std::min(best, aicc(candidates.back()));
  }
  std::optional<EtsFit> chosen;
  for (Candidate& c : candidates) {
    if (!(aicc(c) < best + kHopeless)) continue;
    polish(c, y, std::sqrt(s.variance), progress);
    EtsFit fit = finished(std::move(c), y, progress);
    if (!chosen || fit.aicc < chosen->aicc) chosen = std::move(fit);
  }
  if (!chosen) {  // two or three observations, or all equal: the level alone
    EtsModel level;
    level.start.level = filled[0];
    level.alpha = 0.5;
    chosen = EtsFit{level, 0, kInfinity, 0};
    const EtsRun run = run_ets(level, y, false, progress);
    chosen->model.variance = run.squares / std::max(1.0, run.observed - 1);
  }
  chosen->forms = static_cast<int>(tried.size());
  return *chosen;
}

}  // namespace performance_tracker
