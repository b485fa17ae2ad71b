// SPDX-License-Identifier: PostgreSQL
#include "simulator/fault_plan.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace performance_tracker::simulator {
namespace {

constexpr std::array<std::string_view, 15> kKinds = {"ok",        "500",      "503",     "429",     "garbage",
                                                     "truncate",  "half",     "empty",   "hang",    "lose_row",
                                                     "duplicate", "negative", "unknown", "outside", "loop"};
constexpr std::array<std::string_view, 3> kRoutes = {"products", "metrics", "promotions"};

bool known(std::string_view kind) { return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end(); }

[[noreturn]] void refuse(std::string_view step, const std::string& why) {
  std::string kinds;
  for (const auto kind : kKinds) kinds += (kinds.empty() ? "" : ", ") + std::string(kind);
  throw std::invalid_argument("fault plan: '" + std::string(step) + "' " + why +
                              ". A step is KIND[:ARGUMENT][*TIMES][@ROUTE] with KIND one of " + kinds +
                              "; ROUTE one of products, metrics, promotions");
}

// Cuts what follows the last `mark` off `text` and returns it; nothing if there is no mark.
std::optional<std::string_view> cut(std::string_view& text, char mark) {
  const auto at = text.rfind(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const auto tail = text.substr(at + 1);
  text = text.substr(0, at);
  return tail;
}

}  // namespace

FaultPlan FaultPlan::parse(std::string_view text) {
  FaultPlan plan;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const std::string_view whole = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    std::string_view rest = whole;
    Step step;
    if (const auto route = cut(rest, '@')) {
      step.route = *route;
      if (std::find(kRoutes.begin(), kRoutes.end(), *route) == kRoutes.end())
        refuse(whole, "names a route that does not exist");
    }
    if (const auto times = cut(rest, '*')) {
      const auto [end, error] = std::from_chars(times->data(), times->data() + times->size(), step.times);
      if (error != std::errc{} || end != times->data() + times->size() || step.times < 1 || step.times > 1'000'000)
        refuse(whole, "has no number of times from 1 to 1000000");
    }
    step.fault.argument = cut(rest, ':').value_or("");
    step.fault.kind = rest;
    if (!known(step.fault.kind)) refuse(whole, "is of no known kind");
    plan.steps_.push_back(std::move(step));
  }
  return plan;
}

std::optional<Fault> FaultPlan::next(std::string_view route) {
  const std::scoped_lock lock(mutex_);
  if (steps_.empty()) return std::nullopt;
  Step& step = steps_.front();
  if (!step.route.empty() && step.route != route) return std::nullopt;
  const Fault fault = step.fault;
  if (--step.times == 0) steps_.pop_front();
  if (fault.kind == "ok") return std::nullopt;
  return fault;
}

void FaultPlan::hang(std::chrono::seconds time) {
  std::unique_lock lock(mutex_);
  released_changed_.wait_for(lock, time, [this] { return released_; });
}

void FaultPlan::release() {
  {
    const std::scoped_lock lock(mutex_);
    released_ = true;
  }
  released_changed_.notify_all();
}

}  // namespace performance_tracker::simulator
