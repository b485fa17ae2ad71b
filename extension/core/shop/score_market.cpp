// SPDX-License-Identifier: PostgreSQL
#include "core/shop/score_market.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/statistics.h"

namespace performance_tracker {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace

LogShift LogShift::of(double log) {
  const double root = std::exp(log / 3);
  return {log, root * root * root, root};
}

SharedMarket::SharedMarket(const std::vector<ScoreInput>& inputs, int categories, bool parts,
                           const ScoreOptions& options)
    : inputs_(inputs),
      parts_(parts),
      o_(options),
      all_(inputs.size()),
      members_(static_cast<std::size_t>(categories)),
      category_level_(members_.size(), 0.0),
      category_move_(members_.size(), kNaN),
      shifts_(members_.size() + 1) {
  std::iota(all_.begin(), all_.end(), std::size_t{0});
  for (std::size_t s = 0; s < inputs.size(); ++s) {
    if (inputs[s].category >= 0) members_[static_cast<std::size_t>(inputs[s].category)].push_back(s);
  }
}

// Huber's mean of the moves, each weighted by its precision; NaN with fewer than `fewest`.
template <class Use>
double SharedMarket::common_move(const std::vector<std::size_t>& members, const std::vector<DayScore>& today,
                                 std::size_t fewest, double& precision, Use use) {
  moves_.clear();
  weights_.clear();
  for (const std::size_t s : members) {
    const DayScore& day = today[s];
    if (!day.judged || day.events < 2 || !use(s)) continue;
    moves_.push_back(day.log_move - day.market);
    weights_.push_back(1 / day.variance);
  }
  return moves_.size() < fewest ? kNaN : huber_mean(precision);
}

double SharedMarket::huber_mean(double& precision) {
  // No series has more say than three ordinary ones.
  const double usual = median(weights_);
  for (double& w : weights_) w = std::min(w, 3 * usual);
  double middle = weighted_median(moves_, weights_);
  for (int step = 0; step < 3; ++step) {
    double sum = 0;
    precision = 0;
    for (std::size_t i = 0; i < moves_.size(); ++i) {
      const double z = std::abs(moves_[i] - middle) * std::sqrt(weights_[i]);
      const double w = weights_[i] * (z <= 1.5 ? 1 : z <= 4 ? 1.5 / z : 0);
      sum += w * moves_[i];
      precision += w;
    }
    if (!(precision > 0)) return middle;
    middle = sum / precision;
  }
  return middle;
}

// Whether there are enough series for one.
bool SharedMarket::find_shop_move(std::size_t t, const std::vector<DayScore>& today) {
  double precision = 0;
  shop_move_ = common_move(all_, today, 5, precision, [&](std::size_t s) { return !inputs_[s].promoted_on(t); });
  promoted_ = std::isnan(shop_move_);
  if (promoted_) shop_move_ = common_move(all_, today, 5, precision, [](std::size_t) { return true; });
  if (std::isnan(shop_move_)) return false;
  day_.series = static_cast<int>(moves_.size());
  day_.score = shop_move_ / std::sqrt(noise_ + 1 / precision);
  // What few noisy series share by chance is not the market's; what is beyond chance is taken as it is.
  if (std::abs(day_.score) < 3) shop_move_ *= noise_ / (noise_ + 1 / precision) * 0.5 + 0.5;
  day_.move = shop_move_;
  return true;
}

void SharedMarket::share(std::size_t t, std::vector<DayScore>& today) {
  day_ = {};
  shop_move_ = kNaN;
  std::fill(category_move_.begin(), category_move_.end(), kNaN);
  std::fill(shifts_.begin(), shifts_.end(), LogShift{});
  if (!parts_ || !find_shop_move(t, today)) return;
  for (DayScore& day : today) day.market = shop_move_;
  std::fill(shifts_.begin(), shifts_.end(), LogShift::of(shop_move_));
  for (std::size_t c = 0; c < members_.size(); ++c) {
    double precision = 0;
    const double move =
        common_move(members_[c], today, 4, precision, [&](std::size_t s) { return !inputs_[s].promoted_on(t); });
    if (std::isnan(move)) continue;
    const double kept = move * noise_ / (noise_ + 1 / precision);
    category_move_[c] = kept;
    for (const std::size_t s : members_[c]) today[s].market += kept;
    shifts_[c + 1] = LogShift::of(shop_move_ + kept);
  }
}

// A day beyond three deviations is an event and not where the market is going, until a week of them says so; nor do
// days on which the whole shop is on promotion say anything about the days after.
void SharedMarket::carry() {
  if (std::isnan(shop_move_) || promoted_) return;
  const bool out = std::abs(day_.score) > 3;
  const bool up = shop_move_ > 0;
  out_days_ = !out ? 0 : up == up_ ? out_days_ + 1 : 1;
  up_ = up;
  const double bound = 3 * std::sqrt(noise_);
  const double bounded = std::clamp(shop_move_, -bound, bound);
  noise_ = std::max(noise_ + 0.06 * (bounded * bounded - noise_), 0.015 * 0.015);
  if (out && out_days_ < o_.shift_days) return;
  level_ += o_.market_gain * shop_move_;
  for (std::size_t c = 0; c < category_level_.size(); ++c) {
    if (!std::isnan(category_move_[c]))
      category_level_[c] += o_.market_gain * std::clamp(category_move_[c], -bound, bound);
  }
}

}  // namespace performance_tracker
