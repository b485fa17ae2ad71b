// SPDX-License-Identifier: PostgreSQL
//
// Where a request begins and ends in the bytes of a connection. Nothing else of it is looked at: the HTTP library takes
// apart what is complete. What could be read in two ways (two lengths, bare line feeds, chunks) is refused, so that a
// proxy in front and the library never disagree about where the next request begins (RFC 9112 §11.2).
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace performance_tracker::http {

struct RequestLimits {
  std::size_t header_bytes = 32U << 10U;  // request line and headers; the library itself stops at lines of 8 KB
  std::size_t body_bytes = 16U << 10U;    // longest request body
  std::size_t upload_bytes = 0;           // … of a request that may_upload lets in
  // Asked once, when the headers of a request with a longer body are there and before the body is: 0, or the status
  // with which it is refused. `headers` begins with the request line. May be empty: then none may.
  std::function<int(std::string_view headers, const std::string& address)> may_upload = {};
};

struct Frame {
  enum class State { incomplete, complete, refused };

  State state = State::incomplete;
  std::size_t bytes = 0;         // complete: the whole request, its body included
  std::size_t expect_at = 0;     // the header "Expect: 100-continue" stands there (0: it does not)
  std::size_t header_bytes = 0;  // 0 until the headers are complete
  bool upload = false;           // its body is longer than body_bytes, and may be
  int status = 0;                // refused: 400, 411, 413 or 431, or what may_upload said
  const char* reason = "";       // refused: what is wrong, for the client
};

// Looks at growing input without reading what it has seen again. One for each request.
class RequestFramer {
 public:
  explicit RequestFramer(const RequestLimits& limits, std::string address = {})
      : limits_(limits), address_(std::move(address)) {}

  // `input` is everything that has arrived since the end of the request before.
  Frame examine(std::string_view input);
  // The request was taken out of the input: the next one begins.
  void restart() { scanned_ = 0, frame_ = {}; }

 private:
  Frame refuse(int status, const char* reason);
  void read_headers(std::string_view headers);
  void admit(std::size_t length, std::string_view headers);

  RequestLimits limits_;
  std::string address_;      // of the client
  std::size_t scanned_ = 0;  // no end of headers before here
  Frame frame_;
};

}  // namespace performance_tracker::http
