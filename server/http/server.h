// SPDX-License-Identifier: PostgreSQL
//
// The HTTP server: connections, limits, headers, log lines. What is answered comes from one Handler.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/access.h"
#include "http/event_loop.h"
#include "http/listener.h"
#include "http/message.h"

namespace httplib {
class Server;
}

namespace performance_tracker::http {

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0 = any free
  LoopOptions loop;
  AccessOptions access;
  // Paths that begin like this may be routes of native(). All others go straight to the handler, past the library's
  // list of regular expressions.
  std::string_view native_prefix = "/platform/";
  // Told of every answer; may be empty. Called from several threads at once.
  std::function<void(const std::string& path, int status, double seconds)> observe = {};
};

class Server {
 public:
  Server(const ServerOptions& options, Handler handler);
  ~Server();

  // Routes that are registered here before run() win over the handler. For the simulated platform.
  httplib::Server& native();

  // Takes the address; connections wait until run(). Returns the port. Throws ListenError.
  std::uint16_t bind();

  LoopCounts counts() const;

  // Answers until stop(), then drains: requests that are being answered are finished.
  void run();

  // May be called from any thread, more than once.
  void stop();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace performance_tracker::http
