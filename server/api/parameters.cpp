// SPDX-License-Identifier: PostgreSQL
#include "api/parameters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "calendar.h"
#include "json.h"

namespace performance_tracker::api {
namespace {

using http::ApiError;

std::string join(std::span<const std::string_view> words) {
  std::string text;
  for (const auto word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

[[noreturn]] void refuse(const Parameter& parameter, const std::string& expected, const std::string& hint = {}) {
  const std::string name(parameter.name);
  ApiError error(400, "bad_parameter", "parameter '" + name + "' must be " + expected);
  if (!hint.empty()) error.hint = hint;
  throw std::move(error).with_parameter(name);
}

std::string check_text(const Parameter& parameter, const std::string& value) {
  if (!json::valid_utf8(value)) refuse(parameter, "UTF-8 text");
  // Any name that a table can hold; PostgreSQL's text holds every character but this one.
  if (value.find('\0') != std::string::npos) refuse(parameter, "text without a NUL character");
  return value;
}

std::string check_word(const Parameter& parameter, const std::string& value) {
  const bool valid =
      value.size() <= 64 && std::ranges::all_of(value, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  if (!valid) refuse(parameter, "a lower-case name such as acos_high");
  return value;
}

std::string check_integer(const Parameter& parameter, const std::string& value) {
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size()) refuse(parameter, "a whole number");
  if ((parameter.minimum && number < *parameter.minimum) || (parameter.maximum && number > *parameter.maximum))
    refuse(parameter, "from " + std::to_string(*parameter.minimum) + " to " + std::to_string(*parameter.maximum));
  return std::to_string(number);
}

std::string check_number(const Parameter& parameter, const std::string& value) {
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size() || !std::isfinite(number))
    refuse(parameter, "a number", "Write a decimal point, not a comma or a percent sign: 0.80");
  char text[32];
  const auto written = std::to_chars(text, text + sizeof text, number);
  return {text, written.ptr};
}

std::string check_boolean(const Parameter& parameter, const std::string& value) {
  if (value != "true" && value != "false") refuse(parameter, "true or false");
  return value;
}

std::string check_date(const Parameter& parameter, const std::string& value) {
  if (!parse_day(value)) refuse(parameter, "a day that exists, written YYYY-MM-DD");
  return value;
}

std::string check_choice(const Parameter& parameter, const std::string& value) {
  if (std::ranges::find(parameter.choices, value) == parameter.choices.end())
    refuse(parameter, "one of: " + join(parameter.choices));
  return value;
}

std::string check(const Parameter& parameter, const std::string& value) {
  if (value.empty()) refuse(parameter, "given a value", "Leave the parameter out to get its default.");
  switch (parameter.kind) {
    case Kind::text:
      return check_text(parameter, value);
    case Kind::word:
      return check_word(parameter, value);
    case Kind::integer:
      return check_integer(parameter, value);
    case Kind::number:
      return check_number(parameter, value);
    case Kind::boolean:
      return check_boolean(parameter, value);
    case Kind::date:
      return check_date(parameter, value);
    case Kind::choice:
      return check_choice(parameter, value);
  }
  return value;
}

std::string known_names(std::span<const Parameter> known) {
  if (known.empty()) return "This address takes no parameters.";
  std::string text = "Known here: ";
  bool first = true;
  for (const auto& parameter : known) {
    text += (first ? "" : ", ") + std::string(parameter.name);
    first = false;
  }
  return text + ".";
}

}  // namespace

std::optional<std::string> Arguments::find(std::string_view name) const {
  for (const auto& argument : given_)
    if (argument.parameter->name == name) return argument.value;
  return std::nullopt;
}

std::optional<std::string> Arguments::take(std::string_view name) {
  auto value = find(name);
  std::erase_if(given_, [&](const Argument& argument) { return argument.parameter->name == name; });
  return value;
}

std::string Arguments::canonical() const {
  std::string text;
  for (const auto& [parameter, value] : given_)
    text += std::string(parameter->name) + '=' + std::to_string(value.size()) + ':' + value + '&';
  return text;
}

Arguments parse_arguments(std::span<const Parameter> known,
                          const std::vector<std::pair<std::string, std::string>>& given) {
  for (const auto& [name, value] : given) {
    if (std::ranges::find(known, name, &Parameter::name) == known.end()) {
      // The name is the caller's text: shortened, so that an error stays readable.
      const std::string shown = name.size() > 64 ? name.substr(0, 64) + "…" : name;
      throw ApiError(400, "unknown_parameter", "unknown parameter '" + shown + "'")
          .with_hint(known_names(known))
          .with_parameter(shown);
    }
  }
  std::vector<Argument> arguments;
  for (const auto& parameter : known) {
    const auto same_name = [&](const auto& pair) { return pair.first == parameter.name; };
    const auto count = std::ranges::count_if(given, same_name);
    if (count > 1) refuse(parameter, "given once");
    if (count == 0) {
      if (!parameter.required) continue;
      throw ApiError(400, "missing_parameter", "parameter '" + std::string(parameter.name) + "' is required")
          .with_hint("Add ?" + std::string(parameter.name) + "=… to the address.")
          .with_parameter(std::string(parameter.name));
    }
    arguments.push_back({&parameter, check(parameter, std::ranges::find_if(given, same_name)->second)});
  }
  return Arguments(std::move(arguments));
}

std::string Statement::bind(std::string value, std::string_view type) {
  params.emplace_back(std::move(value));
  return "$" + std::to_string(params.size()) + "::" + std::string(type);
}

std::string Statement::text() const {
  std::string out;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    std::size_t number = 0;
    const char* digits = sql.data() + i + 1;
    const auto [end, error] = std::from_chars(digits, sql.data() + sql.size(), number);
    if (sql[i] != '$' || error != std::errc{} || number == 0 || number > params.size()) {
      out += sql[i];
      continue;
    }
    const auto& value = params[number - 1];
    if (!value) {
      out += "NULL";
    } else {
      // A backslash is itself only in the plain form of a literal, which is the default since 9.1.
      out += '\'';
      for (const char c : *value) out += c == '\'' ? std::string("''") : std::string(1, c);
      out += '\'';
    }
    i += static_cast<std::size_t>(end - digits);
  }
  return out;
}

std::string_view sql_type(Kind kind) {
  switch (kind) {
    case Kind::integer:
      return "integer";
    case Kind::number:
      return "double precision";
    case Kind::boolean:
      return "boolean";
    case Kind::date:
      return "date";
    case Kind::text:
    case Kind::word:
    case Kind::choice:
      return "text";
  }
  return "text";
}

Statement call_function(std::string_view function, const Arguments& arguments, std::span<const std::string_view> skip) {
  Statement statement;
  std::string list;
  for (const auto& [parameter, value] : arguments.given()) {
    if (std::ranges::find(skip, parameter->name) != skip.end()) continue;
    list += (list.empty() ? "" : ", ") + std::string(parameter->name) + " => " +
            statement.bind(value, sql_type(parameter->kind));
  }
  statement.sql = "SELECT * FROM " + std::string(function) + "(" + list + ")";
  return statement;
}

}  // namespace performance_tracker::api
