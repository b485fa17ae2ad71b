// SPDX-License-Identifier: PostgreSQL
//
// From a data route and a request to a response: arguments, cache, one statement, JSON or CSV.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/parameters.h"
#include "db_pool.h"
#include "http/message.h"
#include "http/response_cache.h"

namespace performance_tracker::api {

// One address whose answer is one SELECT. Declared in the file of its resource.
struct DataRoute {
  std::string_view path;                  // /api/v1/<resource>
  std::span<const Parameter> parameters;  // without `format`, which every data route has
  Statement (*statement)(const Arguments& arguments);
  // The statement reads views, which do not know that a product or category does not exist: check it first.
  bool check_names = false;
  // A statement of one row and one json object whose members are added to `meta`; null: none.
  const char* extra_meta = nullptr;
};

class DataService {
 public:
  DataService(db::Pool& pool, std::size_t cache_bytes);

  http::Response answer(const DataRoute& route, const http::Request& request);

  // Throws ApiError (503) unless database, schema and extension are there and the login may read.
  void check_ready();

  // The data changed by our own doing: forget what was cached.
  void data_changed();

 private:
  using Clock = std::chrono::steady_clock;

  // What the answers depend on. `text` differs when any of it changed.
  struct DataVersion {
    std::string text;
    std::string data_through;  // as JSON: "2026-11-21" in quotes, or null
  };

  struct Flight;

  DataVersion data_version();
  void check_names(const Arguments& arguments);
  [[noreturn]] void rethrow(const db::Error& error, const Arguments& arguments);
  std::shared_ptr<const http::Content> make(const DataRoute& route, const Arguments& arguments, bool csv,
                                            const DataVersion& version);
  void land(const std::string& key, Flight& flight, std::shared_ptr<const http::Content> content);
  std::shared_ptr<const http::Content> find_or_make(const std::string& key, const DataRoute& route,
                                                    const Arguments& arguments, bool csv, const DataVersion& version,
                                                    bool& from_cache);

  db::Pool& pool_;
  http::ResponseCache cache_;

  std::mutex version_mutex_;
  std::optional<DataVersion> version_;
  Clock::time_point version_read_{};

  // Answers that are being made: a second request for the same waits for the first and shares its outcome.
  struct Flight {
    bool landed = false;
    std::shared_ptr<const http::Content> content;  // null after landing: it failed
  };
  std::mutex flights_mutex_;
  std::condition_variable landed_;
  std::map<std::string, std::shared_ptr<Flight>> flights_;
};

}  // namespace performance_tracker::api
