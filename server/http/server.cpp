// SPDX-License-Identifier: PostgreSQL
#include "http/server.h"

#include <httplib.h>  // heavy: the HTTP library is included here and by the simulated platform only

#include <algorithm>
#include <chrono>
#include <cstring>
#include <random>
#include <utility>

#include "log.h"

namespace performance_tracker::http {
namespace {

// The request that this thread is answering: the library answers on the thread that gives it the bytes, and gives its
// hooks no place to keep anything.
struct Current {
  Connection* connection = nullptr;
  std::string request_id;
  std::shared_ptr<Pending> pending;  // the answer is not there yet: what the library writes is for nobody
  bool from_cache = false;
  bool unreadable = false;  // the library could not take it apart: what follows on the connection is no request either
};
thread_local Current current;

// What the library takes for a socket: a complete request to read, and the connection's output to write to.
class RequestStream : public httplib::Stream {
 public:
  RequestStream(std::string_view request, Connection& connection) : rest_(request), connection_(connection) {}

  bool is_readable() const override { return !rest_.empty(); }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override {
    const auto count = std::min(size, rest_.size());
    std::memcpy(to, rest_.data(), count);
    rest_.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* from, std::size_t size) override {
    if (!current.pending) connection_.output.append({from, size});
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    ip = connection_.peer.address;
    port = connection_.peer.port;
  }
  void get_local_ip_and_port(std::string&, int&) const override {}
  // The library only asks whether select() could take it.
  socket_t socket() const override { return 0; }

 private:
  std::string_view rest_;
  Connection& connection_;
};

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
  current.pending = from.pending;
  to.status = from.status;
  for (const auto& [name, value] : from.headers) to.set_header(name, value);
  to.set_header("Cache-Control", from.cache_control);
  const auto content = from.content;
  if (!content || from.pending) return;

  const Encoding encoding = best_encoding(request.get_header_value("Accept-Encoding"), *content);
  if (!content->gzip.empty() || !content->brotli.empty()) to.set_header("Vary", "Accept-Encoding");
  if (!content->etag.empty()) {
    to.set_header("ETag", entity_tag(*content, encoding));
    if (from.status == 200 && matches_entity_tag(request.get_header_value("If-None-Match"), *content)) {
      to.status = 304;
      return;
    }
  }
  if (encoding != Encoding::identity) to.set_header("Content-Encoding", encoding == Encoding::gzip ? "gzip" : "br");
  current.connection->output.share(content);
  const std::string& bytes = bytes_of(*content, encoding);
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

const char* reason_phrase(int status) {
  switch (status) {
    case 408:
      return "Request Timeout";
    case 411:
      return "Length Required";
    case 413:
      return "Payload Too Large";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Bad Request";
  }
}

// Neither header: no body (RFC 9112 §6.3). The library would wait for one until its timeout.
bool announces_no_body(const httplib::Request& request) {
  return !request.has_header("Content-Length") && !request.has_header("Transfer-Encoding");
}

// The library without its sockets and threads: it takes requests apart, routes them and writes answers.
class Engine : public httplib::Server, public RequestAnswerer {
 public:
  Engine(const ServerOptions& options, http::Handler handler)
      : options_(options), handler_(std::move(handler)), access_(options.access) {
    set_payload_max_length(std::max(options_.loop.limits.body_bytes, options_.loop.limits.upload_bytes));
    install_hooks();
  }

  // The library stops writing bodies once it has no listening socket.
  void listens_on(int socket) { svr_sock_ = socket; }
  void register_catch_all();

  Then answer(std::string_view request, Connection& connection, bool last) override;
  std::string refusal(int status, const std::string& reason, const Peer& peer) override;

 private:
  void install_hooks();
  bool admit(const httplib::Request& request, httplib::Response& response);
  void handle(const httplib::Request& request, httplib::Response& response);

  const ServerOptions& options_;
  http::Handler handler_;
  Access access_;
};

void log_request(const std::string& method, const std::string& path, int status, std::size_t bytes, double milliseconds,
                 const std::string& client) {
  log::info("request", {{"method", method},
                        {"path", path},
                        {"status", status},
                        {"ms", milliseconds},
                        {"bytes", bytes},
                        {"cached", current.from_cache},
                        {"client", client},
                        {"request_id", current.request_id}});
}

void Engine::install_hooks() {
  set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
    current.request_id = request_id_of(request);
    // Range is optional (RFC 9110 §14.2) and not offered: a slice of a compressed body helps nobody.
    // The object behind the reference is not const; the library hands hooks a const view of it.
    const_cast<httplib::Request&>(request).ranges.clear();
    const bool reads = request.method == "GET" || request.method == "HEAD";
    if (!admit(request, response)) return HandlerResponse::Handled;
    if (request.path.starts_with(options_.native_prefix)) return HandlerResponse::Unhandled;
    if (!reads && !announces_no_body(request)) return HandlerResponse::Unhandled;
    handle(request, response);
    return HandlerResponse::Handled;
  });
  set_error_handler([](const httplib::Request& request, httplib::Response& response) {
    if (!response.body.empty() || response.content_length_ > 0) return;  // answered by us, or by the platform
    if (current.request_id.empty()) {
      current.request_id = request_id_of(request);
      current.unreadable = true;
      response.set_header("Connection", "close");
    }
    send(request, error_response(library_error(response.status), current.request_id), response);
  });
  set_exception_handler([](const httplib::Request& request, httplib::Response& response, const std::exception_ptr&) {
    send(request, error_response(library_error(500), current.request_id), response);
  });
  set_post_routing_handler([](const httplib::Request&, httplib::Response& response) {
    // The library speaks of ranges that are not served, of a limit that is not ours, and of no bytes where the answer
    // that the client has is as long as it is (RFC 9110 §8.6).
    response.headers.erase("Accept-Ranges");
    response.headers.erase("Keep-Alive");
    if (response.status == 304) response.headers.erase("Content-Length");
    response.set_header("X-Request-Id", current.request_id);
    set_security_headers(response);
  });
  set_logger([this](const httplib::Request& request, const httplib::Response& response) {
    if (current.pending) return;
    const auto elapsed = std::chrono::duration<double, std::milli>(Clock::now() - current.connection->request_started);
    if (options_.observe) options_.observe(request.path, response.status, elapsed.count() / 1000);
    log_request(request.method, request.path, response.status,
                response.content_length_ > 0 ? response.content_length_ : response.body.size(), elapsed.count(),
                request.remote_addr);
  });
}

// Whether it may ask; if not, it is told why.
bool Engine::admit(const httplib::Request& request, httplib::Response& response) {
  if (current.connection->pending) return true;  // asked before, and has waited for its answer
  const std::string authorization = request.get_header_value("Authorization");
  Caller caller{.address = request.remote_addr, .path = request.path, .authorization = authorization, .hosts = {}};
  const auto [first, last] = request.headers.equal_range("Host");
  for (auto host = first; host != last; ++host) caller.hosts.push_back(host->second);
  caller.old_protocol = request.version == "HTTP/1.0";
  try {
    access_.check(caller);
    return true;
  } catch (const ApiError& error) {
    send(request, error_response(error, current.request_id), response);
    return false;
  }
}

void Engine::handle(const httplib::Request& request, httplib::Response& response) {
  Request ours;
  ours.method = request.method == "HEAD" ? "GET" : request.method;
  ours.path = request.path;
  ours.parameters.assign(request.params.begin(), request.params.end());
  ours.body = request.body;
  ours.authorization = request.get_header_value("Authorization");
  ours.client = request.remote_addr;
  ours.request_id = current.request_id;
  ours.landed = current.connection->pending;
  try {
    send(request, handler_(ours), response);
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

void Engine::register_catch_all() {
  const auto all = [this](const httplib::Request& request, httplib::Response& response) { handle(request, response); };
  const std::string everything = R"([\s\S]*)";  // '.' would miss an encoded newline
  Get(everything, all);
  Post(everything, all);
  Put(everything, all);
  Patch(everything, all);
  Delete(everything, all);
  Options(everything, all);
}

RequestAnswerer::Then Engine::answer(std::string_view request, Connection& connection, bool last) {
  current = {};
  current.connection = &connection;
  RequestStream stream(request, connection);
  bool closes = false;
  // The library of Debian 13 (0.18) wants both ends' addresses here, that of Debian 12 (0.11) asks the stream for them.
  const auto process = [&]<class Self>(Self& self) {
    if constexpr (requires { self.process_request(stream, last, closes, nullptr); })
      return self.process_request(stream, last, closes, nullptr);
    else
      return self.process_request(stream, connection.peer.address, connection.peer.port, std::string(), 0, last, closes,
                                  nullptr);
  };
  const bool answered = process(*this);
  connection.output.share(nullptr);
  connection.pending = std::exchange(current.pending, nullptr);
  if (connection.pending) return Then::park;
  return answered && !closes && !current.unreadable ? Then::keep : Then::close;
}

std::string Engine::refusal(int status, const std::string& reason, const Peer& peer) {
  current = {};
  current.request_id = random_id();
  const char* code = status == 503   ? "overloaded"
                     : status == 408 ? "timeout"
                     : status == 401 ? "unauthorized"
                     : status == 429 ? "too_many_requests"
                     : status >= 413 ? "too_large"
                                     : "bad_request";
  const Response response = error_response(ApiError(status, code, reason), current.request_id);
  const std::string& body = response.content->identity;
  if (options_.observe) options_.observe("-", status, 0);
  log_request("-", "-", status, body.size(), 0, peer.address);
  std::string text = "HTTP/1.1 " + std::to_string(status) + " " + reason_phrase(status);
  text += "\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff";
  if (status == 503) text += "\r\nRetry-After: 1";
  text += "\r\nX-Request-Id: " + current.request_id + "\r\nContent-Length: " + std::to_string(body.size());
  return text + "\r\nConnection: close\r\n\r\n" + body;
}

}  // namespace

struct Server::Implementation {
  Implementation(const ServerOptions& given, Handler handler) : options(given), engine(options, std::move(handler)) {}

  ServerOptions options;
  Engine engine;
  std::unique_ptr<EventLoop> loop;
};

Server::Server(const ServerOptions& options, Handler handler)
    : implementation_(std::make_unique<Implementation>(options, std::move(handler))) {}

Server::~Server() = default;

httplib::Server& Server::native() { return implementation_->engine; }

std::uint16_t Server::bind() {
  auto& [options, engine, loop] = *implementation_;
  const Listener listener = listen_on(options.host, options.port);
  engine.listens_on(listener.socket);
  // Each connection takes a file; the database, the log and the page need some too.
  constexpr std::size_t files_for_others = 256;
  const auto files = raise_file_limit();
  if (files < options.loop.connections + files_for_others)
    options.loop.connections = std::max<std::size_t>(files / 2, files - std::min(files, files_for_others));
  loop = std::make_unique<EventLoop>(options.loop, listener.socket, engine);
  return listener.port;
}

void Server::run() {
  implementation_->engine.register_catch_all();
  implementation_->loop->run();
}

void Server::stop() { implementation_->loop->stop(); }

LoopCounts Server::counts() const { return implementation_->loop->counts(); }

}  // namespace performance_tracker::http
