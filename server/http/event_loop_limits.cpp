// SPDX-License-Identifier: PostgreSQL
//
// The part of the event loop that says no: to connections beyond the limits, and to those that take too long.
#include <netdb.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "http/event_loop.h"
#include "http/listener.h"
#include "log.h"

namespace performance_tracker::http {
namespace {

// Accepting goes on in between: one thread must not be kept by a flood.
constexpr int accepts_in_a_row = 64;

bool passed(const Connection& connection, Clock::time_point now) {
  return now.time_since_epoch().count() > connection.deadline.load();
}

}  // namespace

void EventLoop::accept_all() {
  for (int i = 0; i < accepts_in_a_row && accepting_; ++i) {
    Peer peer;
    const int socket = accept_client(listening_socket_, peer);
    if (socket < 0) {
      // Out of files: the sweep arms the listening socket again, a moment later, when some may have been closed.
      if (errno == EMFILE || errno == ENFILE) return;
      break;
    }
    admit(socket, std::move(peer));
  }
  epoll_event event{};
  event.events = EPOLLIN | EPOLLONESHOT;
  event.data.u64 = 0;
  if (accepting_) ::epoll_ctl(epoll_, EPOLL_CTL_MOD, listening_socket_, &event);
}

void EventLoop::admit(int socket, Peer peer) {
  ConnectionPtr connection;
  {
    const std::lock_guard lock(mutex_);
    ++counts_.accepted;
    if (make_room(peer.address)) {
      ++per_address_[peer.address];
      connection = std::make_shared<Connection>(socket, next_id_++, peer, options_.limits);
      connection->set_deadline(Clock::now() + options_.request_time);
      connections_.emplace(connection->id, connection);
    } else {
      ++counts_.refused;
    }
  }
  if (!connection) return turn_away(socket, peer);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;
  event.data.u64 = connection->id;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) < 0) {
    const std::lock_guard lock(connection->lock);
    close(connection);
  }
}

// Whether one more connection fits. The longest idle one goes first; so a client that keeps connections open for
// nothing shuts nobody out. Not the one whose deadline is next: that is the newest, which has ten seconds for its first
// request where the others may be idle for a minute.
bool EventLoop::make_room(const std::string& address) {
  const auto count = per_address_.find(address);
  const bool address_full = count != per_address_.end() && count->second >= options_.connections_per_address;
  if (!address_full && connections_.size() < options_.connections) return true;
  Connection* oldest = nullptr;
  for (const auto& [id, connection] : connections_) {
    if (!connection->idle || connection->expired) continue;
    if (address_full && connection->peer.address != address) continue;
    if (oldest == nullptr || connection->idle_since < oldest->idle_since) oldest = connection.get();
  }
  if (oldest == nullptr) return false;
  oldest->expired = true;
  ::shutdown(oldest->socket, SHUT_RDWR);  // wakes a thread, which finds the end and closes it
  return true;
}

void EventLoop::turn_away(int socket, const Peer& peer) {
  const std::string answer = answerer_.refusal(503, "too many connections", peer);
  // What it has sent already must be read: closing over it would reset the connection, and the answer with it.
  std::array<char, 4096> request;  // NOLINT(cppcoreguidelines-pro-type-member-init): what it gets is thrown away
  (void)!::recv(socket, request.data(), request.size(), MSG_DONTWAIT);
  (void)!::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(socket, SHUT_WR);
  ::close(socket);
}

// Ends what is past its deadline. Shutting a socket down makes it readable, so that a thread takes it from there: no
// connection is worked on by two.
void EventLoop::sweep() {
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  for (const auto& [id, connection] : connections_) {
    const bool unwanted = stopping_ && connection->idle;
    if ((!unwanted && !passed(*connection, now)) || connection->expired) continue;
    connection->expired = true;
    switch (connection->state.load()) {
      case Connection::State::reading:
        // The way out stays open for a 408.
        ::shutdown(connection->socket, SHUT_RD);
        break;
      case Connection::State::writing:
      case Connection::State::lingering:
        if (connection->state == Connection::State::writing) ++counts_.cut;
        ::shutdown(connection->socket, SHUT_RDWR);
        break;
      case Connection::State::parked:
      case Connection::State::closed:
        break;
    }
  }
  if (!accepting_) return;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLONESHOT;
  event.data.u64 = 0;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, listening_socket_, &event);
}

bool EventLoop::drained() const {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, connection] : connections_)
    if (connection->state != Connection::State::lingering) return false;
  return true;
}

}  // namespace performance_tracker::http
