// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/calendar_selection.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

#include "core/base/statistics.h"

namespace performance_tracker {
namespace {

using Column = std::vector<double>;

constexpr int kLongestDummySeason = 31;  // longer seasons are left to the method and to waves
// Variances of single deviations over that of the noise that empirical Bayes chooses from.
constexpr std::array kDeviationVariances{0.03, 0.1, 0.3, 1.0, 3.0, 10.0};
// Of the square root: sqrt(y + 3/8) has the most even variance for counts (Anscombe 1948).
constexpr double kAnscombe = 0.375;

// -2 ln of the Jacobian of the scale over the observations that the likelihood is of (all but the first).
double jacobian(EffectScale scale, std::span<const double> y) {
  if (scale == EffectScale::kAdditive) return 0.0;
  double sum = 0.0;
  bool first = true;
  for (const double value : y) {
    if (std::isnan(value)) continue;
    if (!first) sum += scale == EffectScale::kLogarithm ? 2.0 * std::log(value) : std::log(4.0 * (value + kAnscombe));
    first = false;
  }
  return sum;
}

// Which candidates come in, on one scale.
class Search {
 public:
  Search(const CalendarInput& input, std::span<const double> y, const std::vector<EffectCandidate>& candidates,
         EffectScale scale, const Progress& progress)
      : candidates_(candidates),
        scale_(scale),
        typical_(typical_of(y)),
        design_(design_of(input.season_length, y, candidates)),
        regression_(on_scale(scale, y), design_, progress),
        progress_(progress) {
    for (const EffectCandidate& c : candidates_) named_ += c.kind == EffectKind::kHoliday ? 1.0 : 0.0;
  }

  EffectSelection run() {
    std::vector<std::size_t> known;
    for (std::size_t c = 0; c < candidates_.size(); ++c)
      if (candidates_[c].prior) known.push_back(c);
    EffectSelection best;
    best.scale = scale_;
    lay_out({}, 1.0, 1.0, best);
    best.fit = regression_.search(best.columns);
    best.criterion = best.fit.criterion;
    if (!known.empty())
      if (std::optional<EffectSelection> with = tried(best, known)) best = std::move(*with);
    while (std::optional<EffectSelection> better = next(best)) best = std::move(*better);
    if (std::isfinite(best.fit.criterion)) {
      const double parameters = deviating(best.candidates) ? 1.0 : 0.0;
      best.fit = regression_.fit_at(best.fit.place, best.columns, best.priors, parameters);
    }
    return best;
  }

 private:
  static double typical_of(std::span<const double> y) {
    std::vector<double> observed;
    for (const double v : y)
      if (!std::isnan(v)) observed.push_back(v);
    return observed.empty() ? 0.0 : median(observed);
  }

  static Column on_scale(EffectScale scale, std::span<const double> y) {
    Column z(y.begin(), y.end());
    for (double& v : z)
      if (!std::isnan(v)) v = forwards(scale, v);
    return z;
  }

  // The season's phases, then the candidates' columns of the history.
  std::vector<Column> design_of(int season_length, std::span<const double> y,
                                const std::vector<EffectCandidate>& candidates) {
    std::vector<Column> design;
    const std::size_t n = y.size();
    const auto m = static_cast<std::size_t>(season_length);
    if (m > 1 && m <= kLongestDummySeason && n >= 3 * m) {
      std::vector<std::size_t> seen(m, 0);
      for (std::size_t t = 0; t < n; ++t) seen[t % m] += std::isnan(y[t]) ? 0 : 1;
      std::size_t left_out = m;  // the first phase that is there at all is the level itself
      for (std::size_t phase = 0; phase < m; ++phase) {
        if (seen[phase] == 0) continue;
        if (left_out == m) {
          left_out = phase;
          continue;
        }
        Column dummy(n, 0.0);
        for (std::size_t t = phase; t < n; t += m) dummy[t] = 1.0;
        design.push_back(std::move(dummy));
      }
    }
    base_.resize(design.size());
    std::iota(base_.begin(), base_.end(), 0);
    for (const EffectCandidate& c : candidates) {
      first_column_.push_back(design.size());
      for (const Column& column : c.columns) {
        design.emplace_back(column.begin(), column.begin() + static_cast<std::ptrdiff_t>(n));
        for (double& v : design.back())
          if (std::isnan(v)) v = 0.0;  // the observation is left out there
      }
    }
    return design;
  }

  // ln(factor) on this scale, for a step of typical size.
  double effect_on_scale(double log_effect) const {
    if (scale_ == EffectScale::kLogarithm) return log_effect;
    return forwards(scale_, typical_ * std::exp(log_effect)) - forwards(scale_, typical_);
  }

  // Columns and priors of a set of candidates; the variance that prior standard deviations are relative to is that of
  // the fit so far.
  void lay_out(std::span<const std::size_t> chosen, double variance, double deviation_variance,
               EffectSelection& choice) const {
    choice.columns = base_;
    choice.base = base_.size();
    choice.priors.assign(base_.size(), ColumnPrior{});
    for (const std::size_t c : chosen)
      for (std::size_t j = 0; j < candidates_[c].columns.size(); ++j) {
        choice.columns.push_back(first_column_[c] + j);
        ColumnPrior prior;
        if (candidates_[c].deviations) {
          prior.variance = deviation_variance;
        } else if (const auto& known = candidates_[c].prior) {
          prior.mean = effect_on_scale(known->log_effect);
          const double sd = effect_on_scale(known->log_effect + known->standard_deviation) - prior.mean;
          prior.variance = sd * sd / std::max(variance, 1e-300);
        }
        choice.priors.push_back(prior);
      }
  }

  // What a candidate costs beyond AICc. That alone lets one useless column in six in; with 2 more it is one in 22, and
  // no effect worth having is lost. A wave pays by Schwarz's criterion: of many smooth curves one fits the past of a
  // wandering level, and goes on. Holidays pay for the many that were looked at (the risk inflation criterion of Foster
  // & George 1994: 2 ln p), most of which were seen once.
  double handicap(const EffectCandidate& candidate) const {
    constexpr double kUseless = 2.0;
    if (candidate.prior) return 0.0;
    if (candidate.kind == EffectKind::kYear || candidate.kind == EffectKind::kSeason)
      return 2.0 * (std::log(static_cast<double>(regression_.observations())) - 2.0);
    return candidate.kind == EffectKind::kHoliday ? std::max(2.0 * std::log(named_), kUseless) : kUseless;
  }

  // The candidate and what it needs, in that order, without those that are in.
  std::vector<std::size_t> with_predecessors(const EffectSelection& so_far, std::size_t candidate) const {
    std::vector<std::size_t> added;
    for (std::optional<std::size_t> c = candidate; c && std::ranges::count(so_far.candidates, *c) == 0;
         c = candidates_[*c].after)
      added.insert(added.begin(), *c);
    return added;
  }

  bool deviating(const std::vector<std::size_t>& chosen) const {
    return std::ranges::any_of(chosen, [&](std::size_t c) { return candidates_[c].deviations; });
  }

  std::optional<EffectSelection> tried(const EffectSelection& so_far, const std::vector<std::size_t>& added) const {
    std::optional<EffectSelection> best;
    std::vector<std::size_t> chosen = so_far.candidates;
    chosen.insert(chosen.end(), added.begin(), added.end());
    const bool deviations = deviating(chosen);
    const std::size_t variances = deviations ? kDeviationVariances.size() : 1;
    for (std::size_t v = 0; v < variances; ++v) {
      EffectSelection choice;
      choice.scale = scale_;
      choice.candidates = chosen;
      lay_out(chosen, so_far.fit.variance, kDeviationVariances[v], choice);
      choice.fit = regression_.search(choice.columns, choice.priors, deviations ? 1.0 : 0.0);
      choice.criterion = choice.fit.criterion;
      for (const std::size_t c : chosen) choice.criterion += handicap(candidates_[c]);
      if (std::isfinite(choice.criterion) && (!best || choice.criterion < best->criterion)) best = std::move(choice);
    }
    return best;
  }

  std::optional<EffectSelection> next(const EffectSelection& so_far) const {
    std::optional<EffectSelection> best;
    for (std::size_t c = 0; c < candidates_.size(); ++c) {
      progress_.poll();
      const std::vector<std::size_t> added = with_predecessors(so_far, c);
      if (added.empty()) continue;
      std::optional<EffectSelection> choice = tried(so_far, added);
      if (choice && choice->criterion < so_far.criterion && (!best || choice->criterion < best->criterion))
        best = std::move(choice);
    }
    return best;
  }

  const std::vector<EffectCandidate>& candidates_;
  EffectScale scale_;
  double typical_;
  double named_ = 0.0;
  std::vector<std::size_t> base_;
  std::vector<std::size_t> first_column_;
  std::vector<Column> design_;
  LevelRegression regression_;
  const Progress& progress_;
};

}  // namespace

double forwards(EffectScale scale, double y) {
  switch (scale) {
    case EffectScale::kAdditive:
      return y;
    case EffectScale::kSquareRoot:
      return std::sqrt(std::max(y, 0.0) + kAnscombe);
    case EffectScale::kLogarithm:
      return std::log(y);
  }
  return y;
}

double backwards(EffectScale scale, double z) {
  switch (scale) {
    case EffectScale::kAdditive:
      return z;
    case EffectScale::kSquareRoot:
      return z > 0.0 ? std::max(z * z - kAnscombe, 0.0) : 0.0;
    case EffectScale::kLogarithm:
      return std::exp(std::min(z, 700.0));
  }
  return z;
}

double slope(EffectScale scale, double z) {  // of backwards()
  switch (scale) {
    case EffectScale::kAdditive:
      return 1.0;
    case EffectScale::kSquareRoot:
      return 2.0 * std::max(z, 0.0);
    case EffectScale::kLogarithm:
      return std::exp(std::min(z, 700.0));
  }
  return 1.0;
}

EffectSelection select_effects(const CalendarInput& input, std::span<const double> y,
                               const std::vector<EffectCandidate>& candidates, EffectScale scale,
                               const Progress& progress) {
  const double lowest = scale == EffectScale::kLogarithm ? std::numeric_limits<double>::min() : 0.0;
  if (scale != EffectScale::kAdditive && std::ranges::any_of(y, [&](double v) { return v < lowest; })) return {};
  EffectSelection selection = Search(input, y, candidates, scale, progress).run();
  selection.criterion += jacobian(scale, y);
  return selection;
}

}  // namespace performance_tracker
