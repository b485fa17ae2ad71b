// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace performance_tracker {

// A setting is missing or unusable. what() lists every problem found, one a line, each with the way out.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class LogLevel { trace, debug, info, warning, error };
enum class LogFormat { text, json };

// One login of the database; host, port and database are shared by all of them.
struct DatabaseLogin {
  std::string user;
  std::string password;  // empty: peer, trust or ~/.pgpass
};

// Everything the process can be told from outside, checked and typed.
// Source: the environment first, then the file given by --env-file, then the defaults below.
// A secret NAME may also be given as NAME_FILE, the path of a file that holds it.
struct Config {
  // DB_HOST: a host name, an address, or the directory of a Unix socket (starts with '/').
  std::string db_host = "localhost";
  std::uint16_t db_port = 5432;                            // DB_PORT, 1..65535
  std::string db_name = "performance_tracker";             // DB_NAME
  std::string db_schema;                                   // DB_SCHEMA, of the shop's tables; empty = the login's path
  DatabaseLogin reader{"performance_tracker_server", ""};  // DB_USER, DB_PASSWORD (serve)
  DatabaseLogin loader{"performance_tracker_loader", ""};  // ETL_DB_USER, ETL_DB_PASSWORD (etl)
  DatabaseLogin owner{"", ""};                             // OWNER_DB_USER, OWNER_DB_PASSWORD (migrate)
  int db_pool_size = 4;                                    // DB_POOL_SIZE, connections of `serve`, 1..64
  std::chrono::milliseconds statement_timeout{10'000};     // STATEMENT_TIMEOUT_MS, 100..600000

  std::string http_host = "127.0.0.1";              // HTTP_HOST, the address to listen on
  std::uint16_t http_port = 8000;                   // HTTP_PORT, 0 = any free port
  int http_threads = 32;                            // HTTP_THREADS, 2..512; an idle connection holds none
  std::chrono::seconds http_idle{60};               // HTTP_IDLE_SECONDS, an idle connection may stay, 1..3600
  std::chrono::seconds http_request{10};            // HTTP_REQUEST_SECONDS, a request may take to arrive, 1..600
  std::size_t http_connections = 4096;              // HTTP_CONNECTIONS, at once, 16..65536
  std::size_t http_connections_per_address = 2048;  // HTTP_CONNECTIONS_PER_ADDRESS, of them, 4..65536
  int http_requests_per_address = -1;               // HTTP_REQUESTS_PER_ADDRESS a second, 0 = no limit, -1 = not set
  std::vector<std::string> http_allowed_hosts;      // HTTP_ALLOWED_HOSTS, lower case, without port
  std::string read_token;                           // READ_TOKEN, empty = whoever reaches the server reads
  bool http_login = true;                           // HTTP_LOGIN=off: no READ_TOKEN is needed beyond this machine
  std::filesystem::path port_file;                  // PORT_FILE, the bound port is written here; empty = off
  std::filesystem::path dashboard_dir;              // DASHBOARD_DIR, empty = no page is served
  std::size_t cache_bytes = 16U << 20U;             // CACHE_MB, responses kept, 0..1024 MB
  std::string api_token;                            // API_TOKEN, empty = no load can be started over HTTP

  std::filesystem::path import_dir;       // IMPORT_DIR, whose files `serve` imports; empty = none
  std::size_t import_bytes = 64U << 20U;  // IMPORT_MB, longest file that may be uploaded, 0..4096 MB

  std::filesystem::path schema_dir = "sql/schema";  // SCHEMA_DIR (migrate)

  // PLATFORM_URL: base address of the ad platform, http(s)://host[:port][/path]. Empty with SIMULATOR=on:
  // the platform mounted in this same server.
  std::string platform_url;
  std::string platform_token;    // PLATFORM_TOKEN, bearer token; empty = none
  std::string platform_dialect;  // PLATFORM_DIALECT, google_ads, meta_ads or amazon_ads; empty = /platform/v1
  // For a new bearer token when the old one has run out: PLATFORM_TOKEN_URL, PLATFORM_REFRESH_TOKEN, PLATFORM_CLIENT_ID
  // and PLATFORM_CLIENT_SECRET.
  std::string platform_token_url, platform_refresh_token, platform_client_id, platform_client_secret;
  // PLATFORM_HEADERS, "Name: value; Name: value", that it wants beside the token.
  std::vector<std::pair<std::string, std::string>> platform_headers;
  std::string platform_account;            // PLATFORM_ACCOUNT, name of the source; empty = as the platform says
  std::string platform_currency;           // PLATFORM_CURRENCY, of its amounts; empty = the shop's
  std::string platform_time_zone = "UTC";  // PLATFORM_TIME_ZONE, of the account
  int page_rows = 5000;                    // PLATFORM_PAGE_ROWS, asked for in one page, 1..100000
  int restatement_days = 30;               // RESTATEMENT_DAYS, loaded again each time, 0..366
  bool simulator = false;                  // SIMULATOR=on|off, mount the simulated platform in `serve`
  std::uint64_t simulator_seed = 42;       // SIMULATOR_SEED
  std::uint64_t simulator_products = 30;   // SIMULATOR_PRODUCTS
  int simulator_days = 0;                  // SIMULATOR_DAYS, 0 = all of its history
  std::chrono::seconds etl_interval{0};    // ETL_INTERVAL, 0 = `serve` never loads; else 5..604800

  LogLevel log_level = LogLevel::info;     // LOG_LEVEL=trace|debug|info|warning|error
  std::filesystem::path log_file;          // LOG_FILE, of serve; empty = stderr
  std::size_t log_bytes = 16U << 20U;      // LOG_FILE_MB, then the file is set aside, 1..1024 MB
  std::size_t log_files = 5;               // LOG_FILES, that are kept of those set aside, 1..100
  LogFormat log_format = LogFormat::text;  // LOG_FORMAT=text|json
};

using Settings = std::map<std::string, std::string>;

// KEY=VALUE lines of a .env file: blank lines and `#` comments are skipped, `export ` is allowed, values may
// be 'single' (literal) or "double" quoted (\n \t \" \\ \$ are unescaped). Throws ConfigError with the line number.
Settings parse_env_file(const std::string& text, const std::string& name);

// The known settings found in the process environment.
Settings settings_from_environment();

// Turns settings into a Config; `environment` wins over `file`. An empty value counts as not set.
// Throws ConfigError naming every setting that cannot be used.
Config make_config(const Settings& environment, const Settings& file);

// Reads the environment and the env file. `env_file` not given: ".env" of the working directory if there is one.
// Throws ConfigError, also for a file that was named and cannot be read.
Config load_config(const std::optional<std::filesystem::path>& env_file);

// The settings as lines "NAME  meaning (default)", for --help.
std::string describe_settings();

}  // namespace performance_tracker
