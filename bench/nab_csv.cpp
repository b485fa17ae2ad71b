// SPDX-License-Identifier: PostgreSQL
//
// The online alarm on the Numenta benchmark, in the form that its own scorer reads:
//
//   nab_csv NAB/data NAB/results/null NAB/results/ours
//
// NAB/results/null has the labels beside each value. Scores are anomaly_probability at the default z_threshold.
// bench/run-nab calls this and the scorer.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/forecast/online_anomaly.h"

namespace {

namespace fs = std::filesystem;

struct Row {
  std::string timestamp, label;
  double value = 0;
};

// timestamp,value,anomaly_score,label,…
std::vector<Row> read_labelled(const fs::path& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  std::vector<Row> rows;
  while (std::getline(in, line)) {
    const std::size_t a = line.find(','), b = line.find(',', a + 1), c = line.find(',', b + 1);
    const std::size_t d = std::min(line.find(',', c + 1), line.size());
    rows.push_back({line.substr(0, a), line.substr(c + 1, d - c - 1), std::strtod(line.c_str() + a + 1, nullptr)});
  }
  return rows;
}

void score(const fs::path& labelled, const fs::path& target) {
  const std::vector<Row> rows = read_labelled(labelled);
  std::ofstream out(target);
  out << "timestamp,value,anomaly_score,label\n";
  out.precision(17);
  performance_tracker::OnlineDetector detector({});
  for (const Row& row : rows)
    out << row.timestamp << ',' << row.value << ',' << detector.judge(row.value).probability << ',' << row.label
        << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: nab_csv NAB/data NAB/results/null NAB/results/NAME\n");
    return 2;
  }
  const fs::path data = argv[1], labels = argv[2], target = argv[3];
  const std::string name = target.filename().string();
  for (const fs::directory_entry& file : fs::recursive_directory_iterator(data)) {
    if (file.path().extension() != ".csv") continue;
    const fs::path category = fs::relative(file.path().parent_path(), data);
    fs::create_directories(target / category);
    const std::string base = file.path().filename().string();
    score(labels / category / ("null_" + base), target / category / (name + "_" + base));
  }
}
