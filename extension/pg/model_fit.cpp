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

template <typename Enum>
struct Choice {
  std::string_view name;
  Enum value;
};

template <typename Enum, std::size_t count>
Enum choice(const char* argument, std::string_view name, const Choice<Enum> (&choices)[count]) {
  std::string names;
  for (const Choice<Enum>& one : choices) {
    if (name == one.name) return one.value;
    names += (names.empty() ? "" : ", ") + std::string(one.name);
  }
  throw InvalidArgument("unknown " + std::string(argument) + " \"" + std::string(name) + "\"",
                        std::string(argument) + " is one of " + names + ".", argument);
}

// Read phase: an argument that names one of the choices; without it the value stays as it is.
template <typename Enum, std::size_t count>
void choose(FunctionCallInfo fcinfo, const char* argument, const Choice<Enum> (&choices)[count], Enum& value) {
  if (has_argument(fcinfo, argument)) value = choice(argument, text_argument(fcinfo, argument), choices);
}

constexpr Choice<InformationCriterion> kCriteria[] = {
    {"aicc", InformationCriterion::kAicc}, {"aic", InformationCriterion::kAic}, {"bic", InformationCriterion::kBic}};
constexpr Choice<UnitRootTest> kUnitRootTests[] = {
    {"kpss", UnitRootTest::kKpss}, {"adf", UnitRootTest::kAdf}, {"pp", UnitRootTest::kPhillipsPerron}};
constexpr Choice<SeasonalTest> kSeasonalTests[] = {{"seasonal_strength", SeasonalTest::kSeasonalStrength},
                                                   {"ocsb", SeasonalTest::kOcsb},
                                                   {"canova_hansen", SeasonalTest::kCanovaHansen}};

// Read phase: the arguments of auto_arima and candidate_models, into what the search takes. Those that
// performance_tracker_auto_arima does not have stay at the core's defaults, which are SQL's (tests/sql/model.sql).
AutoArimaOptions search_options(FunctionCallInfo fcinfo) {
  static_assert(std::is_trivially_destructible_v<AutoArimaOptions>, "Postgres may jump over it");
  AutoArimaOptions o;
  o.max_p = int4_argument(fcinfo, "max_p");
  o.max_q = int4_argument(fcinfo, "max_q");
  o.max_seasonal_p = int4_argument(fcinfo, "max_seasonal_p");
  o.max_seasonal_q = int4_argument(fcinfo, "max_seasonal_q");
  o.max_order = int4_argument(fcinfo, "max_order");
  o.max_d = int4_argument(fcinfo, "max_d");
  o.max_seasonal_d = int4_argument(fcinfo, "max_seasonal_d");
  o.start_p = int4_argument(fcinfo, "start_p");
  o.start_q = int4_argument(fcinfo, "start_q");
  o.start_seasonal_p = int4_argument(fcinfo, "start_seasonal_p");
  o.start_seasonal_q = int4_argument(fcinfo, "start_seasonal_q");
  o.d = optional_int4_argument(fcinfo, "d");
  o.seasonal_d = optional_int4_argument(fcinfo, "seasonal_d");
  o.stationary = bool_argument(fcinfo, "stationary");
  o.seasonal = bool_argument(fcinfo, "seasonal");
  o.stepwise = bool_argument(fcinfo, "stepwise");
  o.max_models = int4_argument(fcinfo, "max_models");
  choose(fcinfo, "ic", kCriteria, o.criterion);
  choose(fcinfo, "unit_root_test", kUnitRootTests, o.unit_root_test);
  choose(fcinfo, "seasonal_test", kSeasonalTests, o.seasonal_test);
  o.allow_mean = bool_argument(fcinfo, "allow_mean");
  o.allow_drift = bool_argument(fcinfo, "allow_drift");
  return o;
}

// The regressors of an entry that may not have any.
std::span<const SeriesView> xreg_argument(FunctionCallInfo fcinfo) {
  return has_argument(fcinfo, "xreg") ? series_array_argument(fcinfo, "xreg") : std::span<const SeriesView>();
}

struct SearchArguments {
  SeriesView series;
  std::optional<int> season_length;
  AutoArimaOptions arima;
  std::span<const SeriesView> xreg;
};

SearchArguments search_arguments(FunctionCallInfo fcinfo) {
  return {.series = time_series_argument(fcinfo, "series"),
          .season_length = optional_int4_argument(fcinfo, "season_length"),
          .arima = search_options(fcinfo),
          .xreg = xreg_argument(fcinfo)};
}

// Compute phase.
AutomaticModelOptions model_options(const SearchArguments& a, const StampedSeries& series) {
  return {.season_length = parse_season_length(a.season_length),
          .arima = a.arima,
          .regressors = align_regressors(a.xreg, series, 0, static_cast<std::int64_t>(series.series.values.size()))};
}

Constant parse_constant(const char* name, const ArimaOrder& order) {
  if (name == nullptr) return order.d + order.seasonal_d == 0 ? Constant::kMean : Constant::kNone;
  constexpr Choice<Constant> kConstants[] = {
      {"none", Constant::kNone}, {"mean", Constant::kMean}, {"drift", Constant::kDrift}};
  return choice("constant", name, kConstants);
}

Datum fit_by_search(FunctionCallInfo fcinfo) {
  const SearchArguments arguments = search_arguments(fcinfo);
  return compute([&] {
    const StampedSeries series = to_stamped(arguments.series);
    return keep_model(fit_automatically(series, model_options(arguments, series), InterruptProgress()));
  });
}

Datum fit_order(FunctionCallInfo fcinfo) {
  const SeriesView view = time_series_argument(fcinfo, "series");
  const ArimaOrder order{.p = int4_argument(fcinfo, "p"),
                         .d = int4_argument(fcinfo, "d"),
                         .q = int4_argument(fcinfo, "q"),
                         .seasonal_p = int4_argument(fcinfo, "seasonal_p"),
                         .seasonal_d = int4_argument(fcinfo, "seasonal_d"),
                         .seasonal_q = int4_argument(fcinfo, "seasonal_q"),
                         .season_length = int4_argument(fcinfo, "season_length")};
  const char* constant = has_argument(fcinfo, "constant") ? optional_text_argument(fcinfo, "constant") : nullptr;
  const std::span<const SeriesView> xreg = xreg_argument(fcinfo);
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

// The …_shippable ones are declared with fewer arguments.
PERFORMANCE_TRACKER_ENTRY(performance_tracker_auto_arima) { return fit_by_search(fcinfo); }
PERFORMANCE_TRACKER_ENTRY(performance_tracker_auto_arima_shippable) { return fit_by_search(fcinfo); }
PERFORMANCE_TRACKER_ENTRY(performance_tracker_arima) { return fit_order(fcinfo); }
PERFORMANCE_TRACKER_ENTRY(performance_tracker_arima_shippable) { return fit_order(fcinfo); }

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

PERFORMANCE_TRACKER_ENTRY(performance_tracker_update) {
  const std::string_view bytes = model_argument(fcinfo, "model");
  const SeriesView view = time_series_argument(fcinfo, "series");
  const std::span<const SeriesView> xreg = xreg_argument(fcinfo);
  return compute([&] {
    const FittedModel model = decode_model(bytes);
    const StampedSeries more = to_stamped(view);
    const StampedSeries all = continue_series(model.series, more);
    const Regressors regressors = align_regressors(xreg, all, 0, static_cast<std::int64_t>(all.series.values.size()));
    return keep_model(update_model(model, more, regressors, InterruptProgress()));
  });
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_candidate_models) {
  const SearchArguments arguments = search_arguments(fcinfo);
  struct Row {
    const char* model;
    ArimaCandidate candidate;
  };
  const std::span<const Row> found = compute([&] {
    const StampedSeries series = to_stamped(arguments.series);
    const AutoArimaResult result = search_models(series, model_options(arguments, series), InterruptProgress());
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
