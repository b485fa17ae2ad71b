// SPDX-License-Identifier: PostgreSQL
#include "config.h"

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <span>
#include <sstream>
#include <string_view>
#include <utility>

namespace performance_tracker {
namespace {

// Everything a setting's text can be rejected for ends here, with the name put in front by the caller.
class Rejected : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::uint64_t parse_integer(const std::string& text, std::uint64_t low, std::uint64_t high) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high)
    throw Rejected("must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  return value;
}

bool parse_switch(const std::string& text) {
  if (text == "on" || text == "true" || text == "yes" || text == "1") return true;
  if (text == "off" || text == "false" || text == "no" || text == "0") return false;
  throw Rejected("must be on or off");
}

LogLevel parse_log_level(const std::string& text) {
  if (text == "trace") return LogLevel::trace;
  if (text == "debug") return LogLevel::debug;
  if (text == "info") return LogLevel::info;
  if (text == "warning" || text == "warn") return LogLevel::warning;
  if (text == "error") return LogLevel::error;
  throw Rejected("must be trace, debug, info, warning or error");
}

LogFormat parse_log_format(const std::string& text) {
  if (text == "text") return LogFormat::text;
  if (text == "json") return LogFormat::json;
  throw Rejected("must be text or json");
}

std::string parse_url(const std::string& text) {
  const bool http = text.starts_with("http://") && text.size() > 7;
  const bool https = text.starts_with("https://") && text.size() > 8;
  if ((!http && !https) || text.find_first_of(" \t\r\n?#") != std::string::npos)
    throw Rejected("must look like http://host:port or https://host/path");
  std::string url = text;
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string parse_token(const std::string& text) {
  if (text.size() < 8) throw Rejected("is too short for a token: give at least 8 characters");
  for (const char c : text)
    if (c <= ' ' || c > '~') throw Rejected("must be printable ASCII without spaces");
  return text;
}

std::vector<std::pair<std::string, std::string>> parse_headers(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> headers;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ';');) {
    const auto colon = part.find(':');
    const auto strip = [](std::string value) {
      value.erase(0, value.find_first_not_of(' '));
      value.erase(value.find_last_not_of(' ') + 1);
      return value;
    };
    const std::string name = strip(part.substr(0, colon));
    const bool good = colon != std::string::npos && !name.empty() &&
                      name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
                          std::string::npos &&
                      part.find_first_of("\r\n") == std::string::npos;
    if (!good) throw Rejected("must be headers, Name: value; Name: value");
    headers.emplace_back(name, strip(part.substr(colon + 1)));
  }
  return headers;
}

std::string parse_currency(const std::string& text) {
  if (text.size() != 3) throw Rejected("must be a code of three letters, such as EUR");
  for (const char c : text)
    if (c < 'A' || c > 'Z') throw Rejected("must be a code of three letters, such as EUR");
  return text;
}

std::vector<std::string> parse_hosts(const std::string& text) {
  std::vector<std::string> hosts;
  std::string host;
  for (const char c : text + ',') {
    if (c != ',' && c != ' ') {
      host += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      continue;
    }
    if (host.find('/') != std::string::npos) throw Rejected("must be names without http:// and path: shop.example");
    if (!host.empty()) hosts.push_back(std::exchange(host, {}));
  }
  return hosts;
}

struct Setting {  // one line of the table below
  const char* name;
  const char* meaning;
  bool secret;  // NAME_FILE is read too, and the value is never shown
  void (*apply)(Config&, const std::string&);
};

constexpr Setting
    known_settings
        [] =
            {
                {"DB_HOST", "database host, or directory of its Unix socket (localhost)", false,
                 [](Config& c, const std::string& v) { c.db_host = v; }},
                {"DB_PORT", "database port (5432)", false,
                 [](Config& c, const std::string& v) {
                   c.db_port = static_cast<std::uint16_t>(parse_integer(v, 1, 65535));
                 }},
                {"DB_NAME", "database name (performance_tracker)", false,
                 [](Config& c, const std::string& v) { c.db_name = v; }},
                {"DB_SCHEMA", "schema of the shop's tables, one a tenant (what the login's search_path says)", false,
                 [](Config& c, const std::string& v) { c.db_schema = v; }},
                {"DB_USER", "login that reads, for serve (performance_tracker_server)", false,
                 [](Config& c, const std::string& v) { c.reader.user = v; }},
                {"DB_PASSWORD", "its password", true, [](Config& c, const std::string& v) { c.reader.password = v; }},
                {"ETL_DB_USER", "login that loads, for etl (performance_tracker_loader)", false,
                 [](Config& c, const std::string& v) { c.loader.user = v; }},
                {"ETL_DB_PASSWORD", "its password", true,
                 [](Config& c, const std::string& v) { c.loader.password = v; }},
                {"OWNER_DB_USER", "owner of the database, for migrate (no default)", false,
                 [](Config& c, const std::string& v) { c.owner.user = v; }},
                {"OWNER_DB_PASSWORD", "its password", true,
                 [](Config& c, const std::string& v) { c.owner.password = v; }},
                {"DB_POOL_SIZE", "database connections of serve (4)", false,
                 [](Config& c, const std::string& v) { c.db_pool_size = static_cast<int>(parse_integer(v, 1, 64)); }},
                {"STATEMENT_TIMEOUT_MS", "longest a query of serve may take (10000)", false,
                 [](Config& c, const std::string& v) {
                   c.statement_timeout = std::chrono::milliseconds(parse_integer(v, 100, 600'000));
                 }},
                {"HTTP_HOST", "address to listen on (127.0.0.1)", false,
                 [](Config& c, const std::string& v) { c.http_host = v; }},
                {"HTTP_PORT", "port to listen on, 0 = any free (8000)", false,
                 [](Config& c, const std::string& v) {
                   c.http_port = static_cast<std::uint16_t>(parse_integer(v, 0, 65535));
                 }},
                {"HTTP_THREADS", "threads that answer requests (32)", false,
                 [](Config& c, const std::string& v) { c.http_threads = static_cast<int>(parse_integer(v, 2, 512)); }},
                {"HTTP_IDLE_SECONDS", "an idle connection may stay (60)", false,
                 [](Config& c, const std::string& v) {
                   c.http_idle = std::chrono::seconds(parse_integer(v, 1, 3600));
                 }},
                {"HTTP_REQUEST_SECONDS", "a whole request may take to arrive (10)", false,
                 [](Config& c, const std::string& v) {
                   c.http_request = std::chrono::seconds(parse_integer(v, 1, 600));
                 }},
                {"HTTP_CONNECTIONS", "connections at once (4096)", false,
                 [](Config& c, const std::string& v) { c.http_connections = parse_integer(v, 16, 65536); }},
                {"HTTP_CONNECTIONS_PER_ADDRESS", "of them from one address (2048)", false,
                 [](Config& c, const std::string& v) { c.http_connections_per_address = parse_integer(v, 4, 65536); }},
                {"HTTP_REQUESTS_PER_ADDRESS", "requests a second of one address, 0 = no limit (200; on loopback 0)",
                 false,
                 [](Config& c, const std::string& v) {
                   c.http_requests_per_address = static_cast<int>(parse_integer(v, 0, 1'000'000));
                 }},
                {"HTTP_ALLOWED_HOSTS", "names of this server besides localhost and its address (none)", false,
                 [](Config& c, const std::string& v) { c.http_allowed_hosts = parse_hosts(v); }},
                {"READ_TOKEN", "token or password that reading needs (none; needed beyond loopback)", true,
                 [](Config& c, const std::string& v) { c.read_token = parse_token(v); }},
                {"HTTP_LOGIN", "off: no READ_TOKEN beyond loopback, because a proxy asks (on)", false,
                 [](Config& c, const std::string& v) { c.http_login = parse_switch(v); }},
                {"PORT_FILE", "file that gets the bound port (off)", false,
                 [](Config& c, const std::string& v) { c.port_file = v; }},
                {"DASHBOARD_DIR", "built dashboard to serve at / (off)", false,
                 [](Config& c, const std::string& v) { c.dashboard_dir = v; }},
                {"CACHE_MB", "memory for cached responses, 0 = off (16)", false,
                 [](Config& c, const std::string& v) { c.cache_bytes = parse_integer(v, 0, 1024) << 20U; }},
                {"API_TOKEN", "bearer token that may load, import and write over HTTP (none may)", true,
                 [](Config& c, const std::string& v) { c.api_token = parse_token(v); }},
                {"IMPORT_DIR", "folder whose files serve imports, as they come (off)", false,
                 [](Config& c, const std::string& v) { c.import_dir = v; }},
                {"IMPORT_MB", "longest file that may be uploaded with API_TOKEN, 0 = none (64)", false,
                 [](Config& c, const std::string& v) { c.import_bytes = parse_integer(v, 0, 4096) << 20U; }},
                {"SCHEMA_DIR", "directory of the schema's *.sql, for migrate (sql/schema)", false,
                 [](Config& c, const std::string& v) { c.schema_dir = v; }},
                {"PLATFORM_URL", "ad platform to load from (with SIMULATOR=on: this server)", false,
                 [](Config& c, const std::string& v) { c.platform_url = parse_url(v); }},
                {"PLATFORM_TOKEN", "bearer token of the platform (none)", true,
                 [](Config& c, const std::string& v) { c.platform_token = parse_token(v); }},
                {"PLATFORM_DIALECT", "google_ads, meta_ads or amazon_ads: the API of that name (/platform/v1)", false,
                 [](Config& c, const std::string& v) { c.platform_dialect = v; }},
                {"PLATFORM_TOKEN_URL", "where a new token comes from when the old one has run out (none)", false,
                 [](Config& c, const std::string& v) { c.platform_token_url = parse_url(v); }},
                {"PLATFORM_REFRESH_TOKEN", "what it is asked for with", true,
                 [](Config& c, const std::string& v) { c.platform_refresh_token = v; }},
                {"PLATFORM_CLIENT_ID", "… by whom", false,
                 [](Config& c, const std::string& v) { c.platform_client_id = v; }},
                {"PLATFORM_CLIENT_SECRET", "… and its secret", true,
                 [](Config& c, const std::string& v) { c.platform_client_secret = v; }},
                {"PLATFORM_HEADERS", "what it wants beside the token: developer-token: …; login-customer-id: …", true,
                 [](Config& c, const std::string& v) { c.platform_headers = parse_headers(v); }},
                {"PLATFORM_ACCOUNT", "name of the source in the tables (as the platform says, else its address)", false,
                 [](Config& c, const std::string& v) { c.platform_account = v; }},
                {"PLATFORM_CURRENCY", "of its amounts, such as EUR (the shop's); currency_rates converts others", false,
                 [](Config& c, const std::string& v) { c.platform_currency = parse_currency(v); }},
                {"PLATFORM_TIME_ZONE", "of the account: its last complete day is yesterday there (UTC)", false,
                 [](Config& c, const std::string& v) { c.platform_time_zone = v; }},
                {"PLATFORM_PAGE_ROWS", "rows that it is asked for in one page, 1 to 100000 (5000)", false,
                 [](Config& c, const std::string& v) { c.page_rows = static_cast<int>(parse_integer(v, 1, 100'000)); }},
                {"RESTATEMENT_DAYS", "days loaded again each time, because platforms attribute late (30)", false,
                 [](Config& c, const std::string& v) {
                   c.restatement_days = static_cast<int>(parse_integer(v, 0, 366));
                 }},
                {"SIMULATOR", "on: serve answers as a simulated platform too (off)", false,
                 [](Config& c, const std::string& v) { c.simulator = parse_switch(v); }},
                {"SIMULATOR_SEED", "seed of the simulated platform (42)", false,
                 [](Config& c, const std::string& v) { c.simulator_seed = parse_integer(v, 0, UINT64_MAX); }},
                {"SIMULATOR_PRODUCTS", "products of the simulated platform, 1 to 10000 (30)", false,
                 [](Config& c, const std::string& v) { c.simulator_products = parse_integer(v, 1, 10'000); }},
                {"SIMULATOR_DAYS", "days of history that the simulated platform keeps, 0 = all (0)", false,
                 [](Config& c, const std::string& v) {
                   c.simulator_days = static_cast<int>(parse_integer(v, 0, 36'500));
                 }},
                {"ETL_INTERVAL", "seconds between loads by serve, 0 = off (0)", false,
                 [](Config& c, const std::string& v) {
                   const auto seconds = parse_integer(v, 0, 604'800);
                   if (seconds > 0 && seconds < 5) throw Rejected("must be 0 (off) or at least 5 seconds");
                   c.etl_interval = std::chrono::seconds(seconds);
                 }},
                {"LOG_LEVEL", "trace, debug, info, warning or error (info)", false,
                 [](Config& c, const std::string& v) { c.log_level = parse_log_level(v); }},
                {"LOG_FILE", "file for the log of serve (standard error)", false,
                 [](Config& c, const std::string& v) { c.log_file = v; }},
                {"LOG_FILE_MB", "size at which it is set aside as LOG_FILE.1 (16)", false,
                 [](Config& c, const std::string& v) { c.log_bytes = parse_integer(v, 1, 1024) << 20U; }},
                {"LOG_FILES", "how many of those are kept (5)", false,
                 [](Config& c, const std::string& v) { c.log_files = parse_integer(v, 1, 100); }},
                {"LOG_FORMAT", "text or json (text)", false,
                 [](Config& c, const std::string& v) { c.log_format = parse_log_format(v); }},
};

std::string read_text(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream.good() && !stream.eof()) throw ConfigError(path.string() + " cannot be read");
  return text;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// The value part of a .env line: quoted (escapes only in double quotes), or bare up to " #".
std::string unquote(std::string_view value, const std::string& place) {
  if (value.empty() || (value[0] != '"' && value[0] != '\'')) {
    if (value.starts_with('#')) return {};
    if (const auto comment = value.find(" #"); comment != std::string_view::npos)
      value = trim(value.substr(0, comment));
    return std::string(value);
  }
  const char quote = value[0];
  std::string out;
  std::size_t i = 1;
  for (; i < value.size() && value[i] != quote; ++i) {
    if (quote == '"' && value[i] == '\\' && i + 1 < value.size()) {
      ++i;
      out += value[i] == 'n' ? '\n' : value[i] == 't' ? '\t' : value[i];
    } else {
      out += value[i];
    }
  }
  if (i >= value.size()) throw ConfigError(place + ": the quoted value has no closing quote");
  const auto rest = trim(value.substr(i + 1));
  if (!rest.empty() && !rest.starts_with('#')) throw ConfigError(place + ": text after the closing quote");
  return out;
}

// The text of one setting, if it was given; a secret may sit in a file of its own.
std::optional<std::string> find_setting(const Setting& setting, const Settings& source) {
  if (const auto found = source.find(setting.name); found != source.end() && !found->second.empty())
    return found->second;
  if (!setting.secret) return std::nullopt;
  const auto file = source.find(std::string(setting.name) + "_FILE");
  if (file == source.end() || file->second.empty()) return std::nullopt;
  if (!std::filesystem::is_regular_file(file->second))
    throw Rejected("cannot be read from the file that " + file->first + " names");
  std::string text = read_text(file->second);
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

}  // namespace

Settings parse_env_file(const std::string& text, const std::string& name) {
  Settings settings;
  std::istringstream lines(text);
  int number = 0;
  for (std::string raw; std::getline(lines, raw);) {
    ++number;
    auto line = trim(raw);
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("export ")) line = trim(line.substr(7));
    const std::string place = name + ":" + std::to_string(number);
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) throw ConfigError(place + ": expected NAME=value");
    const auto key = trim(line.substr(0, equals));
    const bool valid = !key.empty() && key.find_first_not_of(
                                           "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                           "0123456789_") == std::string_view::npos;
    if (!valid) throw ConfigError(place + ": a name has letters, digits and underscores only");
    settings[std::string(key)] = unquote(trim(line.substr(equals + 1)), place);
  }
  return settings;
}

Settings settings_from_environment() {
  Settings settings;
  const auto take = [&settings](const std::string& name) {
    if (const char* value = std::getenv(name.c_str())) settings[name] = value;
  };
  for (const auto& setting : known_settings) {
    take(setting.name);
    if (setting.secret) take(std::string(setting.name) + "_FILE");
  }
  return settings;
}

Config make_config(const Settings& environment, const Settings& file) {
  Config config;
  std::string problems;
  for (const auto& setting : known_settings) {
    try {
      auto value = find_setting(setting, environment);
      if (!value) value = find_setting(setting, file);
      if (!value) continue;
      if (value->find('\0') != std::string::npos) throw Rejected("must not contain a NUL byte");
      try {
        setting.apply(config, *value);
      } catch (const Rejected& rejected) {
        if (setting.secret) throw;
        throw Rejected(std::string(rejected.what()) + ", not '" + *value + "'");
      }
    } catch (const std::runtime_error& rejected) {
      problems += (problems.empty() ? "" : "\n") + std::string(setting.name) + " " + rejected.what();
    }
  }
  if (!problems.empty()) throw ConfigError(problems);
  return config;
}

Config load_config(const std::optional<std::filesystem::path>& env_file) {
  const std::filesystem::path path = env_file.value_or(".env");
  if (!std::filesystem::is_regular_file(path)) {
    if (env_file) throw ConfigError("the file " + path.string() + " of --env-file does not exist");
    return make_config(settings_from_environment(), {});
  }
  return make_config(settings_from_environment(), parse_env_file(read_text(path), path.string()));
}

std::string describe_settings() {
  std::string text;
  for (const auto& setting : known_settings) {
    std::string name = setting.name;
    name.resize(30, ' ');
    text += "  " + name + setting.meaning + "\n";
  }
  return text;
}

}  // namespace performance_tracker
