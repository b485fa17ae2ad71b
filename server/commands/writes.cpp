// SPDX-License-Identifier: PostgreSQL
#include "commands/writes.h"

#include "api/database_errors.h"
#include "db.h"

namespace performance_tracker::commands {
namespace {

// A row that somebody else holds is waited for, but not for long: a thread of the server waits too.
constexpr std::chrono::milliseconds longest{3000};

}  // namespace

api::RunWrite make_run_write(const Config& config, std::function<void()> written) {
  if (config.loader.user.empty()) return {};
  db::ConnectOptions options = db::loader_options(config);
  options.statement_timeout = longest;
  return [options, written = std::move(written)](const api::Statement& statement) {
    std::string value;
    try {
      // A session of its own: writes are rare, and the readers' sessions may not write.
      db::Connection connection(options);
      const db::Result result = connection.execute(statement.sql, statement.params);
      value = result.rows() > 0 ? std::string(result.text(0, 0)) : std::string();
    } catch (const db::Error& error) {
      if (error.sqlstate() == "42501")
        throw http::ApiError(503, "not_configured", "the loader's database login may not write this")
            .with_hint("Grant performance_tracker_application to the login that ETL_DB_USER names.");
      throw api::to_api_error(error);
    }
    written();
    return value;
  };
}

}  // namespace performance_tracker::commands
