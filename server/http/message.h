// SPDX-License-Identifier: PostgreSQL
//
// What a request handler sees and returns: plain data, so that only http/server.cpp knows the HTTP library.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace performance_tracker::http {

// An answer that is being made by others. A handler that returns one gives its thread back, and is called again with it
// in `Request::landed` when it is there.
class Pending {
 public:
  virtual ~Pending() = default;
  // Calls `wake` once, from any thread, at once if it is there already. Each call is one client that waits.
  virtual void when_landed(std::function<void()> wake) = 0;
  // One of the clients has gone away; the last one takes the work with it.
  virtual void abandon() = 0;
};

struct Request {
  std::string method;                                           // GET also for HEAD: the library drops the body
  std::string path;                                             // decoded, without the query
  std::vector<std::pair<std::string, std::string>> parameters;  // of the query, decoded, duplicates kept
  std::string_view body;                                        // as long as the handler runs
  std::string authorization;
  std::string client;  // its address
  std::string request_id;
  std::shared_ptr<Pending> landed;  // what an earlier call of the handler has waited for
};

// A body in every encoding that it is offered in, with its entity tag. Shared between cache and connections, never
// changed after it was made.
struct Content {
  std::string identity;
  std::string gzip;    // empty: not worth compressing
  std::string brotli;  // empty: nobody has made one; it takes too long while a client waits
  std::string etag;    // without quotes; empty: no conditional requests
  bool weak = false;   // other bytes may have the same tag, if they say the same (RFC 9110 §8.8.1)

  std::size_t bytes() const { return identity.size() + gzip.size() + brotli.size() + etag.size(); }
};

// Compresses when that saves something, and tags the content with a digest of its bytes.
std::shared_ptr<const Content> make_content(std::string body);
// What make_content() tags with: a digest in hexadecimal digits.
std::string digest(const std::string& body);
// A short body that is not worth either (errors, health).
std::shared_ptr<const Content> make_plain_content(std::string body);

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string cache_control = "no-store";
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<const Content> content;
  std::shared_ptr<Pending> pending;  // not null: there is no answer yet, ask again when this has landed
  bool from_cache = false;           // for the log
};

using Handler = std::function<Response(const Request&)>;

// A request that cannot be answered as asked. Carried to the client as the one error shape:
//   {"error":{"code":…,"message":…,"hint":…,"parameter":…,"request_id":…}}
class ApiError : public std::exception {
 public:
  ApiError(int http_status, std::string error_code, std::string error_message)
      : status(http_status), code(std::move(error_code)), message(std::move(error_message)) {}
  ApiError&& with_hint(std::string text) && {
    hint = std::move(text);
    return std::move(*this);
  }
  ApiError&& with_parameter(std::string name) && {
    parameter = std::move(name);
    return std::move(*this);
  }
  ApiError&& with_header(std::string name, std::string value) && {
    headers.emplace_back(std::move(name), std::move(value));
    return std::move(*this);
  }
  const char* what() const noexcept override { return message.c_str(); }

  int status;
  std::string code;
  std::string message;
  std::optional<std::string> hint;       // the way out
  std::optional<std::string> parameter;  // the one at fault
  std::vector<std::pair<std::string, std::string>> headers;
};

Response error_response(const ApiError& error, const std::string& request_id);

enum class Encoding { identity, gzip, brotli };

// The best that there is and that Accept-Encoding allows.
Encoding best_encoding(std::string_view accept_encoding, const Content& content);
const std::string& bytes_of(const Content& content, Encoding encoding);
// The tag of the content as sent: with its quotes, different for each encoding.
std::string entity_tag(const Content& content, Encoding encoding);
// Whether If-None-Match names this content (in any encoding; weak comparison, RFC 9110 §13.1.2).
bool matches_entity_tag(std::string_view if_none_match, const Content& content);
// Whether Accept-Encoding allows a coding (RFC 9110 §12.5.3).
bool accepts(std::string_view accept_encoding, std::string_view coding);

}  // namespace performance_tracker::http
