// SPDX-License-Identifier: PostgreSQL
#include "http/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "log.h"

namespace performance_tracker::http {
namespace {

// What epoll gives back for what is no connection; their numbers begin after these.
constexpr std::uint64_t listening_id = 0;
constexpr std::uint64_t wake_id = 1;
constexpr std::uint64_t finish_id = 2;
constexpr std::uint64_t first_connection_id = 3;

constexpr std::size_t read_bytes = 16U << 10U;
// Requests that a client has sent ahead: so many are answered in a row before others get their turn.
constexpr int pipelined_in_a_row = 16;
// A slow line that is still a line: what an answer's length adds to the time that its client has.
constexpr std::size_t slowest_bytes_per_second = 16U << 10U;
constexpr std::chrono::milliseconds linger_time{2'000};
constexpr std::size_t most_dropped_bytes = 1U << 20U;
constexpr std::chrono::milliseconds sweep_interval{100};
constexpr std::chrono::milliseconds drain_interval{10};

void check(int outcome, const char* what) {
  if (outcome < 0) throw std::system_error(errno, std::generic_category(), what);
}

void add(int epoll, int file, std::uint32_t events, std::uint64_t id) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  check(::epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event), "epoll_ctl");
}

}  // namespace

ReadyQueue::ReadyQueue() : file_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC | EFD_SEMAPHORE)) { check(file_, "eventfd"); }

ReadyQueue::~ReadyQueue() { ::close(file_); }

void ReadyQueue::push(std::uint64_t id) {
  {
    const std::lock_guard lock(mutex_);
    ids_.push_back(id);
  }
  const std::uint64_t one = 1;
  (void)!::write(file_, &one, sizeof one);
}

std::optional<std::uint64_t> ReadyQueue::pop() {
  std::uint64_t count = 0;
  if (::read(file_, &count, sizeof count) < 0) return std::nullopt;  // another thread was faster
  const std::lock_guard lock(mutex_);
  if (ids_.empty()) return std::nullopt;
  const auto id = ids_.front();
  ids_.pop_front();
  return id;
}

EventLoop::EventLoop(const LoopOptions& options, int listening_socket, RequestAnswerer& answerer)
    : options_(options),
      answerer_(answerer),
      listening_socket_(listening_socket),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      finish_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      ready_(std::make_shared<ReadyQueue>()),
      next_id_(first_connection_id) {
  check(epoll_, "epoll_create1");
  check(finish_, "eventfd");
  add(epoll_, listening_socket_, EPOLLIN | EPOLLONESHOT, listening_id);
  add(epoll_, ready_->file(), EPOLLIN, wake_id);
  add(epoll_, finish_, EPOLLIN, finish_id);
}

EventLoop::~EventLoop() {
  for (const int file : {epoll_, finish_, listening_socket_})
    if (file >= 0) ::close(file);
}

void EventLoop::run() {
  threads_.reserve(static_cast<std::size_t>(options_.threads));
  for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { work(); });
  while (!stopping_) {
    std::this_thread::sleep_for(sweep_interval);
    sweep();
  }
  accepting_ = false;
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, listening_socket_, nullptr);
  const auto until = Clock::now() + options_.drain_time;
  while (!drained() && Clock::now() < until) {
    sweep();
    std::this_thread::sleep_for(drain_interval);
  }
  const std::uint64_t one = 1;
  check(static_cast<int>(::write(finish_, &one, sizeof one)), "eventfd");
  for (auto& thread : threads_) thread.join();
  const std::lock_guard lock(mutex_);
  for (const auto& [id, connection] : connections_)
    if (connection->pending) connection->pending->abandon();
  connections_.clear();
}

void EventLoop::stop() { stopping_ = true; }

LoopCounts EventLoop::counts() const {
  const std::lock_guard lock(mutex_);
  LoopCounts counts = counts_;
  counts.connections = connections_.size();
  for (const auto& [id, connection] : connections_)
    if (connection->state == Connection::State::parked) ++counts.parked;
  return counts;
}

void EventLoop::work() {
  for (;;) {
    epoll_event event{};
    const int count = ::epoll_wait(epoll_, &event, 1, -1);
    if (count < 1) continue;  // a signal
    if (event.data.u64 == finish_id) return;
    try {
      if (event.data.u64 == listening_id) {
        accept_all();
      } else if (event.data.u64 == wake_id) {
        resume_one();
      } else if (const auto connection = find(event.data.u64)) {
        const std::lock_guard lock(connection->lock);
        on_event(connection, event.events);
      }
    } catch (const std::exception& error) {
      // Memory has run out, most likely: this connection stays as it is and is cut at its deadline.
      log::error("a connection could not be served", {{"reason", error.what()}});
    }
  }
}

EventLoop::ConnectionPtr EventLoop::find(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second;
}

// --- parked connections

void EventLoop::resume_one() {
  const auto id = ready_->pop();
  const auto connection = id ? find(*id) : nullptr;
  if (!connection) return;
  const std::lock_guard lock(connection->lock);
  if (connection->state != Connection::State::parked) return;
  connection->state = Connection::State::reading;
  advance(connection);
}

void EventLoop::park(const ConnectionPtr& connection) {
  connection->state = Connection::State::parked;
  // Its time is the database's statement timeout; should that fail, this cleans up.
  connection->set_deadline(Clock::time_point::max());
  wait_for(connection, EPOLLRDHUP);
  if (connection->pending) connection->pending->when_landed([ready = ready_, id = connection->id] { ready->push(id); });
}

// --- events of a connection

void EventLoop::wait_for(const ConnectionPtr& connection, std::uint32_t events) {
  epoll_event event{};
  event.events = events | EPOLLONESHOT;
  event.data.u64 = connection->id;
  if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection->socket, &event) < 0) close(connection);
}

void EventLoop::on_event(const ConnectionPtr& connection, std::uint32_t events) {
  switch (connection->state.load()) {
    case Connection::State::closed:
      return;
    case Connection::State::parked:
      if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) close(connection);
      return;
    case Connection::State::lingering:
      return drop_rest(connection);
    case Connection::State::writing:
      if ((events & (EPOLLHUP | EPOLLERR)) != 0) return close(connection);
      connection->state = Connection::State::reading;
      return advance(connection);
    case Connection::State::reading:
      return on_readable(connection);
  }
}

void EventLoop::on_readable(const ConnectionPtr& connection) {
  std::array<char, read_bytes> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): recv fills what is used
  const ssize_t count = ::recv(connection->socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count < 0) {
    if (errno == EAGAIN || errno == EINTR) return wait_for(connection, EPOLLIN | EPOLLRDHUP);
    return close(connection);
  }
  if (count == 0) {
    if (connection->expired && !connection->idle) return refuse(connection, 408, "the request took too long to arrive");
    return close(connection);
  }
  if (connection->idle.exchange(false)) connection->set_deadline(Clock::now() + options_.request_time);
  connection->input.append(buffer.data(), static_cast<std::size_t>(count));
  advance(connection);
}

// Answers what is complete, sends what the client takes, and says what to wait for next.
void EventLoop::advance(const ConnectionPtr& connection) {
  for (int answered = 0;; ++answered) {
    const bool waits_for_answer = !answer_next(connection);
    if (connection->state != Connection::State::reading) return;  // closed or parked
    if (!connection->output.flush(connection->socket)) return close(connection);
    if (!connection->output.empty()) {
      connection->state = Connection::State::writing;
      connection->expired = false;
      const auto length_time = std::chrono::seconds(connection->output.bytes() / slowest_bytes_per_second);
      connection->set_deadline(Clock::now() + options_.write_time + length_time);
      return wait_for(connection, EPOLLOUT);
    }
    if (connection->close_after_output) return linger(connection);
    if (waits_for_answer) return wait_for(connection, EPOLLIN | EPOLLRDHUP);
    if (answered >= pipelined_in_a_row) {
      // Back into the queue, as if this client's answer had just landed.
      connection->state = Connection::State::parked;
      return ready_->push(connection->id);
    }
  }
}

// True if a request was answered or refused, false if it is not complete (or its answer is not).
bool EventLoop::answer_next(const ConnectionPtr& connection) {
  if (connection->close_after_output) return true;
  if (connection->input.empty()) {
    connection->set_deadline(Clock::now() + options_.idle_time);
    connection->set_idle();
    return false;
  }
  const Frame frame = connection->framer.examine(connection->input);
  if (frame.state == Frame::State::refused) {
    refuse(connection, frame.status, frame.reason);
    return true;
  }
  if (frame.expect_at != 0 && !connection->continued) {
    if (frame.state == Frame::State::incomplete) connection->output.append("HTTP/1.1 100 Continue\r\n\r\n");
    connection->continued = true;
    connection->input[frame.expect_at] = 'X';  // else the library would say it again
  }
  if (frame.state == Frame::State::incomplete && frame.upload && !connection->uploading) {
    connection->uploading = true;
    const auto length_time = std::chrono::seconds(frame.bytes / slowest_bytes_per_second);
    connection->set_deadline(Clock::now() + options_.request_time + length_time);
  }
  if (frame.state == Frame::State::incomplete) return false;

  if (!connection->pending) connection->request_started = Clock::now();
  connection->idle = false;
  connection->set_deadline(Clock::time_point::max());
  const auto then =
      answerer_.answer(std::string_view(connection->input).substr(0, frame.bytes), *connection, stopping_);
  if (then == RequestAnswerer::Then::park) {
    park(connection);
    return false;
  }
  connection->pending.reset();
  connection->input.erase(0, frame.bytes);
  if (connection->input.empty()) connection->input.shrink_to_fit();  // idle connections are many: keep them small
  connection->framer.restart();
  connection->continued = connection->uploading = false;
  connection->close_after_output = then == RequestAnswerer::Then::close || stopping_;
  // What the client has sent ahead is a request whose time begins now.
  connection->set_deadline(Clock::now() + options_.request_time);
  return true;
}

void EventLoop::refuse(const ConnectionPtr& connection, int status, const std::string& reason) {
  if (status == 408) {
    const std::lock_guard lock(mutex_);
    ++counts_.cut;
  }
  connection->output.append(answerer_.refusal(status, reason, connection->peer));
  connection->close_after_output = true;
  if (status != 408) return;  // the caller sends it
  connection->output.flush(connection->socket);
  linger(connection);
}

// Closing while the client still sends would reset the connection, and with it the answer that it has not read yet.
void EventLoop::linger(const ConnectionPtr& connection) {
  connection->state = Connection::State::lingering;
  connection->expired = false;
  connection->set_deadline(Clock::now() + linger_time);
  ::shutdown(connection->socket, SHUT_WR);
  drop_rest(connection);
}

void EventLoop::drop_rest(const ConnectionPtr& connection) {
  std::array<char, read_bytes> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): what it gets is thrown away
  for (std::size_t dropped = 0; dropped < most_dropped_bytes;) {
    const ssize_t count = ::recv(connection->socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count > 0) {
      dropped += static_cast<std::size_t>(count);
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return wait_for(connection, EPOLLIN | EPOLLRDHUP);
    break;
  }
  close(connection);
}

void EventLoop::close(const ConnectionPtr& connection) {
  if (connection->state == Connection::State::closed) return;
  connection->state = Connection::State::closed;
  if (connection->pending) connection->pending->abandon();
  connection->pending.reset();
  connection->output.clear();
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, connection->socket, nullptr);
  ::shutdown(connection->socket, SHUT_RDWR);
  const std::lock_guard lock(mutex_);
  connections_.erase(connection->id);
  const auto count = per_address_.find(connection->peer.address);
  if (count != per_address_.end() && --count->second == 0) per_address_.erase(count);
}

}  // namespace performance_tracker::http
