// SPDX-License-Identifier: PostgreSQL
#include "core/shop/recommendation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/normal_distribution.h"
#include "core/base/prose.h"
#include "core/base/statistics.h"
#include "core/shop/budget.h"
#include "core/shop/recommendation_cause.h"
#include "core/shop/recommendation_money.h"

namespace performance_tracker {
namespace {

constexpr int kWeek = 7;
constexpr int kPastWeeks = 8;  // before the current period, that say what a product's normal is

// Standard error of the logarithm of a ratio of money, from the number of purchases and clicks behind it alone: that
// a product is volatile does not make last week's ACOS less true, that it sold three times does.
double log_ratio_error(const Period& p) {
  return std::sqrt(1 / std::max(p.sum[kUnits], 1.0) + 1 / std::max(p.sum[kClicks], 1.0));
}

std::optional<double> ratio(const Period& p, Column a, Column b) {
  if (!(p.sum[b] > 0)) return std::nullopt;
  return p.sum[a] / p.sum[b];
}

// One of the two ratios of the funnel that have a floor.
struct FunnelRatio {
  RecommendationType type;
  Metric metric;
  Column numerator, denominator;
  const char* name;
  const char* noun;  // what the denominator counts
};
constexpr FunnelRatio kCtr{RecommendationType::kCtrLow, Metric::kCtr, kClicks, kImpressions, "CTR", "impressions"};
constexpr FunnelRatio kConversion{
    RecommendationType::kConversionRateLow, Metric::kConversionRate, kUnits, kClicks, "Conversion rate", "clicks"};

// What products of a category do, and how the shop moved: computed once for all.
struct Surroundings {
  std::map<std::string, double> ctr, conversion;  // medians of the categories with three products or more
  Sums now{}, before{};                           // of the shop
  std::size_t products = 0;
};

class Adviser {
 public:
  Adviser(const PerformancePanel& panel, const Product& product, const Economy& economy, const Surroundings& around,
          const RecommendationOptions& options)
      : panel_(panel),
        product_(product),
        economy_(economy),
        around_(around),
        o_(options),
        rules_(options.rules.of(product)),
        daily_(daily_covariance(product.daily)) {
    const std::size_t n = panel.days;
    const std::size_t length = static_cast<std::size_t>(options.days);
    current_from_ = n > length ? n - length : 0;
    prior_from_ = current_from_ > length ? current_from_ - length : 0;
    current_ = sum_period(product.daily, current_from_, n, daily_);
    prior_ = sum_period(product.daily, prior_from_, current_from_, daily_);
    for (std::size_t end = current_from_; end >= kWeek && past_.size() < kPastWeeks; end -= kWeek)
      past_.push_back(sum_period(product.daily, end - kWeek, end, daily_));
    margin_ = economy.margin;
  }

  std::vector<Recommendation> advise() {
    if (current_.days == 0) return {};
    revenue();
    budget();
    floor_of(kCtr, rules_.ctr_floor, around_.ctr);
    floor_of(kConversion, rules_.conversion_floor, around_.conversion);
    return std::move(result_);
  }

 private:
  Recommendation& add(RecommendationType type, Severity severity, Metric metric, double current,
                      std::optional<double> prior, std::string cause) {
    Recommendation r;
    r.product_id = product_.id;
    r.type = type;
    r.severity = severity;
    r.product = product_.name;
    r.category = product_.category;
    r.metric = metric;
    r.current = current;
    r.prior = prior;
    r.cause = std::move(cause);
    r.margin = margin_.value;
    r.margin_known = margin_.known;
    r.break_even_roas = economy_.break_even_roas();
    if (prior && *prior != 0) {
      r.change_pct = 100 * (current / *prior - 1);
      r.trend = std::abs(*r.change_pct) < 1 ? "flat" : *r.change_pct > 0 ? "up" : "down";
    }
    result_.push_back(std::move(r));
    return result_.back();
  }

  static void put(Recommendation& r, const Money& money) {
    r.impact = money.value;
    r.impact_lower = money.lower;
    r.impact_upper = money.upper;
  }

  std::string worth(double value, double lower, double upper) const {
    return "about " + money_text(value) + " per " + days_text(o_.days) + " (" + percent_text(o_.confidence_level, 0) +
           " interval " + money_text(lower) + " to " + money_text(upper) + ") at " +
           (margin_.known ? "a margin of " : "an assumed margin of ") + percent_text(margin_.value, 0) + " of revenue";
  }

  // `stands`: the product has been beyond the line for weeks, on as few events; that is told in its turn, too.
  void not_enough(Metric metric, double current, std::optional<double> prior, const Interval& interval,
                  double threshold, const std::string& volume, bool stands) {
    if (silent(stands)) return;
    Recommendation& r = add(RecommendationType::kNotEnoughEvidence, Severity::kInfo, metric, current, prior,
                            std::string(metric_name(metric)));
    const auto text = [&](double v) { return metric == Metric::kRoas ? decimal_text(v, 2) : percent_text(v, 1); };
    r.action = "Wait for more data before acting.";
    r.reason = std::string(metric_name(metric)) + " is " + text(current) + ", but on only " + volume +
               " it could be anywhere from " + text(interval.lower) + " to " + text(interval.upper) + " (" +
               percent_text(o_.confidence_level, 0) + " interval), which includes the threshold of " + text(threshold) +
               ".";
  }

  // A crossing is no evidence while the interval covers the threshold and is wide: small numbers.
  bool too_uncertain(const Interval& i, double threshold) const {
    return i.lower <= threshold && threshold <= i.upper && 0.5 * (i.upper - i.lower) > o_.tolerated_width * threshold;
  }

  Interval log_interval(double value, double error) const {
    const double factor = std::exp(interval_multiplier(o_.confidence_level) * error);
    return {value / factor, value * factor};
  }

  // True in the weeks in which what is normal for the product is told: once in retell_weeks, each product in its turn.
  bool turn() const {
    const Day last = panel_.first_day + static_cast<Day>(panel_.days) - 1;
    const int week = (last >= 0 ? last : last - (kWeek - 1)) / kWeek;
    const int cycle = std::max(1, o_.retell_weeks);
    return (((week + product_.id) % cycle) + cycle) % cycle == 0;
  }

  // Whether the product has been beyond a line for weeks. Periods much longer than a week are no weekly news anyway.
  template <typename Beyond>
  bool standing(Beyond beyond) const {
    if (o_.days > 2 * kWeek) return false;
    int weeks = 0, crossed = 0;
    for (std::size_t k = 0; k < past_.size() && static_cast<int>(k) < o_.standing_weeks; ++k) {
      if (past_[k].days < 4) continue;
      ++weeks;
      crossed += beyond(past_[k]) ? 1 : 0;
    }
    return weeks >= o_.standing_weeks && crossed >= o_.standing_weeks - 1;
  }

  // --- what the budget brings ---------------------------------------------------------------------------------------

  // The economy of this period: the long run's figures brought to its days.
  Economy this_period() const {
    Economy e = economy_;
    e.spend = current_.sum[kSpend];
    const double roas_now = current_.sum[kRevenue] / e.spend;
    // The period's own ROAS and the longer past's, by their purchases; an outage's week is not what the budget is
    // worth.
    const double own = std::max(1.0, current_.sum[kUnits]);
    const double past = economy_.revenue_error > 0 ? 0.25 / (economy_.revenue_error * economy_.revenue_error) : 0;
    const double long_roas = economy_.spend > 0 ? economy_.revenue / economy_.spend : roas_now;
    e.revenue = e.spend * (own * roas_now + past * long_roas) / (own + past);
    return e;
  }

  void budget() {
    const std::optional<double> roas = ratio(current_, kRevenue, kSpend), acos = ratio(current_, kSpend, kRevenue);
    if (!roas || !acos) return;
    const bool above_target = *roas > rules_.roas_target, above_ceiling = *acos > rules_.acos_ceiling;
    const double error = log_ratio_error(current_);
    const Interval of_acos = log_interval(*acos, error), of_roas = log_interval(*roas, error);
    if (above_ceiling && too_uncertain(of_acos, rules_.acos_ceiling)) {
      not_enough(Metric::kAcos, *acos, ratio(prior_, kSpend, kRevenue), of_acos, rules_.acos_ceiling, purchases(),
                 standing([&](const Period& p) { return p.sum[kSpend] > rules_.acos_ceiling * p.sum[kRevenue]; }));
      return;
    }
    if (above_target && too_uncertain(of_roas, rules_.roas_target)) {
      not_enough(Metric::kRoas, *roas, ratio(prior_, kRevenue, kSpend), of_roas, rules_.roas_target, purchases(),
                 standing([&](const Period& p) { return p.sum[kRevenue] > rules_.roas_target * p.sum[kSpend]; }));
      return;
    }
    const Economy e = this_period();
    const double least = 1 - o_.largest_cut, most = 1 + o_.budget_step;
    // A cut that its expectation likes best, at least a tenth so that it is worth doing.
    const double lower_ratio = std::min(0.9, best_ratio(e, least, 1, 1));
    const Amount raise = gain_of(e, most, o_.confidence_level), cut = gain_of(e, lower_ratio, o_.confidence_level);
    if (raise.lower > 0) {
      advise_raise(*roas, e, raise, above_target);
    } else if (cut.lower > 0) {
      advise_cut(*acos, e, cut, lower_ratio, above_ceiling);
    } else if (above_ceiling || above_target) {
      advise_test(above_ceiling, above_target ? *roas : *acos, e, raise, cut);
    }
  }

  std::string purchases() const { return count_text(current_.sum[kUnits]) + " units sold"; }

  std::string spent(const Economy& e) const {
    std::string line =
        money_text(current_.sum[kSpend]) + " spent for " + money_text(current_.sum[kRevenue]) + " of revenue";
    if (e.break_even_roas()) line += "; break-even is a ROAS of " + decimal_text(*e.break_even_roas(), 2);
    return line;
  }

  static RecommendationEvidence response_evidence(const Economy& e) {
    return {"response",
            "1% more spend brings " + decimal_text(e.response.elasticity, 2) + "% more revenue, give or take " +
                decimal_text(e.response.deviation, 2) +
                (e.response.steps > 0
                     ? ", from " + std::to_string(e.response.steps) + " of its budget's changes and its category's"
                     : ", from its category: its own budget never changed by enough"),
            e.response.elasticity, std::nullopt};
  }

  // A standing row is told in its turn only.
  bool silent(bool standing_now) const { return standing_now && !turn(); }

  bool raise_stands() const {
    return standing(
        [&](const Period& p) { return p.sum[kSpend] > 0 && p.sum[kRevenue] > 0.9 * economy_.roas() * p.sum[kSpend]; });
  }

  void advise_raise(double roas, const Economy& e, const Amount& gain, bool above_target) {
    const bool stands = raise_stands();
    if (silent(stands)) return;
    Recommendation& r = add(RecommendationType::kRoasHigh, Severity::kSuccess, Metric::kRoas, roas,
                            ratio(prior_, kRevenue, kSpend), "budget");
    put(r, {gain.value, gain.lower, gain.upper});
    r.standing = stands;
    r.action = "Raise the budget by about " + percent_text(o_.budget_step, 0) + " and look again after two weeks.";
    r.reason = "ROAS is " + decimal_text(roas, 2) + " (" + spent(e) + "), " +
               (above_target ? "above" : "and pays although it is below") + " the target of " +
               decimal_text(rules_.roas_target, 2) + ". " + money_text(o_.budget_step * e.spend) +
               " more of ad spend is worth " + worth(gain.value, gain.lower, gain.upper) + ".";
    r.evidence.push_back(response_evidence(e));
  }

  void advise_cut(double acos, const Economy& e, const Amount& gain, double cut_to, bool above_ceiling) {
    const bool stands =
        standing([&](const Period& p) { return p.sum[kSpend] > 0 && p.sum[kSpend] > 0.9 * acos * p.sum[kRevenue]; });
    if (silent(stands)) return;
    Recommendation& r = add(above_ceiling ? RecommendationType::kAcosHigh : RecommendationType::kSpendSaturated,
                            Severity::kWarning, Metric::kAcos, acos, ratio(prior_, kSpend, kRevenue), "budget");
    put(r, {gain.value, gain.lower, gain.upper});
    r.standing = stands;
    r.action = "Reduce bids so that ad spend falls by about " + percent_text(1 - cut_to, 0) +
               ", starting with the search terms that do not sell.";
    r.reason = "ACOS is " + percent_text(acos) + " (" + spent(e) + "), " + (above_ceiling ? "above " : "within ") +
               percent_text(rules_.acos_ceiling, 0) +
               (above_ceiling ? "" : ", but the last euros of spend bring less than they cost") + ". Spending " +
               money_text((1 - cut_to) * e.spend) + " less is worth " + worth(gain.value, gain.lower, gain.upper) + ".";
    r.evidence.push_back(response_evidence(e));
  }

  void advise_test(bool above_ceiling, double value, const Economy& e, const Amount& raise, const Amount& cut) {
    const bool stands = standing([&](const Period& p) {
      return above_ceiling ? p.sum[kSpend] > rules_.acos_ceiling * p.sum[kRevenue] && p.sum[kSpend] > 0
                           : p.sum[kRevenue] > rules_.roas_target * p.sum[kSpend] && p.sum[kSpend] > 0;
    });
    if (silent(stands)) return;
    const Metric metric = above_ceiling ? Metric::kAcos : Metric::kRoas;
    const bool more = raise.value > cut.value;
    const Amount& better = more ? raise : cut;
    Recommendation& r =
        add(above_ceiling ? RecommendationType::kAcosHigh : RecommendationType::kRoasHigh, Severity::kInfo, metric,
            value, above_ceiling ? ratio(prior_, kSpend, kRevenue) : ratio(prior_, kRevenue, kSpend), "budget");
    put(r, {better.value, better.lower, better.upper});
    r.standing = stands;
    r.action = "Test it: SELECT * FROM design_budget_test(product => " + quoted(product_.name) + ").";
    r.reason = (above_ceiling ? "ACOS is " + percent_text(value) + " (" + spent(e) + "), above " +
                                    percent_text(rules_.acos_ceiling, 0)
                              : "ROAS is " + decimal_text(value, 2) + " (" + spent(e) + "), above " +
                                    decimal_text(rules_.roas_target, 2)) +
               ", but the data do not tell whether " + (more ? "more" : "less") + " spend pays: it would be worth " +
               worth(better.value, better.lower, better.upper) + ".";
    r.evidence.push_back(response_evidence(e));
  }

  static std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? std::string("''") : std::string(1, c);
    return result + "'";
  }

  // --- the funnel's floors ------------------------------------------------------------------------------------------

  Period past_sum() const {
    Period all;
    for (const Period& p : past_) {
      all.days += p.days;
      for (std::size_t k = 0; k < kColumns; ++k) all.sum[k] += p.sum[k];
    }
    return all;
  }

  // A better quarter of its own weeks: what the product has shown it can.
  std::optional<double> own_best(const FunnelRatio& f) const {
    std::vector<double> values;
    for (const Period& p : past_) {
      if (p.sum[f.denominator] > 0) values.push_back(p.sum[f.numerator] / p.sum[f.denominator]);
    }
    if (values.size() < 4) return std::nullopt;
    std::sort(values.begin(), values.end());
    return values[(3 * values.size()) / 4];
  }

  // Surely and clearly below what it did in the weeks before. The weeks' own spread counts, not binomial noise alone.
  bool fell(const FunnelRatio& f, double value, double usual) const {
    if (!(value < o_.worse * usual)) return false;
    const double expected = usual * current_.sum[f.denominator];
    double spread = 0;
    int n = 0;
    for (const Period& p : past_) {
      if (!(p.sum[f.denominator] > 0) || !(p.sum[f.numerator] > 0)) continue;
      const double d = std::log(p.sum[f.numerator] / p.sum[f.denominator] / usual);
      // An earlier incident is no part of the usual spread.
      spread += std::min(d * d, 0.04);
      ++n;
    }
    const double error = std::sqrt(1 / std::max(1.0, expected) + (n > 0 ? spread / n : 0.01));
    return std::log(std::max(value / usual, 1e-3)) < -2.5 * error;
  }

  bool explained_by_drop(const FunnelRatio& f, double value, std::optional<double> before, const std::string& text) {
    for (Recommendation& r : result_) {
      if (r.type != RecommendationType::kRevenueDrop) continue;
      const bool same = f.metric == Metric::kCtr ? r.cause == "ctr_change"
                                                 : r.cause == "conversion_drop" || r.cause == "stock_out_or_tracking" ||
                                                       r.cause == "price_change" || r.cause == "tracking_outage";
      if (same) {
        r.evidence.push_back({metric_name(f.metric), text, value, before});
        return true;
      }
    }
    return false;
  }

  Money more_of(const FunnelRatio& f, double goal) const {
    const double margin = margin_.value;
    if (f.metric == Metric::kCtr)
      return estimate(
          [&](const Sums& s, const Sums&) {
            const double clicks = goal * s[kImpressions] - s[kClicks];
            return s[kClicks] > 0 ? clicks * (margin * s[kRevenue] - s[kSpend]) / s[kClicks] : 0.0;
          },
          current_, prior_, o_.confidence_level);
    return estimate(
        [&](const Sums& s, const Sums&) {
          const double price = s[kUnits] > 0 && s[kRevenue] > 0 ? s[kRevenue] / s[kUnits] : product_.price.value_or(0);
          return margin * price * (goal * s[kClicks] - s[kUnits]);
        },
        current_, prior_, o_.confidence_level);
  }

  void floor_of(const FunnelRatio& f, double floor, const std::map<std::string, double>& category_medians) {
    const std::optional<double> value = ratio(current_, f.numerator, f.denominator);
    if (!value) return;
    const std::optional<double> before = ratio(prior_, f.numerator, f.denominator);
    const Period past = past_sum();
    const std::optional<double> usual = ratio(past, f.numerator, f.denominator);
    const bool fallen = usual && past.days >= 14 && fell(f, *value, *usual);
    if (!(*value < floor) && !fallen) return;
    const Interval interval = wilson_interval(std::min(current_.sum[f.numerator], current_.sum[f.denominator]),
                                              current_.sum[f.denominator], o_.confidence_level);
    if (!fallen && too_uncertain(interval, floor)) {
      not_enough(f.metric, *value, before, interval, floor, count_text(current_.sum[f.denominator]) + " " + f.noun,
                 standing([&](const Period& p) { return p.sum[f.numerator] < floor * p.sum[f.denominator]; }));
      return;
    }
    const bool stands = !fallen && standing([&](const Period& p) {
      return p.sum[f.denominator] > 0 && p.sum[f.numerator] < floor * p.sum[f.denominator];
    });
    const auto median_of = category_medians.find(product_.category.value_or(""));
    // What can be reached: after a fall the usual; of a standing one its own better weeks or the category's middle; the
    // line itself only for a product about which nothing else is known, and never more than the line asks.
    double goal = floor;
    std::string goal_text = "the line of " + percent_text(floor, 0);
    if (fallen) {
      goal = *usual;
      goal_text = "its usual " + percent_text(*usual, 2);
    } else if (const std::optional<double> best = own_best(f); best && *best > 0) {
      goal = *best;
      goal_text = "its own better weeks' " + percent_text(*best, 2);
      if (median_of != category_medians.end() && median_of->second > goal) {
        goal = 0.5 * (goal + median_of->second);
        goal_text = "half the way from its better weeks to its category (" + percent_text(goal, 2) + ")";
      }
      if (goal > floor) goal = floor, goal_text = "the line of " + percent_text(floor, 0);
    }
    const std::string text =
        std::string(f.name) + " is " + percent_text(*value, 2) + " (" + count_text(current_.sum[f.numerator]) +
        (f.numerator == kClicks ? " clicks on " : " units sold on ") + count_text(current_.sum[f.denominator]) + " " +
        f.noun + ")" + (usual ? ", usually " + percent_text(*usual, 2) : "") +
        (*value < floor ? ", below " + percent_text(floor, 0) : "");
    if (fallen && explained_by_drop(f, *value, before, text)) return;
    if (silent(stands)) return;
    const bool priced = current_.sum[kRevenue] > 0 || (f.metric == Metric::kConversionRate && product_.price);
    const Money money = more_of(f, std::max(goal, *value));
    Recommendation& r = add(f.type, stands ? Severity::kInfo : Severity::kWarning, f.metric, *value, before,
                            fallen ? cause_of(f) : "standing");
    r.standing = stands;
    if (!fallen && !stands) r.cause = f.metric == Metric::kCtr ? "ctr_change" : "conversion_drop";
    r.action =
        f.metric == Metric::kCtr
            ? "Improve the main image and the title, and drop placements and terms that are seen but not clicked."
            : "Check price, stock, reviews and the product page: visitors come but do not buy.";
    r.reason =
        text + "." +
        (stands ? " That is normal for it; it is told every " + std::to_string(o_.retell_weeks) + " weeks." : "");
    if (median_of != category_medians.end())
      r.evidence.push_back({"category", "The middle of its category is " + percent_text(median_of->second, 2),
                            median_of->second, std::nullopt});
    if (usual)
      r.evidence.push_back(
          {"own_past", "In the " + std::to_string(past_.size()) + " weeks before it was " + percent_text(*usual, 2),
           *value, usual});
    if (!priced) return;
    if (!(goal > *value)) {
      r.reason += " None of its weeks was better, nor is its category: there is no gain to promise.";
      return;
    }
    put(r, money);
    r.reason += " At " + goal_text + " it would be worth " + worth(money.value, money.lower, money.upper) +
                (f.metric == Metric::kCtr ? ", after paying for the clicks at today's price." : ".");
    if (money.value < 0) r.reason += " More clicks lose money while ACOS is above the margin: repair that first.";
  }

  static std::string cause_of(const FunnelRatio& f) {
    return f.metric == Metric::kCtr ? "ctr_change" : "conversion_drop";
  }

  // --- revenue ------------------------------------------------------------------------------------------------------

  bool promoted(std::size_t from, std::size_t to) const {
    for (const Promotion& p : panel_.promotions) {
      if (!p.covers(product_)) continue;
      if (to > from && p.start <= panel_.day(to - 1) && p.end >= panel_.day(from)) return true;
    }
    return false;
  }

  // Only pairs of days that both have rows compare like with like.
  int pair_days(Period& now, Period& before) const {
    DailyColumns paired = product_.daily;
    const std::size_t shift = static_cast<std::size_t>(o_.days);
    int pairs = 0;
    for (std::size_t t = prior_from_; t < panel_.days; ++t) {
      const bool first = t < current_from_;
      const bool whole =
          first ? t + shift < panel_.days && has_row(product_.daily, t) && has_row(product_.daily, t + shift)
                : t >= shift && has_row(product_.daily, t) && has_row(product_.daily, t - shift);
      if (whole && !first) ++pairs;
      if (whole) continue;
      for (std::vector<double>* v :
           {&paired.impressions, &paired.clicks, &paired.ad_spend, &paired.units_sold, &paired.revenue})
        (*v)[t] = std::numeric_limits<double>::quiet_NaN();
    }
    now = sum_period(paired, current_from_, panel_.days, daily_);
    before = sum_period(paired, prior_from_, current_from_, daily_);
    return pairs;
  }

  void revenue() {
    Period now, before;
    const int pairs = pair_days(now, before);
    if (pairs == 0) return;
    if (!(before.sum[kRevenue] > 0) || !(now.sum[kRevenue] < rules_.revenue_floor * before.sum[kRevenue])) return;
    const double change = now.sum[kRevenue] / before.sum[kRevenue] - 1;
    const std::string partial =
        pairs < o_.days ? " Compared on the " + days_text(pairs) + " that have data in both periods." : "";
    const auto purchases_variance = [](const Period& p) {
      return p.sum[kUnits] > 0 ? p.sum[kRevenue] * p.sum[kRevenue] / p.sum[kUnits] : 0.0;
    };
    const double error = std::sqrt(purchases_variance(before) + purchases_variance(now));
    const double z = interval_multiplier(o_.confidence_level);
    const double lost = before.sum[kRevenue] - now.sum[kRevenue];
    if (lost < z * error || 2 * pairs < o_.days) {
      Recommendation& r = add(RecommendationType::kNotEnoughEvidence, Severity::kInfo, Metric::kRevenue,
                              now.sum[kRevenue], before.sum[kRevenue], "revenue");
      r.action = "Wait for more data before acting.";
      r.reason = "Revenue was " + money_text(now.sum[kRevenue]) + " against " + money_text(before.sum[kRevenue]) +
                 " (" + signed_percent_text(change) + "), but on " + count_text(now.sum[kUnits]) + " and " +
                 count_text(before.sum[kUnits]) + " units sold weeks differ by " + money_text(z * error) +
                 " through chance alone." + partial;
      return;
    }
    drop(now, before, change, partial);
  }

  void drop(const Period& now, const Period& before, double change, const std::string& partial) {
    const bool after_promotion = promoted(prior_from_, current_from_) && !promoted(current_from_, panel_.days);
    DropContext context;
    context.promotion_ended = after_promotion;
    context.has_others = around_.products >= 4;
    for (std::size_t k = 0; k < kColumns; ++k) {
      context.others_now[k] = around_.now[k] - current_.sum[k];
      context.others_before[k] = around_.before[k] - prior_.sum[k];
    }
    DropCause cause = explain_drop(now, before, context);
    const bool everybody = is_of_shop(cause.code);
    const double margin = margin_.value;
    const Money money = estimate(
        [&](const Sums& s, const Sums& p) {
          return margin * (p[kRevenue] - s[kRevenue]) - std::max(0.0, p[kSpend] - s[kSpend]);
        },
        now, before, o_.confidence_level);
    Recommendation& r =
        add(RecommendationType::kRevenueDrop, after_promotion || everybody ? Severity::kInfo : Severity::kWarning,
            Metric::kRevenue, now.sum[kRevenue], before.sum[kRevenue], hypothesis_code_name(cause.code));
    put(r, money);
    const double spend_change = before.sum[kSpend] > 0 ? now.sum[kSpend] / before.sum[kSpend] - 1 : 0;
    r.action = cause.action;
    r.evidence = std::move(cause.evidence);
    r.reason = "Revenue was " + money_text(now.sum[kRevenue]) + " against " + money_text(before.sum[kRevenue]) +
               " in the " + days_text(o_.days) + " before (" + signed_percent_text(change) + "; ad spend " +
               signed_percent_text(spend_change) + "). Winning it back is worth " +
               worth(money.value, money.lower, money.upper) + ", after the ad spend that went with it." + partial;
    if (after_promotion)
      r.reason += " A promotion ran in the earlier period and no longer does, which explains a part.";
  }

  const PerformancePanel& panel_;
  const Product& product_;
  const Economy& economy_;
  const Surroundings& around_;
  const RecommendationOptions& o_;
  ProductRules rules_;
  Margin margin_;
  Covariance daily_;
  std::size_t current_from_ = 0;
  std::size_t prior_from_ = 0;
  Period current_;
  Period prior_;
  std::vector<Period> past_;  // weeks before the current period, the latest first
  std::vector<Recommendation> result_;
};

Surroundings look_around(const PerformancePanel& panel, int days) {
  Surroundings s;
  std::map<std::string, std::vector<double>> ctr, conversion;
  const std::size_t n = panel.days, length = static_cast<std::size_t>(days);
  const std::size_t current = n > length ? n - length : 0, prior = current > length ? current - length : 0;
  // Eight weeks: what a category usually does, not what it did last week.
  const std::size_t from =
      n > static_cast<std::size_t>(kPastWeeks * kWeek) ? n - static_cast<std::size_t>(kPastWeeks * kWeek) : 0;
  const auto sum = [](const std::vector<double>& v, std::size_t a, std::size_t b) {
    double total = 0;
    for (std::size_t t = a; t < b; ++t) total += std::isnan(v[t]) ? 0 : v[t];
    return total;
  };
  for (const Product& p : panel.products) {
    const double shown = sum(p.daily.impressions, from, n), clicks = sum(p.daily.clicks, from, n),
                 units = sum(p.daily.units_sold, from, n);
    if (shown > 0) ctr[p.category.value_or("")].push_back(clicks / shown);
    if (clicks > 0) conversion[p.category.value_or("")].push_back(units / clicks);
    const std::array<const std::vector<double>*, kColumns> columns{
        &p.daily.impressions, &p.daily.clicks, &p.daily.ad_spend, &p.daily.units_sold, &p.daily.revenue};
    for (std::size_t k = 0; k < kColumns; ++k) {
      s.now[k] += sum(*columns[k], current, n);
      s.before[k] += sum(*columns[k], prior, current);
    }
    ++s.products;
  }
  for (const auto& [name, values] : ctr)
    if (values.size() >= 3) s.ctr[name] = median(values);
  for (const auto& [name, values] : conversion)
    if (values.size() >= 3) s.conversion[name] = median(values);
  return s;
}

}  // namespace

void RecommendationOptions::check() const {
  check_between("days", days, 1, kMaxRecommendationDays,
                "days is the length of the period and of the one before it; 7 is the default.");
}

const char* recommendation_type_name(RecommendationType type) {
  switch (type) {
    case RecommendationType::kAcosHigh:
      return "acos_high";
    case RecommendationType::kRoasHigh:
      return "roas_high";
    case RecommendationType::kSpendSaturated:
      return "spend_saturated";
    case RecommendationType::kCtrLow:
      return "ctr_low";
    case RecommendationType::kConversionRateLow:
      return "conversion_rate_low";
    case RecommendationType::kRevenueDrop:
      return "revenue_drop";
    case RecommendationType::kNotEnoughEvidence:
      return "not_enough_evidence";
  }
  return "";
}

const char* severity_name(Severity severity) {
  switch (severity) {
    case Severity::kWarning:
      return "warning";
    case Severity::kInfo:
      return "info";
    case Severity::kSuccess:
      return "success";
  }
  return "";
}

std::vector<Recommendation> recommendations(const PerformancePanel& panel, const RecommendationOptions& options,
                                            const Progress& progress) {
  options.check();
  BudgetOptions budget;
  const std::vector<Economy> all = economies(panel, options.rules, budget, progress);
  const Surroundings around = look_around(panel, options.days);
  std::vector<Recommendation> result;
  for (const Group& group : make_groups(panel, Grouping::kProduct, options.product, options.category)) {
    const std::size_t i = group.members.front();
    std::vector<Recommendation> own = Adviser(panel, panel.products[i], all[i], around, options).advise();
    std::move(own.begin(), own.end(), std::back_inserter(result));
  }
  std::stable_sort(result.begin(), result.end(), [](const Recommendation& a, const Recommendation& b) {
    // Without an estimate of the money: last of its severity.
    const auto key = [](const Recommendation& r) {
      return std::tuple(r.severity, !r.impact_lower.has_value(), -r.impact_lower.value_or(0));
    };
    return key(a) < key(b);
  });
  return result;
}

}  // namespace performance_tracker
