// SPDX-License-Identifier: PostgreSQL
//
// What a model says of itself: evaluate, coefficients, residuals. sql/extension/70_model.sql.
#include "core/base/error.h"
#include "core/forecast/automatic_model.h"
#include "pg/arguments.h"
#include "pg/guard.h"
#include "pg/model.h"
#include "pg/pg.h"
#include "pg/progress.h"
#include "pg/tuples.h"

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_evaluate) {
  const std::string_view bytes = model_argument(fcinfo, "model");
  struct Facts {
    const char* model;
    const char* status;
    ArimaOrder order;
    bool has_drift, converged;
    double log_likelihood, aic, aicc, bic, variance, observations;
    int iterations;
  };
  const Facts facts = compute([&]() -> Facts {
    const FittedModel fitted = decode_model(bytes);
    const ArimaModel& m = fitted.model;
    const std::string said = Status{fitted.status, fitted.flags, fitted.notes}.whole();  // a statistician reads it
    return {keep(m.to_string()),
            said.empty() ? nullptr : keep(said),
            m.order,
            m.constant == Constant::kDrift,
            m.converged,
            m.log_likelihood,
            m.aic,
            m.aicc,
            m.bic,
            m.variance,
            m.observations,
            m.iterations};
  });
  RowWriter rows(fcinfo);
  rows.text(facts.model);
  for (const int part : {facts.order.p, facts.order.d, facts.order.q, facts.order.seasonal_p, facts.order.seasonal_d,
                         facts.order.seasonal_q, facts.order.season_length})
    rows.int4(part);
  rows.boolean(facts.has_drift);
  for (const double value : {facts.log_likelihood, facts.aic, facts.aicc, facts.bic, facts.variance})
    rows.float8(value);
  rows.int4(static_cast<int>(facts.observations));
  rows.boolean(facts.converged);
  rows.int4(facts.iterations);
  rows.text(facts.status);
  rows.end_row();
  return rows.done();
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_coefficients) {
  const std::string_view bytes = model_argument(fcinfo, "model");
  struct Row {
    const char* name;
    double estimate, standard_error, z, p;
  };
  const std::span<const Row> found = compute([&] {
    const ArimaModel m = decode_model(bytes).model;
    const std::vector<std::string> names = m.names();
    std::vector<Row> rows;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const double estimate = i < m.coefficients.size() ? m.coefficients[i] : m.regression[i - m.coefficients.size()];
      const double error = m.standard_errors[i];
      const double z = error > 0 ? estimate / error : kMissing;
      // Wald: both tails of the normal distribution.
      rows.push_back(
          {keep(names[i]), estimate, error, z, std::isnan(z) ? kMissing : std::erfc(std::abs(z) / std::sqrt(2.0))});
    }
    return keep(rows);
  });
  RowWriter rows(fcinfo);
  for (const Row& row : found) {
    rows.text(row.name);
    for (const double value : {row.estimate, row.standard_error, row.z, row.p}) rows.float8(value);
    rows.end_row();
  }
  return rows.done();
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_residuals) {
  const std::string_view bytes = model_argument(fcinfo, "model");
  struct Columns {
    std::span<const std::int64_t> times;
    std::span<const double> data, fitted;
  };
  const Columns columns = compute([&]() -> Columns {
    const FittedModel model = decode_model(bytes);
    const auto length = static_cast<std::int64_t>(model.series.series.values.size());
    std::vector<std::int64_t> times;
    for (std::int64_t step = 1 - length; step <= 0; ++step) times.push_back(time_of_step(model.series, step));
    return {keep(times), keep(model.series.series.values), keep(fitted_values(model, InterruptProgress()))};
  });
  RowWriter rows(fcinfo);
  for (std::size_t i = 0; i < columns.times.size(); ++i) {
    rows.datum(TimestampGetDatum(columns.times[i]));
    rows.float8(columns.data[i]);
    rows.float8(columns.fitted[i]);
    rows.float8(columns.data[i] - columns.fitted[i]);
    rows.end_row();
  }
  return rows.done();
}
