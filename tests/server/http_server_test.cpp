// SPDX-License-Identifier: PostgreSQL
//
// The real program as an HTTP server: protocol, limits, headers, tokens, life and death.
#include <gtest/gtest.h>
#include <zlib.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "api_support.h"

namespace performance_tracker::test {
namespace {

std::string gunzip(const std::string& bytes) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string out(1U << 22U, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int outcome = inflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return outcome == Z_STREAM_END ? out : "no gzip";
}

class HttpServer : public testing::Test {
 protected:
  static constexpr const char* token = "of-the-tests-0123";

  static void SetUpTestSuite() {
    page_ = std::make_unique<ScratchDirectory>();
    std::ofstream(page_->path() / "index.html") << "<!doctype html><title>t</title>" << std::string(4000, ' ');
    std::ofstream(page_->path() / "app-4F2QK7XA.js") << "export {};";
    database_ = std::make_unique<MigratedDatabase>();
    auto settings = database_->environment();
    settings["DASHBOARD_DIR"] = page_->path();
    settings["API_TOKEN"] = token;
    settings["SIMULATOR"] = "on";
    settings["HTTP_IDLE_SECONDS"] = "2";  // tests read until the server closes
    settings["ETL_DB_USER"] = "performance_tracker_loader";
    server_ = std::make_unique<ServerProcess>(settings);
  }
  static void TearDownTestSuite() {
    server_.reset();
    database_.reset();
    page_.reset();
  }

  static inline std::unique_ptr<ScratchDirectory> page_;
  static inline std::unique_ptr<MigratedDatabase> database_;
  static inline std::unique_ptr<ServerProcess> server_;
};

TEST_F(HttpServer, IsHealthyAndReady) {
  EXPECT_EQ(server_->get("/healthz").body, "{\"status\":\"ok\"}\n");
  EXPECT_EQ(server_->get("/readyz").status, 200);
}

TEST_F(HttpServer, ServesThePageWithItsPolicy) {
  const auto page = server_->get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.header("content-type"), "text/html; charset=utf-8");
  EXPECT_NE(page.header("content-security-policy").find("default-src 'none'; script-src 'self'"), std::string::npos);
  EXPECT_EQ(page.header("x-content-type-options"), "nosniff");
  EXPECT_EQ(page.header("x-frame-options"), "DENY");
  EXPECT_EQ(page.header("referrer-policy"), "no-referrer");
  const auto same = server_->get("/", {{"If-None-Match", page.header("etag")}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.headers.count("content-length"), 0U) << "0 would be said of the page";
  EXPECT_EQ(server_->request("HEAD", "/").headers.count("accept-ranges"), 0U);
  EXPECT_NE(server_->get("/app-4F2QK7XA.js").header("cache-control").find("immutable"), std::string::npos);
  EXPECT_EQ(server_->get("/..%2f..%2fetc%2fpasswd").status, 404);
}

TEST_F(HttpServer, CompressesWithGzipOnlyAndTheSameBytes) {
  const auto plain = server_->get("/");
  const auto packed = server_->get("/", {{"Accept-Encoding", "br, gzip"}});
  EXPECT_EQ(plain.header("content-encoding"), "");
  EXPECT_EQ(packed.header("content-encoding"), "gzip");
  EXPECT_EQ(packed.header("vary"), "Accept-Encoding");
  EXPECT_NE(packed.header("etag"), plain.header("etag"));
  EXPECT_EQ(gunzip(packed.body), plain.body);
}

TEST_F(HttpServer, HeadIsGetWithoutTheBody) {
  const auto get = server_->get("/api/v1/catalog");
  const auto head = server_->request("HEAD", "/api/v1/catalog");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(head.header("etag"), get.header("etag"));
  EXPECT_EQ(head.header("content-length"), std::to_string(get.body.size()));
}

TEST_F(HttpServer, ARangeIsIgnored) {
  const auto whole = server_->get("/api/v1/catalog");
  const auto part = server_->get("/api/v1/catalog", {{"Range", "bytes=2-5"}});
  EXPECT_EQ(part.status, 200);
  EXPECT_EQ(part.body, whole.body);
}

TEST_F(HttpServer, RefusesOtherMethodsWithTheAllowedOnes) {
  for (const std::string method : {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    const auto answer = server_->request(method, "/api/v1/kpis");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.error_code(), "method_not_allowed") << method;
    EXPECT_EQ(answer.header("allow"), "GET, HEAD") << method;
  }
  EXPECT_EQ(server_->request("DELETE", "/api/v1/etl-runs").header("allow"), "GET, HEAD, POST");
}

TEST_F(HttpServer, WhatIsNotThereIsTheErrorShape) {
  for (const std::string path :
       {"/nope", "/api/v1/", "/api/v1/kpis/", "/api/v2/kpis", "/%0a", "/%00", "/platform/v1/none"}) {
    const auto answer = server_->get(path);
    EXPECT_EQ(answer.status, 404) << path << ' ' << answer.body;
    if (path.starts_with("/platform")) continue;
    EXPECT_EQ(answer.error_code(), "not_found") << path;
  }
}

TEST_F(HttpServer, EveryAnswerCarriesItsRequestId) {
  const auto given = server_->get("/nope", {{"X-Request-Id", "from-the-proxy.1"}});
  EXPECT_EQ(given.header("x-request-id"), "from-the-proxy.1");
  EXPECT_EQ(given.error("request_id"), "from-the-proxy.1");
  const auto odd = server_->get("/nope", {{"X-Request-Id", "two words\""}});
  EXPECT_EQ(odd.header("x-request-id").size(), 16U);
  EXPECT_EQ(odd.error("request_id"), odd.header("x-request-id"));
  EXPECT_NE(server_->get("/healthz").header("x-request-id"), server_->get("/healthz").header("x-request-id"));
  EXPECT_TRUE(eventually([&] { return server_->process().output().find("from-the-proxy.1") != std::string::npos; }));
}

TEST_F(HttpServer, LimitsAddressAndBody) {
  const auto address = server_->get("/api/v1/kpis?product=" + std::string(9000, 'x'));
  EXPECT_EQ(address.status, 414);
  EXPECT_EQ(address.error_code(), "too_large");
  const auto body = server_->request("POST", "/api/v1/etl-runs", {}, std::string(20'000, 'x'));
  EXPECT_EQ(body.status, 413);
  EXPECT_EQ(body.error_code(), "too_large");
}

TEST_F(HttpServer, WhatIsNoHttpIsRefusedAndTheServerLives) {
  for (const std::string bytes :
       {"nonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\r\n\r\n\r\n",
        "GET /api/v1/kpis?%zz=%f HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "POST /api/v1/etl-runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\nConnection: close\r\n\r\n"}) {
    const auto answer = server_->raw({bytes});
    EXPECT_EQ(answer.find("HTTP/1.1 5"), std::string::npos) << bytes << answer;
  }
  EXPECT_EQ(server_->get("/healthz").status, 200);
}

TEST_F(HttpServer, APostWithoutBodyNeedsNoLength) {
  const auto started = std::chrono::steady_clock::now();
  const auto answer = server_->raw({"POST /api/v1/etl-runs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"});
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 401")) << answer;
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(2));
}

TEST_F(HttpServer, OneConnectionCarriesManyRequests) {
  std::vector<std::string> messages(20, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  messages.emplace_back("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const auto answer = server_->raw(messages);
  std::size_t count = 0;
  for (auto at = answer.find("200 OK"); at != std::string::npos; at = answer.find("200 OK", at + 1)) ++count;
  EXPECT_EQ(count, 21U);
}

// With 32 threads, half of 64 kept connections starved: two seconds and more for a request.
TEST_F(HttpServer, SixtyFourIdleConnectionsDoNotHoldUpTheNext) {
  std::atomic<int> answered = 0;
  std::vector<std::thread> idle;
  idle.reserve(64);
  for (int i = 0; i < 64; ++i)
    idle.emplace_back([&] {
      const std::string answer = server_->raw({"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"});
      if (answer.find("200 OK") != std::string::npos) ++answered;
    });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(server_->get("/healthz").status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(1));
  for (auto& thread : idle) thread.join();
  EXPECT_EQ(answered, 64);
}

TEST_F(HttpServer, ALoadNeedsTheToken) {
  for (const std::string given : {"", "Bearer", "Bearer wrong", "Basic of-the-tests-0123", "Bearer of-the-tests-01234",
                                  "Bearer of-the-tests-012"}) {
    const auto answer =
        server_->request("POST", "/api/v1/etl-runs", given.empty() ? Headers{} : Headers{{"Authorization", given}});
    EXPECT_EQ(answer.status, 401) << given;
    EXPECT_EQ(answer.error_code(), "unauthorized");
    EXPECT_EQ(answer.header("www-authenticate"), "Bearer");
  }
  EXPECT_EQ(database_->value("SELECT count(*) FROM etl_runs"), "0");
  const Headers right{{"Authorization", std::string("Bearer ") + token}};
  EXPECT_EQ(server_->request("POST", "/api/v1/etl-runs?full=maybe", right).status, 400);
  const auto started = server_->request("POST", "/api/v1/etl-runs", right);
  EXPECT_EQ(started.status, 202) << started.body;
  EXPECT_EQ(started.header("location"), "/api/v1/etl-runs");
  EXPECT_TRUE(eventually([&] { return database_->value("SELECT status FROM etl_runs") == "succeeded"; }));
  EXPECT_EQ(database_->value("SELECT count(DISTINCT date) FROM daily_performance"), "90");
  // The answers follow the load at once.
  EXPECT_TRUE(eventually([&] { return !server_->get("/api/v1/catalog").json().at("data").as_array().empty(); },
                         std::chrono::seconds(3)));
  EXPECT_EQ(server_->process().output().find(token), std::string::npos);
}

const std::map<std::string, std::string> no_database{{"DB_HOST", "/nonexistent"}};

TEST(HttpServerLife, ASignalStopsItCleanly) {
  for (const int signal : {SIGTERM, SIGINT}) {
    ServerProcess server(no_database);
    EXPECT_EQ(server.get("/healthz").status, 200);
    server.process().signal(signal);
    EXPECT_EQ(server.process().wait(std::chrono::seconds(5)), 0) << server.process().output();
  }
}

TEST(HttpServerLife, ATakenPortIsAClearError) {
  const ServerProcess first(no_database);
  Process second({"serve"}, {{"DB_HOST", "/nonexistent"}, {"HTTP_PORT", std::to_string(first.port())}});
  EXPECT_EQ(second.wait(), 1);
  EXPECT_NE(second.output().find("another program has the port"), std::string::npos) << second.output();
}

TEST(HttpServerLife, ABadConfigurationIsToldBeforeAnythingStarts) {
  Process server({"serve"}, {{"DB_PORT", "x"}, {"DASHBOARD_DIR", "/nonexistent"}});
  EXPECT_EQ(server.wait(), 2);
  EXPECT_NE(server.output().find("DB_PORT must be"), std::string::npos) << server.output();
  Process page({"serve"}, {{"DASHBOARD_DIR", "/nonexistent"}});
  EXPECT_EQ(page.wait(), 2);
  EXPECT_NE(page.output().find("DASHBOARD_DIR"), std::string::npos) << page.output();
  Process unknown({"sreve"}, {});
  EXPECT_EQ(unknown.wait(), 2);
}

TEST(HttpServerLife, JsonLogsAreJson) {
  ServerProcess server({{"DB_HOST", "/nonexistent"}, {"LOG_FORMAT", "json"}});
  server.get("/%22%0aquote");
  server.process().signal(SIGTERM);
  server.process().wait();
  std::istringstream lines(server.process().output());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count)
    EXPECT_NO_THROW((Answer{.status = 0, .headers = {}, .body = line}.json())) << line;
  EXPECT_GE(count, 3);
}

TEST(HttpServerLife, TheLogFileIsBoundedAndComplete) {
  const ScratchDirectory directory;
  const auto file = directory.path() / "server.log";
  ServerProcess server({{"DB_HOST", "/nonexistent"},
                        {"LOG_FILE", file},
                        {"LOG_FILE_MB", "1"},
                        {"LOG_FILES", "2"},
                        {"LOG_FORMAT", "json"}});
  const std::string long_path = "/" + std::string(4000, 'x');
  std::thread other([&] {
    for (int i = 0; i < 400; ++i) server.get(long_path);
  });
  for (int i = 0; i < 400; ++i) server.get(long_path);
  other.join();
  server.get("/the-last");
  server.process().signal(SIGTERM);
  server.process().wait();
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    ++files;
    EXPECT_LE(entry.file_size(), 1'100'000U) << entry.path();
  }
  EXPECT_EQ(files, 3U) << "3.2 MB of lines: the file and two that were set aside";
  std::ifstream stream(file);
  std::string last_request;
  for (std::string line; std::getline(stream, line);) {
    EXPECT_NO_THROW((Answer{.status = 0, .headers = {}, .body = line}.json())) << line;
    if (line.find("\"/the-last\"") != std::string::npos) last_request = line;
  }
  EXPECT_NE(last_request, "");
  Process impossible({"serve"}, {{"DB_HOST", "/nonexistent"}, {"LOG_FILE", "/dev/null/x.log"}});
  EXPECT_EQ(impossible.wait(), 2);
  EXPECT_NE(impossible.output().find("LOG_FILE"), std::string::npos) << impossible.output();
}

}  // namespace
}  // namespace performance_tracker::test
