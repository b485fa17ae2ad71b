// SPDX-License-Identifier: PostgreSQL
#include "core/shop/promotion.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/base/prose.h"
#include "core/base/statistics.h"
#include "core/shop/counterfactual.h"
#include "core/shop/promotion_controls.h"
#include "core/shop/promotion_report.h"

namespace performance_tracker {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool same_promotion(const Promotion& a, const Promotion& b) {
  if (a.id && b.id) return *a.id == *b.id;
  return a.product_id == b.product_id && a.category == b.category && a.start == b.start && a.end == b.end;
}

std::string period_text(const Promotion& p) {
  return p.start == p.end ? "on " + to_iso_date(p.start) : "from " + to_iso_date(p.start) + " to " + to_iso_date(p.end);
}

// Revenue per unit of one random event of a column, over [from, to): what keeps the noise from falling below Poisson's.
double worth(const std::vector<double>& money, const std::vector<double>& events, std::size_t from, std::size_t to) {
  double sum = 0, count = 0;
  for (std::size_t t = from; t < to; ++t) {
    if (std::isnan(money[t]) || std::isnan(events[t])) continue;
    sum += money[t];
    count += events[t];
  }
  return count > 0 ? sum / count : 0;
}

// Averages the two expectations: `share` of the second. Where both are believed a little, their difference is doubt.
Estimate blend(const Estimate& a, const Estimate& b, double share) {
  const double error = (1 - share) * a.standard_error + share * b.standard_error;
  const double doubt = std::sqrt(share * (1 - share)) * (a.value - b.value);
  return {(1 - share) * a.value + share * b.value, std::hypot(error, doubt)};
}

class Judge {
 public:
  Judge(const PerformancePanel& panel, const Promotion& promotion, const PromotionOptions& options,
        const Progress& progress)
      : panel_(panel), promotion_(promotion), o_(options), progress_(progress) {
    for (std::size_t i = 0; i < panel.products.size(); ++i) {
      if (promotion.covers(panel.products[i])) group_.members.push_back(i);
    }
  }

  PromotionImpact judge() {
    const std::string name = promotion_.name.empty() ? "" : " \"" + promotion_.name + "\"";
    facts_.subject = "Promotion" + name + " for " + target_text() + ", " + period_text(promotion_) + ": ";
    facts_.confidence_level = o_.confidence_level;
    facts_.assumed_margin = kAssumedMargin;
    const Day last_day = panel_.first_day + static_cast<Day>(panel_.days) - 1;
    if (panel_.days > 0 && promotion_.start > last_day) {
      impact_.status = PromotionStatus::kPlanned;
      impact_.report = facts_.subject + "not judged yet, because data end on " + to_iso_date(last_day) + ".";
      return std::move(impact_);
    }
    if (panel_.days == 0 || group_.members.empty() || promotion_.end < panel_.first_day || !prepare(last_day)) {
      impact_.report = facts_.subject + "there are no data for its days.";
      return std::move(impact_);
    }
    if (facts_.history < o_.minimum_history) {
      impact_.status = PromotionStatus::kShortPrePeriod;
      impact_.report = short_history_report(impact_, facts_, o_.minimum_history);
      return std::move(impact_);
    }
    const Controls controls(panel_, promotion_, span_, group_.members, values_);
    estimate(controls);
    neighbours(controls);
    profit(controls);
    daily();
    impact_.report = judged_report(impact_, facts_);
    return std::move(impact_);
  }

 private:
  std::string target_text() const {
    if (promotion_.product_id)
      return group_.members.empty() ? "its product" : panel_.products[group_.members.front()].name;
    if (promotion_.category) return "category " + *promotion_.category;
    return "the whole shop";
  }

  // Days, actual sums and the values to learn from; false without a day of data.
  bool prepare(Day last_day) {
    span_.start = panel_.index(std::max(promotion_.start, panel_.first_day));
    span_.stop = panel_.index(std::min(promotion_.end, last_day)) + 1;
    span_.after = promotion_.end < last_day
                      ? std::min(panel_.days, span_.stop + static_cast<std::size_t>(o_.after_days))
                      : span_.stop;
    const std::size_t length = static_cast<std::size_t>(o_.learning_days);
    span_.learning_from = span_.start > length ? span_.start - length : 0;
    columns_ = group_columns(panel_, group_);
    std::vector<Promotion> others;
    for (const Promotion& other : panel_.promotions) {
      if (same_promotion(other, promotion_)) continue;
      const bool touches = std::any_of(group_.members.begin(), group_.members.end(),
                                       [&](std::size_t i) { return other.covers(panel_.products[i]); });
      if (!touches) continue;
      others.push_back(other);
      if (other.start <= promotion_.end && other.end >= promotion_.start) facts_.simultaneous.push_back(other.name);
    }
    other_share_ = others.empty() ? std::vector<double>(panel_.days, 0.0) : promotion_share(panel_, group_, others);
    double actual = 0;
    for (std::size_t t = span_.start; t < span_.stop; ++t) {
      if (std::isnan(columns_.revenue[t])) continue;
      days_.push_back(t);
      actual += columns_.revenue[t];
    }
    impact_.days = static_cast<int>(days_.size());
    if (days_.empty()) return false;
    impact_.actual = actual;
    impact_.status = promotion_.end > last_day ? PromotionStatus::kRunning : PromotionStatus::kCompleted;
    facts_.planned_days = promotion_.end - promotion_.start + 1;
    facts_.elapsed_days = static_cast<int>(span_.stop - span_.start);
    for (std::size_t t = span_.stop; t < span_.after; ++t) {
      if (!std::isnan(columns_.revenue[t]) && other_share_[t] < kMostlyPromoted) after_.push_back(t);
    }
    values_ = columns_.revenue;
    for (std::size_t t = span_.learning_from; t < span_.start; ++t) {
      if (std::isnan(values_[t])) continue;
      if (other_share_[t] >= kMostlyPromoted) {
        values_[t] = kNaN;
        ++facts_.excluded;
      } else {
        ++facts_.history;
      }
    }
    return true;
  }

  CounterfactualProblem problem(const std::vector<double>& values, double event_worth) const {
    CounterfactualProblem p;
    p.values = values;
    for (std::size_t t = span_.learning_from; t < span_.start; ++t) {
      if (other_share_[t] >= kMostlyPromoted) p.values[t] = kNaN;
    }
    p.learning_from = span_.learning_from;
    p.learning_to = span_.start;
    p.prediction = days_;
    p.prediction.insert(p.prediction.end(), after_.begin(), after_.end());
    p.event_worth = event_worth;
    return p;
  }

  // Promotions of a small part of the group shift its level a little.
  void add_other_promotions(CounterfactualProblem& p) const {
    if (group_.members.size() < 2) return;
    if (std::none_of(other_share_.begin() + static_cast<std::ptrdiff_t>(span_.learning_from),
                     other_share_.begin() + static_cast<std::ptrdiff_t>(span_.after), [](double s) { return s > 0; }))
      return;
    p.regressors.push_back({other_share_, 0.2, 0.3});
  }

  // The price as it stood before the deal, where it moved while the baseline was learned: the log of the median selling
  // price of seven days against the last. Revenue usually falls with a raise (elasticity of units beyond one).
  void add_price(CounterfactualProblem& p) const {
    if (group_.members.size() != 1) return;
    std::vector<double> log_price(panel_.days, 0.0);
    std::vector<double> window;
    double last = kNaN;
    for (std::size_t t = span_.start; t-- > span_.learning_from;) {
      window.clear();
      for (std::size_t u = t; u + 7 > t && u + 1 > span_.learning_from; --u) {
        if (columns_.units_sold[u] > 0 && columns_.revenue[u] > 0)
          window.push_back(columns_.revenue[u] / columns_.units_sold[u]);
        if (u == 0) break;
      }
      if (window.empty()) continue;
      const double price = median(window);
      if (std::isnan(last)) last = price;
      log_price[t] = std::log(price / last);
    }
    int moved = 0;
    for (std::size_t t = span_.learning_from; t < span_.start; ++t)
      moved += std::abs(log_price[t]) > kPriceMoved ? 1 : 0;
    if (moved >= 5) p.regressors.push_back({std::move(log_price), -0.5, 1.0});
  }

  // The season of the year before, for a shop-wide promotion, which leaves nobody to compare with: the log of a
  // week's sales 52 weeks earlier, days of last year's promotions left out.
  bool add_last_year(CounterfactualProblem& p) const {
    constexpr std::size_t kYear = 364;
    if (span_.learning_from < kYear + 3) return false;
    Regressor season{std::vector<double>(panel_.days, kNaN), 0.8, 0.3};
    int missing = 0;
    for (std::size_t t = span_.learning_from; t < span_.after; ++t) {
      double sum = 0;
      int known = 0;
      for (std::size_t u = t - kYear - 3; u <= t - kYear + 3; ++u) {
        if (std::isnan(columns_.revenue[u]) || other_share_[u] >= kMostlyPromoted) continue;
        sum += columns_.revenue[u];
        ++known;
      }
      if (known >= 3 && sum > 0)
        season.values[t] = std::log(sum / known);
      else if (t < span_.start)
        ++missing;
    }
    if (missing > static_cast<int>(span_.start - span_.learning_from) / 5) return false;
    p.regressors.push_back(std::move(season));
    return true;
  }

  // Standard errors of placebos in their own units: above 1, the method is less sure than it thinks at this time.
  double placebo_factor(const Controls& controls) const {
    const std::size_t n = controls.size();
    if (n < 4) return 1;
    const std::size_t wanted = std::min(n, static_cast<std::size_t>(o_.placebos));
    double squares = kPriorPlacebos;
    double judged = kPriorPlacebos;
    for (std::size_t k = 0; k < wanted; ++k) {
      const std::size_t i = controls.donors()[k * n / wanted];
      const DailyColumns& c = panel_.products[i].daily;
      CounterfactualProblem p;
      p.values = c.revenue;
      for (const Promotion& o : panel_.promotions) {
        if (!o.covers(panel_.products[i])) continue;
        for (std::size_t t = span_.learning_from; t < span_.start; ++t)
          if (o.runs_on(panel_.day(t))) p.values[t] = kNaN;
      }
      p.learning_from = span_.learning_from;
      p.learning_to = span_.start;
      double actual = 0;
      for (const std::size_t t : days_) {
        if (std::isnan(c.revenue[t])) continue;
        p.prediction.push_back(t);
        actual += c.revenue[t];
      }
      if (p.prediction.empty()) continue;
      p.event_worth = worth(c.revenue, c.units_sold, span_.learning_from, span_.start);
      p.regressors = controls.regressors(&DailyColumns::revenue, i, true);
      try {
        const Counterfactual placebo = predict_counterfactual(p, progress_);
        const Estimate sum = placebo.sum(0, p.prediction.size());
        const double z = (actual - sum.value) / sum.standard_error;
        // A stock-out of a placebo is no flaw of the method.
        squares += std::min(z * z, 6.25);
        judged += 1;
      } catch (const InvalidData&) {
        continue;
      }
    }
    return std::sqrt(std::max(kLeastPlacebo, squares / judged));
  }

  // Exposure beyond the usual, log scale, with what the model said was usual; share_ is how much of it was bought.
  void extra_exposure(const Controls& controls) {
    const auto usable = [&](const std::vector<double>& v) {
      double before = 0, during = 0;
      for (std::size_t t = span_.learning_from; t < span_.start; ++t) before += v[t] > 0 ? 1 : 0;
      for (const std::size_t t : days_) during += v[t] > 0 ? 1 : 0;
      return before >= o_.minimum_history && during >= 0.8 * static_cast<double>(days_.size());
    };
    const bool by_impressions = usable(columns_.impressions);
    if (!by_impressions && !usable(columns_.ad_spend)) return;
    const Column column = by_impressions ? &DailyColumns::impressions : &DailyColumns::ad_spend;
    const std::vector<double>& shown = columns_.*column;
    const double event =
        by_impressions ? 1 : worth(columns_.ad_spend, columns_.clicks, span_.learning_from, span_.start);
    CounterfactualProblem p = problem(shown, event);
    p.regressors = controls.regressors(column, Controls::kNobody, true);
    const Counterfactual usual = predict_counterfactual(p, progress_);
    double actual = 0, expected = 0;
    exposure_.assign(panel_.days, kNaN);
    for (std::size_t t = span_.learning_from; t < span_.start; ++t) {
      if (shown[t] > 0 && usual.fitted[t] > 0) exposure_[t] = std::log(shown[t] / usual.fitted[t]);
    }
    usual_exposure_ = exposure_;
    for (std::size_t i = 0; i < p.prediction.size(); ++i) {
      const std::size_t t = p.prediction[i];
      const double value = shown[t];
      if (!(value > 0) || !(usual.expected()[i] > 0) || !(usual.fitted[t] > 0)) continue;
      exposure_[t] = std::log(value / usual.fitted[t]);
      usual_exposure_[t] = std::log(usual.expected()[i] / usual.fitted[t]);
      if (i < days_.size()) actual += value, expected += usual.expected()[i];
    }
    if (!(expected > 0)) return;
    double bought = std::log(actual / expected);
    exposure_error_ = usual.sum(0, days_.size()).standard_error / expected;
    if (by_impressions) {
      // A budget that is raised also pays more for a click; a deal does not.
      const std::size_t recent = std::max(span_.learning_from, span_.start >= 28 ? span_.start - 28 : 0);
      const double before = worth(columns_.ad_spend, columns_.clicks, recent, span_.start);
      const double now = worth(columns_.ad_spend, columns_.clicks, span_.start, span_.stop);
      if (before > 0 && now > 0) bought += std::max(0.0, std::log(now / before));
    }
    const double x = std::clamp((bought - o_.own_exposure) / (o_.bought_exposure - o_.own_exposure), 0.0, 1.0);
    share_ = x * x * (3 - 2 * x);
    impact_.extra_advertising = actual / expected - 1;
    settle_usual_exposure(std::log(actual / expected), p.prediction);
  }

  // How many ads would have run without the deal is known from two sides: what the days before say, and what did run,
  // of which the deal itself drew between nothing and own_exposure. Where ads were bought the second says nothing.
  void settle_usual_exposure(double surplus, const std::vector<std::size_t>& predicted) {
    const double deal = 0.5 * o_.own_exposure;
    const double forecast_precision = 1 / (exposure_error_ * exposure_error_);
    const double seen_precision = (1 - share_) / (deal * deal);
    const double shift = seen_precision * (surplus - deal) / (forecast_precision + seen_precision);
    for (const std::size_t t : predicted) usual_exposure_[t] += shift;
    exposure_error_ = 1 / std::sqrt(forecast_precision + seen_precision);
  }

  void estimate(const Controls& controls) {
    CounterfactualProblem p =
        problem(columns_.revenue, worth(columns_.revenue, columns_.units_sold, span_.learning_from, span_.start));
    p.regressors = controls.regressors(&DailyColumns::revenue, Controls::kNobody, true);
    add_other_promotions(p);
    add_price(p);
    if (controls.empty()) facts_.last_year = add_last_year(p);
    extra_exposure(controls);
    // Budgets that changed while the baseline was learned explain levels that no market explains. As usual: the ads
    // that were to be expected; as given: those that ran.
    if (!exposure_.empty()) p.regressors.push_back({usual_exposure_, kExposureWeight, kExposureDeviation});
    total_ = predict_counterfactual(p, progress_);
    const double factor = placebo_factor(controls);
    total_.widen(factor);
    facts_.learning_days = total_.learning_days;
    facts_.outliers = total_.outliers;
    impact_.controls = controls.weights(total_.weights);
    if (share_ > 0) {
      p.regressors.back().values = exposure_;
      given_ads_ = predict_counterfactual(p, progress_);
      given_ads_.widen(factor);
      facts_.exposure_weight = given_ads_.weights.back().value;
      facts_.exposure_weight_error = std::hypot(given_ads_.weights.back().standard_error, kExposureDoubt);
    }
    const Estimate expected = combined(total_.sum(0, days_.size()), 0, days_.size());
    const double t = student_t_quantile(0.5 + 0.5 * o_.confidence_level, total_.degrees_of_freedom);
    const double effect = *impact_.actual - expected.value;
    impact_.counterfactual = expected.value;
    impact_.absolute_effect = effect;
    if (expected.value > 0) impact_.relative_effect = effect / expected.value;
    impact_.effect_lower = effect - t * expected.standard_error;
    impact_.effect_upper = effect + t * expected.standard_error;
    impact_.p_value = 2 * student_t_cdf(-std::abs(effect) / expected.standard_error, total_.degrees_of_freedom);
    if (share_ > 0) {
      impact_.advertising_effect = expected.value - total_.sum(0, days_.size()).value;
      impact_.attribution = share_ < 1 || facts_.exposure_weight_error > kInseparable ? Attribution::kCannotBeToldApart
                                                                                      : Attribution::kToldApart;
    }
    if (!after_.empty()) {
      impact_.afterwards = effect_of(after_, as_usual(total_.sum(days_.size(), days_.size() + after_.size())));
      impact_.days_afterwards = static_cast<int>(after_.size());
    }
  }

  // Without the deal and without extra ads; how many ads would have run is itself an expectation.
  Estimate as_usual(const Estimate& total) const {
    if (exposure_.empty()) return total;
    const double weight = total_.weights.back().value;
    return {total.value, std::hypot(total.standard_error, weight * exposure_error_ * total.value)};
  }

  // Of the predicted days [from, to): the expectation without the deal but with the advertising that was bought.
  Estimate combined(const Estimate& total, std::size_t from, std::size_t to) const {
    const Estimate usual = as_usual(total);
    if (!(share_ > 0)) return usual;
    Estimate given = given_ads_.sum(from, to);
    // What the past showed of exposure was demand's doing as much as money's.
    const double moved = std::log(std::max(given.value, 1e-9) / std::max(total.value, 1e-9));
    const double weight = std::max(0.2, std::abs(facts_.exposure_weight));
    given.standard_error = std::hypot(given.standard_error, given.value * kExposureDoubt * moved / weight);
    return blend(usual, given, share_);
  }

  Effect effect_of(const std::vector<std::size_t>& days, const Estimate& expected) const {
    double actual = 0;
    for (const std::size_t t : days) actual += columns_.revenue[t];
    return around(actual - expected.value, expected.standard_error);
  }

  Effect around(double value, double error) const {
    const double t = student_t_quantile(0.5 + 0.5 * o_.confidence_level, total_.degrees_of_freedom);
    return {value, value - t * error, value + t * error};
  }

  // Halo and cannibalisation: the unpromoted rest of the category against the other categories.
  void neighbours(const Controls& controls) {
    if (!promotion_.product_id || controls.neighbours().empty()) return;
    const Group rest{std::nullopt, std::nullopt, controls.neighbours()};
    const DailyColumns sum = group_columns(panel_, rest);
    CounterfactualProblem p;
    p.values = sum.revenue;
    p.learning_from = span_.learning_from;
    p.learning_to = span_.start;
    double actual = 0;
    for (const std::size_t t : days_) {
      if (std::isnan(sum.revenue[t])) continue;
      p.prediction.push_back(t);
      actual += sum.revenue[t];
    }
    if (p.prediction.empty()) return;
    p.event_worth = worth(sum.revenue, sum.units_sold, span_.learning_from, span_.start);
    p.regressors = controls.regressors(&DailyColumns::revenue, Controls::kNobody, false);
    try {
      const Counterfactual c = predict_counterfactual(p, progress_);
      const Estimate expected = c.sum(0, p.prediction.size());
      impact_.neighbours = around(actual - expected.value, expected.standard_error);
    } catch (const InvalidData&) {
      return;
    }
  }

  // Contribution on its days less what would have been: goods at cost, the discount in the revenue, ads as paid.
  void profit(const Controls& controls) {
    double cost_now = 0, cost_before = 0, revenue_before = 0;
    impact_.margin_known = true;
    for (const std::size_t i : group_.members) {
      const Product& product = panel_.products[i];
      const DailyColumns& c = product.daily;
      const double price = worth(c.revenue, c.units_sold, span_.learning_from, span_.start);
      const Margin margin = margin_of(product, o_.rules, price, 1);
      if (!margin.known && price > 0) impact_.margin_known = false;
      const double cost = (1 - margin.value) * price;
      for (std::size_t t = span_.learning_from; t < span_.stop; ++t) {
        if (std::isnan(c.units_sold[t]) || std::isnan(c.revenue[t])) continue;
        if (t >= span_.start)
          cost_now += cost * c.units_sold[t];
        else
          cost_before += cost * c.units_sold[t], revenue_before += c.revenue[t];
      }
    }
    if (!(revenue_before > 0)) return;
    const double margin = 1 - cost_before / revenue_before;
    double spend = 0;
    for (const std::size_t t : days_) spend += std::isnan(columns_.ad_spend[t]) ? 0 : columns_.ad_spend[t];
    Estimate usual_spend;
    try {
      CounterfactualProblem p =
          problem(columns_.ad_spend, worth(columns_.ad_spend, columns_.clicks, span_.learning_from, span_.start));
      p.regressors = controls.regressors(&DailyColumns::ad_spend, Controls::kNobody, true);
      usual_spend = predict_counterfactual(p, progress_).sum(0, days_.size());
    } catch (const InvalidData&) {
      usual_spend = {spend, 0};  // nothing known of ads before: none of them is extra
    }
    const Estimate revenue = as_usual(total_.sum(0, days_.size()));
    const double value = (*impact_.actual - cost_now) - margin * revenue.value - (spend - usual_spend.value);
    impact_.profit = around(value, std::hypot(margin * revenue.standard_error, usual_spend.standard_error));
  }

  void daily() {
    const double t_value = student_t_quantile(0.5 + 0.5 * o_.confidence_level, total_.degrees_of_freedom);
    const std::size_t shown =
        span_.start >= span_.learning_from + kDaysBefore ? span_.start - kDaysBefore : span_.learning_from;
    for (std::size_t t = shown; t < span_.start; ++t) {
      if (std::isnan(total_.fitted[t])) continue;
      impact_.daily.push_back({panel_.day(t), PromotionPhase::kBefore, columns_.revenue[t], total_.fitted[t],
                               total_.fitted[t], total_.fitted[t], std::nullopt});
    }
    const auto add = [&](const std::vector<std::size_t>& days, std::size_t from, PromotionPhase phase) {
      const std::vector<Estimate> sums = total_.cumulative(from, from + days.size());
      double actual = 0;
      for (std::size_t i = 0; i < days.size(); ++i) {
        const bool deal = phase == PromotionPhase::kPromotion;
        const Estimate own =
            deal ? combined(total_.day(from + i), from + i, from + i + 1) : as_usual(total_.day(from + i));
        const Estimate all = deal ? combined(sums[i], from, from + i + 1) : as_usual(sums[i]);
        actual += columns_.revenue[days[i]];
        impact_.daily.push_back({panel_.day(days[i]), phase, columns_.revenue[days[i]], own.value,
                                 std::max(0.0, own.value - t_value * own.standard_error),
                                 own.value + t_value * own.standard_error,
                                 around(actual - all.value, all.standard_error)});
      }
    };
    add(days_, 0, PromotionPhase::kPromotion);
    add(after_, days_.size(), PromotionPhase::kAfter);
  }

  static constexpr double kMostlyPromoted = 0.5;
  static constexpr double kPriceMoved = 0.03;
  static constexpr std::size_t kDaysBefore = 28;
  // The prior of "as sure as it thinks" counts like this many placebos.
  static constexpr double kPriorPlacebos = 5;
  static constexpr double kLeastPlacebo = 0.75;  // few placebos narrow an interval by no more than 13%
  // Revenue against exposure: most sales of an advertised product come by its ads, some would have come anyway.
  static constexpr double kExposureWeight = 0.8;
  static constexpr double kExposureDeviation = 0.25;
  static constexpr double kExposureDoubt = 0.1;  // that no amount of past takes away
  static constexpr double kInseparable = 0.22;   // nearly as unsure as before having seen anything

  const PerformancePanel& panel_;
  const Promotion& promotion_;
  const PromotionOptions& o_;
  const Progress& progress_;
  Group group_;
  PromotionSpan span_{};
  DailyColumns columns_;
  std::vector<double> values_;  // revenue that may be learned from
  std::vector<double> other_share_;
  std::vector<std::size_t> days_;       // of the promotion, with data
  std::vector<std::size_t> after_;      // afterwards, with data
  std::vector<double> exposure_;        // log of ads' exposure against what weekday, trend and market explain
  std::vector<double> usual_exposure_;  // the same with what was to be expected on the predicted days
  double exposure_error_ = 0;
  double share_ = 0;  // of the extra exposure that was bought
  Counterfactual total_;
  Counterfactual given_ads_;
  PromotionFacts facts_;
  PromotionImpact impact_;
};

}  // namespace

const char* promotion_status_name(PromotionStatus status) {
  switch (status) {
    case PromotionStatus::kCompleted:
      return "completed";
    case PromotionStatus::kRunning:
      return "running";
    case PromotionStatus::kPlanned:
      return "planned";
    case PromotionStatus::kShortPrePeriod:
      return "short_pre_period";
    case PromotionStatus::kNoData:
      return "no_data";
  }
  return "";
}

const char* attribution_name(Attribution attribution) {
  switch (attribution) {
    case Attribution::kNoExtraAdvertising:
      return "no_extra_advertising";
    case Attribution::kToldApart:
      return "told_apart";
    case Attribution::kCannotBeToldApart:
      return "cannot_be_told_apart";
  }
  return "";
}

const char* promotion_phase_name(PromotionPhase phase) {
  switch (phase) {
    case PromotionPhase::kBefore:
      return "before";
    case PromotionPhase::kPromotion:
      return "promotion";
    case PromotionPhase::kAfter:
      return "after";
  }
  return "";
}

PromotionImpact promotion_impact(const PerformancePanel& panel, const Promotion& promotion,
                                 const PromotionOptions& options, const Progress& progress) {
  return Judge(panel, promotion, options, progress).judge();
}

}  // namespace performance_tracker
