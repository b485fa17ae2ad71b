// SPDX-License-Identifier: PostgreSQL
//
// Misbehaviour on purpose, so that tests can show what a client does about it. Never active by default: only
// `simulate --faults PLAN` makes one.
//
//   auto plan = std::make_shared<FaultPlan>(FaultPlan::parse("ok*2,500*3,429:1,truncate"));
//
// A plan is a list of steps, each used up by one request to products, metrics or promotions; after the last step
// everything is well again. STEP[:ARGUMENT][*TIMES][@ROUTE], TIMES up to a million, ROUTE one of products, metrics,
// promotions (a request to another route passes by without using the step up).
//
//   ok            answers as usual
//   500, 503      that status
//   429[:S]       too many requests, Retry-After: S seconds (default 1)
//   429:date      … with Retry-After as an HTTP date two seconds ahead
//   garbage       200 with HTML instead of JSON
//   truncate      the connection is closed after half of the body
//   half          200 with the first half of the JSON, complete for HTTP
//   empty         200 without a body
//   hang[:S]      no answer for S seconds (default 60), then the connection is closed
//   lose_row      a page without its last row (the announced total no longer matches)
//   duplicate     a page with its first row twice
//   negative      a row with negative clicks
//   unknown       a row of a product that the catalogue does not have
//   outside       a row of a day outside the period
//   loop          a page whose next cursor is its own
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace performance_tracker::simulator {

struct Fault {
  std::string kind;      // one of the words above, never "ok"
  std::string argument;  // after the colon, may be empty
};

class FaultPlan {
 public:
  // Throws std::invalid_argument that names the step and the words that exist.
  static FaultPlan parse(std::string_view text);

  FaultPlan(FaultPlan&& other) noexcept : steps_(std::move(other.steps_)) {}

  // Uses up one step for a request to `route` ("products", "metrics", "promotions"). Empty: answer as usual.
  std::optional<Fault> next(std::string_view route);

  // Waits that long, or until release(): a server cannot stop while a handler sleeps.
  void hang(std::chrono::seconds time);
  void release();

 private:
  struct Step {
    Fault fault;
    std::string route;  // empty = any
    int times = 1;
  };

  FaultPlan() = default;

  std::mutex mutex_;
  std::condition_variable released_changed_;
  bool released_ = false;
  std::deque<Step> steps_;
};

}  // namespace performance_tracker::simulator
