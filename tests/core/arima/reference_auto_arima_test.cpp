// SPDX-License-Identifier: PostgreSQL
//
// The automatic choice against R's auto.arima: the default search, and one argument after another
// (tests/reference/reference.R). Two things are held for each argument: every candidate respects it, and the criterion
// of the model chosen, by exact likelihood, is not above that of R's choice.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/arima/auto_arima.h"
#include "core/base/error.h"
#include "reference_data.h"

namespace performance_tracker {
namespace {

using testing::reference_series;
using testing::Row;
using testing::split;

constexpr double kTolerance = 0.01;  // of the criterion

using Values = std::map<std::string, std::string>;  // by R's name of the argument

Values parse(const std::string& text) {
  Values values;
  for (const std::string& pair : split(text, ';'))
    values[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
  return values;
}

AutoArimaOptions options_of(const Values& values) {
  AutoArimaOptions options;
  const auto number = [](int& field) { return [&field](const std::string& v) { field = std::stoi(v); }; };
  const auto flag = [](bool& field) { return [&field](const std::string& v) { field = v == "TRUE"; }; };
  const std::map<std::string, std::function<void(const std::string&)>> setters = {
      {"max.p", number(options.max_p)},
      {"max.q", number(options.max_q)},
      {"max.P", number(options.max_seasonal_p)},
      {"max.Q", number(options.max_seasonal_q)},
      {"max.order", number(options.max_order)},
      {"max.d", number(options.max_d)},
      {"max.D", number(options.max_seasonal_d)},
      {"start.p", number(options.start_p)},
      {"start.q", number(options.start_q)},
      {"start.P", number(options.start_seasonal_p)},
      {"start.Q", number(options.start_seasonal_q)},
      {"nmodels", number(options.max_models)},
      {"d", [&](const std::string& v) { options.d = std::stoi(v); }},
      {"D", [&](const std::string& v) { options.seasonal_d = std::stoi(v); }},
      {"stationary", flag(options.stationary)},
      {"seasonal", flag(options.seasonal)},
      {"stepwise", flag(options.stepwise)},
      {"allowmean", flag(options.allow_mean)},
      {"allowdrift", flag(options.allow_drift)},
      {"ic",
       [&](const std::string& v) {
         options.criterion = v == "aic" ? InformationCriterion::kAic : InformationCriterion::kBic;
       }},
      {"test",
       [&](const std::string& v) {
         options.unit_root_test = v == "adf" ? UnitRootTest::kAdf : UnitRootTest::kPhillipsPerron;
       }},
      {"seasonal.test", [&](const std::string&) { options.seasonal_test = SeasonalTest::kOcsb; }},
      {"xreg", [](const std::string&) {}},
  };
  for (const auto& [name, value] : values) setters.at(name)(value);
  return options;
}

double criterion_of(const ArimaModel& model, InformationCriterion kind) {
  return kind == InformationCriterion::kAic ? model.aic : kind == InformationCriterion::kBic ? model.bic : model.aicc;
}

// What an argument promises of every candidate. Empty: nothing that shows in the candidates alone.
std::function<bool(const ArimaCandidate&)> promise(const std::string& name, const std::string& value, bool grid) {
  const int bound = value.find_first_not_of("0123456789") == std::string::npos ? std::stoi(value) : 0;
  using Check = std::function<bool(const ArimaCandidate&)>;
  const std::map<std::string, Check> checks = {
      {"max.p", [=](const ArimaCandidate& c) { return c.order.p <= bound; }},
      {"max.q", [=](const ArimaCandidate& c) { return c.order.q <= bound; }},
      {"max.P", [=](const ArimaCandidate& c) { return c.order.seasonal_p <= bound; }},
      {"max.Q", [=](const ArimaCandidate& c) { return c.order.seasonal_q <= bound; }},
      {"max.d", [=](const ArimaCandidate& c) { return c.order.d <= bound; }},
      {"max.D", [=](const ArimaCandidate& c) { return c.order.seasonal_d <= bound; }},
      {"d", [=](const ArimaCandidate& c) { return c.order.d == bound; }},
      {"D", [=](const ArimaCandidate& c) { return c.order.seasonal_d == bound; }},
      {"max.order",
       [=](const ArimaCandidate& c) {
         return !grid || c.order.p + c.order.q + c.order.seasonal_p + c.order.seasonal_q <= bound;
       }},
      {"stationary", [](const ArimaCandidate& c) { return c.order.d == 0 && c.order.seasonal_d == 0; }},
      {"seasonal",
       [](const ArimaCandidate& c) { return c.order.seasonal_p + c.order.seasonal_d + c.order.seasonal_q == 0; }},
      {"allowmean", [](const ArimaCandidate& c) { return c.constant != Constant::kMean; }},
      {"allowdrift", [](const ArimaCandidate& c) { return c.constant != Constant::kDrift; }},
  };
  const auto found = checks.find(name);
  return found == checks.end() ? Check() : found->second;
}

struct Search {
  std::string name;
  TimeSeries series;
  Values arguments;
  Regressors regressors;
  ArimaOrder order;  // R's
  double criterion = 0.0;

  friend void PrintTo(const Search& search, std::ostream* out) { *out << search.name; }
};

std::vector<Search> searches() {
  std::vector<Search> all;
  for (const Row& row : testing::read_reference("auto_arima_arguments.csv")) {
    Search search;
    search.name = row.at("series") + " " + row.at("arguments");
    search.series = reference_series().at(row.at("series"));
    search.arguments = parse(row.at("arguments"));
    if (search.arguments.contains("xreg"))
      for (const std::string& x : split(search.arguments.at("xreg"), '+'))
        search.regressors.push_back(reference_series().at(x).values);
    search.order = testing::order_of(row.at("order"), search.series.season_length);
    search.criterion = std::stod(row.at("criterion"));
    all.push_back(search);
  }
  return all;
}

class ReferenceAutoArima : public ::testing::TestWithParam<Search> {
 protected:
  const NeverCancelled progress{};
  AutoArimaOptions options = options_of(GetParam().arguments);
  AutoArimaResult ours = auto_arima(GetParam().series, options, GetParam().regressors, progress);
};

TEST_P(ReferenceAutoArima, CriterionIsNotAboveR) {
  EXPECT_EQ(ours.model.order.d, GetParam().order.d);
  EXPECT_EQ(ours.model.order.seasonal_d, GetParam().order.seasonal_d);
  EXPECT_LE(criterion_of(ours.model, options.criterion), GetParam().criterion + kTolerance)
      << ours.model.to_string() << ", R " << GetParam().order.to_string();
  EXPECT_EQ(ours.model.regression.size(),
            GetParam().regressors.size() + (ours.model.constant == Constant::kNone ? 0 : 1));
}

TEST_P(ReferenceAutoArima, EveryCandidateRespectsTheArguments) {
  if (GetParam().arguments.contains("nmodels")) {
    EXPECT_LE(ours.candidates.size(), static_cast<std::size_t>(options.max_models));
  }
  for (const auto& [name, value] : GetParam().arguments) {
    const auto holds = promise(name, value, !options.stepwise);
    if (!holds) continue;
    for (const ArimaCandidate& c : ours.candidates)
      EXPECT_TRUE(holds(c)) << name << "=" << value << ": " << c.order.to_string();
  }
}

std::string test_name(const ::testing::TestParamInfo<Search>& info) {
  std::string name = info.param.name;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(R, ReferenceAutoArima, ::testing::ValuesIn(searches()), test_name);

// A promise that the default search keeps anyway would prove nothing: for each there is a series where it does not.
TEST(AutoArimaArguments, EveryPromiseIsBrokenWithoutTheArgument) {
  const NeverCancelled progress{};
  std::map<std::string, bool> broken;
  std::map<std::string, std::vector<ArimaCandidate>> by_default;
  for (const Search& search : searches()) {
    const bool grid = search.arguments.contains("stepwise");
    auto& candidates = by_default[search.name.substr(0, search.name.find(' ')) + (grid ? " grid" : "")];
    AutoArimaOptions options;
    options.stepwise = !grid;
    if (candidates.empty()) candidates = auto_arima(search.series, options, {}, progress).candidates;
    for (const auto& [name, value] : search.arguments)
      if (const auto holds = promise(name, value, grid))
        broken[name] |= !std::all_of(candidates.begin(), candidates.end(), holds);
  }
  EXPECT_GE(broken.size(), 13u);
  for (const auto& [name, is_broken] : broken) EXPECT_TRUE(is_broken) << name;
}

TEST(AutoArimaArguments, TheSearchBeginsWhereItIsTold) {
  const NeverCancelled progress{};
  const TimeSeries& series = reference_series().at("log_UKgas");
  const auto tries_first = [&](const AutoArimaOptions& options, int p, int q, int sp, int sq) {
    const AutoArimaResult r = auto_arima(series, options, {}, progress);
    return std::any_of(r.candidates.begin(), r.candidates.begin() + 5, [&](const ArimaCandidate& c) {
      return c.order.p == p && c.order.q == q && c.order.seasonal_p == sp && c.order.seasonal_q == sq;
    });
  };
  EXPECT_TRUE(tries_first({}, 2, 2, 1, 1));
  EXPECT_TRUE(tries_first({.start_p = 3}, 3, 2, 1, 1));
  EXPECT_TRUE(tries_first({.start_q = 1}, 2, 1, 1, 1));
  EXPECT_TRUE(tries_first({.start_seasonal_p = 2}, 2, 2, 2, 1));
  EXPECT_TRUE(tries_first({.start_seasonal_q = 0}, 2, 2, 1, 0));
  EXPECT_FALSE(tries_first({}, 3, 2, 1, 1));
  // Never above the largest order.
  EXPECT_TRUE(tries_first({.max_p = 1, .start_p = 3}, 1, 2, 1, 1));
}

TEST(AutoArimaArguments, TheFullGridHoldsEveryOrder) {
  const NeverCancelled progress{};
  const AutoArimaResult r = auto_arima(reference_series().at("log_JohnsonJohnson"),
                                       {.max_p = 2,
                                        .max_q = 1,
                                        .max_seasonal_p = 1,
                                        .max_seasonal_q = 1,
                                        .max_order = 3,
                                        .d = 0,
                                        .seasonal_d = 1,
                                        .stepwise = false},
                                       {}, progress);
  // Each with and without drift.
  std::size_t orders = 0;
  for (int p = 0; p <= 2; ++p)
    for (int q = 0; q <= 1; ++q)
      for (int sp = 0; sp <= 1; ++sp)
        for (int sq = 0; sq <= 1; ++sq) orders += p + q + sp + sq <= 3 ? 1 : 0;
  EXPECT_EQ(r.candidates.size(), 2 * orders);
}

TEST(AutoArimaArguments, ContradictionsAreErrors) {
  const NeverCancelled progress{};
  const TimeSeries& series = reference_series().at("Nile");
  EXPECT_THROW(auto_arima(series, {.d = 1, .stationary = true}, {}, progress), InvalidArgument);
  EXPECT_NO_THROW(auto_arima(series, {.d = 0, .stationary = true}, {}, progress));
}

// The default search.
TEST(ReferenceAutoArimaDefault, CriterionIsNotAboveR) {
  const NeverCancelled progress{};
  for (const Row& row : testing::read_reference("auto_arima.csv")) {
    const TimeSeries& series = reference_series().at(row.at("series"));
    const ArimaOrder theirs = testing::order_of(row.at("order"), series.season_length);
    const AutoArimaResult ours = auto_arima(series, {}, {}, progress);
    const bool comparable = ours.model.order.d == theirs.d && ours.model.order.seasonal_d == theirs.seasonal_d;
    EXPECT_TRUE(comparable) << row.at("series") << ": " << ours.model.to_string() << ", R " << theirs.to_string();
    if (comparable) {
      EXPECT_LE(ours.model.aicc, std::stod(row.at("aicc")) + kTolerance)
          << row.at("series") << ": " << ours.model.to_string() << ", R " << theirs.to_string();
    }
  }
}

}  // namespace
}  // namespace performance_tracker
