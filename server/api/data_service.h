// SPDX-License-Identifier: PostgreSQL
//
// From a data route and a request to a response: arguments, cache, one statement, JSON or CSV.
//
// Nobody waits for an answer that is there already. When the data has changed, or PostgreSQL is away, the old answer is
// given, marked as stale, while a new one is made. What was never asked is made once for all who ask, and their
// connections are parked meanwhile.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/data_versions.h"
#include "api/flights.h"
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
  // A statement of one row and one json object whose members are added to `meta`; null: none.
  const char* extra_meta = nullptr;
  DependsOn depends_on = DependsOn::data;
};

// An answer of a route, and what is known about it.
struct Made : http::Content {
  std::string version;  // of the data that it was made from
  bool counted = true;  // see DataVersion
  DataVersions::Clock::time_point at;
  std::chrono::milliseconds took{0};
  std::size_t stale_mark = 0;  // where the body says "stale":false; 0: nowhere (CSV)
};

// A route with its arguments.
struct Question {
  const DataRoute* route;
  Arguments arguments;
  bool csv;
  std::string key;  // equal for equal questions
};

// Checks the parameters, `format` included. Throws ApiError (400).
Question question_of(const DataRoute& route, const std::vector<std::pair<std::string, std::string>>& parameters);

// What there is for a question: an answer, or a flight that will bring one. An error is thrown.
struct Found {
  std::shared_ptr<const Made> made = nullptr;
  std::shared_ptr<Flight> flight = nullptr;
  bool stale = false;
  bool from_cache = false;
};

struct ServiceCounts {
  std::uint64_t hits = 0, stale = 0, made = 0;
  double made_seconds = 0, forecast_seconds = 0;
  std::uint64_t forecasts = 0;
  std::size_t cache_bytes = 0, waiting = 0;
  double load_age_seconds = -1;  // since the last load that succeeded; -1: none is known
  bool database_is_away = false;
};

class DataService {
 public:
  DataService(db::Pool& pool, std::size_t cache_bytes);

  http::Response answer(const DataRoute& route, const http::Request& request);

  // 200 when database, schema and extension are there and the login may read, else ApiError (503).
  http::Response readiness(const http::Request& request);

  // The data changed by our own doing: look again, and make the answers of `questions`, and of what was asked last,
  // before anybody asks.
  void data_changed(const std::vector<Question>& questions);

  // The same after a single write: from here on what was made before it is marked as old, and made anew when asked for.
  void written();

  ServiceCounts counts() const;

  // --- for pages that are put together from several routes

  // `landed`: the flight that an earlier call has given, if any.
  Found find(const Question& question, const std::shared_ptr<Flight>& landed);
  // The same content with its mark set.
  std::shared_ptr<const http::Content> marked_stale(const std::shared_ptr<const Made>& made);
  http::ResponseCache& cache() { return cache_; }
  DataVersions& versions() { return versions_; }

 private:
  bool is_stale(const Made& made, const DataRoute& route);
  void look_if_due();
  void refresh(const Question& question);
  void remember(const Question& question);
  std::shared_ptr<const Made> make(const Question& question, db::CancelToken& cancel);
  std::string meta_of(const Question& question, const db::Result& rows, const Statement& statement, const Made& made,
                      const DataVersion& version, db::CancelToken& cancel);

  db::Pool& pool_;
  http::ResponseCache cache_;
  DataVersions versions_;
  std::atomic<DataVersions::Clock::rep> no_refresh_before_{0};  // after a failure, for a moment
  std::mutex asked_mutex_;
  std::map<std::string, std::pair<Question, DataVersions::Clock::time_point>> asked_;  // lately, by key
  mutable std::mutex counts_mutex_;
  ServiceCounts counts_;
  FlightBoard flights_;  // last: its makers use what is above
};

// The headers that say how old an answer is: Age, Data-Version, and Data-Stale when it is.
void set_freshness(http::Response& response, const Made& made, bool stale);

}  // namespace performance_tracker::api
