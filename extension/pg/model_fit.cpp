// SPDX-License-Identifier: PostgreSQL
//
// arima(…), auto_arima(…), update(…), candidate_models(…): sql/extension/70_model.sql.
#include "core/base/error.h"
#include "core/forecast/automatic_model.h"
#include "pg/arguments.h"
#include "pg/forecast.h"
#include "pg/guard.h"
#include "pg/model.h"
#include "pg/pg.h"
#include "pg/progress.h"
#include "pg/tuples.h"

namespace performance_tracker {
namespace {

// The arguments of auto_arima and candidate_models, in their common order from `season_length` (index 1) on. Texts are
// nullptr, which is the core's default, and xreg is empty for performance_tracker_auto_arima, which has none of them.
struct SearchArguments {
  std::optional<int> season_length;
  int max_p, max_q, max_seasonal_p, max_seasonal_q, max_order, max_d, max_seasonal_d;
  int start_p, start_q, start_seasonal_p, start_seasonal_q;
  std::optional<int> d, seasonal_d;
  bool stationary, seasonal, stepwise;
  int max_models;
  const char* ic;
  const char* unit_root_test;
  const char* seasonal_test;
  bool allow_mean, allow_drift;
  std::span<const SeriesView> xreg;
};

enum class Texts { kGiven, kDefault };

SearchArguments search_arguments(FunctionCallInfo fcinfo, Texts texts = Texts::kGiven) {
  const bool given = texts == Texts::kGiven;
  // Braces evaluate from left to right, so the names follow the SQL signature.
  int i = 0;
  const auto int4 = [&](const char* name) { return int4_argument(fcinfo, ++i, name); };
  const auto boolean = [&](const char* name) { return bool_argument(fcinfo, ++i, name); };
  const auto text_of = [&](const char* name) { return given ? text_argument(fcinfo, ++i, name) : nullptr; };
  const auto optional = [&] { return optional_int4_argument(fcinfo, ++i); };
  return {.season_length = optional(),
          .max_p = int4("max_p"),
          .max_q = int4("max_q"),
          .max_seasonal_p = int4("max_seasonal_p"),
          .max_seasonal_q = int4("max_seasonal_q"),
          .max_order = int4("max_order"),
          .max_d = int4("max_d"),
          .max_seasonal_d = int4("max_seasonal_d"),
          .start_p = int4("start_p"),
          .start_q = int4("start_q"),
          .start_seasonal_p = int4("start_seasonal_p"),
          .start_seasonal_q = int4("start_seasonal_q"),
          .d = optional(),
          .seasonal_d = optional(),
          .stationary = boolean("stationary"),
          .seasonal = boolean("seasonal"),
          .stepwise = boolean("stepwise"),
          .max_models = int4("max_models"),
          .ic = text_of("ic"),
          .unit_root_test = text_of("unit_root_test"),
          .seasonal_test = text_of("seasonal_test"),
          .allow_mean = boolean("allow_mean"),
          .allow_drift = boolean("allow_drift"),
          .xreg = given ? series_array_argument(fcinfo, ++i, "xreg") : std::span<const SeriesView>()};
}

template <typename Enum>
struct Choice {
  std::string_view name;
  Enum value;
};

template <typename Enum, std::size_t count>
Enum choose(const char* argument, std::string_view name, const Choice<Enum> (&choices)[count]) {
  std::string names;
  for (const Choice<Enum>& choice : choices) {
    if (name == choice.name) return choice.value;
    names += (names.empty() ? "" : ", ") + std::string(choice.name);
  }
  throw InvalidArgument("unknown " + std::string(argument) + " \"" + std::string(name) + "\"",
                        std::string(argument) + " is one of " + names + ".");
}

constexpr Choice<InformationCriterion> kCriteria[] = {
    {"aicc", InformationCriterion::kAicc}, {"aic", InformationCriterion::kAic}, {"bic", InformationCriterion::kBic}};
constexpr Choice<UnitRootTest> kUnitRootTests[] = {
    {"kpss", UnitRootTest::kKpss}, {"adf", UnitRootTest::kAdf}, {"pp", UnitRootTest::kPhillipsPerron}};
constexpr Choice<SeasonalTest> kSeasonalTests[] = {{"seasonal_strength", SeasonalTest::kSeasonalStrength},
                                                   {"ocsb", SeasonalTest::kOcsb},
                                                   {"canova_hansen", SeasonalTest::kCanovaHansen}};

AutomaticModelOptions search_options(const SearchArguments& a, const StampedSeries& series) {
  AutomaticModelOptions options;
  options.season_length = parse_season_length(a.season_length);
  AutoArimaOptions& o = options.arima;
  o.max_p = a.max_p;
  o.max_q = a.max_q;
  o.max_seasonal_p = a.max_seasonal_p;
  o.max_seasonal_q = a.max_seasonal_q;
  o.max_order = a.max_order;
  o.max_d = a.max_d;
  o.max_seasonal_d = a.max_seasonal_d;
  o.start_p = a.start_p;
  o.start_q = a.start_q;
  o.start_seasonal_p = a.start_seasonal_p;
  o.start_seasonal_q = a.start_seasonal_q;
  o.d = a.d;
  o.seasonal_d = a.seasonal_d;
  o.stationary = a.stationary;
  o.seasonal = a.seasonal;
  o.stepwise = a.stepwise;
  o.max_models = a.max_models;
  if (a.ic) o.criterion = choose("ic", a.ic, kCriteria);
  if (a.unit_root_test) o.unit_root_test = choose("unit_root_test", a.unit_root_test, kUnitRootTests);
  if (a.seasonal_test) o.seasonal_test = choose("seasonal_test", a.seasonal_test, kSeasonalTests);
  o.allow_mean = a.allow_mean;
  o.allow_drift = a.allow_drift;
  options.regressors = align_regressors(a.xreg, series, 0, static_cast<std::int64_t>(series.series.values.size()));
  return options;
}

Constant parse_constant(const char* name, const ArimaOrder& order) {
  if (name == nullptr) return order.d + order.seasonal_d == 0 ? Constant::kMean : Constant::kNone;
  constexpr Choice<Constant> kConstants[] = {
      {"none", Constant::kNone}, {"mean", Constant::kMean}, {"drift", Constant::kDrift}};
  return choose("constant", name, kConstants);
}

Datum fit_by_search(FunctionCallInfo fcinfo, Texts texts) {
  const SeriesView view = time_series_argument(fcinfo, 0, "series");
  const SearchArguments arguments = search_arguments(fcinfo, texts);
  return compute([&] {
    const StampedSeries series = to_stamped(view);
    return keep_model(fit_automatically(series, search_options(arguments, series), InterruptProgress()));
  });
}

Datum fit_order(FunctionCallInfo fcinfo, const char* constant, std::span<const SeriesView> xreg) {
  const SeriesView view = time_series_argument(fcinfo, 0, "series");
  const ArimaOrder order{.p = int4_argument(fcinfo, 1, "p"),
                         .d = int4_argument(fcinfo, 2, "d"),
                         .q = int4_argument(fcinfo, 3, "q"),
                         .seasonal_p = int4_argument(fcinfo, 4, "seasonal_p"),
                         .seasonal_d = int4_argument(fcinfo, 5, "seasonal_d"),
                         .seasonal_q = int4_argument(fcinfo, 6, "seasonal_q"),
                         .season_length = int4_argument(fcinfo, 7, "season_length")};
  return compute([&] {
    const StampedSeries series = to_stamped(view);
    const Regressors regressors =
        align_regressors(xreg, series, 0, static_cast<std::int64_t>(series.series.values.size()));
    return keep_model(fit_given(series, order, parse_constant(constant, order), regressors, InterruptProgress()));
  });
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_auto_arima) { return fit_by_search(fcinfo, Texts::kGiven); }
PERFORMANCE_TRACKER_ENTRY(performance_tracker_auto_arima_shippable) { return fit_by_search(fcinfo, Texts::kDefault); }

// The final function of the aggregate auto_arima(time, value [, season_length]): the state of time_series(time, value).
PERFORMANCE_TRACKER_ENTRY(performance_tracker_auto_arima_finish) {
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  const SeriesView view = time_series_view(PointerGetDatum(finish_time_series(fcinfo)), "series");
  const std::optional<int> season_length = aggregated_season_length(fcinfo);
  return compute([&] {
    AutomaticModelOptions options;
    options.season_length = parse_season_length(season_length);
    return keep_model(fit_automatically(to_stamped(view), options, InterruptProgress()));
  });
}

// The final function of the aggregate arima(time, value, p, d, q [, P, D, Q, season_length]).
PERFORMANCE_TRACKER_ENTRY(performance_tracker_arima_finish) {
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  const SeriesView view = time_series_view(PointerGetDatum(finish_time_series(fcinfo)), "series");
  const ArimaOrder order = aggregated_order(fcinfo);
  return compute([&] {
    return keep_model(fit_given(to_stamped(view), order, parse_constant(nullptr, order), {}, InterruptProgress()));
  });
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_arima) {
  return fit_order(fcinfo, optional_text_argument(fcinfo, 8), series_array_argument(fcinfo, 9, "xreg"));
}
PERFORMANCE_TRACKER_ENTRY(performance_tracker_arima_shippable) { return fit_order(fcinfo, nullptr, {}); }

PERFORMANCE_TRACKER_ENTRY(performance_tracker_update) {
  const std::string_view bytes = model_argument(fcinfo, 0, "model");
  const SeriesView view = time_series_argument(fcinfo, 1, "series");
  const std::span<const SeriesView> xreg =
      PG_NARGS() > 2 ? series_array_argument(fcinfo, 2, "xreg") : std::span<const SeriesView>();
  return compute([&] {
    const FittedModel model = decode_model(bytes);
    const StampedSeries more = to_stamped(view);
    const StampedSeries all = continue_series(model.series, more);
    const Regressors regressors = align_regressors(xreg, all, 0, static_cast<std::int64_t>(all.series.values.size()));
    return keep_model(update_model(model, more, regressors, InterruptProgress()));
  });
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_candidate_models) {
  const SeriesView view = time_series_argument(fcinfo, 0, "series");
  const SearchArguments arguments = search_arguments(fcinfo);
  struct Row {
    const char* model;
    ArimaCandidate candidate;
  };
  const std::span<const Row> found = compute([&] {
    const StampedSeries series = to_stamped(view);
    const AutoArimaResult result = search_models(series, search_options(arguments, series), InterruptProgress());
    std::vector<Row> rows;
    for (const ArimaCandidate& candidate : result.candidates) {
      ArimaModel named;
      named.order = candidate.order;
      named.constant = candidate.constant;
      rows.push_back({keep(named.to_string()), candidate});
    }
    return keep(rows);
  });
  RowWriter rows(fcinfo);
  for (const Row& row : found) {
    const ArimaOrder& order = row.candidate.order;
    rows.text(row.model);
    for (const int part :
         {order.p, order.d, order.q, order.seasonal_p, order.seasonal_d, order.seasonal_q, order.season_length})
      rows.int4(part);
    rows.boolean(row.candidate.constant == Constant::kDrift);
    rows.float8(row.candidate.criterion);
    rows.boolean(row.candidate.outcome == ArimaCandidate::Outcome::kSelected);
    rows.text(to_string(row.candidate.outcome));
    rows.int4(row.candidate.iterations);
    rows.end_row();
  }
  return rows.done();
}
