// SPDX-License-Identifier: PostgreSQL
//
// Level of the period times shape of the season: the series is cut into whole seasons from its end backwards; what
// share of a season's mean each phase has is averaged, what the mean will be is predicted by exponential smoothing of
// several speeds and by a ridge regression around the random walk, weighted by how well each has predicted; the means
// of a long season ago (the same week last year) come in where there is one and a half of it. The factor model is that
// of Honda (2026, arXiv 2605.07222), from its description; shape, levels, weights and errors are this engine's own. Few
// numbers are estimated from means over whole seasons, so noise is small
// and nothing can explode: what short, noisy daily series need. A phase that is always zero (a closed weekday) stays
// zero.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/linear_algebra.h"
#include "core/base/random.h"
#include "core/forecast/long_season.h"
#include "core/forecast/method.h"
#include "core/series/interpolation.h"

namespace performance_tracker {
namespace {

constexpr std::uint8_t kVersion = 1;
// What a season counts against the next one in the shape; the best by one-season-ahead errors is taken.
constexpr std::array kDiscounts{1.0, 0.95, 0.9};
// Penalties, in multiples of the mean square of the regressors times their number of rows.
constexpr std::array kPenalties{0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0};
constexpr int kFewestPeriods = 3;
constexpr int kFewestForRegression = 8;
constexpr int kRegressors = 3;                               // mean reversion, the two last changes
constexpr std::array kSpeeds{0.1, 0.2, 0.3, 0.5, 0.8, 1.0};  // of the exponential smoothing of the levels

struct LevelShapeModel {
  bool ratios = false;  // shape multiplies
  double discount = 1;
  int long_season = 0;                                             // in periods, 0: none
  std::array<double, kRegressors> coefficient{};                   // of the change to the next level
  std::array<double, kSpeeds.size()> smoothing{0, 0, 1, 0, 0, 0};  // weights; what they leave of 1 is the regression's
};

// Whole seasons, the last one ending with the series.
struct Periods {
  std::vector<double> y;  // filled, from the first whole season on
  std::size_t phases, count, offset;
  double at(std::size_t j, std::size_t i) const { return y[j * phases + i]; }
};

Periods cut(std::span<const double> y, int season_length) {
  Periods p;
  p.phases = static_cast<std::size_t>(season_length);
  p.count = y.size() / p.phases;
  p.offset = y.size() - p.count * p.phases;
  const std::vector<double> filled = interpolate_missing(y, season_length);
  p.y.assign(filled.begin() + static_cast<std::ptrdiff_t>(p.offset), filled.end());
  return p;
}

double level_of(const Periods& p, std::size_t j) {
  double sum = 0;
  for (std::size_t i = 0; i < p.phases; ++i) sum += p.at(j, i);
  return sum / static_cast<double>(p.phases);
}

// Discounted sums of values and levels, as seasons come in.
class Shape {
 public:
  Shape(const LevelShapeModel& m, std::size_t phases) : model_(m), values_(phases, 0.0) {}
  void observe(const Periods& p, std::size_t j, double level) {
    for (std::size_t i = 0; i < values_.size(); ++i)
      values_[i] = model_.discount * values_[i] + p.at(j, i) - (model_.ratios ? 0.0 : level);
    weight_ = model_.discount * weight_ + (model_.ratios ? level : 1.0);
  }
  double operator[](std::size_t i) const { return weight_ > 0 ? values_[i] / weight_ : (model_.ratios ? 1.0 : 0.0); }
  double value(double level, std::size_t i) const { return model_.ratios ? level * (*this)[i] : level + (*this)[i]; }

 private:
  LevelShapeModel model_;
  std::vector<double> values_;
  double weight_ = 0;
};

// Levels as the regression sees them: logarithms where the shape multiplies.
double inward(const LevelShapeModel& m, double level) { return m.ratios ? std::log(level) : level; }
double outward(const LevelShapeModel& m, double x) { return m.ratios ? std::exp(x) : x; }

std::array<double, kRegressors> regressors_at(std::span<const double> x, double mean) {
  const std::size_t j = x.size() - 1;
  return {x[j] - mean, j >= 1 ? x[j] - x[j - 1] : 0.0, j >= 2 ? x[j - 1] - x[j - 2] : 0.0};
}

double mean_of(std::span<const double> x) {
  double mean = 0, count = 0;
  for (const double v : x) mean += (v - mean) / ++count;
  return mean;
}

// The levels so far and their exponential smoothing at each speed.
class LevelHistory {
 public:
  void observe(double x) {
    x_.push_back(x);
    mean_ += (x - mean_) / static_cast<double>(x_.size());
    low_ = std::min(low_, x);
    high_ = std::max(high_, x);
    for (std::size_t s = 0; s < kSpeeds.size(); ++s) {
      // The first two levels share the start.
      if (x_.size() <= 2) smooth_[s] = mean_of(x_);
      smooth_[s] += kSpeeds[s] * (x - smooth_[s]);
    }
  }
  double smooth(std::size_t speed) const { return smooth_[speed]; }
  std::span<const double> levels() const { return x_; }
  // The next levels, weighted over smoothing (flat) and regression (recursive).
  std::vector<double> ahead(const LevelShapeModel& m, std::size_t steps) const {
    double flat = 0, weight = 1;
    for (std::size_t s = 0; s < kSpeeds.size(); ++s) {
      flat += m.smoothing[s] * smooth_[s];
      weight -= m.smoothing[s];
    }
    // The last levels are all that the regression reads: a history of a million costs no more than one of three.
    std::vector<double> x(x_.end() - std::min<std::ptrdiff_t>(3, std::ssize(x_)), x_.end()), next;
    // No further than the history's own range beyond its ends.
    const double least = low_ - (high_ - low_), most = high_ + (high_ - low_);
    for (std::size_t k = 0; k < steps; ++k) {
      const auto row = regressors_at(x, mean_);
      double value = x.back();
      for (std::size_t r = 0; r < kRegressors; ++r) value += m.coefficient[r] * row[r];
      x.push_back(std::clamp(value, least, most));
      next.push_back(flat + weight * x.back());
    }
    return next;
  }

 private:
  std::vector<double> x_;
  double mean_ = 0;
  double low_ = std::numeric_limits<double>::infinity(), high_ = -std::numeric_limits<double>::infinity();
  std::array<double, kSpeeds.size()> smooth_{};
};

// Of the ridge regression towards the random walk, for each penalty: coefficients and mean square of the
// leave-one-out errors.
struct Ridge {
  Vector coefficient;
  double error;
};

std::vector<Ridge> ridges(std::span<const double> x) {
  constexpr std::size_t kFirst = 2;
  if (x.size() < kFewestForRegression) return {};
  const double mean = mean_of(x);
  const auto rows = static_cast<Eigen::Index>(x.size() - 1 - kFirst);
  Matrix design(rows, kRegressors);
  Vector change(rows);
  for (Eigen::Index r = 0; r < rows; ++r) {
    const std::size_t j = kFirst + static_cast<std::size_t>(r);
    const auto row = regressors_at(x.first(j + 1), mean);
    for (std::size_t k = 0; k < kRegressors; ++k) design(r, static_cast<Eigen::Index>(k)) = row[k];
    change(r) = x[j + 1] - x[j];
  }
  const Matrix gram = design.transpose() * design;
  const double scale = gram.trace() / kRegressors;
  if (!(scale > 0)) return {};
  std::vector<Ridge> all;
  for (const double penalty : kPenalties) {
    Matrix penalised = gram;
    penalised.diagonal().array() += penalty * scale;
    const auto factor = penalised.ldlt();
    const Matrix solved = factor.solve(design.transpose());
    Ridge ridge{solved * change, 0};
    for (Eigen::Index r = 0; r < rows; ++r) {
      const double leverage = design.row(r) * solved.col(r);
      const double e = (change(r) - design.row(r) * ridge.coefficient) / std::max(0.1, 1 - leverage);
      ridge.error += e * e / static_cast<double>(rows);
    }
    all.push_back(std::move(ridge));
  }
  return all;
}

// Weights (mean square of one-step errors)^(-n/2), as likelihoods weigh, over speeds and penalties together.
void estimate_levels(LevelShapeModel& m, std::span<const double> x) {
  std::array<double, kSpeeds.size()> errors{};
  LevelHistory history;
  for (std::size_t j = 0; j < x.size(); ++j) {
    for (std::size_t s = 0; s < kSpeeds.size() && j >= 2; ++s) {
      const double e = x[j] - history.smooth(s);
      errors[s] += e * e / static_cast<double>(x.size() - 2);
    }
    history.observe(x[j]);
  }
  const std::vector<Ridge> regressions = ridges(x);
  double least = *std::min_element(errors.begin(), errors.end());
  for (const Ridge& ridge : regressions) least = std::min(least, ridge.error);
  if (!(least > 0)) return;
  const auto weight = [&](double error) { return std::pow(least / error, 0.5 * static_cast<double>(x.size())); };
  double total = 0, regression = 0;
  Vector average = Vector::Zero(kRegressors);
  for (const Ridge& ridge : regressions) {
    average += weight(ridge.error) * ridge.coefficient;
    regression += weight(ridge.error);
  }
  total = regression;
  for (const double error : errors) total += weight(error);
  for (std::size_t s = 0; s < kSpeeds.size(); ++s) m.smoothing[s] = weight(errors[s]) / total;
  for (std::size_t k = 0; k < kRegressors && regression > 0; ++k)
    m.coefficient[k] = average(static_cast<Eigen::Index>(k)) / regression;
}

double pattern_at(const std::vector<double>& pattern, std::size_t j) {
  return pattern.empty() ? 0.0 : pattern[j % pattern.size()];
}

std::vector<double> levels_of(const Periods& p) {
  std::vector<double> levels;
  for (std::size_t j = 0; j < p.count; ++j) levels.push_back(level_of(p, j));
  return levels;
}

LevelShapeModel fit_level_shape(std::span<const double> y, int season_length, const Progress& progress) {
  LevelShapeModel m;
  const Periods p = cut(y, season_length);
  if (p.count < kFewestPeriods) return m;
  std::vector<double> levels = levels_of(p);
  const auto not_negative = [](double v) { return v >= 0; };
  // A ratio of two levels beyond e^7 is no season of one series: differences then.
  const auto [low, high] = std::minmax_element(levels.begin(), levels.end());
  m.ratios = std::all_of(p.y.begin(), p.y.end(), not_negative) && *low > 1e-3 * *high;
  double least = std::numeric_limits<double>::infinity();
  double best = 1;
  for (const double discount : kDiscounts) {
    progress.poll();
    LevelShapeModel trial = m;
    trial.discount = discount;
    Shape shape(trial, p.phases);
    double squares = 0;
    for (std::size_t j = 0; j < p.count; ++j) {
      for (std::size_t i = 0; i < p.phases && j >= 2; ++i) {
        const double e = p.at(j, i) - shape.value(levels[j], i);
        squares += e * e;
      }
      shape.observe(p, j, levels[j]);
    }
    if (squares < least) {
      least = squares;
      best = discount;
    }
  }
  progress.poll();
  m.discount = best;
  m.long_season = long_season_of(season_length);
  for (double& level : levels) level = inward(m, level);
  const std::vector<double> pattern = long_season_pattern(m.long_season, levels);
  for (std::size_t j = 0; j < levels.size(); ++j) levels[j] -= pattern_at(pattern, j);
  estimate_levels(m, levels);
  return m;
}

class LevelShapeMethod final : public FittedMethod {
 public:
  LevelShapeMethod(MethodInput input, const LevelShapeModel& model, const Progress& progress)
      : FittedMethod(std::move(input)),
        model_(model),
        periods_(cut(input_.y, input_.season_length)),
        shape_(model, periods_.phases) {
    if (model_.ratios && !ratios_possible()) model_.ratios = false;
    shape_ = Shape(model_, periods_.phases);
    fitted_.assign(input_.y.size(), kMissing);
    if (periods_.count < kFewestPeriods)
      short_history();
    else
      run(progress);
  }

  std::string description() const override { return "Level x shape [" + std::to_string(input_.season_length) + "]"; }

  MethodForecast forecast(int horizon, const Regressors&, const Progress& progress) const override {
    progress.poll();
    MethodForecast f;
    f.model = description();
    const Path path = levels_ahead(horizon);
    for (std::size_t h = 0; h < static_cast<std::size_t>(horizon); ++h) {
      const std::size_t k = h / periods_.phases, i = h % periods_.phases;
      const double level = path.level[k];
      f.value.push_back(shape_.value(level, i));
      const double drift = level_error(level, i);
      f.standard_error.push_back(std::sqrt(variance_[i] + drift * drift * walk() * static_cast<double>(k)));
    }
    return f;
  }

  // The level's walk is shared by all steps of a season and carried into the next, the rest is each step's own.
  std::vector<double> sample_paths(const SimulationOptions& options, const Progress& progress) const override {
    options.check();
    const MethodForecast f = forecast(options.horizon, {}, progress);
    const Path path = levels_ahead(options.horizon);
    NormalGenerator normal(options.seed);
    std::vector<double> values;
    values.reserve(f.value.size() * static_cast<std::size_t>(options.paths));
    for (int n = 0; n < options.paths; ++n) {
      progress.poll();
      double earlier = 0, current = 0;
      for (std::size_t h = 0; h < f.value.size(); ++h) {
        const std::size_t k = h / periods_.phases, i = h % periods_.phases;
        if (i == 0) {
          earlier += k > 0 ? current : 0.0;
          current = normal();
        }
        const double drift = level_error(path.level[k], i);
        const double shared = std::min(std::abs(drift), std::sqrt(0.9 * variance_[i]));
        const double own = std::sqrt(std::max(0.0, variance_[i] - shared * shared));
        values.push_back(f.value[h] + drift * std::sqrt(walk()) * earlier + shared * current + own * normal());
      }
    }
    return values;
  }

  std::vector<double> fitted(const Progress&) const override { return fitted_; }
  std::unique_ptr<FittedMethod> refit(MethodInput input, const Progress& progress) const override {
    input.season_length = input_.season_length;
    return std::make_unique<LevelShapeMethod>(std::move(input), model_, progress);
  }
  std::vector<MethodMeasure> glance() const override {
    return {{"discount", model_.discount}, {"reversion", model_.coefficient[0]}, {"level_error", level_sigma_}};
  }
  std::string payload() const override {
    ByteWriter out;
    out.put(kVersion);
    out.put(static_cast<std::int32_t>(input_.season_length));
    out.put(static_cast<std::uint8_t>(model_.ratios));
    out.put(static_cast<std::int32_t>(model_.long_season));
    out.put(model_.discount);
    for (const double c : model_.coefficient) out.put(c);
    for (const double weight : model_.smoothing) out.put(weight);
    return out.take();
  }

 private:
  struct Path {
    std::vector<double> level;  // of each season of the horizon
  };

  bool ratios_possible() const {
    for (const double v : periods_.y)
      if (v < 0) return false;
    for (std::size_t j = 0; j < periods_.count; ++j)
      if (!(level_of(periods_, j) > 0)) return false;
    return periods_.count > 0;
  }

  // Fewer than three seasons: the mean, by phase where there are two.
  void short_history() {
    double mean = 0, count = 0, squares = 0;
    for (const double v : input_.y)
      if (!std::isnan(v)) mean += (v - mean) / ++count;
    for (const double v : input_.y)
      if (!std::isnan(v)) squares += (v - mean) * (v - mean);
    model_ = LevelShapeModel{};
    history_.observe(mean);
    shape_ = Shape(model_, periods_.phases);
    variance_.assign(periods_.phases, count > 1 ? squares / (count - 1) : 0.0);
  }

  void run(const Progress& progress) {
    progress.poll();
    const std::vector<double> levels = levels_of(periods_);
    std::vector<double> x;
    x.reserve(levels.size());
    for (const double level : levels) x.push_back(inward(model_, level));
    pattern_ = long_season_pattern(model_.long_season, x);
    std::vector<double> squares(periods_.phases, 0.0), count(periods_.phases, 0.0), mean(periods_.phases, 0.0);
    double pooled = 0, pooled_scale = 0, level_squares = 0, level_count = 0;
    for (std::size_t j = 0; j < periods_.count; ++j) {
      if (j % 64 == 0) progress.poll();
      if (j >= 2) {
        const double expected = history_.ahead(model_, 1)[0] + pattern_at(pattern_, j);
        const double error = x[j] - expected;
        level_squares += error * error;
        ++level_count;
        for (std::size_t i = 0; i < periods_.phases; ++i) {
          const std::size_t t = periods_.offset + j * periods_.phases + i;
          fitted_[t] = shape_.value(outward(model_, expected), i);
          if (std::isnan(input_.y[t])) continue;
          const double e = input_.y[t] - fitted_[t];
          squares[i] += e * e;
          pooled += e * e;
          const double scale = model_.ratios ? fitted_[t] * fitted_[t] : 1.0;
          pooled_scale += scale;
          mean[i] += scale;
          ++count[i];
        }
      }
      shape_.observe(periods_, j, levels[j]);
      history_.observe(x[j] - pattern_at(pattern_, j));
    }
    level_sigma_ = level_count > 0 ? std::sqrt(level_squares / level_count) : 0.0;
    // Each phase's own error, with four seasons' weight of what all phases would give it.
    constexpr double kPrior = 4;
    for (std::size_t i = 0; i < periods_.phases; ++i) {
      const double expected = pooled_scale > 0 && count[i] > 0 ? pooled / pooled_scale * mean[i] / count[i] : 0.0;
      variance_.push_back((squares[i] + kPrior * expected) / (count[i] + kPrior));
    }
  }

  // What share of a level's error (as a variance) is carried into the next season: the square of the speed.
  double walk() const {
    double share = 0, weight = 1;
    for (std::size_t s = 0; s < kSpeeds.size(); ++s) {
      share += model_.smoothing[s] * kSpeeds[s] * kSpeeds[s];
      weight -= model_.smoothing[s];
    }
    return share + std::max(0.0, weight);
  }

  // One step of the level's walk, as an error of phase i.
  double level_error(double level, std::size_t i) const {
    return model_.ratios ? level * shape_[i] * level_sigma_ : level_sigma_;
  }

  Path levels_ahead(int horizon) const {
    const std::size_t seasons = (static_cast<std::size_t>(horizon) + periods_.phases - 1) / periods_.phases;
    Path path{history_.ahead(model_, seasons)};
    for (std::size_t k = 0; k < seasons; ++k)
      path.level[k] = outward(model_, path.level[k] + pattern_at(pattern_, periods_.count + k));
    return path;
  }

  LevelShapeModel model_;
  Periods periods_;
  Shape shape_;
  LevelHistory history_;               // of each season, as the regression sees them, less the pattern
  std::vector<double> pattern_ = {};   // of the long season
  std::vector<double> variance_ = {};  // of each phase's error one season ahead
  std::vector<double> fitted_;
  double level_sigma_ = 0;
};

}  // namespace

std::unique_ptr<FittedMethod> fit_level_shape_method(MethodInput input, const MethodOptions& /*options*/,
                                                     const Progress& progress) {
  progress.poll();
  const LevelShapeModel model = fit_level_shape(input.y, input.season_length, progress);
  progress.poll();
  return std::make_unique<LevelShapeMethod>(std::move(input), model, progress);
}

std::unique_ptr<FittedMethod> restore_level_shape_method(std::string_view payload, MethodInput input,
                                                         const Progress& progress) {
  progress.poll();
  ByteReader in(payload, "a model of the method level_shape");
  if (in.get<std::uint8_t>() != kVersion) in.refuse("an unknown version");
  LevelShapeModel model;
  input.season_length = in.integer(1, kMaxSeasonLength);
  model.ratios = in.flag();
  model.long_season = in.integer(0, kMaxSeasonLength);
  model.discount = in.finite();
  for (double& c : model.coefficient) c = in.finite();
  for (double& weight : model.smoothing) weight = in.finite();
  in.expect_end();
  if (!(model.discount > 0 && model.discount <= 1)) in.refuse("a discount out of range");
  return std::make_unique<LevelShapeMethod>(std::move(input), model, progress);
}

}  // namespace performance_tracker
