// SPDX-License-Identifier: PostgreSQL
#include "api/metrics_page.h"

namespace performance_tracker::api {

std::string metrics_page(const http::RequestMetrics& requests, const ServiceCounts& service, const db::PoolCounts& pool,
                         const http::LoopCounts& loop) {
  struct Line {
    const char *name, *type, *help;
    double value;
  };
  const auto number = [](auto value) { return static_cast<double>(value); };
  const Line lines[] = {
      {"connections", "gauge", "Clients connected.", number(loop.connections)},
      {"connections_parked", "gauge", "Of them: waiting for an answer that is being made.", number(loop.parked)},
      {"connections_total", "counter", "Clients that have connected.", number(loop.accepted)},
      {"connections_refused_total", "counter", "Of them: over a limit.", number(loop.refused)},
      {"connections_cut_total", "counter", "Of them: too slow.", number(loop.cut)},
      {"answers_cached_total", "counter", "Answers from the cache.", number(service.hits)},
      {"answers_stale_total", "counter", "Of the cache, but older than the data.", number(service.stale)},
      {"answers_made_total", "counter", "Answers made by PostgreSQL.", number(service.made)},
      {"answers_made_seconds_total", "counter", "Time that this took.", service.made_seconds},
      {"forecasts_made_total", "counter", "Of them: forecasts.", number(service.forecasts)},
      {"forecasts_made_seconds_total", "counter", "Time that these took.", service.forecast_seconds},
      {"answers_waiting", "gauge", "Answers that wait for a database connection.", number(service.waiting)},
      {"cache_bytes", "gauge", "Memory of the cache.", number(service.cache_bytes)},
      {"database_connections", "gauge", "Database connections, in use or idle.", number(pool.in_use + pool.idle)},
      {"database_connections_in_use", "gauge", "Of them: busy.", number(pool.in_use)},
      {"database_connections_limit", "gauge", "DB_POOL_SIZE.", number(pool.size)},
      {"database_queries_total", "counter", "Statements.", number(pool.queries)},
      {"database_up", "gauge", "1 when the last look at the data worked.", service.database_is_away ? 0.0 : 1.0},
  };
  std::string text;
  for (const auto& line : lines)
    http::append_metric(text, std::string("performance_tracker_") + line.name, line.type, line.help, line.value);
  if (service.load_age_seconds >= 0)
    http::append_metric(text, "performance_tracker_load_age_seconds", "gauge",
                        "Since the last load that succeeded ended.", service.load_age_seconds);
  requests.append_to(text);
  return text;
}

}  // namespace performance_tracker::api
