// SPDX-License-Identifier: PostgreSQL
//
// Reads the fixtures that tests/reference/reference.R writes.
#pragma once

#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/arima/arima.h"
#include "core/series/time_series.h"
#include "places.h"

namespace performance_tracker::testing {

using Row = std::map<std::string, std::string>;  // by column; no field holds a comma

inline std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

inline std::vector<double> numbers(const std::string& text) {
  std::vector<double> values;
  for (const std::string& part : split(text, ' '))
    values.push_back(part == "NA" || part == "NaN" ? kMissing : std::stod(part));
  return values;
}

inline std::vector<Row> read_reference(const std::string& name) {
  std::ifstream file(std::string(kReferenceDirectory) + "/" + name);
  if (!file) throw std::runtime_error("tests/reference/" + name + " is missing; see reference.R beside it");
  std::string line;
  std::vector<std::string> header;
  std::vector<Row> rows;
  while (std::getline(file, line)) {
    if (line.starts_with('#')) continue;
    const std::vector<std::string> fields = split(line, ',');
    if (header.empty()) {
      header = fields;
      continue;
    }
    Row row;
    for (std::size_t i = 0; i < header.size(); ++i) row[header[i]] = i < fields.size() ? fields[i] : "";
    rows.push_back(row);
  }
  return rows;
}

inline const std::map<std::string, TimeSeries>& reference_series() {
  static const auto all = [] {
    std::map<std::string, TimeSeries> series;
    for (const Row& row : read_reference("series.csv"))
      series[row.at("series")] = {numbers(row.at("values")), std::stoi(row.at("season_length"))};
    return series;
  }();
  return all;
}

inline ArimaOrder order_of(const std::string& text, int season_length) {
  const std::vector<double> o = numbers(text);
  const auto part = [&](std::size_t i) { return static_cast<int>(o.at(i)); };
  return {.p = part(0),
          .d = part(1),
          .q = part(2),
          .seasonal_p = part(3),
          .seasonal_d = part(4),
          .seasonal_q = part(5),
          .season_length = season_length};
}

inline Constant constant_of(const std::string& text) {
  if (text == "none") return Constant::kNone;
  if (text == "mean") return Constant::kMean;
  if (text == "drift") return Constant::kDrift;
  throw std::runtime_error("unknown constant " + text);
}

}  // namespace performance_tracker::testing
