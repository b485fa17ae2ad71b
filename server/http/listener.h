// SPDX-License-Identifier: PostgreSQL
//
// Sockets that listen and sockets that come in. The HTTP library's own listen with SO_REUSEPORT (a second server on the
// port would start and take half of the requests), a queue of five, and a thread a connection.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "http/connection.h"

namespace performance_tracker::http {

// The address cannot be listened on. what() says why and the way out.
class ListenError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Listener {
  int socket = -1;
  std::uint16_t port = 0;
};

// `host` is a name or an address; port 0 is any that is free. Throws ListenError.
Listener listen_on(const std::string& host, std::uint16_t port);

// The next client, without waiting; -1 with errno: none.
int accept_client(int listening_socket, Peer& peer);

// As many files as this process may have open, once its own limit is raised as far as it goes.
std::size_t raise_file_limit();

}  // namespace performance_tracker::http
