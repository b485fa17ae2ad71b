// SPDX-License-Identifier: PostgreSQL
//
// The platform's days, batch after batch: the next one is fetched by a thread of its own while the caller stores the
// one before, so that of the platform and the database only the slower one counts. Two batches are in memory at most.
//
//   FetchAhead batches(client, catalog, periods, on_page);
//   while (auto metrics = batches.next()) store(*metrics);
#pragma once

#include <functional>
#include <future>
#include <optional>
#include <vector>

#include "etl/platform_client.h"
#include "etl/store.h"

namespace performance_tracker::etl {

class FetchAhead {
 public:
  // `on_page(period, share)` is called by the fetching thread: share (0..1] of a period's rows has arrived. The client
  // belongs to that thread from here to the destructor, which ends a fetch that nobody wants any more.
  using OnPage = std::function<void(const LoadedDays&, double)>;
  FetchAhead(PlatformClient& client, const Catalog& catalog, std::vector<LoadedDays> periods, OnPage on_page);
  ~FetchAhead();
  FetchAhead(const FetchAhead&) = delete;
  FetchAhead& operator=(const FetchAhead&) = delete;

  // The next period's rows; empty after the last. Throws what PlatformClient::metrics() does.
  std::optional<MetricsBatch> next();

 private:
  void begin();

  PlatformClient& client_;
  const Catalog& catalog_;
  const std::vector<LoadedDays> periods_;
  const OnPage on_page_;
  std::size_t begun_ = 0;
  std::future<MetricsBatch> coming_;
};

}  // namespace performance_tracker::etl
