// SPDX-License-Identifier: PostgreSQL
//
// Where a request begins and ends in the bytes of a connection. Nothing else of it is looked at: the HTTP library takes
// apart what is complete. What could be read in two ways (two lengths, bare line feeds, chunks) is refused, so that a
// proxy in front and the library never disagree about where the next request begins (RFC 9112 §11.2).
#pragma once

#include <cstddef>
#include <string_view>

namespace performance_tracker::http {

struct RequestLimits {
  std::size_t header_bytes = 32U << 10U;  // request line and headers; the library itself stops at lines of 8 KB
  std::size_t body_bytes = 16U << 10U;    // longest request body
};

struct Frame {
  enum class State { incomplete, complete, refused };

  State state = State::incomplete;
  std::size_t bytes = 0;         // complete: the whole request, its body included
  std::size_t expect_at = 0;     // the header "Expect: 100-continue" stands there (0: it does not)
  std::size_t header_bytes = 0;  // 0 until the headers are complete
  int status = 0;                // refused: 400, 411, 413 or 431
  const char* reason = "";       // refused: what is wrong, for the client
};

// Looks at growing input without reading what it has seen again. One for each request.
class RequestFramer {
 public:
  explicit RequestFramer(const RequestLimits& limits) : limits_(limits) {}

  // `input` is everything that has arrived since the end of the request before.
  Frame examine(std::string_view input);
  // The request was taken out of the input: the next one begins.
  void restart() { scanned_ = 0, frame_ = {}; }

 private:
  Frame refuse(int status, const char* reason);
  void read_headers(std::string_view headers);

  RequestLimits limits_;
  std::size_t scanned_ = 0;  // no end of headers before here
  Frame frame_;
};

}  // namespace performance_tracker::http
