// SPDX-License-Identifier: PostgreSQL
//
// The ad platform's HTTP API as rows. Repeats what may help (connection lost, 5xx, 429, an unreadable answer), gives
// up at once on what will not (401, 404, rows that make no sense), and never returns less than all of a period.
#pragma once

#include <functional>
#include <memory>
#include <optional>
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

  // For platforms that speak another dialect: sends what is given (JSON, if there is a body) to a path under the
  // address, until `parse` accepts the answer, which throws PayloadError for one that is unreadable.
  template <typename Parse>
  auto call(std::string_view method, std::string_view path, const std::string& body, Parse parse)
      -> decltype(parse(std::string{})) {
    std::optional<decltype(parse(std::string{}))> result;
    request({std::string(method), prefix_ + std::string(path), body}, std::string(path.substr(0, path.find('?'))),
            [&](const std::string& answer) { result.emplace(parse(answer)); });
    return std::move(*result);
  }
  // The same with a whole address that an answer has named, of this platform or of another host, which is sent no
  // token. A file that is gzip is unpacked.
  template <typename Parse>
  auto download(const std::string& url, Parse parse) -> decltype(parse(std::string{})) {
    return parse(fetch(url));
  }
  // From another thread: the request that is under way, and every later one, ends with Error{kStopped}.
  void abandon() { abandoned_.request_stop(); }
  // A pause between two looks at something that the platform is making.
  void pause(int look);

  // The platform's address without its port, for platforms that do not say who they are.
  const std::string& address() const { return address_; }

  int retries() const { return retries_; }

 private:
  using Parameters = std::vector<std::pair<std::string, std::string>>;
  struct Attempt;

  struct Call {
    std::string method, path, body;
  };
  void request(const Call& call, const std::string& what, const std::function<void(const std::string&)>& take);
  std::string fetch(const std::string& url);
  // A new bearer token for the refresh token; false if there is no way to get one.
  bool refresh_token();

  // GETs route until `parse` accepts the body, within the limits of the options.
  template <typename Parse>
  auto get(const std::string& route, const Parameters& parameters, Parse parse) -> decltype(parse(std::string_view{}));
  Attempt attempt(const Call& call);
  void wait_before_retry(const Attempt& failed, int attempts, std::chrono::milliseconds backoff);

  const Options& options_;
  std::stop_source abandoned_;
  std::stop_callback<std::function<void()>> outer_;  // who stops the load stops its requests
  std::stop_token stop_;                             // either of them
  std::string prefix_;                               // path in front of the routes
  std::string address_;
  std::unique_ptr<httplib::Client> client_;
  int retries_ = 0;
};

}  // namespace performance_tracker::etl
