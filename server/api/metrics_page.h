// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <string>

#include "api/data_service.h"
#include "db_pool.h"
#include "http/event_loop.h"
#include "http/metrics.h"

namespace performance_tracker::api {

// GET /metrics: everything that is counted, in the text format of Prometheus.
std::string metrics_page(const http::RequestMetrics& requests, const ServiceCounts& service, const db::PoolCounts& pool,
                         const http::LoopCounts& loop);

}  // namespace performance_tracker::api
