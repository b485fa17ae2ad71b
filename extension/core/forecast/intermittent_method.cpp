// SPDX-License-Identifier: PostgreSQL
//
// Sparse demand: most steps are zero, the others a size. Both methods smooth how often and how much apart, and forecast
// a flat mean rate.
//
//   tsb      the chance of demand, updated at every step, times its size (Teunter, Syntetos & Babai 2011, eqs. 1-3):
//            falls when demand stops
//   croston  the size over the interval between demands, updated at each demand (Croston 1972), times 1 - alpha / 2
//            against its bias (Syntetos & Boylan 2005, eq. 3)
//
// Smoothing parameters are those of the least squared one-step error of the rate over a small grid: with few demands
// a finer search follows noise (Kourentzes 2014). Intervals and paths are those of a demand that comes with the
// forecast's chance and has the sizes seen, not normal ones: zero is a possible and often the likeliest value.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/forecast/method.h"

namespace performance_tracker {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::array kSizeGrid{0.05, 0.1, 0.2, 0.3};
constexpr std::array kChanceGrid{0.02, 0.05, 0.1, 0.2, 0.3};

struct SparseModel {
  bool tsb = true;
  double size_alpha = 0.1;
  double chance_alpha = 0.1;  // of the interval, for Croston
};

struct SparseRun {
  double squares = 0;
  double chance = 0;  // of demand in a step
  double size = 0;    // mean of a demand, negative ones too
  double rate() const { return chance * size; }
  std::vector<double> fitted;
};

// Starts from the whole series' means, so that short series are not ruled by their first demand.
SparseRun run_sparse(const SparseModel& m, std::span<const double> y) {
  SparseRun run;
  double observed = 0, demands = 0;
  for (const double v : y) {
    if (std::isnan(v)) continue;
    ++observed;
    if (v == 0) continue;
    ++demands;
    run.size += (v - run.size) / demands;
  }
  run.chance = demands / observed;
  double interval = demands > 0 ? observed / demands : 1, since = 0;
  run.fitted.resize(y.size());
  const auto rate = [&] {
    if (m.tsb) return run.chance * run.size;
    return demands > 0 ? (1 - m.chance_alpha / 2) * run.size / interval : 0.0;
  };
  for (std::size_t t = 0; t < y.size(); ++t) {
    run.fitted[t] = rate();
    if (std::isnan(y[t])) continue;
    const double e = y[t] - run.fitted[t];
    run.squares += e * e;
    ++since;
    if (m.tsb) run.chance += m.chance_alpha * ((y[t] != 0 ? 1.0 : 0.0) - run.chance);
    if (y[t] == 0) continue;
    run.size += m.size_alpha * (y[t] - run.size);
    interval += m.chance_alpha * (since - interval);
    since = 0;
  }
  if (!m.tsb) run.chance = run.size != 0 ? std::min(1.0, rate() / run.size) : 0.0;
  return run;
}

SparseModel fit_sparse(std::span<const double> y, bool tsb, const Progress& progress) {
  SparseModel best{.tsb = tsb};
  double least = std::numeric_limits<double>::infinity();
  for (const double size : kSizeGrid)
    for (const double chance : kChanceGrid) {
      progress.poll();
      const SparseModel m{tsb, size, chance};
      const double squares = run_sparse(m, y).squares;
      if (!(squares < least)) continue;
      least = squares;
      best = m;
    }
  return best;
}

class SparseMethod final : public FittedMethod {
 public:
  SparseMethod(MethodInput input, SparseModel model)
      : FittedMethod(std::move(input)), model_(model), run_(run_sparse(model, input_.y)) {
    double mean = 0;
    for (const double v : input_.y)
      if (!std::isnan(v) && v != 0) sizes_.push_back(v);
    // Sizes of long ago tell less: the last hundred.
    if (sizes_.size() > 100) sizes_.erase(sizes_.begin(), sizes_.end() - 100);
    std::sort(sizes_.begin(), sizes_.end());
    for (const double v : sizes_) mean += v / static_cast<double>(sizes_.size());
    for (double& v : sizes_) v += run_.size - mean;
    if (run_.size > 0 && mean > 0)
      for (double& v : sizes_) v = (v - (run_.size - mean)) * (run_.size / mean);
  }

  std::string description() const override { return model_.tsb ? "TSB" : "Croston-SBA"; }

  MethodForecast forecast(int horizon, const Regressors&, const Progress&) const override {
    double second = 0;  // moment of the sizes
    for (const double v : sizes_) second += v * v / static_cast<double>(sizes_.size());
    const double rate = run_.rate();
    const auto steps = static_cast<std::size_t>(horizon);
    const double error = std::sqrt(std::max(0.0, run_.chance * second - rate * rate));
    return {std::vector<double>(steps, rate), std::vector<double>(steps, error), description(), {}};
  }

  IntervalForecast bounds(const MethodForecast& f, double confidence_level) const override {
    IntervalForecast result{f.value, f.standard_error, {}, {}};
    result.lower.assign(f.value.size(), std::min(f.value[0], quantile((1 - confidence_level) / 2)));
    result.upper.assign(f.value.size(), std::max(f.value[0], quantile((1 + confidence_level) / 2)));
    return result;
  }

  std::vector<double> sample_paths(const SimulationOptions& options, const Progress& progress) const override {
    options.check();
    NormalGenerator random(options.seed);
    std::vector<double> values;
    values.reserve(static_cast<std::size_t>(options.horizon) * static_cast<std::size_t>(options.paths));
    for (int path = 0; path < options.paths; ++path) {
      progress.poll();
      for (int h = 0; h < options.horizon; ++h) {
        const bool demand = random.uniform() < run_.chance;
        values.push_back(demand && !sizes_.empty() ? sizes_[random.index(sizes_.size())] : 0.0);
      }
    }
    return values;
  }

  std::vector<double> fitted(const Progress&) const override { return run_.fitted; }
  std::unique_ptr<FittedMethod> refit(MethodInput input, const Progress& progress) const override {
    progress.poll();
    return std::make_unique<SparseMethod>(std::move(input), model_);
  }
  std::vector<MethodMeasure> glance() const override {
    return {{"chance", run_.chance}, {"size", run_.size}, {"alpha", model_.size_alpha}, {"beta", model_.chance_alpha}};
  }
  std::string payload() const override {
    ByteWriter out;
    out.put(kVersion);
    out.put(static_cast<std::uint8_t>(model_.tsb));
    out.put(model_.size_alpha);
    out.put(model_.chance_alpha);
    return out.take();
  }

 private:
  // Of the mixture of no demand and the sizes.
  double quantile(double p) const {
    const double each = sizes_.empty() ? 0 : run_.chance / static_cast<double>(sizes_.size());
    double sum = 0;
    bool zero_passed = false;
    for (const double size : sizes_) {
      if (!zero_passed && size >= 0) {
        sum += 1 - run_.chance;
        zero_passed = true;
        if (sum >= p) return 0;
      }
      sum += each;
      if (sum >= p) return size;
    }
    return zero_passed || sizes_.empty() ? (sizes_.empty() ? 0 : sizes_.back()) : 0;
  }

  SparseModel model_;
  SparseRun run_;
  std::vector<double> sizes_;  // ascending, of the mean run_.size
};

std::unique_ptr<FittedMethod> fit_one(MethodInput&& input, bool tsb, const Progress& progress) {
  progress.poll();
  const SparseModel model = fit_sparse(input.y, tsb, progress);
  progress.poll();
  return std::make_unique<SparseMethod>(std::move(input), model);
}

std::unique_ptr<FittedMethod> restore_one(std::string_view payload, MethodInput&& input, bool tsb) {
  ByteReader in(payload, tsb ? "a model of the method tsb" : "a model of the method croston");
  if (in.get<std::uint8_t>() != kVersion) in.refuse("an unknown version");
  SparseModel model;
  model.tsb = in.flag();
  model.size_alpha = in.finite();
  model.chance_alpha = in.finite();
  in.expect_end();
  const auto share = [](double v) { return v > 0 && v <= 1; };
  if (model.tsb != tsb || !share(model.size_alpha) || !share(model.chance_alpha)) in.refuse("out of range");
  return std::make_unique<SparseMethod>(std::move(input), model);
}

}  // namespace

std::unique_ptr<FittedMethod> fit_tsb_method(MethodInput input, const MethodOptions& /*options*/,
                                             const Progress& progress) {
  return fit_one(std::move(input), true, progress);
}
std::unique_ptr<FittedMethod> restore_tsb_method(std::string_view payload, MethodInput input, const Progress&) {
  return restore_one(payload, std::move(input), true);
}
std::unique_ptr<FittedMethod> fit_croston_method(MethodInput input, const MethodOptions& /*options*/,
                                                 const Progress& progress) {
  return fit_one(std::move(input), false, progress);
}
std::unique_ptr<FittedMethod> restore_croston_method(std::string_view payload, MethodInput input, const Progress&) {
  return restore_one(payload, std::move(input), false);
}

}  // namespace performance_tracker
