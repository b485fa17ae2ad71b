// SPDX-License-Identifier: PostgreSQL
#include "api/flights.h"

#include <algorithm>
#include <atomic>

namespace performance_tracker::api {
namespace {

// Beyond this many different questions the last one would wait for minutes: better told at once.
constexpr std::size_t most_waiting = 512;

}  // namespace

void Flight::when_landed(std::function<void()> wake) {
  {
    const std::lock_guard lock(mutex_);
    ++waiting_;
    if (!landed_) {
      wakes_.push_back(std::move(wake));
      return;
    }
  }
  wake();
}

void Flight::abandon() {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_ > 0) --waiting_;
    if (waiting_ > 0 || landed_ || background_) return;
  }
  cancel_.cancel();
}

void Flight::land(std::shared_ptr<const http::Content> content, std::exception_ptr error) {
  std::vector<std::function<void()>> wakes;
  {
    const std::lock_guard lock(mutex_);
    landed_ = true;
    content_ = std::move(content);
    error_ = std::move(error);
    wakes.swap(wakes_);
  }
  for (const auto& wake : wakes) wake();
}

std::shared_ptr<const http::Content> Flight::outcome() const {
  const std::lock_guard lock(mutex_);
  if (error_ && !cancel_.cancelled()) std::rethrow_exception(error_);
  return content_;
}

bool Flight::landed() const {
  const std::lock_guard lock(mutex_);
  return landed_;
}

void Gathering::when_landed(std::function<void()> wake) {
  const auto left = std::make_shared<std::atomic<std::size_t>>(flights_.size());
  const auto shared_wake = std::make_shared<std::function<void()>>(std::move(wake));
  for (const auto& flight : flights_)
    flight->when_landed([left, shared_wake] {
      if (--*left == 0) (*shared_wake)();
    });
}

void Gathering::abandon() {
  for (const auto& flight : flights_) flight->abandon();
}

FlightBoard::FlightBoard(int makers) : most_in_background_(static_cast<std::size_t>(std::max(1, makers / 2))) {
  makers_.reserve(static_cast<std::size_t>(makers));
  for (int i = 0; i < makers; ++i) makers_.emplace_back([this] { work(); });
}

FlightBoard::~FlightBoard() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& [key, flight] : flights_) flight->cancel_token().cancel();
  }
  changed_.notify_all();
  for (auto& maker : makers_) maker.join();
}

std::shared_ptr<Flight> FlightBoard::join(const std::string& key, bool background, Make make) {
  const std::lock_guard lock(mutex_);
  if (const auto found = flights_.find(key); found != flights_.end() && !found->second->cancel_token().cancelled())
    return found->second;
  if (urgent_.size() + background_.size() >= most_waiting)
    throw http::ApiError(503, "overloaded", "too many questions at once")
        .with_hint("Try again in a moment, or raise DB_POOL_SIZE.")
        .with_header("Retry-After", "1");
  auto flight = std::make_shared<Flight>(background);
  flights_[key] = flight;
  (background ? background_ : urgent_).push_back({key, flight, std::move(make), background});
  changed_.notify_one();
  return flight;
}

std::size_t FlightBoard::waiting() const {
  const std::lock_guard lock(mutex_);
  return urgent_.size() + background_.size();
}

bool FlightBoard::take(Job& job) {
  std::unique_lock lock(mutex_);
  const auto background_may_run = [this] {
    return !background_.empty() && running_in_background_ < most_in_background_;
  };
  changed_.wait(lock, [&] { return stopping_ || !urgent_.empty() || background_may_run(); });
  if (stopping_) return false;
  auto& queue = urgent_.empty() ? background_ : urgent_;
  job = std::move(queue.front());
  queue.pop_front();
  if (job.background) ++running_in_background_;
  return true;
}

void FlightBoard::finish(const Job& job) {
  const std::lock_guard lock(mutex_);
  if (const auto found = flights_.find(job.key); found != flights_.end() && found->second == job.flight)
    flights_.erase(found);
  if (!job.background) return;
  --running_in_background_;
  changed_.notify_one();
}

void FlightBoard::work() {
  for (Job job; take(job);) {
    std::shared_ptr<const http::Content> content;
    std::exception_ptr error;
    try {
      if (!job.flight->cancel_token().cancelled()) content = job.make(job.flight->cancel_token());
    } catch (...) {
      error = std::current_exception();
    }
    finish(job);
    job.flight->land(std::move(content), std::move(error));
    job = {};
  }
}

}  // namespace performance_tracker::api
