// SPDX-License-Identifier: PostgreSQL
#include <memory>
#include <stdexcept>

#include "commands/commands.h"
#include "commands/port_file.h"
#include "commands/signals.h"
#include "http/server.h"
#include "log.h"
#include "simulator/fault_plan.h"
#include "simulator/platform_routes.h"

namespace performance_tracker::commands {

int simulate(const Config& config, const std::string& faults) {
  simulator::PlatformOptions platform;
  platform.seed = config.simulator_seed;
  platform.products = config.simulator_products;
  platform.days = config.simulator_days;
  platform.token = config.platform_token;
  if (!faults.empty()) {
    try {
      platform.faults = std::make_shared<simulator::FaultPlan>(simulator::FaultPlan::parse(faults));
    } catch (const std::invalid_argument& error) {
      throw ConfigError(std::string("--faults: ") + error.what());
    }
  }

  StopSignals signals;
  http::ServerOptions options;
  options.host = config.http_host;
  options.port = config.http_port;
  options.access.hosts = {"*"};  // its figures are nobody's
  http::Server server(options, [](const http::Request&) -> http::Response {
    throw http::ApiError(404, "not_found", "this is the simulated ad platform")
        .with_hint("Its data is under /platform/v1/: products, metrics, promotions, ground-truth.");
  });
  simulator::register_platform_routes(server.native(), platform);
  std::uint16_t port = 0;
  try {
    port = server.bind();
  } catch (const http::ListenError& error) {
    log::error("simulated platform cannot start", {{"reason", error.what()}});
    return 1;
  }
  const PortFile port_file(config.port_file, port);
  log::info("simulated platform is listening",
            {{"url", "http://" + config.http_host + ":" + std::to_string(port)}, {"seed", config.simulator_seed}});
  signals.on_stop([&] {
    if (platform.faults) platform.faults->release();
    server.stop();
  });
  server.run();
  log::info("stopped");
  return 0;
}

}  // namespace performance_tracker::commands
