// SPDX-License-Identifier: PostgreSQL
//
// libFuzzer target: whatever bytes come in, forecast() answers with finite, ordered numbers or one of its two
// documented errors. Built and run by tests/fuzz/run.
//
// Bytes: season length (1), horizon (1), flags (1), scale (1), then two bytes a value; 0x8000 is a missing value.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "core/base/error.h"
#include "core/forecast/forecast.h"

namespace pt = performance_tracker;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4 || size > 4 + 2 * 160) return 0;
  pt::TimeSeries series;
  series.season_length = data[0] % 60;
  pt::ForecastOptions options;
  options.horizon = 1 + data[1] % 40;
  options.nonnegative = (data[2] & 1) != 0;
  if ((data[2] & 6) == 2) options.method = pt::ForecastMethod::kMovingAverage;
  if ((data[2] & 6) == 4) options.method = pt::ForecastMethod::kSeasonalNaive;
  const double scale = std::pow(10.0, static_cast<int>(data[3] % 41) - 20);
  for (std::size_t i = 4; i + 1 < size; i += 2) {
    const auto bits = static_cast<std::uint16_t>(data[i] | data[i + 1] << 8);
    series.values.push_back(bits == 0x8000 ? pt::kMissing : scale * static_cast<std::int16_t>(bits));
  }
  if ((data[2] & 0xF8) == 0xF8 && !series.values.empty()) series.values.back() = HUGE_VAL;
  try {
    const pt::NeverCancelled progress;
    const pt::Forecast f = pt::forecast(series, options, progress);
    require(f.value.size() == static_cast<std::size_t>(options.horizon));
    for (std::size_t h = 0; h < f.value.size(); ++h) {
      require(std::isfinite(f.value[h]) && std::isfinite(f.lower[h]) && std::isfinite(f.upper[h]));
      require(std::isfinite(f.standard_error[h]) && f.standard_error[h] >= 0.0);
      require(f.lower[h] <= f.value[h] && f.value[h] <= f.upper[h]);
      require(!options.nonnegative || f.lower[h] >= 0.0);
    }
  } catch (const pt::InvalidArgument&) {
  } catch (const pt::InvalidData&) {
  }
  return 0;
}
