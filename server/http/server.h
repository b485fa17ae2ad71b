// SPDX-License-Identifier: PostgreSQL
//
// The HTTP server: connections, limits, headers, log lines. What is answered comes from one Handler.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "http/message.h"

namespace httplib {
class Server;
}

namespace performance_tracker::http {

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;                 // 0 = any free
  int threads = 128;                      // each kept connection holds one; the whole program takes 18 MB with 128
  int keep_alive_seconds = 2;             // an idle connection frees its thread after this; also bounds the drain
  std::size_t keep_alive_requests = 100;  // then the client connects again, so that others get a thread
  int read_timeout_seconds = 5;           // between two bytes of a request
  int write_timeout_seconds = 10;         // between two bytes that the client takes
  std::size_t body_bytes = 16U << 10U;    // longest request body
};

// The address cannot be listened on. what() says why and the way out.
class ListenError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Server {
 public:
  Server(const ServerOptions& options, Handler handler);
  ~Server();

  // Routes that are registered here before run() win over the handler. For the simulated platform.
  httplib::Server& native();

  // Takes the address; connections wait until run(). Returns the port. Throws ListenError.
  std::uint16_t bind();

  // Answers until stop(), then drains: requests that are being answered are finished.
  void run();

  // May be called from any thread, more than once.
  void stop();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace performance_tracker::http
