// SPDX-License-Identifier: PostgreSQL
#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

#include "commands/commands.h"
#include "db.h"
#include "http/message.h"
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
  log::error("migration failed, nothing was changed",
             {{"while", doing},
              {"line", line},
              {"sqlstate", error.sqlstate()},
              {"reason", error.what()},
              {"detail", error.detail()},
              {"hint", error.sqlstate() == "55P03" ? "Somebody reads or writes these tables for longer "
                                                     "than 5 s; run it again when they are done."
                                                   : error.hint()}});
}

// What is there, as the last migration left it: the text of the files and the extension's functions. What has not
// changed is not made again: replacing a view waits for everybody who reads it, and makes all others wait.
constexpr const char* kDigestOfExtension =
    "SELECT coalesce(md5(string_agg(p.oid::text || p.prosrc || pg_get_function_arguments(p.oid), '|' ORDER BY p.oid)), "
    "'') "
    "FROM pg_extension e JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid "
    "AND d.classid = 'pg_proc'::regclass JOIN pg_proc p ON p.oid = d.objid "
    "WHERE e.extname = 'performance_tracker' AND p.prokind = 'f'";

constexpr const char* kAppliedTable =
    "CREATE TABLE IF NOT EXISTS applied_schema (digest text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT "
    "now()); "
    "COMMENT ON TABLE applied_schema IS 'What `performance_tracker migrate` has applied last: the next one with the "
    "same "
    "files and the same extension has nothing to do. Empty it to have all applied again.'; "
    "COMMENT ON COLUMN applied_schema.digest IS 'Checksum of the files and of the extension''s functions.'; "
    "COMMENT ON COLUMN applied_schema.applied_at IS 'When that was.'";

std::string digest_of(db::Connection& connection, const std::vector<fs::path>& files) {
  std::string all(connection.execute(kDigestOfExtension).text(0, 0));
  for (const auto& file : files) all += file.filename().string() + '\0' + read_file(file) + '\0';
  return http::digest(all);
}

bool is_applied(db::Connection& connection, const std::string& digest) {
  // In this schema: another tenant's may stand behind it on the path.
  if (connection.execute("SELECT to_regclass(quote_ident(current_schema()) || '.applied_schema') IS NULL")
          .boolean(0, 0))
    return false;
  return connection.execute("SELECT EXISTS (SELECT FROM applied_schema WHERE digest = $1)", {digest}).boolean(0, 0);
}

// A tenant's schema, and the extension in one of its own if it is in none yet.
void prepare_schema(db::Connection& connection, const std::string& schema) {
  if (schema.empty()) return;
  connection.execute("CREATE SCHEMA IF NOT EXISTS " + connection.quote_identifier(schema));
  connection.execute("SET LOCAL search_path = " + connection.quote_identifier(schema) +
                     ", performance_tracker, public");
  if (connection.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'performance_tracker')")
          .boolean(0, 0))
    return;
  connection.execute("CREATE SCHEMA IF NOT EXISTS performance_tracker");
  connection.execute("CREATE EXTENSION performance_tracker SCHEMA performance_tracker");
}

// The functions are for the tenants' roles too, wherever they are.
constexpr const char* kGrantExtensionSchema = R"sql(
DO $$
BEGIN
  EXECUTE pg_catalog.format(
      'GRANT USAGE ON SCHEMA %I TO performance_tracker_reader, performance_tracker_etl, performance_tracker_application',
      (SELECT n.nspname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
       WHERE e.extname = 'performance_tracker'));
END
$$)sql";

// Whoever reads for longer must not make all others wait behind us.
constexpr const char* kLockTimeout = "SET lock_timeout = '5s'";

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
    connection.execute(kLockTimeout);
    db::Transaction transaction(connection);
    // Two at once would both find things missing. The number is this program's own.
    connection.execute("SELECT pg_advisory_xact_lock(7350011622)");
    doing = "CREATE EXTENSION performance_tracker";
    prepare_schema(connection, config.db_schema);
    connection.execute("CREATE EXTENSION IF NOT EXISTS performance_tracker");
    doing = "ALTER EXTENSION performance_tracker UPDATE";
    connection.execute(kUpdateExtension);
    if (const std::string digest = digest_of(connection, files); is_applied(connection, digest)) {
      transaction.commit();
      log::info("database is up to date, nothing was changed", {{"database", config.db_name}});
      return 0;
    }
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
    doing = "remembering what was applied";
    connection.execute(kGrantExtensionSchema);
    connection.execute_script(kAppliedTable);
    connection.execute("DELETE FROM applied_schema");
    connection.execute("INSERT INTO applied_schema (digest) VALUES ($1)", {digest_of(connection, files)});
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
