// SPDX-License-Identifier: PostgreSQL
#include "model_csv.h"

#include <fstream>
#include <optional>
#include <regex>
#include <stdexcept>
#include <vector>

namespace performance_tracker::bench {
namespace {

// Fields of a CSV row; the order is quoted because it holds commas.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

// "(1,0,0)(0,1,1)[7]", or without the seasonal part.
std::optional<ArimaOrder> parse_order(const std::string& text) {
  static const std::regex shape(R"(\((\d+),(\d+),(\d+)\)(?:\((\d+),(\d+),(\d+)\)\[(\d+)\])?)");
  std::smatch found;
  if (!std::regex_match(text, found, shape)) return std::nullopt;
  ArimaOrder o;
  int* const numbers[] = {&o.p, &o.d, &o.q, &o.seasonal_p, &o.seasonal_d, &o.seasonal_q, &o.season_length};
  for (std::size_t i = 0; i < std::size(numbers); ++i)
    if (found[i + 1].matched) *numbers[i] = std::stoi(found[i + 1]);
  return o;
}

}  // namespace

std::map<std::string, NamedModel> read_model_csv(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot open " + path);
  std::map<std::string, NamedModel> models;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    const std::vector<std::string> fields = fields_of(line);
    if (number == 1 || fields.size() < 4 || fields[2].empty()) continue;
    const std::optional<ArimaOrder> order = parse_order(fields[2]);
    if (!order) throw std::runtime_error(path + ":" + std::to_string(number) + ": '" + fields[2] + "' is not an order");
    NamedModel model{*order};
    const std::string& constant = fields[3];
    if (constant.find("drift") != constant.npos) {
      model.constant = Constant::kDrift;
    } else if (constant == "mean" || constant == "intercept") {
      model.constant = Constant::kMean;
    }
    models[fields[0]] = model;
  }
  return models;
}

}  // namespace performance_tracker::bench
