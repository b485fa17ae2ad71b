// SPDX-License-Identifier: PostgreSQL
#include "api/data_service.h"

#include <utility>

#include "api/database_errors.h"
#include "api/rows.h"
#include "json.h"

namespace performance_tracker::api {
namespace {

using http::ApiError;

// All money is in the currency of the ad account; the tables hold one.
constexpr std::string_view currency = "USD";

constexpr std::string_view formats[] = {"json", "csv"};
constexpr Parameter format_parameter{.name = "format", .kind = Kind::choice, .choices = formats};

// How long a data version is believed. A change made by psql shows after this and PostgreSQL's own delay of about a
// second in its counters; a load shows at once.
constexpr std::chrono::milliseconds version_lifetime{500};
// Bound for what no version sees: views over foreign tables under the names of ours.
constexpr std::chrono::seconds cache_lifetime{60};

// The last complete day, and everything that an answer can depend on: the day, the extension, the newest load, and
// rows written to the tables in any other way.
constexpr const char* version_sql = R"sql(
SELECT CASE WHEN max(date) >= current_date THEN current_date - 1 ELSE max(date) END AS data_through,
       concat_ws('|', current_date, max(date),
                 (SELECT extversion FROM pg_extension WHERE extname = 'performance_tracker'),
                 (SELECT id::text || status FROM etl_runs ORDER BY id DESC LIMIT 1),
                 (SELECT sum(pg_stat_get_tuples_inserted(t) + pg_stat_get_tuples_updated(t) + pg_stat_get_tuples_deleted(t))
                  FROM unnest(ARRAY[to_regclass('products'), to_regclass('daily_performance'),
                                    to_regclass('promotions'), to_regclass('etl_runs')]) AS t)) AS version
FROM daily_performance)sql";

// The newest functions and views that the routes need; regclass and regproc look where the queries will look.
constexpr const char* ready_sql = R"sql(
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'performance_tracker')
   AND to_regclass('products') IS NOT NULL
   AND to_regclass('daily_performance') IS NOT NULL
   AND to_regclass('daily_metrics') IS NOT NULL
   AND to_regclass('etl_runs') IS NOT NULL
   AND to_regproc('kpi_summary') IS NOT NULL
   AND to_regproc('forecast_revenue') IS NOT NULL)sql";

struct NameCheck {
  std::string_view parameter;
  const char* exists;
  const char* others;
};

constexpr NameCheck name_checks[] = {
    {"product", "SELECT EXISTS (SELECT FROM products WHERE name = $1)",
     "SELECT string_agg(name, ', ') FROM (SELECT name FROM products "
     "ORDER BY position(lower($1) in lower(name)) = 0, name LIMIT 10) AS names"},
    {"category", "SELECT EXISTS (SELECT FROM products WHERE category = $1)",
     "SELECT string_agg(category, ', ') FROM (SELECT category FROM products WHERE category IS NOT NULL GROUP BY "
     "category "
     "ORDER BY position(lower($1) in lower(category)) = 0, category LIMIT 10) AS names"},
};

ApiError unknown_name(const NameCheck& check, const std::string& value, std::optional<std::string> hint) {
  const std::string what(check.parameter);
  ApiError error(404, "unknown_" + what, "there is no " + what + " '" + value + "'");
  error.parameter = what;
  error.hint = hint ? std::move(*hint) : "GET /api/v1/catalog lists what there is.";
  return error;
}

std::string file_name(const DataRoute& route) {
  return std::string(route.path.substr(route.path.rfind('/') + 1)) + ".csv";
}

}  // namespace

DataService::DataService(db::Pool& pool, std::size_t cache_bytes) : pool_(pool), cache_(cache_bytes, cache_lifetime) {}

http::Response DataService::answer(const DataRoute& route, const http::Request& request) {
  std::vector<Parameter> known(route.parameters.begin(), route.parameters.end());
  known.push_back(format_parameter);
  Arguments arguments = parse_arguments(known, request.parameters);
  const bool csv = arguments.take(format_parameter.name) == "csv";
  http::Response response;
  try {
    const DataVersion version = data_version();
    const std::string key =
        version.text + ' ' + std::string(route.path) + (csv ? ".csv?" : "?") + arguments.canonical();
    response.content = find_or_make(key, route, arguments, csv, version, response.from_cache);
  } catch (const db::Error& error) {
    rethrow(error, arguments);
  } catch (const db::PoolExhausted&) {
    throw ApiError(503, "overloaded", "too many questions at once")
        .with_hint("Try again in a moment, or raise DB_POOL_SIZE.")
        .with_header("Retry-After", "1");
  }
  response.cache_control = "no-cache";  // keep it, but ask with If-None-Match
  if (csv) {
    response.content_type = "text/csv; charset=utf-8";
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + file_name(route) + "\"");
  }
  return response;
}

void DataService::check_ready() {
  const Arguments none({});
  try {
    const auto ready = pool_.query(ready_sql);
    if (!ready.boolean(0, 0))
      throw ApiError(503, "not_migrated", "the database has no current performance_tracker schema")
          .with_hint("Run `performance_tracker migrate` as the owner of the database.");
    data_version();
  } catch (const db::Error& error) {
    throw to_api_error(error, none);
  } catch (const db::PoolExhausted&) {
    throw ApiError(503, "overloaded", "all database connections are busy");
  }
}

void DataService::data_changed() {
  const std::lock_guard lock(version_mutex_);
  version_.reset();
}

DataService::DataVersion DataService::data_version() {
  const std::lock_guard lock(version_mutex_);
  if (version_ && Clock::now() - version_read_ < version_lifetime) return *version_;
  version_.reset();
  const auto row = pool_.query(version_sql);
  version_ = DataVersion{std::string(row.text(0, 1)), field_to_json(row, 0, 0)};
  version_read_ = Clock::now();
  return *version_;
}

std::shared_ptr<const http::Content> DataService::find_or_make(const std::string& key, const DataRoute& route,
                                                               const Arguments& arguments, bool csv,
                                                               const DataVersion& version, bool& from_cache) {
  std::shared_ptr<Flight> flight;
  {
    std::unique_lock lock(flights_mutex_);
    if (auto found = cache_.find(key)) {
      from_cache = true;
      return found;
    }
    if (const auto other = flights_.find(key); other != flights_.end()) {
      flight = other->second;
      landed_.wait(lock, [&] { return flight->landed; });
      if (flight->content) return flight->content;
      // It failed; what made it fail may concern that request alone, so this one tries by itself.
      flight.reset();
    } else {
      flight = std::make_shared<Flight>();
      flights_.emplace(key, flight);
    }
  }
  if (!flight) return make(route, arguments, csv, version);
  try {
    auto content = make(route, arguments, csv, version);
    cache_.insert(key, content);
    land(key, *flight, content);
    return content;
  } catch (...) {
    land(key, *flight, nullptr);
    throw;
  }
}

void DataService::land(const std::string& key, Flight& flight, std::shared_ptr<const http::Content> content) {
  {
    const std::lock_guard lock(flights_mutex_);
    flight.landed = true;
    flight.content = std::move(content);
    flights_.erase(key);
  }
  landed_.notify_all();
}

std::shared_ptr<const http::Content> DataService::make(const DataRoute& route, const Arguments& arguments, bool csv,
                                                       const DataVersion& version) {
  if (route.check_names) check_names(arguments);
  const Statement statement = route.statement(arguments);
  const auto rows = pool_.query(statement.sql, statement.params);
  if (csv) return http::make_content(rows_to_csv(rows));

  std::string meta = "\"row_count\":" + std::to_string(rows.rows()) + ",\"data_through\":" + version.data_through +
                     ",\"currency\":" + json::quote(currency);
  if (route.extra_meta != nullptr) {
    const auto extra = pool_.query(route.extra_meta);
    for (int column = 0; column < extra.columns(); ++column)
      meta += "," + json::quote(extra.column_name(column)) + ":" + field_to_json(extra, 0, column);
  }
  return http::make_content("{\"data\":" + rows_to_json(rows) + ",\"meta\":{" + meta + "}}\n");
}

void DataService::check_names(const Arguments& arguments) {
  for (const auto& check : name_checks) {
    const auto value = arguments.find(check.parameter);
    if (!value) continue;
    const db::Param param = *value;
    if (pool_.query(check.exists, {&param, 1}).boolean(0, 0)) continue;
    const auto others = pool_.query(check.others, {&param, 1}).string(0, 0);
    throw unknown_name(check, *value, others ? std::optional("There are, among others: " + *others) : std::nullopt);
  }
}

// Functions report an unknown name as invalid_parameter_value like any other bad value; asking the table tells it
// apart without reading messages.
void DataService::rethrow(const db::Error& error, const Arguments& arguments) {
  if (error.sqlstate() == "22023") {
    for (const auto& check : name_checks) {
      const auto value = arguments.find(check.parameter);
      if (!value) continue;
      const db::Param param = *value;
      bool exists = true;
      try {
        exists = pool_.query(check.exists, {&param, 1}).boolean(0, 0);
      } catch (const std::exception&) {
        break;  // the first error is the one to report
      }
      if (!exists) throw unknown_name(check, *value, error.hint().empty() ? std::nullopt : std::optional(error.hint()));
    }
  }
  throw to_api_error(error, arguments);
}

}  // namespace performance_tracker::api
