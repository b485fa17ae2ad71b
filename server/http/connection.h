// SPDX-License-Identifier: PostgreSQL
//
// One client's socket with what came in and what has to go out. Nothing here waits.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "http/framing.h"
#include "http/message.h"

namespace performance_tracker::http {

using Clock = std::chrono::steady_clock;

struct Peer {
  std::string address;
  int port = 0;
};

// Bytes that wait to be sent. Bodies that the cache holds too are not copied: 500 slow readers of one file share it.
class Output {
 public:
  // From here on, writes of bytes that lie inside `content` refer to it.
  void share(std::shared_ptr<const Content> content) { shared_ = std::move(content); }
  void append(std::string_view bytes);
  // Sends what the socket takes. False: the connection is broken.
  bool flush(int socket);
  bool empty() const { return segments_.empty(); }
  std::size_t bytes() const { return bytes_; }
  void clear();

 private:
  struct Segment {
    std::string own;
    std::shared_ptr<const Content> shared;
    std::string_view bytes() const { return shared ? view : std::string_view(own); }
    std::string_view view;  // of shared
  };
  static bool inside(std::string_view bytes, const std::string& whole);

  std::deque<Segment> segments_;
  std::size_t sent_ = 0;  // of the first segment
  std::size_t bytes_ = 0;
  std::shared_ptr<const Content> shared_;
};

// The event loop's record of a connection. `lock` is held by the thread that works on it; the deadline is read by
// others.
struct Connection {
  enum class State {
    reading,    // waits for a request, or for the rest of one
    parked,     // its answer is being made; no thread is held
    writing,    // the client has to take what was written
    lingering,  // all was sent; what the client still sends is dropped, so that it gets to read the answer
    closed,
  };

  Connection(int file, std::uint64_t number, Peer client, const RequestLimits& limits)
      : socket(file),
        id(number),
        peer(std::move(client)),
        idle_since(Clock::now().time_since_epoch().count()),
        framer(limits, peer.address) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const int socket;
  const std::uint64_t id;
  const Peer peer;
  std::atomic<State> state{State::reading};
  std::atomic<Clock::rep> deadline{0};  // since the clock's epoch
  std::atomic<bool> idle{true};         // between two requests: the first to go when there are too many
  std::atomic<Clock::rep> idle_since;   // since the clock's epoch
  std::atomic<bool> expired{false};     // the deadline passed, and the socket was shut down for it

  std::mutex lock;
  std::string input;
  RequestFramer framer;
  Output output;
  bool close_after_output = false;
  bool uploading = false;             // the request that is being read was given the time of an upload
  bool continued = false;             // "100 Continue" was sent for the request that is being read
  Clock::time_point request_started;  // of the request that is being answered
  std::shared_ptr<Pending> pending;   // parked: for this

  void set_deadline(Clock::time_point at) { deadline = at.time_since_epoch().count(); }
  void set_idle() {
    idle_since = Clock::now().time_since_epoch().count();  // before it may be chosen by it
    idle = true;
  }
};

}  // namespace performance_tracker::http
