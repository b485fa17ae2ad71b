// SPDX-License-Identifier: PostgreSQL
//
// Connections without threads. The HTTP library gives each connection a thread for its whole life; here one epoll set
// holds all of them, and a few threads take turns with those that have something to do: a complete request (which goes
// to the library), room for more of an answer, or an end. What is slow costs a place in the set, not a thread:
//
//   an idle connection            may stay `idle_time`, and goes first when there are too many
//   a request that drips in       has `request_time` in all, header and body; then 408
//   a client that does not read   has `write_time`, and more the longer the answer is; then it is cut
//   an answer that is being made  is parked (Pending); the client's going away abandons it
//   too many connections          503 for those beyond a limit in all, and one per address
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "http/connection.h"

namespace performance_tracker::http {

struct LoopOptions {
  int threads = 8;
  std::size_t connections = 4096;
  std::size_t connections_per_address = 2048;
  std::chrono::milliseconds idle_time{60'000};
  std::chrono::milliseconds request_time{10'000};
  std::chrono::milliseconds write_time{10'000};
  std::chrono::milliseconds drain_time{5'000};  // of stop(): what is being answered may end
  RequestLimits limits;
};

struct LoopCounts {
  std::size_t connections = 0;
  std::size_t parked = 0;
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;  // over a limit
  std::uint64_t cut = 0;      // too slow
};

// What the loop asks of whoever speaks HTTP. Called from several threads at once.
class RequestAnswerer {
 public:
  enum class Then { keep, close, park };

  virtual ~RequestAnswerer() = default;
  // A complete request: appends the answer to the connection's output. `park`: nothing was appended, and the
  // connection's `pending` says what for; the same request is given again when that has landed. `last`: the connection
  // is closed afterwards, so the answer should say so.
  virtual Then answer(std::string_view request, Connection& connection, bool last) = 0;
  // An answer of its own to what never became a request, with "Connection: close".
  virtual std::string refusal(int status, const std::string& reason, const Peer& peer) = 0;
};

// Connections whose answers have landed, and an event that counts them. It outlives the loop: whoever makes an answer
// may be done with it after the loop has ended.
class ReadyQueue {
 public:
  ReadyQueue();
  ReadyQueue(const ReadyQueue&) = delete;
  ReadyQueue& operator=(const ReadyQueue&) = delete;
  ~ReadyQueue();

  int file() const { return file_; }
  void push(std::uint64_t id);
  std::optional<std::uint64_t> pop();

 private:
  int file_;
  std::mutex mutex_;
  std::deque<std::uint64_t> ids_;
};

class EventLoop {
 public:
  // Takes over the listening socket.
  EventLoop(const LoopOptions& options, int listening_socket, RequestAnswerer& answerer);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  // Until stop(), then until everything is answered or `drain_time` has passed.
  void run();
  // May be called from any thread, more than once.
  void stop();
  LoopCounts counts() const;

 private:
  using ConnectionPtr = std::shared_ptr<Connection>;

  void work();
  void accept_all();
  void admit(int socket, Peer peer);
  bool make_room(const std::string& address);
  void turn_away(int socket, const Peer& peer);
  void resume_one();
  ConnectionPtr find(std::uint64_t id);

  // With the connection's lock held.
  void on_event(const ConnectionPtr& connection, std::uint32_t events);
  void on_readable(const ConnectionPtr& connection);
  void advance(const ConnectionPtr& connection);
  bool answer_next(const ConnectionPtr& connection);
  void refuse(const ConnectionPtr& connection, int status, const std::string& reason);
  void park(const ConnectionPtr& connection);
  void linger(const ConnectionPtr& connection);
  void drop_rest(const ConnectionPtr& connection);
  void close(const ConnectionPtr& connection);
  void wait_for(const ConnectionPtr& connection, std::uint32_t events);

  void sweep();
  bool drained() const;

  const LoopOptions options_;
  RequestAnswerer& answerer_;
  int listening_socket_;
  int epoll_;
  int finish_;  // readable for ever at the end
  const std::shared_ptr<ReadyQueue> ready_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> accepting_{true};

  mutable std::mutex mutex_;  // of what follows; never held while a connection's lock is taken
  std::unordered_map<std::uint64_t, ConnectionPtr> connections_;
  std::map<std::string, std::size_t> per_address_;
  std::uint64_t next_id_;
  LoopCounts counts_;

  std::vector<std::thread> threads_;
};

}  // namespace performance_tracker::http
