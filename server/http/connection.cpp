// SPDX-License-Identifier: PostgreSQL
#include "http/connection.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>

namespace performance_tracker::http {
namespace {

constexpr std::size_t most_segments = 16;  // of one sendmsg; an answer has two

}  // namespace

bool Output::inside(std::string_view bytes, const std::string& whole) {
  // Pointers of different objects have no order but std::less's.
  const std::less_equal<> not_after;
  return not_after(whole.data(), bytes.data()) && not_after(bytes.data() + bytes.size(), whole.data() + whole.size());
}

void Output::append(std::string_view bytes) {
  if (bytes.empty()) return;
  bytes_ += bytes.size();
  if (shared_ && (inside(bytes, shared_->identity) || inside(bytes, shared_->gzip) || inside(bytes, shared_->brotli))) {
    segments_.push_back({.own = {}, .shared = shared_, .view = bytes});
    return;
  }
  if (segments_.empty() || segments_.back().shared) segments_.emplace_back();
  segments_.back().own += bytes;
}

bool Output::flush(int socket) {
  while (!segments_.empty()) {
    std::array<iovec, most_segments> vectors{};
    std::size_t count = 0;
    for (const auto& segment : segments_) {
      auto bytes = segment.bytes();
      if (count == 0) bytes.remove_prefix(sent_);
      vectors[count++] = {const_cast<char*>(bytes.data()), bytes.size()};
      if (count == most_segments) break;
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN || errno == EWOULDBLOCK;
    }
    bytes_ -= static_cast<std::size_t>(sent);
    sent_ += static_cast<std::size_t>(sent);
    while (!segments_.empty() && sent_ >= segments_.front().bytes().size()) {
      sent_ -= segments_.front().bytes().size();
      segments_.pop_front();
    }
  }
  return true;
}

void Output::clear() {
  segments_.clear();
  shared_.reset();
  sent_ = bytes_ = 0;
}

Connection::~Connection() { ::close(socket); }

}  // namespace performance_tracker::http
