// SPDX-License-Identifier: PostgreSQL
#include "series_csv.h"

#include <charconv>
#include <fstream>
#include <stdexcept>
#include <string_view>

#include "core/series/time_series.h"

namespace performance_tracker::bench {
namespace {

std::string_view unquoted(std::string_view field) {
  if (field.size() >= 2 && field.front() == '"' && field.back() == '"') field = field.substr(1, field.size() - 2);
  return field;
}

}  // namespace

std::vector<NamedSeries> read_series_csv(const std::string& path, std::size_t limit) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot open " + path);
  std::vector<NamedSeries> result;
  std::string line;
  std::size_t number = 0;
  while (std::getline(file, line)) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    const auto fail = [&](const std::string& what) {
      return std::runtime_error(std::string(path).append(":").append(std::to_string(number)).append(": ").append(what));
    };
    const std::string_view row = line;
    const std::size_t first = row.find(',');
    const std::size_t second = first == row.npos ? row.npos : row.find(',', first + 1);
    if (second == row.npos) throw fail("expected three fields, series_id,t,y");
    const std::string_view id = unquoted(row.substr(0, first));
    const std::string_view field = unquoted(row.substr(second + 1));
    if (number == 1) {
      if (field != "y") throw fail("expected the header series_id,t,y");
      continue;
    }
    double value = kMissing;
    if (!field.empty() && field != "NA") {
      const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
      if (error != std::errc{} || end != field.data() + field.size())
        throw fail("'" + std::string(field) + "' is not a number");
    }
    if (result.empty() || result.back().id != id) {
      if (result.size() == limit) break;
      result.push_back({std::string(id), {}});
    }
    result.back().values.push_back(value);
  }
  return result;
}

}  // namespace performance_tracker::bench
