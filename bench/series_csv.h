// SPDX-License-Identifier: PostgreSQL
//
// Sets of series in long CSV form, as the benchmarks read them: a header `series_id,t,y`, one row an observation, the
// rows of a series together and in order; an empty y (or NA) is missing.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace performance_tracker::bench {

struct NamedSeries {
  std::string id;
  std::vector<double> values;  // NaN where y is empty
};

// At most `limit` series. Throws std::runtime_error that names file and line.
std::vector<NamedSeries> read_series_csv(const std::string& path,
                                         std::size_t limit = std::numeric_limits<std::size_t>::max());

}  // namespace performance_tracker::bench
