// SPDX-License-Identifier: PostgreSQL
//
// The text form of a fitted model; its parts in this order, the series last because it is long:
//
//   ARIMA(p,d,q)(P,D,Q)[m] [with mean|with drift] {name: value (standard error), …}
//     variance v log_likelihood l aic a aicc a bic b observations n iterations i [not converged]
//     [status "…"] [flags n] [regressor {…}]… series …
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/base/text_scanner.h"
#include "core/forecast/fitted_model.h"

namespace performance_tracker {
namespace {

// "?" for what could not be computed; the shortest text that reads back to the same double otherwise.
void append(std::string& out, double value) {
  if (std::isnan(value)) {
    out += '?';
    return;
  }
  std::array<char, 32> buffer;
  out.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr);
}

double read(TextScanner& in) {
  in.skip_space();
  if (in.accept("?")) return kMissing;
  return in.number<double>("a number or ?");
}

int read_integer(TextScanner& in) { return in.number<std::int32_t>("a whole number"); }

void read_triple(TextScanner& in, int& a, int& b, int& c) {
  in.expect("(");
  a = read_integer(in);
  in.expect(",");
  b = read_integer(in);
  in.expect(",");
  c = read_integer(in);
  in.expect(")");
}

void read_word(TextScanner& in, std::string_view word) {
  in.skip_space();
  in.expect(word);
}

// The names are the order's own, so reading them back checks that no coefficient is missing or misplaced.
void read_coefficients(TextScanner& in, ArimaModel& model, std::size_t regressors) {
  const bool has_mean = model.constant == Constant::kMean ||
                        (model.constant == Constant::kDrift && model.order.d + model.order.seasonal_d == 0);
  const auto own = static_cast<std::size_t>(model.order.coefficient_count());
  model.coefficients.resize(own);
  model.regression.resize(regressors + (has_mean ? 1U : 0U) + (model.constant == Constant::kDrift ? 1U : 0U));
  read_word(in, "{");
  const std::vector<std::string> names = model.names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) read_word(in, ",");
    read_word(in, names[i]);
    in.expect(":");
    (i < own ? model.coefficients[i] : model.regression[i - own]) = read(in);
    read_word(in, "(");
    model.standard_errors.push_back(read(in));
    read_word(in, ")");
  }
  read_word(in, "}");
}

}  // namespace

std::string format_model(const FittedModel& fitted) {
  const ArimaModel& m = fitted.model;
  const ArimaOrder& o = m.order;
  const auto number = [](int value) { return std::to_string(value); };
  std::string out = "ARIMA(" + number(o.p) + ',' + number(o.d) + ',' + number(o.q) + ")(" + number(o.seasonal_p) + ',' +
                    number(o.seasonal_d) + ',' + number(o.seasonal_q) + ")[" + number(o.season_length) + "]";
  if (m.constant == Constant::kMean) out += " with mean";
  if (m.constant == Constant::kDrift) out += " with drift";
  if (!fitted.regressors.empty()) out += " regressors " + std::to_string(fitted.regressors.size());
  out += " {";
  const std::vector<std::string> names = m.names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    out += (i > 0 ? ", " : "") + names[i] + ": ";
    append(out, i < m.coefficients.size() ? m.coefficients[i] : m.regression[i - m.coefficients.size()]);
    out += " (";
    append(out, m.standard_errors[i]);
    out += ')';
  }
  out += '}';
  const auto field = [&out](const char* name, double value) {
    out += name;
    append(out, value);
  };
  field(" variance ", m.variance);
  field(" log_likelihood ", m.log_likelihood);
  field(" aic ", m.aic);
  field(" aicc ", m.aicc);
  field(" bic ", m.bic);
  field(" observations ", m.observations);
  out += " iterations " + number(m.iterations);
  if (!m.converged) out += " not converged";
  if (!fitted.status.empty()) out += " status \"" + fitted.status + '"';
  if (!fitted.notes.empty()) out += " remarks \"" + fitted.notes + '"';
  if (fitted.flags != 0) out += " flags " + std::to_string(fitted.flags);
  for (const auto& regressor : fitted.regressors) {
    out += " regressor {";
    for (std::size_t i = 0; i < regressor.size(); ++i) {
      if (i > 0) out += ',';
      append(out, regressor[i]);
    }
    out += '}';
  }
  return out + " series " + format_series(fitted.series);
}

namespace {

std::string read_quoted(TextScanner& in) {
  const std::size_t length = in.rest().find('"');
  if (length == std::string_view::npos) in.fail("a closing quote");
  std::string text(in.rest().substr(0, length));
  in.skip(length + 1);
  return text;
}

}  // namespace

FittedModel parse_model(std::string_view text) {
  TextScanner in(text, "arima_model", "Use what arima(…) or auto_arima(…) returned, unchanged.");
  FittedModel fitted;
  ArimaModel& m = fitted.model;
  read_word(in, "ARIMA");
  read_triple(in, m.order.p, m.order.d, m.order.q);
  read_triple(in, m.order.seasonal_p, m.order.seasonal_d, m.order.seasonal_q);
  in.expect("[");
  m.order.season_length = read_integer(in);
  in.expect("]");
  m.order.check();
  in.skip_space();
  if (in.accept("with mean")) m.constant = Constant::kMean;
  if (in.accept("with drift")) m.constant = Constant::kDrift;
  in.skip_space();
  int regressors = 0;
  if (in.accept("regressors ")) regressors = read_integer(in);
  if (regressors < 0 || regressors > 100) in.fail("at most 100 regressors");
  read_coefficients(in, m, static_cast<std::size_t>(regressors));
  const auto field = [&in](const char* name) {
    read_word(in, name);
    return read(in);
  };
  m.variance = field("variance");
  m.log_likelihood = field("log_likelihood");
  m.aic = field("aic");
  m.aicc = field("aicc");
  m.bic = field("bic");
  m.observations = field("observations");
  read_word(in, "iterations");
  in.skip_space();
  m.iterations = read_integer(in);
  in.skip_space();
  m.converged = !in.accept("not converged");
  in.skip_space();
  if (in.accept("status \"")) fitted.status = read_quoted(in);
  in.skip_space();
  if (in.accept("remarks \"")) fitted.notes = read_quoted(in);
  in.skip_space();
  fitted.flags = in.accept("flags ") ? in.number<std::uint32_t>("a whole number") : flags_of_version_1(fitted.status);
  for (int i = 0; i < regressors; ++i) {
    read_word(in, "regressor");
    read_word(in, "{");
    std::vector<double>& values = fitted.regressors.emplace_back();
    do {
      if (values.size() >= kMaxSeriesLength) in.fail("fewer values");
      values.push_back(read(in));
      in.skip_space();
    } while (in.accept(","));
    read_word(in, "}");
  }
  read_word(in, "series");
  in.skip_space();
  fitted.series = parse_series(in.rest());
  check_model(fitted);
  return fitted;
}

}  // namespace performance_tracker
