// SPDX-License-Identifier: PostgreSQL
#include "model_csv.h"

#include <cstdio>
#include <fstream>
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

}  // namespace

std::map<std::string, NamedModel> read_model_csv(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot open " + path);
  std::map<std::string, NamedModel> models;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    const std::vector<std::string> fields = fields_of(line);
    if (number == 1 || fields.size() < 4 || fields[2].empty()) continue;
    NamedModel model;
    ArimaOrder& o = model.order;
    const int read = std::sscanf(fields[2].c_str(), "(%d,%d,%d)(%d,%d,%d)[%d]", &o.p, &o.d, &o.q, &o.seasonal_p,
                                 &o.seasonal_d, &o.seasonal_q, &o.season_length);
    if (read != 3 && read != 7)
      throw std::runtime_error(path + ":" + std::to_string(number) + ": '" + fields[2] + "' is not an order");
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
