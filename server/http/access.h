// SPDX-License-Identifier: PostgreSQL
//
// Who may ask, before anything is looked up: the name that the client believes to speak to, how often it asks, and the
// token that lets it read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "http/rate_limiter.h"

namespace performance_tracker::http {

struct AccessOptions {
  // Names besides the loopback ones that a Host header may carry, lower case, without port; "*" is any. Without this
  // check a page on the internet whose name resolves to 127.0.0.1 could read a server of the machine that it is
  // looked at on (DNS rebinding).
  std::vector<std::string> hosts;
  // Any address is a name of ours (but no other name): for servers that listen on all of their addresses. A page that
  // was loaded from an address cannot have it point elsewhere.
  bool any_address = false;
  // Let one read: as bearer token, or as password of any user. All empty: everybody may.
  std::vector<std::string> tokens;
  double requests_per_second = 0;  // for each address, twice as many at once; 0: no limit
};

// What of a request decides about it.
struct Caller {
  std::string_view address;
  std::string_view path;
  std::string_view authorization;
  std::vector<std::string> hosts;  // every Host header
  bool old_protocol = false;       // HTTP/1.0, which needs no Host
};

// Tokens, and how often somebody may be wrong about them.
class TokenGuard {
 public:
  explicit TokenGuard(std::vector<std::string> tokens);
  bool empty() const { return tokens_.empty(); }
  // Whether an Authorization header carries one of them: "Bearer <token>", or "Basic …" with it as password. An address
  // that was wrong too often is refused, whatever it sends: throws ApiError (429).
  bool knows(const std::string& authorization, const std::string& address);

 private:
  const std::vector<std::string> tokens_;
  RateLimiter wrong_;
};

class Access {
 public:
  explicit Access(AccessOptions options);

  // Throws ApiError: 400 (no Host, or two), 421 (not our name), 429 (too often), 401 (no token, or a wrong one).
  void check(const Caller& caller);

 private:
  void check_host(const Caller& caller) const;
  void check_token(const Caller& caller);

  const AccessOptions options_;
  RateLimiter requests_;
  TokenGuard readers_;
};

// 127.0.0.0/8, ::1, localhost and names below it.
bool is_loopback(std::string_view host);

}  // namespace performance_tracker::http
