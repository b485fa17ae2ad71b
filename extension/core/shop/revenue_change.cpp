// SPDX-License-Identifier: PostgreSQL
#include "core/shop/revenue_change.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/shop/change_naming.h"
#include "core/shop/revenue_account.h"
#include "core/shop/unusual_stage.h"

namespace performance_tracker {
namespace {

// Days before the prior period that are judged as well, so that what began there has its true first day.
constexpr int kLead = 10;
// A promotion or a day of the calendar is a reason from so many standard deviations of ordinary days on; incidents have
// been tested already.
constexpr double kFelt = 2;
// Of reasons of one size the one with a known cause comes first: a product that sells less is a question, not an
// answer.
constexpr double kUnexplained = 0.5;

std::size_t first_day(const PerformancePanel& panel, Day day) {
  return day <= panel.first_day ? 0 : std::min(panel.index(day), panel.days);
}

class Explainer {
 public:
  Explainer(const PerformancePanel& panel, const PerformancePanel* prior_panel, const RevenueChangeOptions& options,
            const Progress& progress)
      : panel_(panel),
        prior_panel_(prior_panel),
        o_(options),
        events_(panel, first_day(panel, (prior_panel ? options.period.first : options.prior.first) - kLead), options,
                progress) {
    for (const Product& p : panel.products)
      wanted_.push_back((!o_.product || p.name == *o_.product) && (!o_.category || p.category == o_.category));
    now_ = account_of(panel, events_, o_.period, wanted_);
    if (!prior_panel) {
      before_ = account_of(panel, events_, o_.prior, wanted_);
      return;
    }
    if (prior_panel->products.size() != panel.products.size())
      throw InvalidArgument("the panels of both periods must hold the same products");
    earlier_.emplace(*prior_panel, first_day(*prior_panel, o_.prior.first - kLead), options, progress);
    before_ = account_of(*prior_panel, *earlier_, o_.prior, wanted_);
  }

  std::vector<ChangeReason> run() {
    add_events();
    add_rest();
    return ranked();
  }

 private:
  void add_events() {
    static const EventPeriod kNothing;
    const auto of = [](const PeriodAccount& account, int e) -> const EventPeriod& {
      const auto found = account.events.find(e);
      return found == account.events.end() ? kNothing : found->second;
    };
    if (earlier_) {
      for (const auto& [e, money] : now_.events) add_event(events_.all()[static_cast<std::size_t>(e)], money, kNothing);
      for (const auto& [e, money] : before_.events)
        add_event(earlier_->all()[static_cast<std::size_t>(e)], kNothing, money);
      return;
    }
    for (std::size_t e = 0; e < events_.all().size(); ++e)
      add_event(events_.all()[e], of(now_, static_cast<int>(e)), of(before_, static_cast<int>(e)));
  }

  void add_event(const RevenueEvent& event, const EventPeriod& now, const EventPeriod& before) {
    if (now.by_product.empty() && before.by_product.empty()) return;
    ChangeReason r;
    r.kind = event.kind;
    r.scope = event.scope;
    r.subject = event.subject;
    r.since = event.first, r.until = event.last;
    r.goes_on = event.last >= o_.period.last;
    r.amount = now.effect - before.effect;
    r.promotions = event.promotions;
    r.told_apart = event.told_apart;
    name_products(now, before, r);
    const EventPeriod& shown = now.by_product.empty() ? before : now;
    r.revenue = shown.revenue, r.expected = shown.expected;
    if (shown.expected > 0) r.change = shown.revenue / shown.expected - 1, r.metric = Metric::kRevenue;
    if (event.incident) {
      r.cause = event.incident->code;
      r.drivers = event.incident->drivers;
      r.standard_error.reset();
    } else {
      r.standard_error = std::sqrt(now.variance + before.variance);
      if (std::abs(r.amount) < kFelt * *r.standard_error) return;
    }
    name_event(event, now, before, r);
    reasons_.push_back(std::move(r));
  }

  void name_products(const EventPeriod& now, const EventPeriod& before, ChangeReason& r) const {
    std::map<std::size_t, double> moved = now.by_product;
    for (const auto& [s, effect] : before.by_product) moved[s] -= effect;
    std::vector<std::pair<double, std::size_t>> order;
    for (const auto& [s, effect] : moved) order.emplace_back(-std::abs(effect), s);
    std::sort(order.begin(), order.end());
    for (const auto& [money, s] : order) {
      const Product& p = panel_.products[s];
      r.products.push_back(p.name);
      if (p.category && std::count(r.categories.begin(), r.categories.end(), *p.category) == 0)
        r.categories.push_back(*p.category);
    }
  }

  // --- what no event accounts for

  void add_rest() {
    const double calendar = calendar_factor(panel_, wanted_, o_.period, o_.prior);
    double before = 0;
    for (std::size_t s = 0; s < wanted_.size(); ++s)
      if (wanted_[s]) before += before_.products[s].clean;
    if (calendar != 1) {
      ChangeReason r;
      r.kind = ReasonKind::kCalendar;
      r.sentence = o_.period.days() == o_.prior.days() ? "calendar.weekdays" : "calendar.length";
      r.amount = before * (calendar - 1);
      r.change = calendar - 1;
      reasons_.push_back(std::move(r));
    }
    factor_.assign(wanted_.size(), calendar);
    stages_now_ = unusual_stages(panel_, events_, o_.period);
    stages_before_ =
        earlier_ ? unusual_stages(*prior_panel_, *earlier_, o_.prior) : unusual_stages(panel_, events_, o_.prior);
    add_market();
    add_categories();
    for (std::size_t s = 0; s < wanted_.size(); ++s)
      if (wanted_[s]) add_product(s);
  }

  // Products whose two sums can be compared, with the move that the factors so far do not account for.
  SharedMove common_move(const std::vector<std::size_t>& members, std::size_t fewest) const {
    std::vector<double> moves, variances;
    for (const std::size_t s : members) {
      const ProductPeriod &now = now_.products[s], &before = before_.products[s];
      const bool there = 2 * now.rows >= o_.period.days() && 2 * before.rows >= o_.prior.days();
      if (!there || !(now.clean > 0) || !(before.clean > 0)) continue;
      moves.push_back(std::log(now.clean / (before.clean * factor_[s])));
      variances.push_back(now.variance / (now.clean * now.clean) + before.variance / (before.clean * before.clean));
    }
    return shared_move(moves, variances, fewest);
  }

  // Takes a common move for one when it is surely there.
  void apply(const SharedMove& move, double surely, const std::vector<std::size_t>& members, ChangeReason r) {
    if (!move.is_sure(surely)) return;
    double before = 0;
    for (const std::size_t s : members) {
      if (wanted_[s]) before += before_.products[s].clean * factor_[s];
      factor_[s] *= std::exp(move.log_move);
    }
    r.change = std::expm1(move.log_move);
    r.metric = Metric::kRevenue;
    r.amount = before * *r.change;
    r.standard_error = before * std::exp(move.log_move) * move.standard_error;
    r.sentence = reason_kind_name(r.kind) + direction_key(*r.change);
    reasons_.push_back(std::move(r));
  }

  void add_market() {
    constexpr std::size_t kFewest = 5;  // below, a shop has no market (as in day_scores.h)
    std::vector<std::size_t> all;
    for (std::size_t s = 0; s < wanted_.size(); ++s) all.push_back(s);
    ChangeReason r;
    r.kind = ReasonKind::kMarket;
    const SharedMove market = common_move(all, kFewest);
    spread_ = market.known ? market.spread : 0;
    apply(market, o_.market_surely, all, std::move(r));
  }

  void add_categories() {
    constexpr std::size_t kFewest = 4;
    std::map<std::string, std::vector<std::size_t>> members;
    for (std::size_t s = 0; s < wanted_.size(); ++s)
      if (wanted_[s] && panel_.products[s].category) members[*panel_.products[s].category].push_back(s);
    if (members.size() < 2) return;
    for (const auto& [name, products] : members) {
      ChangeReason r;
      r.kind = ReasonKind::kCategory;
      r.scope = IncidentScope::kCategory;
      r.subject = name;
      r.categories = {name};
      apply(common_move(products, kFewest), o_.surely, products, std::move(r));
    }
  }

  void add_product(std::size_t s) {
    const ProductPeriod &now = now_.products[s], &before = before_.products[s];
    ChangeReason r;
    r.kind = ReasonKind::kProduct;
    r.scope = IncidentScope::kProduct;
    r.subject = panel_.products[s].name;
    r.products = {panel_.products[s].name};
    if (panel_.products[s].category) r.categories = {*panel_.products[s].category};
    const double expected = before.clean * factor_[s];
    r.amount = now.clean - expected;
    const double own_spread = spread_ * expected;
    r.standard_error = std::sqrt(now.variance + factor_[s] * factor_[s] * before.variance + own_spread * own_spread);
    const bool surely = std::abs(r.amount) >= o_.surely * *r.standard_error;
    const auto along = [&](const UnusualStage& stage, double sign) {
      return stage.found && sign * stage.change * r.amount > 0 && std::abs(r.amount) > *r.standard_error;
    };
    const bool now_unusual = along(stages_now_[s], 1), before_unusual = along(stages_before_[s], -1);
    if (r.amount == 0 || (!surely && !now_unusual && !before_unusual)) return;
    if (before.rows == 0 || now.rows == 0) {
      r.sentence = before.rows == 0 ? "product.new" : "product.gone";
    } else if (now.rows < before.rows && r.amount < 0 && o_.period.days() == o_.prior.days()) {
      r.kind = ReasonKind::kMissingData;
      r.sentence = "missing_data.product";
    } else {
      name_stage(now.columns, before.columns, r);
      r.sentence = "product" + direction_key(r.amount);
      r.stage_known = now_unusual || before_unusual;
      if (now_unusual) {
        r.metric = stages_now_[s].metric, r.change = stages_now_[s].change;
      } else if (before_unusual) {
        r.metric = stages_before_[s].metric, r.change = stages_before_[s].change;
        r.sentence = "product.back" + direction_key(*r.change);
      }
    }
    reasons_.push_back(std::move(r));
  }

  // --- the order

  static double weight(const ChangeReason& r) {
    const bool unexplained = (r.kind == ReasonKind::kProduct && !r.stage_known) || r.kind == ReasonKind::kCategory ||
                             r.kind == ReasonKind::kMarket;
    return std::abs(r.amount) * (unexplained ? kUnexplained : 1);
  }

  std::vector<ChangeReason> ranked() {
    const double change = now_.revenue - before_.revenue;
    // Other lengths are no news: what else happened is measured by what is left.
    double left = change;
    for (const ChangeReason& r : reasons_)
      if (r.kind == ReasonKind::kCalendar) left -= r.amount;
    double largest = std::abs(left);
    for (const ChangeReason& r : reasons_)
      if (r.kind != ReasonKind::kCalendar) largest = std::max(largest, std::abs(r.amount));
    std::vector<ChangeReason> along, against;
    for (ChangeReason& r : reasons_) {
      if (std::abs(r.amount) < o_.material * largest || std::abs(r.amount) < 0.005) continue;
      (r.amount * change >= 0 ? along : against).push_back(std::move(r));
    }
    for (std::vector<ChangeReason>* side : {&along, &against})
      std::stable_sort(side->begin(), side->end(),
                       [](const ChangeReason& a, const ChangeReason& b) { return weight(a) > weight(b); });
    const std::size_t room = o_.most - 1;
    // A line for what worked against the change, if it is large enough to have hidden something.
    const bool hidden =
        !against.empty() && along.size() >= room && room > 1 && weight(against.front()) > weight(along[room - 1]);
    const std::size_t most_along = std::min(along.size(), hidden ? room - 1 : room);
    std::vector<ChangeReason> result(std::make_move_iterator(along.begin()),
                                     std::make_move_iterator(along.begin() + static_cast<std::ptrdiff_t>(most_along)));
    for (std::size_t i = 0; i < against.size() && result.size() < room; ++i) result.push_back(std::move(against[i]));
    ChangeReason rest;
    rest.kind = result.empty() ? ReasonKind::kNothingUnusual : ReasonKind::kOthers;
    rest.sentence = result.empty() ? "nothing_unusual" : "others";
    rest.amount = change;
    if (before_.revenue > 0) rest.change = change / before_.revenue;
    for (const ChangeReason& r : result) rest.amount -= r.amount;
    result.push_back(std::move(rest));
    for (ChangeReason& r : result) r.text = reason_text(r);
    return result;
  }

  const PerformancePanel& panel_;
  const PerformancePanel* prior_panel_;
  const RevenueChangeOptions& o_;
  RevenueEvents events_;
  std::optional<RevenueEvents> earlier_;
  std::vector<bool> wanted_;
  PeriodAccount now_, before_;
  std::vector<double> factor_;
  std::vector<UnusualStage> stages_now_, stages_before_;
  double spread_ = 0;
  std::vector<ChangeReason> reasons_;
};

}  // namespace

void RevenueChangeOptions::check() const {
  if (period.first > period.last || prior.first > prior.last) throw InvalidArgument("a period ends before it begins");
  if (most < 2) throw InvalidArgument("there must be room for two rows");
  IncidentOptions incidents;
  incidents.false_alarms = false_alarms;
  incidents.check();
}

std::vector<ChangeReason> explain_revenue_change(const PerformancePanel& panel, const PerformancePanel* prior_panel,
                                                 const RevenueChangeOptions& options, const Progress& progress) {
  options.check();
  if (panel.days == 0 || panel.products.empty()) return {};
  return Explainer(panel, prior_panel, options, progress).run();
}

}  // namespace performance_tracker
