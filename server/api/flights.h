// SPDX-License-Identifier: PostgreSQL
//
// Answers that are being made. Equal questions share one flight; requests are parked until it lands, so that no thread
// of the HTTP server waits for the database. A few maker threads, one for each database connection, do the work.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "db_pool.h"
#include "http/message.h"

namespace performance_tracker::api {

class Flight : public http::Pending {
 public:
  // A flight in the background is wanted without anybody who waits: nobody's going away ends it.
  explicit Flight(bool background) : background_(background) {}

  void when_landed(std::function<void()> wake) override;
  void abandon() override;

  void land(std::shared_ptr<const http::Content> content, std::exception_ptr error);
  // After landing: the content, or the error is thrown. Null: all who waited went away, and it was given up.
  std::shared_ptr<const http::Content> outcome() const;
  bool landed() const;
  db::CancelToken& cancel_token() { return cancel_; }

 private:
  const bool background_;
  db::CancelToken cancel_;
  mutable std::mutex mutex_;
  bool landed_ = false;
  std::size_t waiting_ = 0;
  std::shared_ptr<const http::Content> content_;
  std::exception_ptr error_;
  std::vector<std::function<void()>> wakes_;
};

// All of several flights.
class Gathering : public http::Pending {
 public:
  explicit Gathering(std::vector<std::shared_ptr<Flight>> flights) : flights_(std::move(flights)) {}
  void when_landed(std::function<void()> wake) override;
  void abandon() override;
  const std::vector<std::shared_ptr<Flight>>& flights() const { return flights_; }

 private:
  const std::vector<std::shared_ptr<Flight>> flights_;
};

class FlightBoard {
 public:
  using Make = std::function<std::shared_ptr<const http::Content>(db::CancelToken&)>;

  explicit FlightBoard(int makers);
  FlightBoard(const FlightBoard&) = delete;
  FlightBoard& operator=(const FlightBoard&) = delete;
  // Gives up what is in the air.
  ~FlightBoard();

  // The flight for a key that is in the air, or a new one. Those in the background take turns with at most half of the
  // makers. Throws ApiError (503) when too many questions wait already.
  std::shared_ptr<Flight> join(const std::string& key, bool background, Make make);
  std::size_t waiting() const;

 private:
  struct Job {
    std::string key;
    std::shared_ptr<Flight> flight;
    Make make;
    bool background;
  };
  void work();
  bool take(Job& job);
  void finish(const Job& job);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::shared_ptr<Flight>> flights_;
  std::deque<Job> urgent_, background_;
  const std::size_t most_in_background_;
  std::size_t running_in_background_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> makers_;
};

}  // namespace performance_tracker::api
