// SPDX-License-Identifier: PostgreSQL
#include "core/diagnostics/outliers.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/error.h"
#include "core/base/statistics.h"
#include "core/series/time_series.h"

namespace performance_tracker {
namespace {

constexpr std::size_t kFewest = 20;
constexpr int kLongestSeason = 31;         // of medians; a longer season is left in the level
constexpr double kClip = 2.5;              // of the robust smoother, in scales
constexpr double kFade = 0.7;              // of a temporary change, as Chen & Liu (1993, section 1.1) take it
constexpr double kLargestLogSpread = 0.5;  // robust standard deviation of logarithms beyond which they exaggerate lows
constexpr double kPlateaus = 4.0;          // standard deviations between them
constexpr std::size_t kSide = 60;          // values on each side of a shift that say how much the level varies there
constexpr std::size_t kMostOutliers = 30;
constexpr std::size_t kLongestResponse = 400;  // the slowest smoother has forgotten all but 0.03% by then
constexpr std::array kGains{0.02, 0.05, 0.1, 0.2, 0.35, 0.6};

double forwards(OutlierScale scale, double y) {
  if (scale == OutlierScale::kLogarithm) return std::log(y);
  if (scale == OutlierScale::kSquareRoot) return std::sqrt(y + 0.375);  // Anscombe (1948)
  return y;
}

double backwards(OutlierScale scale, double z) {
  if (scale == OutlierScale::kLogarithm) return std::exp(std::min(z, 700.0));
  if (scale == OutlierScale::kSquareRoot) return z > 0.0 ? std::max(z * z - 0.375, 0.0) : 0.0;
  return z;
}

double scale_of(std::vector<double> deviations) {
  const std::vector<double> ones(deviations.size(), 1.0);
  const double mad = weighted_mad(deviations, ones);
  if (mad > 0.0) return biweight_scale(deviations, ones, mad);
  double sum = 0.0;  // most are met exactly: the mean deviation (Iglewicz & Hoaglin 1993)
  for (const double d : deviations) sum += std::abs(d);
  return deviations.empty() ? 0.0 : 1.2533 * sum / static_cast<double>(deviations.size());
}

double running_median(std::span<const double> z, std::size_t at, std::size_t half) {
  std::vector<double> window;
  const std::size_t from = at > half ? at - half : 0;
  for (std::size_t t = from; t < std::min(z.size(), at + half + 1); ++t)
    if (!std::isnan(z[t])) window.push_back(z[t]);
  return window.empty() ? kMissing : median(window);
}

// Medians of each phase's deviations from the running median of a season.
std::vector<double> season_of(std::span<const double> z, std::size_t m) {
  std::vector<double> season(z.size(), 0.0);
  if (m < 2 || m > kLongestSeason || z.size() < 3 * m) return season;
  std::vector<std::vector<double>> deviations(m);
  for (std::size_t t = 0; t < z.size(); ++t)
    if (!std::isnan(z[t])) deviations[t % m].push_back(z[t] - running_median(z, t, m / 2));
  std::vector<double> phases(m, 0.0);
  double mean_phase = 0.0;
  for (std::size_t p = 0; p < m; ++p) {
    if (!deviations[p].empty()) phases[p] = median(deviations[p]);
    mean_phase += phases[p] / static_cast<double>(m);
  }
  for (std::size_t t = 0; t < z.size(); ++t) season[t] = phases[t % m] - mean_phase;
  return season;
}

// One-step innovations of exponential smoothing; missing values and the first have none (NaN). A positive `clip` bounds
// what an innovation may move.
std::vector<double> innovations(std::span<const double> z, double gain, double clip) {
  std::vector<double> e(z.size(), kMissing);
  double level = kMissing;
  std::vector<double> first;
  for (std::size_t t = 0; t < z.size() && first.size() < 7; ++t)
    if (!std::isnan(z[t])) first.push_back(z[t]);
  if (!first.empty()) level = median(first);
  for (std::size_t t = 0; t < z.size(); ++t) {
    if (std::isnan(z[t])) continue;
    e[t] = z[t] - level;
    level += gain * (clip > 0.0 ? std::clamp(e[t], -clip, clip) : e[t]);
  }
  return e;
}

std::vector<double> observed(std::span<const double> e) {
  std::vector<double> kept;
  for (const double v : e)
    if (!std::isnan(v)) kept.push_back(v);
  return kept;
}

struct Smoother {
  double gain = kGains.front();
  double scale = 0.0;
};

Smoother robust_smoother(std::span<const double> z) {
  Smoother best;
  std::vector<double> steps;
  const std::vector<double> all = observed(z);
  for (std::size_t t = 1; t < all.size(); ++t) steps.push_back(all[t] - all[t - 1]);
  const double clip = kClip * scale_of(steps) / std::sqrt(2.0);
  for (const double gain : kGains) {
    const double scale = scale_of(observed(innovations(z, gain, clip)));
    if (best.scale == 0.0 || scale < best.scale) best = {gain, scale};
  }
  return best;
}

// What an event of unit size does to the innovations after it: the filter 1 - gain sum (1 - gain)^(k-1) B^k on its
// shape.
std::vector<double> response(OutlierKind kind, double gain, std::size_t length) {
  std::vector<double> x(std::min(length, kLongestResponse));
  double shape = 1.0, level = 0.0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (k > 0) shape = kind == OutlierKind::kLevelShift ? 1.0 : kind == OutlierKind::kTemporary ? shape * kFade : 0.0;
    x[k] = shape - level;
    level += gain * x[k];
  }
  return x;
}

struct Found {
  OutlierKind kind;
  std::size_t step;
  double effect;
  double t_value;
  double standard_error;
};

// The larger of the robust standard deviations of up to 60 values on each side of a step.
double spread_around(std::span<const double> level, std::size_t step) {
  const auto spread = [](std::span<const double> side) {
    std::vector<double> values = observed(side);
    if (values.size() < 2) return 0.0;
    const double middle = median(values);
    for (double& v : values) v -= middle;
    return scale_of(std::move(values));
  };
  const std::size_t from = step > kSide ? step - kSide : 0;
  return std::max(spread(level.subspan(from, step - from)),
                  spread(level.subspan(step, std::min(kSide, level.size() - step))));
}

class Procedure {
 public:
  Procedure(std::span<const double> y, const OutlierOptions& options, OutlierScale scale, const Progress& progress)
      : options_(options), progress_(progress), z_(y.begin(), y.end()) {
    for (double& v : z_)
      if (!std::isnan(v)) v = forwards(scale, v);
  }

  std::vector<Found> run() {
    const auto share = static_cast<std::size_t>(options_.largest_share * static_cast<double>(observed(z_).size()));
    const std::size_t limit = std::min(share + 1, kMostOutliers);
    std::vector<Found> found;
    while (found.size() <= limit) {
      progress_.poll();
      const std::optional<Found> next = strongest(without(found));
      if (!next || std::abs(next->t_value) < options_.critical) break;
      if (std::ranges::any_of(found, [&](const Found& f) { return f.step == next->step && f.kind == next->kind; }))
        break;
      found.push_back(*next);
      estimate(found);
      std::erase_if(found, [&](const Found& f) { return std::abs(f.t_value) < options_.critical; });
      if (++passes_ > 2 * limit) break;
    }
    if (found.size() > limit) found.clear();
    const auto gross = [&](const Found& f) {
      return f.kind == OutlierKind::kLevelShift || std::abs(f.t_value) >= 2.0 * options_.critical;
    };
    const auto ordinary = found.size() - static_cast<std::size_t>(std::ranges::count_if(found, gross));
    const double allowed = 1.0 + options_.largest_ordinary_share * static_cast<double>(observed(z_).size());
    if (static_cast<double>(ordinary) > allowed) {
      std::erase_if(found, [&](const Found& f) { return !gross(f); });
      estimate(found);
    }
    std::ranges::sort(found, {}, &Found::step);
    return found;
  }

  std::vector<double> without(std::span<const Found> found) const {
    std::vector<double> z = z_;
    for (const Found& f : found) {
      double shape = 1.0;
      for (std::size_t t = f.step; t < z.size() && shape > 1e-6; ++t) {
        z[t] -= f.effect * shape;
        shape *= f.kind == OutlierKind::kLevelShift ? 1.0 : f.kind == OutlierKind::kTemporary ? kFade : 0.0;
      }
    }
    return z;
  }

  // Innovations of the series as it is left.
  std::vector<double> left(std::span<const Found> found) {
    const std::vector<double> z = without(found);
    const std::vector<double> season = season_of(z, static_cast<std::size_t>(options_.season_length));
    std::vector<double> level(z.size());
    for (std::size_t t = 0; t < z.size(); ++t) level[t] = z[t] - season[t];
    return innovations(level, robust_smoother(level).gain, 0.0);
  }

 private:
  // The event with the largest t value in the innovations of z.
  std::optional<Found> strongest(const std::vector<double>& z) {
    season_ = season_of(z, static_cast<std::size_t>(options_.season_length));
    std::vector<double> level(z.size());
    for (std::size_t t = 0; t < z.size(); ++t) level[t] = z[t] - season_[t];
    smoother_ = robust_smoother(level);
    if (!(smoother_.scale > 0.0)) return std::nullopt;
    const std::vector<double> e = innovations(level, smoother_.gain, 0.0);
    std::optional<Found> best;
    for (const OutlierKind kind : {OutlierKind::kAdditive, OutlierKind::kLevelShift, OutlierKind::kTemporary}) {
      const std::vector<double> x = response(kind, smoother_.gain, z.size());
      for (std::size_t t = 0; t < z.size(); ++t) {
        if (std::isnan(z[t])) continue;
        double xe = 0.0, xx = 0.0;
        int after = 0;
        for (std::size_t k = 0; k < x.size() && t + k < z.size(); ++k) {
          if (std::isnan(e[t + k])) continue;
          xe += x[k] * e[t + k];
          xx += x[k] * x[k];
          ++after;
        }
        if (kind != OutlierKind::kAdditive && after < options_.fewest_after_shift) continue;
        const double t_value = xe / std::sqrt(xx) / smoother_.scale;
        if (options_.cautious && !convincing(kind, t, after, xe / xx, t_value, level)) continue;
        // A shift or a fading has to explain more than the single value does, not the same.
        if (!best || std::abs(t_value) > std::abs(best->t_value) * (1.0 + 1e-9))
          best = Found{kind, t, xe / xx, t_value, smoother_.scale / std::sqrt(xx)};
      }
    }
    return best;
  }

  // Whether the first value is at the new level already: two wrong values at the end are no shift that began before
  // them.
  static bool begins_at(std::size_t step, double effect, std::span<const double> level) {
    constexpr std::size_t kBefore = 7;
    const std::size_t from = step > kBefore ? step - kBefore : 0;
    std::vector<double> before = observed(level.subspan(from, step - from));
    return before.empty() ||
           (level[step] - median(std::move(before))) * (effect > 0 ? 1.0 : -1.0) >= 0.5 * std::abs(effect);
  }

  bool convincing(OutlierKind kind, std::size_t step, int after, double effect, double t_value,
                  std::span<const double> level) const {
    if (after <= options_.fewest_after_shift && std::abs(t_value) < 2.0 * options_.critical &&
        kind != OutlierKind::kLevelShift)
      return false;
    if (kind != OutlierKind::kLevelShift) return true;
    const std::size_t recent = std::min(kSide, level.size() / 3);
    return level.size() - step <= recent && begins_at(step, effect, level) &&
           std::abs(effect) >= kPlateaus * spread_around(level, step);
  }

  // All effects anew, each beside the others (Chen & Liu's stage II), by the rounds of backfitting that settle it.
  void estimate(std::vector<Found>& found) {
    for (int round = 0; round < 5; ++round) {
      for (std::size_t i = 0; i < found.size(); ++i) {
        std::vector<Found> others = found;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
        const std::vector<double> z = without(others);
        std::vector<double> level(z.size());
        for (std::size_t t = 0; t < z.size(); ++t) level[t] = z[t] - season_[t];
        const std::vector<double> e = innovations(level, smoother_.gain, 0.0);
        const std::vector<double> x = response(found[i].kind, smoother_.gain, z.size());
        double xe = 0.0, xx = 0.0;
        for (std::size_t k = 0; k < x.size() && found[i].step + k < z.size(); ++k) {
          if (std::isnan(e[found[i].step + k])) continue;
          xe += x[k] * e[found[i].step + k];
          xx += x[k] * x[k];
        }
        found[i].effect = xe / xx;
        found[i].standard_error = smoother_.scale / std::sqrt(xx);
        found[i].t_value = found[i].effect / found[i].standard_error;
      }
      if (found.size() < 2) break;
    }
  }

  const OutlierOptions& options_;
  const Progress& progress_;
  std::vector<double> z_;
  std::vector<double> season_;
  Smoother smoother_;
  std::size_t passes_ = 0;
};

OutlierScale scale_for(std::span<const double> y, int season_length) {
  if (std::ranges::any_of(y, [](double v) { return v < 0.0; })) return OutlierScale::kIdentity;
  if (std::ranges::any_of(y, [](double v) { return v == 0.0; })) return OutlierScale::kSquareRoot;
  std::vector<double> z(y.begin(), y.end());
  for (double& v : z) v = std::log(v);
  const std::vector<double> season = season_of(z, static_cast<std::size_t>(season_length));
  for (std::size_t t = 0; t < z.size(); ++t) z[t] -= season[t];
  return robust_smoother(z).scale < kLargestLogSpread ? OutlierScale::kLogarithm : OutlierScale::kSquareRoot;
}

// Centred cumulated squares (Inclan & Tiao 1994, JASA 89, section 2), of innovations drawn in to three scales so that
// one of them is no change of the spread. 1.63 is exceeded by chance in 1% of series.
std::optional<VarianceChange> variance_change(const std::vector<double>& e) {
  constexpr double kCritical = 1.63;
  constexpr std::size_t kShortest = 10;  // innovations on each side
  std::vector<std::size_t> steps;
  std::vector<double> squares;
  const double bound = 3.0 * scale_of(observed(e));
  for (std::size_t t = 0; t < e.size(); ++t) {
    if (std::isnan(e[t])) continue;
    steps.push_back(t);
    squares.push_back(std::pow(std::clamp(e[t], -bound, bound), 2));
  }
  double total = 0.0, sum = 0.0, largest = 0.0, before = 0.0;
  for (const double s : squares) total += s;
  if (!(total > 0.0)) return std::nullopt;
  const auto n = static_cast<double>(squares.size());
  std::size_t at = 0;
  for (std::size_t k = 1; k < squares.size(); ++k) {
    sum += squares[k - 1];
    if (k < kShortest || k + kShortest > squares.size()) continue;
    const double d = std::sqrt(n / 2.0) * std::abs(sum / total - static_cast<double>(k) / n);
    if (d > largest) {
      largest = d;
      at = k;
      before = sum;
    }
  }
  if (largest < kCritical || !(before > 0.0)) return std::nullopt;
  const auto k = static_cast<double>(at);
  return VarianceChange{steps[at], std::sqrt((total - before) / (n - k) / (before / k))};
}

// A report about the end of y as one about all of it.
OutlierReport later(OutlierReport report, std::span<const double> y, std::size_t skipped) {
  for (Outlier& o : report.outliers) o.step += skipped;
  if (report.variance_change) report.variance_change->step += skipped;
  report.cleaned.insert(report.cleaned.begin(), y.begin(), y.begin() + static_cast<std::ptrdiff_t>(skipped));
  return report;
}

}  // namespace

const char* to_string(OutlierKind kind) {
  switch (kind) {
    case OutlierKind::kAdditive:
      return "outlier";
    case OutlierKind::kTemporary:
      return "temporary change";
    case OutlierKind::kLevelShift:
      return "level shift";
  }
  return "";
}

void OutlierOptions::check() const {
  check_season_length(season_length);
  if (!(critical > 0.0)) throw InvalidArgument("critical must be above 0", "4.5 standard deviations is the default.");
  if (fewest_after_shift < 2) throw InvalidArgument("fewest_after_shift must be at least 2");
  if (!(largest_share > 0.0 && largest_share <= 0.5)) throw InvalidArgument("largest_share must be in (0, 0.5]");
  if (look < kFewest) throw InvalidArgument("look must be at least " + std::to_string(kFewest));
}

double OutlierReport::level_error_at_value(double value) const {
  if (scale == OutlierScale::kLogarithm) return std::abs(value) * level_error;
  if (scale == OutlierScale::kSquareRoot) return 2.0 * std::sqrt(std::max(value, 0.0) + 0.375) * level_error;
  return level_error;
}

OutlierReport find_outliers(std::span<const double> y, const OutlierOptions& options, const Progress& progress) {
  options.check();
  progress.poll();
  OutlierReport report;
  report.cleaned.assign(y.begin(), y.end());
  if (y.size() > options.look) {
    // Whole seasons are left out, so that the phases stay where they are.
    const auto m = static_cast<std::size_t>(options.season_length);
    const std::size_t skipped = (y.size() - options.look + m - 1) / m * m;
    return later(find_outliers(y.subspan(skipped), options, progress), y, skipped);
  }
  const std::vector<double> seen = observed(y);
  if (seen.size() < kFewest || std::ranges::all_of(seen, [&](double v) { return v == seen.front(); })) return report;
  report.scale = scale_for(y, options.season_length);
  Procedure procedure(y, options, report.scale, progress);
  const std::vector<Found> found = procedure.run();
  report.variance_change = variance_change(procedure.left(found));
  if (found.empty()) return report;
  std::vector<double> cleaned = procedure.without(found);
  double shifts = 0.0;  // all that came: the cleaned series stands at the first level, and is wanted at the last
  for (const Found& f : found)
    if (f.kind == OutlierKind::kLevelShift) {
      shifts += f.effect;
      report.level_error = f.standard_error;
    }
  for (std::size_t t = 0; t < cleaned.size(); ++t) {
    const double z = std::isnan(y[t]) ? kMissing : forwards(report.scale, y[t]);
    const double moved = cleaned[t] + shifts;
    if (!std::isnan(y[t]) && std::abs(moved - z) > 1e-9 * (1.0 + std::abs(z)))
      report.cleaned[t] = backwards(report.scale, moved);
  }
  for (const Found& f : found) {
    const double without = backwards(report.scale, forwards(report.scale, y[f.step]) - f.effect);
    report.outliers.push_back({f.kind, f.step, f.effect, f.standard_error, f.t_value, y[f.step], without});
  }
  return report;
}

}  // namespace performance_tracker
