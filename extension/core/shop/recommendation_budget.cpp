// SPDX-License-Identifier: PostgreSQL
//
// Advice on a product's budget: raise it, cut it, or test which would pay.
#include <algorithm>

#include "core/shop/adviser.h"

namespace performance_tracker {

Economy Adviser::this_period() const {
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

void Adviser::budget() {
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

std::string Adviser::spent(const Economy& e) const {
  std::string line =
      money_text(current_.sum[kSpend]) + " spent for " + money_text(current_.sum[kRevenue]) + " of revenue";
  if (e.break_even_roas()) line += "; break-even is a ROAS of " + decimal_text(*e.break_even_roas(), 2);
  return line;
}

RecommendationEvidence Adviser::response_evidence(const Economy& e) {
  return {"response",
          "1% more spend brings " + decimal_text(e.response.elasticity, 2) + "% more revenue, give or take " +
              decimal_text(e.response.deviation, 2) +
              (e.response.steps > 0
                   ? ", from " + std::to_string(e.response.steps) + " of its budget's changes and its category's"
                   : ", from its category: its own budget never changed by enough"),
          e.response.elasticity, std::nullopt};
}

bool Adviser::raise_stands() const {
  return standing(
      [&](const Period& p) { return p.sum[kSpend] > 0 && p.sum[kRevenue] > 0.9 * economy_.roas() * p.sum[kSpend]; });
}

void Adviser::advise_raise(double roas, const Economy& e, const Amount& gain, bool above_target) {
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

void Adviser::advise_cut(double acos, const Economy& e, const Amount& gain, double cut_to, bool above_ceiling) {
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

void Adviser::advise_test(bool above_ceiling, double value, const Economy& e, const Amount& raise, const Amount& cut) {
  const bool stands = standing([&](const Period& p) {
    return above_ceiling ? p.sum[kSpend] > rules_.acos_ceiling * p.sum[kRevenue] && p.sum[kSpend] > 0
                         : p.sum[kRevenue] > rules_.roas_target * p.sum[kSpend] && p.sum[kSpend] > 0;
  });
  if (silent(stands)) return;
  const Metric metric = above_ceiling ? Metric::kAcos : Metric::kRoas;
  const bool more = raise.value > cut.value;
  const Amount& better = more ? raise : cut;
  Recommendation& r =
      add(above_ceiling ? RecommendationType::kAcosHigh : RecommendationType::kRoasHigh, Severity::kInfo, metric, value,
          above_ceiling ? ratio(prior_, kSpend, kRevenue) : ratio(prior_, kRevenue, kSpend), "budget");
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

std::string Adviser::quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("''") : std::string(1, c);
  return result + "'";
}

}  // namespace performance_tracker
