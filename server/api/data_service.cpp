// SPDX-License-Identifier: PostgreSQL
#include "api/data_service.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <ctime>
#include <utility>

#include "api/database_errors.h"
#include "api/rows.h"
#include "json.h"
#include "log.h"

namespace performance_tracker::api {
namespace {

using http::ApiError;
using Clock = DataVersions::Clock;

constexpr std::string_view formats[] = {"json", "csv"};
constexpr Parameter format_parameter{.name = "format", .kind = Kind::choice, .choices = formats};

// An answer of this age is made again when somebody asks for it, whatever the version says; the second, where the
// version cannot see every change.
constexpr std::chrono::seconds refreshed_after{60};
constexpr std::chrono::seconds refreshed_after_uncounted{5};
// While PostgreSQL is away, figures up to this age are given, marked.
constexpr std::chrono::hours kept_for{24};
// After a failure in the background: the pool needs a moment too before it connects again.
constexpr std::chrono::milliseconds pause_after_failure{500};
// Questions that a load answers anew before anybody asks: some pages of some people, asked within a day.
constexpr std::size_t remembered = 64;
constexpr std::chrono::hours remembered_for{24};
constexpr std::string_view fresh_mark = "\"stale\":false";
constexpr std::string_view stale_mark = "\"stale\":true ";  // as long as the other

// Since when which source is late.
constexpr const char* sources_sql =
    "SELECT coalesce(json_agg(json_build_object('source', source, 'data_through', data_through, 'stale_since', "
    "stale_since) ORDER BY source), '[]') FROM source_status";

// The newest functions and views that the routes need; regclass and regproc look where the queries will look.
constexpr const char* ready_sql = R"sql(
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'performance_tracker')
   AND to_regclass('products') IS NOT NULL
   AND to_regclass('daily_performance') IS NOT NULL
   AND to_regclass('daily_metrics') IS NOT NULL
   AND to_regclass('etl_runs') IS NOT NULL
   AND to_regclass('data_versions') IS NOT NULL
   AND to_regclass('source_status') IS NOT NULL
   AND to_regproc('kpi_summary') IS NOT NULL
   AND to_regproc('daily_figures') IS NOT NULL
   AND to_regproc('forecast_revenue') IS NOT NULL)sql";

std::string file_name(const DataRoute& route) {
  return std::string(route.path.substr(route.path.rfind('/') + 1)) + ".csv";
}

std::string now_rfc3339() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  const auto length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S+00:00", &parts);
  return {text, length};
}

std::chrono::milliseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
}

}  // namespace

Question question_of(const DataRoute& route, const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::vector<Parameter> known(route.parameters.begin(), route.parameters.end());
  known.push_back(format_parameter);
  Arguments parsed = parse_arguments(known, parameters);
  const bool csv = parsed.take(format_parameter.name) == "csv";
  // Arguments point into a table: into the route's, which stays.
  std::vector<Argument> kept;
  for (const auto& argument : parsed.given()) {
    const Parameter& own = *std::ranges::find(route.parameters, argument.parameter->name, &Parameter::name);
    kept.push_back({&own, argument.value});
  }
  Question question{&route, Arguments(std::move(kept)), csv, {}};
  question.key = std::string(route.path) + (csv ? ".csv?" : "?") + question.arguments.canonical();
  return question;
}

void set_freshness(http::Response& response, const Made& made, bool stale) {
  response.headers.emplace_back("Age", std::to_string(since(made.at).count() / 1000));
  response.headers.emplace_back("Data-Version", version_name(made.version));
  if (stale) response.headers.emplace_back("Data-Stale", "true");
  response.from_cache = true;
}

DataService::DataService(db::Pool& pool, std::size_t cache_bytes)
    : pool_(pool), cache_(cache_bytes, kept_for), versions_(pool), flights_(pool.size()) {}

http::Response DataService::answer(const DataRoute& route, const http::Request& request) {
  const Question question = question_of(route, request.parameters);
  const Found found = find(question, std::dynamic_pointer_cast<Flight>(request.landed));
  http::Response response;
  if (found.flight) {
    response.pending = found.flight;
    return response;
  }
  set_freshness(response, *found.made, found.stale);
  response.from_cache = found.from_cache;
  response.content = found.stale ? marked_stale(found.made) : found.made;
  response.cache_control = "no-cache";  // keep it, but ask with If-None-Match
  if (question.csv) {
    response.content_type = "text/csv; charset=utf-8";
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + file_name(route) + "\"");
  }
  return response;
}

Found DataService::find(const Question& question, const std::shared_ptr<Flight>& landed) {
  if (!landed && !question.csv) remember(question);
  if (landed) {
    if (auto made = std::static_pointer_cast<const Made>(landed->outcome())) return {.made = std::move(made)};
  } else if (auto made = std::static_pointer_cast<const Made>(cache_.find(question.key))) {
    look_if_due();
    const bool stale = is_stale(*made, *question.route);
    if (stale) refresh(question);
    const std::lock_guard lock(counts_mutex_);
    ++(stale ? counts_.stale : counts_.hits);
    return {.made = std::move(made), .flight = nullptr, .stale = stale, .from_cache = true};
  }
  return {.made = nullptr, .flight = flights_.join(question.key, false, [this, question](db::CancelToken& cancel) {
            return make(question, cancel);
          })};
}

bool DataService::is_stale(const Made& made, const DataRoute& route) {
  const auto version = versions_.known();
  if (!version || versions_.failing() || made.version != version->of(route.depends_on)) return true;
  return Clock::now() - made.at > (made.counted ? refreshed_after : refreshed_after_uncounted);
}

// What people look at is what they will look at after the next load.
void DataService::remember(const Question& question) {
  const std::lock_guard lock(asked_mutex_);
  asked_.insert_or_assign(question.key, std::pair(question, Clock::now()));
  if (asked_.size() <= remembered) return;
  asked_.erase(std::ranges::min_element(asked_, {}, [](const auto& entry) { return entry.second.second; }));
}

void DataService::look_if_due() {
  if (!versions_.due() || Clock::now().time_since_epoch().count() < no_refresh_before_) return;
  try {
    flights_.join("data version", true, [this](db::CancelToken& cancel) -> std::shared_ptr<const http::Content> {
      versions_.look(&cancel);
      return nullptr;
    });
  } catch (const ApiError&) {
    // Too much to do already.
  }
}

void DataService::refresh(const Question& question) {
  if (Clock::now().time_since_epoch().count() < no_refresh_before_) return;
  try {
    flights_.join(question.key, true, [this, question](db::CancelToken& cancel) { return make(question, cancel); });
  } catch (const ApiError&) {
    // Too much to do already: the next one who asks tries again.
  }
}

std::shared_ptr<const http::Content> DataService::marked_stale(const std::shared_ptr<const Made>& made) {
  if (made->stale_mark == 0) return made;
  const std::string key = "stale " + made->etag + made->version;
  if (auto found = cache_.find(key)) return found;
  std::string body = made->identity;
  body.replace(made->stale_mark, stale_mark.size(), stale_mark);
  auto marked = std::make_shared<http::Content>(*http::make_content(std::move(body)));
  marked->weak = true;
  cache_.insert(key, marked);
  return marked;
}

http::Response DataService::readiness(const http::Request& request) {
  http::Response response;
  if (const auto flight = std::dynamic_pointer_cast<Flight>(request.landed)) {
    if ((response.content = flight->outcome())) return response;
  }
  response.pending = flights_.join("readiness", false, [this](db::CancelToken& cancel) {
    try {
      if (!pool_.query(ready_sql, {}, &cancel).boolean(0, 0))
        throw ApiError(503, "not_migrated", "the database has no current performance_tracker schema")
            .with_hint("Run `performance_tracker migrate` as the owner of the database.");
      versions_.look(&cancel);
      const auto sources = pool_.query(sources_sql, {}, &cancel);
      return http::make_plain_content(R"({"status":"ok","sources":)" + std::string(sources.text(0, 0)) + "}\n");
    } catch (const db::Error& error) {
      throw to_api_error(error);
    }
  });
  return response;
}

void DataService::data_changed(const std::vector<Question>& questions) {
  versions_.expire();
  look_if_due();
  for (const auto& question : questions) refresh(question);
  std::vector<Question> lately;
  {
    const std::lock_guard lock(asked_mutex_);
    for (const auto& [key, entry] : asked_)
      if (Clock::now() - entry.second < remembered_for) lately.push_back(entry.first);
  }
  for (const auto& question : lately) refresh(question);
}

void DataService::written() {
  versions_.count_write();
  try {
    versions_.look(nullptr);
  } catch (const std::exception& error) {
    // What was written stays written; the next look finds it.
    log::warning("the data could not be looked at after a write", {{"reason", error.what()}});
  }
}

ServiceCounts DataService::counts() const {
  ServiceCounts counts;
  {
    const std::lock_guard lock(counts_mutex_);
    counts = counts_;
  }
  counts.cache_bytes = cache_.bytes();
  counts.waiting = flights_.waiting();
  counts.database_is_away = versions_.failing();
  if (const auto version = versions_.known(); version && version->loaded_at > 0)
    counts.load_age_seconds = static_cast<double>(std::time(nullptr)) - version->loaded_at;
  return counts;
}

// On a maker's thread.
std::shared_ptr<const Made> DataService::make(const Question& question, db::CancelToken& cancel) {
  const auto start = Clock::now();
  try {
    // Before the statement: should the data change meanwhile, the answer is taken for older than it is.
    const DataVersion version = versions_.look(&cancel);
    const Statement statement = question.route->statement(question.arguments);
    const auto rows = pool_.query(statement.sql, statement.params, &cancel);
    auto made = std::make_shared<Made>();
    made->version = version.of(question.route->depends_on);
    made->counted = version.counted;
    made->at = Clock::now();
    made->took = since(start);
    const std::string core = question.csv ? rows_to_csv(rows) : "{\"data\":" + rows_to_json(rows);
    const std::string meta =
        question.csv ? "" : ",\"meta\":{" + meta_of(question, rows, statement, *made, version, cancel) + "}}\n";
    static_cast<http::Content&>(*made) = *http::make_content(core + meta);
    if (!question.csv) {
      made->stale_mark = made->identity.rfind(fresh_mark);
      // Named by its rows: when they are the same, a client's copy is still right, whenever it was made.
      made->etag = http::digest(core + version.data_through + version.currency);
      made->weak = true;
    }
    cache_.insert(question.key, made);
    const std::lock_guard lock(counts_mutex_);
    const double seconds = std::chrono::duration<double>(made->took).count();
    ++counts_.made;
    counts_.made_seconds += seconds;
    if (question.route->path == "/api/v1/forecast") {
      ++counts_.forecasts;
      counts_.forecast_seconds += seconds;
    }
    return made;
  } catch (const db::Error& error) {
    no_refresh_before_ = (Clock::now() + pause_after_failure).time_since_epoch().count();
    if (cancel.cancelled()) {
      log::info("query cancelled: nobody waits for it any more", {{"route", question.route->path}});
      throw to_api_error(error);
    }
    throw to_api_error(error);
  } catch (const db::PoolExhausted&) {
    throw ApiError(503, "overloaded", "too many questions at once")
        .with_hint("Try again in a moment, or raise DB_POOL_SIZE.")
        .with_header("Retry-After", "1");
  }
}

std::string DataService::meta_of(const Question& question, const db::Result& rows, const Statement& statement,
                                 const Made& made, const DataVersion& version, db::CancelToken& cancel) {
  std::string meta = "\"row_count\":" + std::to_string(rows.rows()) + ",\"data_through\":" + version.data_through +
                     ",\"currency\":" + version.currency;
  if (question.route->extra_meta != nullptr) {
    const auto extra = pool_.query(question.route->extra_meta, {}, &cancel);
    for (int column = 0; column < extra.columns(); ++column)
      meta += "," + json::quote(extra.column_name(column)) + ":" + field_to_json(extra, 0, column);
  }
  meta += ",\"data_version\":" + json::quote(version_name(made.version)) +
          ",\"made_at\":" + json::quote(now_rfc3339()) + ",\"made_ms\":" + std::to_string(made.took.count()) +
          ",\"sql\":" + json::quote(statement.text()) + ",";
  return meta.append(fresh_mark);
}

}  // namespace performance_tracker::api
