// SPDX-License-Identifier: PostgreSQL
#include "http/server.h"

#include <httplib.h>  // heavy: the HTTP library is included here and by the simulated platform only

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <random>

#include "log.h"

namespace performance_tracker::http {
namespace {

using Clock = std::chrono::steady_clock;

// The request that this thread is answering. The library answers a connection's requests on one thread, in order,
// and gives its hooks no place to keep anything.
struct Current {
  std::string request_id;
  Clock::time_point started;
  bool from_cache = false;
};
thread_local Current current;

std::string random_id() {
  thread_local std::mt19937_64 generator{std::random_device{}()};
  constexpr char digits[] = "0123456789abcdef";
  auto bits = generator();
  std::string text(16, '0');
  for (char& c : text) {
    c = digits[bits & 15U];
    bits >>= 4U;
  }
  return text;
}

// A caller's id is kept if it is harmless in a header and a log, so that a proxy's log and ours can be joined.
std::string request_id_of(const httplib::Request& request) {
  const std::string given = request.get_header_value("X-Request-Id");
  const bool usable = !given.empty() && given.size() <= 64 && std::ranges::all_of(given, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
  return usable ? given : random_id();
}

void set_security_headers(httplib::Response& response) {
  // The page loads its own scripts, styles and images, and talks to its own server; nothing else.
  response.set_header("Content-Security-Policy",
                      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                      "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
                      "frame-ancestors 'none'");
  response.set_header("X-Content-Type-Options", "nosniff");
  response.set_header("X-Frame-Options", "DENY");
  response.set_header("Referrer-Policy", "no-referrer");
  response.set_header("Cross-Origin-Opener-Policy", "same-origin");
  response.set_header("Cross-Origin-Resource-Policy", "same-origin");
}

// Hands a response to the library. Bodies go through a content provider: set_content() would be compressed again,
// by brotli when the client offers it, on every request.
void send(const httplib::Request& request, const Response& from, httplib::Response& to) {
  current.from_cache = from.from_cache;
  to.status = from.status;
  for (const auto& [name, value] : from.headers) to.set_header(name, value);
  to.set_header("Cache-Control", from.cache_control);
  const auto content = from.content;
  if (!content) return;

  const bool gzip = !content->gzip.empty() && accepts_gzip(request.get_header_value("Accept-Encoding"));
  if (!content->gzip.empty()) to.set_header("Vary", "Accept-Encoding");
  if (!content->etag.empty()) {
    to.set_header("ETag", entity_tag(*content, gzip));
    if (from.status == 200 && matches_entity_tag(request.get_header_value("If-None-Match"), *content)) {
      to.status = 304;
      return;
    }
  }
  if (gzip) to.set_header("Content-Encoding", "gzip");
  const std::string& bytes = gzip ? content->gzip : content->identity;
  if (bytes.empty()) {
    to.set_header("Content-Type", from.content_type);
    return;
  }
  to.set_content_provider(bytes.size(), from.content_type,
                          [content, &bytes](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
                            return sink.write(bytes.data() + offset, length);
                          });
}

// What the library refused by itself, in our words.
ApiError library_error(int status) {
  switch (status) {
    case 404:
      return {404, "not_found", "there is nothing at this address"};
    case 413:
      return {413, "too_large", "the request body is too large"};
    case 414:
      return {414, "too_large", "the address is too long"};
    case 416:
      return {416, "bad_request", "the range cannot be served"};
    default:
      if (status >= 500) return {status, "internal", "the server failed to answer"};
      return {status, "bad_request", "the request is not valid HTTP"};
  }
}

// Neither header: no body (RFC 9112 §6.3). The library would wait for one until its timeout.
bool announces_no_body(const httplib::Request& request) {
  return !request.has_header("Content-Length") && !request.has_header("Transfer-Encoding");
}

}  // namespace

struct Server::Implementation {
  ServerOptions options;
  Handler handler;
  httplib::Server server;
  int listening_socket = -1;

  Implementation(const ServerOptions& given, Handler answer) : options(given), handler(std::move(answer)) {
    server.new_task_queue = [count = static_cast<std::size_t>(options.threads)] {
      return new httplib::ThreadPool(count);  // the library deletes it
    };
    server.set_tcp_nodelay(true);  // else delayed acknowledgements cost 40 ms a request
    // The library's default is SO_REUSEPORT: a second server on the same port would start, and take half the requests.
    server.set_socket_options([this](int socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
      listening_socket = socket;
    });
    server.set_keep_alive_max_count(options.keep_alive_requests);
    server.set_keep_alive_timeout(options.keep_alive_seconds);
    server.set_read_timeout(options.read_timeout_seconds);
    server.set_write_timeout(options.write_timeout_seconds);
    server.set_payload_max_length(options.body_bytes);
    install_hooks();
  }

  void install_hooks() {
    server.set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      current = {request_id_of(request), Clock::now(), false};
      // Range is optional (RFC 9110 §14.2) and not offered: a slice of a compressed body helps nobody.
      // The object behind the reference is not const; the library hands hooks a const view of it.
      const_cast<httplib::Request&>(request).ranges.clear();
      if (request.method != "GET" && request.method != "HEAD" && announces_no_body(request)) {
        answer(request, response);
        return httplib::Server::HandlerResponse::Handled;
      }
      return httplib::Server::HandlerResponse::Unhandled;
    });
    server.set_error_handler([](const httplib::Request& request, httplib::Response& response) {
      if (!response.body.empty() || response.content_length_ > 0) return;  // answered by us, or by the platform
      if (current.request_id.empty()) current = {request_id_of(request), Clock::now(), false};
      send(request, error_response(library_error(response.status), current.request_id), response);
    });
    server.set_exception_handler(
        [](const httplib::Request& request, httplib::Response& response, const std::exception_ptr&) {
          send(request, error_response(library_error(500), current.request_id), response);
        });
    server.set_post_routing_handler([](const httplib::Request&, httplib::Response& response) {
      response.set_header("X-Request-Id", current.request_id);
      set_security_headers(response);
    });
    server.set_logger([](const httplib::Request& request, const httplib::Response& response) {
      const auto elapsed = std::chrono::duration<double, std::milli>(Clock::now() - current.started).count();
      log::info("request", {{"method", request.method},
                            {"path", request.path},
                            {"status", response.status},
                            {"ms", current.request_id.empty() ? 0.0 : elapsed},
                            {"bytes", response.content_length_ > 0 ? response.content_length_ : response.body.size()},
                            {"cached", current.from_cache},
                            {"client", request.remote_addr},
                            {"request_id", current.request_id}});
      current = {};
    });
  }

  void answer(const httplib::Request& request, httplib::Response& response) {
    Request ours;
    ours.method = request.method == "HEAD" ? "GET" : request.method;
    ours.path = request.path;
    ours.parameters.assign(request.params.begin(), request.params.end());
    ours.authorization = request.get_header_value("Authorization");
    ours.request_id = current.request_id;
    try {
      send(request, handler(ours), response);
    } catch (const ApiError& error) {
      if (error.status >= 500)
        log::warning("request failed",
                     {{"code", error.code}, {"reason", error.message}, {"request_id", ours.request_id}});
      send(request, error_response(error, ours.request_id), response);
    } catch (const std::exception& error) {
      log::error("request failed unexpectedly", {{"reason", error.what()}, {"request_id", ours.request_id}});
      send(request,
           error_response(ApiError(500, "internal", "something went wrong in the server")
                              .with_hint("Look for the request id in the server's log."),
                          ours.request_id),
           response);
    }
  }

  void register_catch_all() {
    const auto handle = [this](const httplib::Request& request, httplib::Response& response) {
      answer(request, response);
    };
    const std::string everything = R"([\s\S]*)";  // '.' would miss an encoded newline
    server.Get(everything, handle);
    server.Post(everything, handle);
    server.Put(everything, handle);
    server.Patch(everything, handle);
    server.Delete(everything, handle);
    server.Options(everything, handle);
  }
};

Server::Server(const ServerOptions& options, Handler handler)
    : implementation_(std::make_unique<Implementation>(options, std::move(handler))) {}

Server::~Server() = default;

httplib::Server& Server::native() { return implementation_->server; }

std::uint16_t Server::bind() {
  auto& [options, handler, server, listening_socket] = *implementation_;
  errno = 0;
  int port = options.port;
  if (port == 0)
    port = server.bind_to_any_port(options.host);
  else if (!server.bind_to_port(options.host, port))
    port = -1;
  if (port <= 0) {
    const int reason = errno;
    throw ListenError("cannot listen on " + options.host + ":" + std::to_string(options.port) +
                      (reason != 0 ? std::string(": ") + std::strerror(reason) : "") +
                      (reason == EADDRINUSE ? "; another program has the port, choose another HTTP_PORT (0 = any free)"
                                            : "; check HTTP_HOST and HTTP_PORT"));
  }
  // The library queues 5 connections, a browser alone opens 6; listening again only sets the length.
  ::listen(listening_socket, SOMAXCONN);
  return static_cast<std::uint16_t>(port);
}

void Server::run() {
  implementation_->register_catch_all();
  implementation_->server.listen_after_bind();
}

void Server::stop() { implementation_->server.stop(); }

}  // namespace performance_tracker::http
