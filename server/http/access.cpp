// SPDX-License-Identifier: PostgreSQL
#include "http/access.h"

#include <arpa/inet.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace performance_tracker::http {
namespace {

// Ten mistakes at once, then one in three seconds: nobody who types notices, and a token of eight letters holds out for
// thousands of years.
constexpr double wrong_tokens_per_second = 1.0 / 3;
constexpr double wrong_tokens_at_once = 10;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// "Shop.example.:8000" -> "shop.example", "[::1]:8000" -> "::1".
std::string name_of(std::string_view host) {
  if (host.starts_with('[')) return lower(host.substr(1, host.find(']') - 1));
  const auto colon = host.find(':');
  // More than one colon: an address without its brackets.
  if (colon == host.rfind(':')) host = host.substr(0, colon);
  if (host.ends_with('.')) host.remove_suffix(1);
  return lower(host);
}

bool is_address(const std::string& host) {
  in6_addr ignored{};
  return ::inet_pton(AF_INET, host.c_str(), &ignored) == 1 || ::inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

// The password of "Basic <base64 of user:password>"; empty for anything else.
std::string basic_password(std::string_view encoded) {
  if (encoded.size() % 4 != 0 || encoded.size() > 1024) return {};
  std::string text(encoded.size(), '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(encoded.data()), static_cast<int>(encoded.size()));
  if (length < 0) return {};
  // The block's length counts the padding's zeros.
  text.resize(static_cast<std::size_t>(length) - static_cast<std::size_t>(std::ranges::count(encoded, '=')));
  const auto colon = text.find(':');
  return colon == std::string::npos ? std::string() : text.substr(colon + 1);
}

std::string token_of(std::string_view authorization) {
  const auto space = authorization.find(' ');
  if (space == std::string_view::npos) return {};
  const auto scheme = lower(authorization.substr(0, space));
  const auto rest = authorization.substr(space + 1);
  if (scheme == "bearer") return std::string(rest);
  return scheme == "basic" ? basic_password(rest) : std::string();
}

// They tell nothing of the shop, and whoever watches over the process has no token; the simulated platform has one of
// its own.
bool open_to_all(std::string_view path) {
  return path == "/healthz" || path == "/readyz" || path.starts_with("/platform/");
}

// Compares in a time that tells nothing about the secret, its length included.
bool same_secret(std::string_view a, std::string_view b) {
  // Digests have one length.
  std::array<unsigned char, EVP_MAX_MD_SIZE> left{};
  std::array<unsigned char, EVP_MAX_MD_SIZE> right{};
  if (EVP_Digest(a.data(), a.size(), left.data(), nullptr, EVP_sha256(), nullptr) != 1 ||
      EVP_Digest(b.data(), b.size(), right.data(), nullptr, EVP_sha256(), nullptr) != 1)
    return false;
  return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace

bool is_loopback(std::string_view host) {
  const std::string name = lower(host);
  return (name.starts_with("127.") && is_address(name)) || name == "::1" || name == "localhost" ||
         name.ends_with(".localhost");
}

Access::Access(AccessOptions options)
    : options_(std::move(options)),
      requests_(options_.requests_per_second, 2 * options_.requests_per_second),
      readers_(options_.tokens) {}

void Access::check(const Caller& caller) {
  check_host(caller);
  if (requests_.enabled() && !requests_.take(std::string(caller.address)))
    throw ApiError(429, "too_many_requests", "this address asks too often")
        .with_hint("Wait a second, or raise HTTP_REQUESTS_PER_ADDRESS where the server runs.")
        .with_header("Retry-After", "1");
  if (!readers_.empty() && !open_to_all(caller.path)) check_token(caller);
}

void Access::check_host(const Caller& caller) const {
  if (caller.hosts.size() > 1 || (caller.hosts.empty() && !caller.old_protocol))
    throw ApiError(400, "bad_request", "a request has one Host header");
  if (caller.hosts.empty()) return;
  const std::string name = name_of(caller.hosts.front());
  if (is_loopback(name) || (options_.any_address && is_address(name))) return;
  for (const auto& allowed : options_.hosts)
    if (allowed == "*" || allowed == name) return;
  const std::string shown = name.substr(0, 100);
  throw ApiError(421, "wrong_host", "this server is not called '" + shown + "'")
      .with_hint("If that is a name of it, add it where the server runs: HTTP_ALLOWED_HOSTS=" + shown + ".");
}

void Access::check_token(const Caller& caller) {
  const bool given = !caller.authorization.empty();
  if (given && readers_.knows(std::string(caller.authorization), std::string(caller.address))) return;
  throw ApiError(401, "unauthorized", given ? "the token is wrong" : "this server wants to know who reads")
      .with_hint("Send the server's READ_TOKEN: as bearer token, or as the password of any user.")
      .with_header("WWW-Authenticate", "Basic realm=\"performance_tracker\", charset=\"UTF-8\"");
}

TokenGuard::TokenGuard(std::vector<std::string> tokens)
    : tokens_(std::move(tokens)), wrong_(wrong_tokens_per_second, wrong_tokens_at_once) {}

bool TokenGuard::knows(const std::string& authorization, const std::string& address) {
  // Before the comparison: one that guesses must not learn that a guess was right.
  if (!wrong_.has(address))
    throw ApiError(429, "too_many_requests", "too many wrong tokens from this address")
        .with_hint("Wait a few seconds, then send the right one.")
        .with_header("Retry-After", "3");
  const std::string token = token_of(authorization);
  bool known = false;
  for (const auto& right : tokens_) known = same_secret(token, right) || known;
  if (!known) wrong_.take(address);
  return known;
}

}  // namespace performance_tracker::http
