// SPDX-License-Identifier: PostgreSQL
#include "etl/fetch_ahead.h"

namespace performance_tracker::etl {

FetchAhead::FetchAhead(PlatformClient& client, const Catalog& catalog, std::vector<LoadedDays> periods, OnPage on_page)
    : client_(client), catalog_(catalog), periods_(std::move(periods)), on_page_(std::move(on_page)) {
  begin();
}

FetchAhead::~FetchAhead() {
  if (!coming_.valid()) return;
  client_.abandon();
  coming_.wait();
}

void FetchAhead::begin() {
  if (begun_ == periods_.size()) return;
  coming_ = std::async(std::launch::async, [this, period = periods_[begun_]] {
    return client_.metrics(catalog_, period.first, period.last, [&](double share) { on_page_(period, share); });
  });
  ++begun_;
}

std::optional<MetricsBatch> FetchAhead::next() {
  if (!coming_.valid()) return std::nullopt;
  MetricsBatch batch = coming_.get();
  begin();
  return batch;
}

}  // namespace performance_tracker::etl
