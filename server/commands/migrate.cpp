// SPDX-License-Identifier: PostgreSQL
#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

#include "commands/commands.h"
#include "db.h"
#include "log.h"

namespace performance_tracker::commands {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> schema_files(const fs::path& directory) {
  if (!fs::is_directory(directory))
    throw ConfigError("SCHEMA_DIR " + directory.string() + " is not a directory; it holds the schema's *.sql");
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory))
    if (entry.is_regular_file() && entry.path().extension() == ".sql") files.push_back(entry.path());
  if (files.empty()) throw ConfigError("SCHEMA_DIR " + directory.string() + " holds no *.sql");
  std::ranges::sort(files);
  return files;
}

std::string read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream.good() && !stream.eof()) throw ConfigError(path.string() + " cannot be read");
  return text;
}

int line_of(const std::string& text, int position) {
  const auto end = text.begin() + std::min<std::ptrdiff_t>(std::max(position - 1, 0), std::ssize(text));
  return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
}

// The views of 040_result_views.sql stand on functions that an update may have to replace. They make way where they are
// in its way, and that file makes them again. Not CASCADE: a view of somebody's own over these is refused, and said.
constexpr const char* kUpdateExtension = R"sql(
DO $$
DECLARE
  view pg_catalog.text;
BEGIN
  ALTER EXTENSION performance_tracker UPDATE;
EXCEPTION WHEN dependent_objects_still_exist THEN
  FOREACH view IN ARRAY '{current_kpis,current_forecast,current_category_forecast,current_anomalies,
      current_recommendations,current_promotion_impact}'::pg_catalog.text[]
  LOOP
    EXECUTE pg_catalog.format('DROP VIEW IF EXISTS %I', view);
  END LOOP;
  ALTER EXTENSION performance_tracker UPDATE;
END
$$)sql";

void log_failure(const std::string& doing, const db::Error& error, int line = 0) {
  log::error("migration failed, nothing was changed", {{"while", doing},
                                                       {"line", line},
                                                       {"sqlstate", error.sqlstate()},
                                                       {"reason", error.what()},
                                                       {"detail", error.detail()},
                                                       {"hint", error.hint()}});
}

}  // namespace

int migrate(const Config& config) {
  if (config.owner.user.empty())
    throw ConfigError("OWNER_DB_USER is not set: migrate runs as the owner of the database");
  const auto files = schema_files(config.schema_dir);
  std::string doing = "connecting";
  try {
    db::Connection connection(db::owner_options(config));
    doing = "preparing";
    connection.execute("SET client_min_messages = warning");
    db::Transaction transaction(connection);
    // Two at once would both find things missing. The number is this program's own.
    connection.execute("SELECT pg_advisory_xact_lock(7350011622)");
    doing = "CREATE EXTENSION performance_tracker";
    connection.execute("CREATE EXTENSION IF NOT EXISTS performance_tracker");
    doing = "ALTER EXTENSION performance_tracker UPDATE";
    connection.execute(kUpdateExtension);
    for (const auto& file : files) {
      doing = file.filename();
      const std::string text = read_file(file);
      try {
        connection.execute_script(text);
      } catch (const db::Error& error) {
        log_failure(doing, error, error.position() > 0 ? line_of(text, error.position()) : 0);
        return 1;
      }
      log::info("schema file applied", {{"file", doing}});
    }
    doing = "committing";
    const auto version =
        connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'performance_tracker'");
    const std::string installed(version.text(0, 0));
    transaction.commit();
    log::info("database is up to date", {{"database", config.db_name}, {"extension", installed}});
    return 0;
  } catch (const db::Error& error) {
    log_failure(doing, error);
    return 1;
  }
}

}  // namespace performance_tracker::commands
