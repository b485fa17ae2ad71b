// SPDX-License-Identifier: PostgreSQL
//
// The simulated ad platform's HTTP routes, under /platform/v1/. `serve` mounts them beside the JSON API, `simulate`
// serves nothing else.
//
//   simulator::PlatformOptions options;
//   options.seed = 42;
//   simulator::register_platform_routes(server, options);
//
//   GET /platform/v1/products                                    the catalogue
//   GET /platform/v1/metrics?from=YYYY-MM-DD&to=YYYY-MM-DD       daily rows, paged: &limit=1..1000 (500), &cursor=…
//   GET /platform/v1/promotions[?from=…&to=…]                    promotions that touch the period
//   GET /platform/v1/ground-truth?from=…&to=…                    what really happened: incidents, promotions,
//                                                                budgets, holidays, each product's response and margin
//   Each takes &as_of=YYYY-MM-DD, the day on which the question is asked (default: today in UTC): only days before
//   it exist, and the last three of those are still incomplete.
//
// Errors are {"error":{"code","message","hint","parameter"}} with status 400, 401 or 404.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace httplib {
class Server;
}

namespace performance_tracker::simulator {

class FaultPlan;

struct PlatformOptions {
  std::uint64_t seed = 42;            // SIMULATOR_SEED: another seed is another shop
  std::size_t products = 30;          // SIMULATOR_PRODUCTS
  int days = 0;                       // SIMULATOR_DAYS of history, 0 = since 2000
  std::string token;                  // PLATFORM_TOKEN: if not empty, "Authorization: Bearer <token>" is required
  int token_uses = 0;                 // of a token of the dialects, then a new one is needed; 0 = it holds for ever
  std::shared_ptr<FaultPlan> faults;  // misbehaviour on purpose, for tests only; null = none (see fault_plan.h)
};

// Registers the routes. The server may be running or not; the options are copied into the handlers. Thread safe
// afterwards: handlers share no mutable state but the fault plan, which locks.
void register_platform_routes(httplib::Server& server, const PlatformOptions& options);

// The same shop in the dialects of real platforms, below /platform/google, /platform/meta and /platform/amazon; called
// by register_platform_routes(). Integers come as strings, cost in millionths (Google), conversions in halves, answers
// in pages (Meta, 200 rows), streams of batches (Google) or packed reports that are ordered first (Amazon).
void register_dialect_routes(httplib::Server& server, const PlatformOptions& options);

}  // namespace performance_tracker::simulator
