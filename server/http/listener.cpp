// SPDX-License-Identifier: PostgreSQL
#include "http/listener.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace performance_tracker::http {
namespace {

std::uint16_t port_of(const sockaddr_storage& address) {
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

std::string text_of(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text.data(), text.size());
    return text.data();
  }
  const auto& six = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  // ::ffff:192.0.2.1 is the same client as 192.0.2.1.
  if (IN6_IS_ADDR_V4MAPPED(&six))
    ::inet_ntop(AF_INET, &six.s6_addr[12], text.data(), text.size());
  else
    ::inet_ntop(AF_INET6, &six, text.data(), text.size());
  return text.data();
}

int open_socket(const addrinfo& address) {
  const int socket = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0) return -1;
  const int yes = 1;
  const int no = 0;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (address.ai_family == AF_INET6) ::setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
  if (::bind(socket, address.ai_addr, address.ai_addrlen) == 0 && ::listen(socket, SOMAXCONN) == 0) return socket;
  const int reason = errno;
  ::close(socket);
  errno = reason;
  return -1;
}

}  // namespace

Listener listen_on(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string service = std::to_string(port);
  const int lookup = ::getaddrinfo(host.empty() ? nullptr : host.c_str(), service.c_str(), &hints, &found);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  const std::string place = "cannot listen on " + host + ":" + service + ": ";
  if (lookup != 0) throw ListenError(place + ::gai_strerror(lookup) + "; check HTTP_HOST and HTTP_PORT");

  Listener listener;
  for (const addrinfo* address = addresses.get(); address != nullptr && listener.socket < 0; address = address->ai_next)
    listener.socket = open_socket(*address);
  if (listener.socket < 0) {
    const int reason = errno;
    throw ListenError(place + std::strerror(reason) +  // NOLINT(concurrency-mt-unsafe): before any thread starts
                      (reason == EADDRINUSE ? "; another program has the port, choose another HTTP_PORT (0 = any free)"
                                            : "; check HTTP_HOST and HTTP_PORT"));
  }
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  ::getsockname(listener.socket, reinterpret_cast<sockaddr*>(&bound), &length);
  listener.port = port_of(bound);
  return listener;
}

int accept_client(int listening_socket, Peer& peer) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  const int socket =
      ::accept4(listening_socket, reinterpret_cast<sockaddr*>(&address), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (socket < 0) return -1;
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);  // else delayed acknowledgements cost 40 ms
  // The kernel would let it grow to megabytes, and many clients that do not read would then take all that it has for
  // TCP.
  const int send_buffer = 256 << 10;
  ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
  peer = {text_of(address), port_of(address)};
  return socket;
}

std::size_t raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur == RLIM_INFINITY ? 1U << 20U : static_cast<std::size_t>(limit.rlim_cur);
}

}  // namespace performance_tracker::http
