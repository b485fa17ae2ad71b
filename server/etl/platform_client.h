// SPDX-License-Identifier: PostgreSQL
//
// The ad platform's HTTP API as rows. Repeats what may help (connection lost, 5xx, 429, an unreadable answer), gives
// up at once on what will not (401, 404, rows that make no sense), and never returns less than all of a period.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "etl/etl.h"
#include "etl/payload.h"

namespace httplib {
class Client;
}

namespace performance_tracker::etl {

class PlatformClient {
 public:
  // Throws Error{kBadOption} if the address is none.
  PlatformClient(const Options& options, std::stop_token stop);
  ~PlatformClient();
  PlatformClient(const PlatformClient&) = delete;
  PlatformClient& operator=(const PlatformClient&) = delete;

  // Each throws Error{kPlatform} or Error{kStopped}.
  Page<ProductRow> products();
  Page<PromotionRow> promotions(Day first, Day last);
  // Reads all pages of first..last; `on_page(share)` is told the share (0..1] of the rows that have arrived.
  MetricsBatch metrics(const Catalog& catalog, Day first, Day last, const std::function<void(double)>& on_page);

  // The platform's address without its port, for platforms that do not say who they are.
  const std::string& address() const { return address_; }

  int retries() const { return retries_; }

 private:
  using Parameters = std::vector<std::pair<std::string, std::string>>;
  struct Attempt;

  // GETs route until `parse` accepts the body, within the limits of the options.
  template <typename Parse>
  auto get(const std::string& route, const Parameters& parameters, Parse parse) -> decltype(parse(std::string_view{}));
  Attempt attempt(const std::string& path);
  void wait_before_retry(const Attempt& failed, int attempts, std::chrono::milliseconds backoff);

  const Options& options_;
  std::stop_token stop_;
  std::string prefix_;  // path in front of the routes
  std::string address_;
  std::unique_ptr<httplib::Client> client_;
  int retries_ = 0;
};

}  // namespace performance_tracker::etl
