// SPDX-License-Identifier: PostgreSQL
#include "etl/etl.h"

#include <malloc.h>

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
  options.dialect = config.platform_dialect;
  options.headers = config.platform_headers;
  options.token_url = config.platform_token_url;
  options.refresh_token = config.platform_refresh_token;
  options.client_id = config.platform_client_id;
  options.client_secret = config.platform_client_secret;
  options.time_zone = config.platform_time_zone;
  options.currency = config.platform_currency;
  options.page_rows = config.page_rows;
  options.restatement_days = config.restatement_days;
  options.database = db::loader_options(config);
  return options;
}

std::optional<Day> day_flag(const char* name, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto day = parse_day(text);
  if (!day) throw ConfigError(std::string(name) + " '" + text + "' is no day (YYYY-MM-DD)");
  return day;
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
  // Pages are read by one thread and let go by another: with arenas of their own, memory that is free would pile up.
  mallopt(M_ARENA_MAX, 1);
  etl::Options options = load_options(config);
  options.full = flags.full;
  options.accept = flags.accept;
  options.replace = flags.replace;
  options.first = day_flag("--from", flags.from);
  options.last = day_flag("--to", flags.to);
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
