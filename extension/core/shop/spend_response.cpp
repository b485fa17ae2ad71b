// SPDX-License-Identifier: PostgreSQL
#include "core/shop/spend_response.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "core/base/statistics.h"

namespace performance_tracker {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kWeek = 7;

// Running sums, so that any window costs nothing; a missing day is left out of sum and count.
class Windows {
 public:
  explicit Windows(const std::vector<double>& values) : sum_(values.size() + 1, 0.0), known_(values.size() + 1, 0) {
    for (std::size_t t = 0; t < values.size(); ++t) {
      const bool known = !std::isnan(values[t]);
      sum_[t + 1] = sum_[t] + (known ? values[t] : 0);
      known_[t + 1] = known_[t] + (known ? 1 : 0);
    }
  }
  // Log of the mean over [from, to); NaN with less than 70% of the days or nothing in them.
  double log_mean(std::size_t from, std::size_t to) const {
    const int n = known_[to] - known_[from];
    const double sum = sum_[to] - sum_[from];
    if (10 * n < 7 * static_cast<int>(to - from) || !(sum > 0)) return kNaN;
    return std::log(sum / n);
  }
  // log_mean of the `window` days from t less that of as many before it.
  double step(std::size_t t, std::size_t window) const { return log_mean(t, t + window) - log_mean(t - window, t); }

 private:
  std::vector<double> sum_;
  std::vector<int> known_;
};

struct Step {
  double spend, clicks, worth;  // log changes against the market
  double clicks_variance, worth_variance;
};

// One part of the elasticity as a product's steps show it.
struct Evidence {
  double value = 0;
  double precision = 0;  // 0: none
};

struct Posterior {
  double mean = 0, variance = 0, shared = 0;
};

class ResponseEstimator {
 public:
  ResponseEstimator(const PerformancePanel& panel, const ResponseOptions& options, const Progress& progress)
      : panel_(panel), o_(options), progress_(progress) {
    for (std::size_t i = 0; i < panel.products.size(); ++i) category_of_.push_back(category_number(panel.products[i]));
    make_markets();
  }

  std::vector<SpendResponse> estimate() {
    const std::size_t n = panel_.products.size();
    std::vector<SpendResponse> result(n);
    std::vector<Evidence> clicks(n), worth(n);
    for (std::size_t i = 0; i < n; ++i) {
      progress_.poll();
      const std::vector<Step> steps = steps_of(i, result[i].weekly_noise);
      result[i].steps = static_cast<int>(steps.size());
      for (const Step& s : steps) {
        add(clicks[i], s.spend, s.clicks, s.clicks_variance);
        add(worth[i], s.spend, s.worth, s.worth_variance);
      }
      result[i].own_deviation =
          clicks[i].precision > 0 ? std::sqrt(1 / clicks[i].precision + 1 / worth[i].precision) : kInfinity;
    }
    const std::vector<Posterior> of_clicks = shrink(clicks, o_.clicks_mean, o_.clicks_deviation);
    const std::vector<Posterior> of_worth = shrink(worth, o_.worth_mean, o_.worth_deviation);
    for (std::size_t i = 0; i < n; ++i) {
      // Less than nothing and more than everything are not believed of advertising.
      result[i].elasticity = std::clamp(of_clicks[i].mean + of_worth[i].mean, 0.0, 1.05);
      result[i].deviation = std::sqrt(of_clicks[i].variance + of_worth[i].variance + kShapeDoubt * kShapeDoubt);
      result[i].shared = std::min(result[i].deviation, std::sqrt(of_clicks[i].shared + of_worth[i].shared));
    }
    return result;
  }

 private:
  std::size_t category_number(const Product& p) {
    return categories_.try_emplace(p.category.value_or(""), categories_.size()).first->second;
  }

  // How a market stepped at each day: the median of its products' steps, which one product's own budget does not move.
  // Of the category where it has enough products, else of the shop; nothing for a shop too small to have a market.
  struct Market {
    std::map<std::size_t, std::vector<double>> clicks, revenue;  // by window
  };

  void make_markets() {
    std::vector<std::vector<std::size_t>> members(categories_.size() + 1);
    for (std::size_t i = 0; i < panel_.products.size(); ++i) {
      members[category_of_[i]].push_back(i);
      members.back().push_back(i);
    }
    std::vector<Windows> clicks, revenue;
    for (std::size_t i = 0; i < panel_.products.size(); ++i) {
      clicks.emplace_back(without_promotions(i, panel_.products[i].daily.clicks));
      revenue.emplace_back(without_promotions(i, panel_.products[i].daily.revenue));
    }
    markets_.resize(members.size());
    for (std::size_t k = 0; k < members.size(); ++k) {
      const std::vector<std::size_t>& all = members[k];
      const std::size_t least = k + 1 < members.size() ? kCategoryMarket : kShopMarket;
      if (all.size() < least) continue;
      progress_.poll();
      const std::size_t stride = (all.size() + kMarketSample - 1) / kMarketSample;
      for (const std::size_t w : {kAbrupt, static_cast<std::size_t>(kWeek), static_cast<std::size_t>(2 * kWeek)}) {
        markets_[k].clicks[w] = median_steps(clicks, all, stride, w);
        markets_[k].revenue[w] = median_steps(revenue, all, stride, w);
      }
    }
  }

  std::vector<double> median_steps(const std::vector<Windows>& windows, const std::vector<std::size_t>& members,
                                   std::size_t stride, std::size_t w) const {
    std::vector<double> steps(panel_.days, 0.0), values;
    for (std::size_t t = w; t + w <= panel_.days; ++t) {
      values.clear();
      for (std::size_t k = 0; k < members.size(); k += stride) {
        const double step = windows[members[k]].step(t, w);
        if (!std::isnan(step)) values.push_back(step);
      }
      if (values.size() < kShopMarket) continue;
      const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
      std::nth_element(values.begin(), middle, values.end());
      steps[t] = *middle;
    }
    return steps;
  }

  const Market& market_of(std::size_t i) const {
    const Market& own = markets_[category_of_[i]];
    return own.clicks.empty() ? markets_.back() : own;
  }

  std::vector<double> without_promotions(std::size_t i, std::vector<double> values) const {
    for (const Promotion& p : panel_.promotions) {
      if (!p.covers(panel_.products[i])) continue;
      const Day from = std::max(p.start, panel_.first_day);
      const Day to = std::min(p.end, panel_.first_day + static_cast<Day>(panel_.days) - 1);
      for (Day d = from; d <= to; ++d) values[panel_.index(d)] = kNaN;
    }
    return values;
  }

  static double spread_of(std::vector<double> values) {
    std::erase_if(values, [](double v) { return std::isnan(v); });
    if (values.size() < 10) return kNaN;
    const double middle = median(values);
    for (double& v : values) v = std::abs(v - middle);
    return 1.4826 * median(values);
  }

  // Of values around zero of which a good half may be the flanks of steps: from their smallest 30%, which are those of
  // a normal variable's within 0.3853 standard deviations.
  static double quiet_spread(std::vector<double> values) {
    std::erase_if(values, [](double v) { return std::isnan(v); });
    if (values.size() < 10) return kNaN;
    for (double& v : values) v = std::abs(v);
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(3 * values.size() / 10),
                     values.end());
    return values[3 * values.size() / 10] / 0.3853;
  }

  // Where spend stepped to another level, against its market.
  // `abrupt`: the same over three days. Somebody who sets a budget does it on a day; demand takes its time.
  std::vector<std::size_t> find_steps(const std::vector<double>& change, const std::vector<double>& abrupt) const {
    const double noise = quiet_spread(change);
    if (std::isnan(noise)) return {};
    const double least = std::max(o_.least_step, kStepNoise * noise);
    std::vector<std::pair<double, std::size_t>> candidates;
    for (std::size_t t = 0; t < change.size(); ++t) {
      const bool sudden = abrupt.empty() || !(std::abs(abrupt[t]) < kSudden * std::abs(change[t]));
      if (std::abs(change[t]) >= least && sudden) candidates.emplace_back(-std::abs(change[t]), t);
    }
    std::sort(candidates.begin(), candidates.end());
    std::vector<std::size_t> steps;
    for (const auto& [size, t] : candidates) {
      // The flanks of a step already taken are not steps of their own.
      const bool near = std::any_of(steps.begin(), steps.end(), [t = t](std::size_t s) {
        return (s > t ? s - t : t - s) < static_cast<std::size_t>(kWeek);
      });
      if (!near) steps.push_back(t);
    }
    std::sort(steps.begin(), steps.end());
    return steps;
  }

  using Steps = std::map<std::size_t, std::vector<double>>;

  // A step of the product's own, less that of its market.
  static double moved(const Windows& own, const Steps& of_market, std::size_t t, std::size_t w) {
    const auto steps = of_market.find(w);
    return own.step(t, w) - (steps == of_market.end() ? 0 : steps->second[t]);
  }

  // When spend was changed on purpose, by windows of a week and, where there is a market, by short ones.
  std::vector<std::size_t> times_of_steps(const Windows& spend, const Market& market) const {
    const std::size_t n = panel_.days;
    std::vector<double> change(n, kNaN), abrupt(market.clicks.empty() ? 0 : n, kNaN);
    for (std::size_t t = kWeek; t + kWeek <= n; ++t) {
      change[t] = moved(spend, market.clicks, t, kWeek);
      if (!abrupt.empty()) abrupt[t] = moved(spend, market.clicks, t, kAbrupt);
    }
    return find_steps(change, abrupt);
  }

  // By how much weeks differ away from those times.
  double quiet_spread(const Windows& revenue, const Market& market, const std::vector<std::size_t>& at) const {
    std::vector<double> weeks;
    for (std::size_t t = kWeek; t + kWeek <= panel_.days; ++t) {
      const bool quiet =
          std::none_of(at.begin(), at.end(), [&](std::size_t s) { return s + kWeek > t && s < t + kWeek; });
      if (quiet) weeks.push_back(moved(revenue, market.revenue, t, kWeek));
    }
    return spread_of(std::move(weeks));
  }

  std::vector<Step> steps_of(std::size_t i, double& weekly_noise) const {
    const DailyColumns& c = panel_.products[i].daily;
    const std::size_t n = panel_.days;
    weekly_noise = kNaN;
    if (n < 3 * static_cast<std::size_t>(kWeek)) return {};
    const Windows spend(without_promotions(i, c.ad_spend)), clicks(without_promotions(i, c.clicks)),
        revenue(without_promotions(i, c.revenue));
    const Market& market = market_of(i);
    const std::vector<std::size_t> at = times_of_steps(spend, market);
    weekly_noise = quiet_spread(revenue, market, at);
    if (at.empty()) return {};
    // What windows of each length differ by when nothing happened between them: the noise of a step's answer.
    std::map<std::size_t, std::pair<double, double>> noise;
    const auto noise_of = [&](std::size_t w) {
      const auto found = noise.find(w);
      if (found != noise.end()) return found->second;
      std::vector<double> of_clicks, of_worth;
      for (std::size_t t = w; t + w <= n; ++t) {
        const bool quiet = std::none_of(at.begin(), at.end(), [&](std::size_t s) { return s + w > t && s < t + w; });
        if (!quiet) continue;
        const double k = moved(clicks, market.clicks, t, w), r = moved(revenue, market.revenue, t, w);
        of_clicks.push_back(k);
        of_worth.push_back(r - k);
      }
      return noise[w] = {spread_of(std::move(of_clicks)), spread_of(std::move(of_worth))};
    };
    std::vector<Step> steps;
    for (std::size_t k = 0; k < at.size(); ++k) {
      const std::size_t before = at[k] - (k > 0 ? at[k - 1] : 0);
      const std::size_t after = (k + 1 < at.size() ? at[k + 1] : n) - at[k];
      const std::size_t w = std::min({static_cast<std::size_t>(o_.window), before, after}) / kWeek * kWeek;
      if (w < static_cast<std::size_t>(kWeek)) continue;
      const double s = moved(spend, market.clicks, at[k], w);
      const double q = moved(clicks, market.clicks, at[k], w);
      const double r = moved(revenue, market.revenue, at[k], w);
      if (std::isnan(s) || std::isnan(q) || std::isnan(r)) continue;
      if (std::abs(s) < o_.least_step || std::abs(s) > o_.largest_step) continue;
      auto [clicks_noise, worth_noise] = noise_of(w);
      if (std::isnan(clicks_noise) || std::isnan(worth_noise)) std::tie(clicks_noise, worth_noise) = noise_of(kWeek);
      if (std::isnan(clicks_noise) || std::isnan(worth_noise)) continue;
      clicks_noise = std::max(clicks_noise, 0.01);
      worth_noise = std::max(worth_noise, 0.02);
      // A product that broke, sold out or changed its price on the way is no experiment about its budget.
      if (std::abs(r - q) > kBroken * worth_noise + std::abs(s)) continue;
      // A step of spend is a budget's b and demand's d together, with sales that answer d fully: of all steps of size s
      // the share kappa is demand's (regression to the mean, by their usual sizes). It is taken out of both parts.
      const double kappa = clicks_noise * clicks_noise / (clicks_noise * clicks_noise + kUsualChange * kUsualChange);
      steps.push_back({s, (q - kappa * s) / (1 - kappa), (r - q) / (1 - kappa), kTails * clicks_noise * clicks_noise,
                       kTails * worth_noise * worth_noise});
    }
    return steps;
  }

  static void add(Evidence& e, double x, double y, double variance) {
    const double precision = x * x / variance;
    e.value = (e.value * e.precision + y / x * precision) / (e.precision + precision);
    e.precision += precision;
  }

  // theta(i) ~ N(category, spread²), category ~ N(shop, (spread/2)²), shop ~ N(mean, deviation²), spread on a grid
  // under a half-normal prior. Given the spread all is Gaussian; the mixture over the grid is returned by its first two
  // moments.
  std::vector<Posterior> shrink(const std::vector<Evidence>& evidence, double mean, double deviation) const {
    static constexpr std::array<double, 9> kSpreads{0.01, 0.04, 0.08, 0.12, 0.17, 0.23, 0.3, 0.4, 0.55};
    const std::size_t n = evidence.size();
    std::vector<double> log_weights;
    std::vector<std::vector<Posterior>> under;
    for (std::size_t g = 0; g < kSpreads.size(); ++g) {
      const double tau = kSpreads[g];
      const double width = (g + 1 < kSpreads.size() ? kSpreads[g + 1] : 0.7) - (g > 0 ? kSpreads[g - 1] : 0.0);
      double log_likelihood = 0;
      under.push_back(given_spread(evidence, mean, deviation, tau, log_likelihood));
      log_weights.push_back(log_likelihood - 0.5 * tau * tau / (o_.spread * o_.spread) + std::log(width));
    }
    const double largest = *std::max_element(log_weights.begin(), log_weights.end());
    double total = 0;
    for (double& w : log_weights) total += w = std::exp(w - largest);
    std::vector<Posterior> result(n);
    for (std::size_t i = 0; i < n; ++i) {
      double second = 0;
      for (std::size_t g = 0; g < kSpreads.size(); ++g) {
        const double w = log_weights[g] / total;
        const Posterior& p = under[g][i];
        result[i].mean += w * p.mean;
        result[i].shared += w * p.shared;
        second += w * (p.variance + p.mean * p.mean);
      }
      result[i].variance = std::max(1e-6, second - result[i].mean * result[i].mean);
    }
    return result;
  }

  std::vector<Posterior> given_spread(const std::vector<Evidence>& evidence, double mean, double deviation, double tau,
                                      double& log_likelihood) const {
    const double within = tau * tau, between = 0.25 * tau * tau;
    struct Sum {
      double precision = 0, weighted = 0;
    };
    std::vector<Sum> category(categories_.size());
    for (std::size_t i = 0; i < evidence.size(); ++i) {
      if (!(evidence[i].precision > 0)) continue;
      const double p = 1 / (within + 1 / evidence[i].precision);
      category[category_of_[i]].precision += p;
      category[category_of_[i]].weighted += p * evidence[i].value;
    }
    double precision = 1 / (deviation * deviation), weighted = precision * mean;
    for (const Sum& c : category) {
      if (!(c.precision > 0)) continue;
      const double p = 1 / (between + 1 / c.precision);
      precision += p;
      weighted += p * c.weighted / c.precision;
    }
    const double shop = weighted / precision, shop_variance = 1 / precision;
    // Marginal likelihood, from its parts: products around categories, categories around the shop, the shop around its
    // prior (each a product of Gaussians).
    log_likelihood = 0.5 * std::log(shop_variance / (deviation * deviation)) -
                     0.5 * (mean * mean / (deviation * deviation) - shop * shop / shop_variance);
    std::vector<double> centre(categories_.size(), shop), spread(categories_.size(), between + shop_variance),
        slope(categories_.size(), 1.0);
    for (std::size_t k = 0; k < category.size(); ++k) {
      const Sum& c = category[k];
      if (!(c.precision > 0)) continue;
      const double m = c.weighted / c.precision, p = 1 / (between + 1 / c.precision);
      log_likelihood += 0.5 * std::log(p / c.precision) - 0.5 * p * m * m + 0.5 * c.precision * m * m;
      const double own =
          between > 0 ? c.precision / (c.precision + 1 / between) : 0;  // pull of the category's own data
      centre[k] = shop + own * (m - shop);
      slope[k] = 1 - own;
      spread[k] = (1 - own) * between + slope[k] * slope[k] * shop_variance;
    }
    std::vector<Posterior> result;
    for (std::size_t i = 0; i < evidence.size(); ++i) {
      const std::size_t k = category_of_[i];
      double own = 0;
      if (evidence[i].precision > 0) {
        const double p = 1 / (within + 1 / evidence[i].precision);
        log_likelihood += 0.5 * std::log(p) - 0.5 * p * evidence[i].value * evidence[i].value;
        own = evidence[i].precision / (evidence[i].precision + 1 / within);
      }
      const double value = evidence[i].precision > 0 ? evidence[i].value : centre[k];
      const double rest = (1 - own) * (1 - own);
      result.push_back({centre[k] + own * (value - centre[k]), (1 - own) * within + rest * spread[k],
                        rest * slope[k] * slope[k] * shop_variance});
    }
    return result;
  }

  static constexpr std::size_t kAbrupt = 3;          // days
  static constexpr std::size_t kCategoryMarket = 8;  // products that make a market of their own
  static constexpr std::size_t kShopMarket = 4;
  static constexpr std::size_t kMarketSample = 60;  // of more, the median of so many is quiet enough
  static constexpr double kBroken = 4;
  static constexpr double kUsualChange = 0.2;  // log, of a budget that somebody sets anew
  // The elasticity at the present spend is not quite that around the steps: saturating curves differ by about this
  // where spend has moved by a third since.
  static constexpr double kShapeDoubt = 0.09;
  // Demand moves spend too: of a year's 365 overlapping pairs of weeks one in a hundred is beyond this by chance.
  static constexpr double kStepNoise = 3;
  static constexpr double kSudden = 0.6;
  // Windows that contain nothing are quieter than those around a decision; their spread is measured robustly, the tails
  // are not in it.
  static constexpr double kTails = 1.4;

  const PerformancePanel& panel_;
  const ResponseOptions& o_;
  const Progress& progress_;
  std::map<std::string, std::size_t> categories_;
  std::vector<std::size_t> category_of_;
  std::vector<Market> markets_;  // of the categories, the shop's last
};

}  // namespace

std::vector<SpendResponse> spend_responses(const PerformancePanel& panel, const ResponseOptions& options,
                                           const Progress& progress) {
  return ResponseEstimator(panel, options, progress).estimate();
}

double response_at(double ratio, double elasticity) {
  if (!(ratio > 0)) return 0;
  return std::max(0.0, 0.5 * (std::pow(ratio, elasticity) + 1 + elasticity * std::log(ratio)));
}

double response_slope(double ratio, double elasticity) {
  return 0.5 * elasticity * (std::pow(ratio, elasticity - 1) + 1 / ratio);
}

}  // namespace performance_tracker
