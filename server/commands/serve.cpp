// SPDX-License-Identifier: PostgreSQL
#include <malloc.h>

#include <memory>

#include "api/metrics_page.h"
#include "api/routes.h"
#include "commands/commands.h"
#include "commands/folder.h"
#include "commands/load.h"
#include "commands/port_file.h"
#include "commands/signals.h"
#include "commands/uploads.h"
#include "commands/writes.h"
#include "db_pool.h"
#include "http/server.h"
#include "http/static_files.h"
#include "loader.h"
#include "log.h"
#include "simulator/platform_routes.h"

namespace performance_tracker::commands {
namespace {

std::string base_url(const std::string& host, std::uint16_t port) {
  const std::string shown = host.find(':') != std::string::npos ? "[" + host + "]" : host;
  return "http://" + shown + ":" + std::to_string(port);
}

// Where this same process reaches itself.
std::string own_url(const std::string& host, std::uint16_t port) {
  return base_url(host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host, port);
}

// Twenty people behind one address, each with a page a second.
constexpr double requests_per_address_beyond_loopback = 200;

bool listens_everywhere(const std::string& host) { return host.empty() || host == "0.0.0.0" || host == "::"; }

http::AccessOptions access_options(const Config& config) {
  const bool local = http::is_loopback(config.http_host);
  if (!local && config.read_token.empty() && config.http_login)
    throw ConfigError(
        "HTTP_HOST " + config.http_host +
        " can be reached from other machines, and READ_TOKEN is not set: everybody there could read the "
        "shop.\nSet READ_TOKEN (or READ_TOKEN_FILE), or HTTP_LOGIN=off if a proxy in front asks who it is");
  http::AccessOptions options;
  options.hosts = config.http_allowed_hosts;
  options.hosts.push_back(config.http_host);
  options.any_address = listens_everywhere(config.http_host);
  if (!config.read_token.empty()) {
    options.tokens.push_back(config.read_token);
    // Whoever may load may look at what was loaded.
    if (!config.api_token.empty()) options.tokens.push_back(config.api_token);
  }
  options.requests_per_second = config.http_requests_per_address >= 0 ? config.http_requests_per_address
                                : local                               ? 0
                                                                      : requests_per_address_beyond_loopback;
  return options;
}

http::ServerOptions server_options(const Config& config) {
  http::ServerOptions options;
  options.host = config.http_host;
  options.port = config.http_port;
  options.loop.threads = config.http_threads;
  options.loop.idle_time = config.http_idle;
  options.loop.request_time = config.http_request;
  options.loop.connections = config.http_connections;
  options.loop.connections_per_address = config.http_connections_per_address;
  options.access = access_options(config);
  return options;
}

std::unique_ptr<Loader> make_loader(Config config, std::uint16_t port, api::DataService& data) {
  if (config.platform_url.empty() && config.simulator) config.platform_url = own_url(config.http_host, port);
  if (config.platform_url.empty()) {
    if (config.etl_interval.count() > 0) throw ConfigError("ETL_INTERVAL is set, but PLATFORM_URL is not");
    return nullptr;
  }
  Loader::Options options;
  options.interval = config.etl_interval;
  options.load = [prepared = load_options(config), &data](bool full, const std::stop_token& stop) {
    auto run = prepared;
    run.full = full;
    log_summary(etl::run(run, stop));
    data.data_changed(api::questions_of(api::overview_view, api::Arguments({})));
  };
  return std::make_unique<Loader>(std::move(options));
}

// From here on a thread writes the log; at the end everything is written, whichever way that comes.
class AsyncLog {
 public:
  explicit AsyncLog(const Config& config) {
    try {
      log::start_async({.file = config.log_file, .bytes = config.log_bytes, .files = config.log_files});
    } catch (const std::exception& error) {
      throw ConfigError("LOG_FILE " + config.log_file.string() + " cannot be written: " + error.what());
    }
  }
  AsyncLog(const AsyncLog&) = delete;
  AsyncLog& operator=(const AsyncLog&) = delete;
  ~AsyncLog() { log::stop_async(); }
};

}  // namespace

int serve(const Config& config) {
  // Many threads that sleep: arenas of their own would only keep freed memory apart.
  mallopt(M_ARENA_MAX, 2);
  if (!config.dashboard_dir.empty() && !std::filesystem::is_directory(config.dashboard_dir))
    throw ConfigError("DASHBOARD_DIR " + config.dashboard_dir.string() +
                      " is not a directory; build the dashboard, or unset it");

  if (!config.import_dir.empty() && !std::filesystem::is_directory(config.import_dir))
    throw ConfigError("IMPORT_DIR " + config.import_dir.string() + " is not a directory; make it, or unset it");

  StopSignals signals;
  const AsyncLog log_thread(config);
  db::Pool pool(db::reader_options(config), config.db_pool_size);
  api::DataService data(pool, config.cache_bytes);
  api::ViewService views(data);
  http::StaticFiles page(config.dashboard_dir);
  std::unique_ptr<Loader> loader;
  const auto start_load = [&loader](bool full) {
    return loader ? loader->start(full) : api::LoadStart::not_configured;
  };
  std::stop_source stop_imports;
  api::Routes routes(
      data, views, page, config.api_token, start_load,
      make_run_import(config, stop_imports.get_token(),
                      [&data] { data.data_changed(api::questions_of(api::overview_view, api::Arguments({}))); }),
      make_run_write(config, [&data] { data.written(); }));
  http::TokenGuard uploaders(config.api_token.empty() ? std::vector<std::string>{} : std::vector{config.api_token});
  http::RequestMetrics metrics(routes.labels());
  http::ServerOptions options = server_options(config);
  options.observe = [&](const std::string& path, int status, double seconds) {
    metrics.observe(routes.label(path), status, seconds);
  };
  options.loop.limits.upload_bytes = config.import_bytes;
  options.loop.limits.may_upload = [&uploaders](std::string_view headers, const std::string& address) {
    return api::may_upload(headers, address, uploaders);
  };
  http::Server server(options, [&routes](const http::Request& request) { return routes.answer(request); });
  routes.set_metrics([&] { return api::metrics_page(metrics, data.counts(), pool.counts(), server.counts()); });
  if (config.simulator) {
    simulator::PlatformOptions platform;
    platform.seed = config.simulator_seed;
    platform.products = config.simulator_products;
    platform.days = config.simulator_days;
    platform.token = config.platform_token;
    simulator::register_platform_routes(server.native(), platform);
  }

  std::uint16_t port = 0;
  try {
    port = server.bind();
  } catch (const http::ListenError& error) {
    log::error("server cannot start", {{"reason", error.what()}});
    return 1;
  }
  const PortFile port_file(config.port_file, port);
  // From here on connections are accepted by the kernel, so the loader may call the platform of this same server.
  loader = make_loader(config, port, data);
  std::unique_ptr<Folder> folder;
  if (!config.import_dir.empty())
    folder = std::make_unique<Folder>(
        config, [&data] { data.data_changed(api::questions_of(api::overview_view, api::Arguments({}))); });
  if (!http::is_loopback(config.http_host))
    log::warning("listening beyond this machine without TLS: put a reverse proxy in front",
                 {{"address", config.http_host}});
  log::info("listening", {{"url", base_url(config.http_host, port)},
                          {"dashboard", !config.dashboard_dir.empty()},
                          {"simulator", config.simulator},
                          {"etl_interval_s", config.etl_interval.count()},
                          {"version", PERFORMANCE_TRACKER_VERSION}});
  signals.on_stop([&] {
    if (loader) loader->request_stop();  // first: it may be reading the platform of this same server
    if (folder) folder->request_stop();
    stop_imports.request_stop();
    server.stop();
  });
  server.run();
  loader.reset();
  folder.reset();
  log::info("stopped");
  return 0;
}

}  // namespace performance_tracker::commands
