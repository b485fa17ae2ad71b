// SPDX-License-Identifier: PostgreSQL
#include "api/rows.h"

#include <string_view>
#include <vector>

#include "json.h"

namespace performance_tracker::api {
namespace {

// Fixed since the beginning of PostgreSQL (src/include/catalog/pg_type.dat).
enum Oid : std::uint32_t {
  bool_oid = 16,
  int8_oid = 20,
  int2_oid = 21,
  int4_oid = 23,
  json_oid = 114,
  float4_oid = 700,
  float8_oid = 701,
  date_oid = 1082,
  timestamp_oid = 1114,
  timestamptz_oid = 1184,
  numeric_oid = 1700,
  jsonb_oid = 3802,
};

bool is_number(std::uint32_t type) {
  return type == int2_oid || type == int4_oid || type == int8_oid || type == float4_oid || type == float8_oid ||
         type == numeric_oid;
}

// "NaN", "Infinity", "-Infinity"; also "infinity" of dates.
bool is_not_finite(std::string_view text) {
  return text == "NaN" || text == "Infinity" || text == "-Infinity" || text == "infinity" || text == "-infinity";
}

// "2026-11-22 13:00:00.5+00" -> "2026-11-22T13:00:00.5+00:00"
std::string rfc3339(std::string_view text) {
  std::string out(text);
  if (const auto space = out.find(' '); space != std::string::npos) out[space] = 'T';
  const auto sign = out.find_last_of("+-");
  if (sign != std::string::npos && out.size() - sign == 3) out += ":00";
  return out;
}

void append_json(std::string& out, std::string_view text, std::uint32_t type) {
  if (is_number(type)) {
    if (is_not_finite(text))
      out += "null";
    else
      out += text;
    return;
  }
  switch (type) {
    case bool_oid:
      out += text == "t" ? "true" : "false";
      break;
    case json_oid:
    case jsonb_oid:
      out += text;
      break;
    case date_oid:
    case timestamp_oid:
      out += is_not_finite(text) ? "null" : json::quote(text);
      break;
    case timestamptz_oid:
      out += is_not_finite(text) ? "null" : json::quote(rfc3339(text));
      break;
    default:
      out += json::quote(text);
  }
}

bool starts_like_a_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
}

void append_csv(std::string& out, std::string_view text, std::uint32_t type) {
  if (is_number(type) || type == date_oid) {
    if (!is_not_finite(text)) out += text;
    return;
  }
  if (type == bool_oid) {
    out += text == "t" ? "true" : "false";
    return;
  }
  std::string value = type == timestamptz_oid ? rfc3339(text) : std::string(text);
  if (type != timestamptz_oid && type != json_oid && type != jsonb_oid && starts_like_a_formula(value))
    value.insert(value.begin(), '\'');
  if (value.find_first_of(",\"\r\n") == std::string::npos) {
    out += value;
    return;
  }
  out += '"';
  for (const char c : value) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace

std::string field_to_json(const db::Result& rows, int row, int column) {
  if (rows.is_null(row, column)) return "null";
  std::string out;
  append_json(out, rows.text(row, column), rows.column_type(column));
  return out;
}

std::string rows_to_json(const db::Result& rows) {
  const int columns = rows.columns();
  std::vector<std::string> keys;
  keys.reserve(static_cast<std::size_t>(columns));
  for (int column = 0; column < columns; ++column)
    keys.push_back((column == 0 ? "{" : ",") + json::quote(rows.column_name(column)) + ":");
  std::string out = "[";
  for (int row = 0; row < rows.rows(); ++row) {
    if (row > 0) out += ",\n";
    for (int column = 0; column < columns; ++column) {
      out += keys[static_cast<std::size_t>(column)];
      if (rows.is_null(row, column))
        out += "null";
      else
        append_json(out, rows.text(row, column), rows.column_type(column));
    }
    out += "}";
  }
  return out + "]";
}

std::string rows_to_csv(const db::Result& rows) {
  std::string out;
  const int columns = rows.columns();
  for (int column = 0; column < columns; ++column) {
    if (column > 0) out += ',';
    out += rows.column_name(column);
  }
  out += "\r\n";
  for (int row = 0; row < rows.rows(); ++row) {
    for (int column = 0; column < columns; ++column) {
      if (column > 0) out += ',';
      if (!rows.is_null(row, column)) append_csv(out, rows.text(row, column), rows.column_type(column));
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace performance_tracker::api
