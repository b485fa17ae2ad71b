// SPDX-License-Identifier: PostgreSQL
#include "etl/etl.h"

#include <stop_token>

#include "commands/commands.h"
#include "commands/load.h"
#include "commands/signals.h"
#include "db.h"
#include "log.h"

namespace performance_tracker::commands {

etl::Options load_options(const Config& config) {
  if (config.platform_url.empty()) throw ConfigError("PLATFORM_URL is not set: give the address of the ad platform");
  etl::Options options;
  options.platform_url = config.platform_url;
  options.platform_token = config.platform_token;
  options.account = config.platform_account;
  options.time_zone = config.platform_time_zone;
  options.restatement_days = config.restatement_days;
  options.database = db::loader_options(config);
  return options;
}

void log_summary(const etl::Summary& summary) {
  if (summary.period_end < summary.period_start) {
    log::info("load finished, nothing new", {{"run", summary.run_id}, {"ms", summary.duration.count()}});
    return;
  }
  log::info("load finished", {{"run", summary.run_id},
                              {"from", to_string(summary.period_start)},
                              {"to", to_string(summary.period_end)},
                              {"rows", summary.rows_read},
                              {"inserted", summary.rows_inserted},
                              {"updated", summary.rows_updated},
                              {"unchanged", summary.rows_unchanged},
                              {"withdrawn", summary.rows_withdrawn},
                              {"rejected", summary.rows_rejected},
                              {"held", summary.rows_held},
                              {"retries", summary.retries},
                              {"ms", summary.duration.count()}});
}

int etl(const Config& config, const LoadFlags& flags) {
  etl::Options options = load_options(config);
  options.full = flags.full;
  options.accept = flags.accept;
  options.replace = flags.replace;
  options.show_progress = true;
  StopSignals signals;
  std::stop_source source;
  signals.on_stop([&source] { source.request_stop(); });
  try {
    log_summary(etl::run(options, source.get_token()));
    return 0;
  } catch (const etl::Error& error) {
    using enum etl::Error::Kind;
    if (error.kind() == kBadOption || error.kind() == kOtherShop) throw ConfigError(error.what());
    log::error("load failed", {{"reason", error.what()}});
    return error.kind() == etl::Error::Kind::kStopped ? 130 : 1;
  }
}

}  // namespace performance_tracker::commands
