// SPDX-License-Identifier: PostgreSQL
//
// Names, tokens and rates: the parts, and the real program.
#include <gtest/gtest.h>

#include <csignal>

#include "api_support.h"
#include "http/access.h"
#include "http/rate_limiter.h"

namespace performance_tracker::test {
namespace {

using std::chrono::milliseconds;

TEST(RateLimiter, GivesABurstAndThenARate) {
  http::RateLimiter limiter(2, 3);
  const auto now = http::RateLimiter::Clock::now();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limiter.take("a", now));
  EXPECT_FALSE(limiter.take("a", now));
  EXPECT_TRUE(limiter.take("b", now)) << "each has its own";
  EXPECT_FALSE(limiter.has("a", now + milliseconds(400)));
  EXPECT_TRUE(limiter.take("a", now + milliseconds(600)));
  EXPECT_FALSE(limiter.take("a", now + milliseconds(600)));
}

TEST(RateLimiter, KeepsFewKeysWhateverComes) {
  http::RateLimiter limiter(1, 2, 10);
  const auto now = http::RateLimiter::Clock::now();
  limiter.take("first", now);
  limiter.take("first", now);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limiter.take(std::to_string(i), now + milliseconds(i)));
  EXPECT_TRUE(http::RateLimiter(0, 0).take("x")) << "no limit";
}

TEST(Access, KnowsLoopbackNames) {
  for (const char* name : {"localhost", "LOCALHOST", "127.0.0.1", "127.8.9.10", "::1", "shop.localhost"})
    EXPECT_TRUE(http::is_loopback(name)) << name;
  for (const char* name : {"", "127.0.0.1.attacker.example", "localhost.attacker.example", "0.0.0.0", "10.0.0.1"})
    EXPECT_FALSE(http::is_loopback(name)) << name;
}

class HttpAccess : public testing::Test {
 protected:
  static std::map<std::string, std::string> settings(std::map<std::string, std::string> more = {}) {
    more.insert({"DB_HOST", "/nonexistent"});
    return more;
  }
  static Answer ask(const ServerProcess& server, const std::string& host) {
    return server.get("/healthz", {{"Host", host}});
  }
};

TEST_F(HttpAccess, ANameThatResolvesHereIsNotAnsweredTo) {
  const ServerProcess server(settings({{"HTTP_ALLOWED_HOSTS", "Shop.Example, other.example"}}));
  for (const std::string host : {"localhost", "localhost:8000", "127.0.0.1:1", "[::1]:8000", "shop.example",
                                 "SHOP.example:8443", "other.example."})
    EXPECT_EQ(ask(server, host).status, 200) << host;
  for (const std::string host :
       {"attacker.example", "attacker.example:8000", "localhost.attacker.example", "127.0.0.1.attacker.example",
        "shop.example.attacker.example", "10.0.0.1", "[::2]", "localhost@attacker.example", "[", "]:["}) {
    const auto answer = ask(server, host);
    EXPECT_EQ(answer.status, 421) << host << answer.body;
    EXPECT_EQ(answer.error_code(), "wrong_host") << host;
  }
  EXPECT_NE(ask(server, "attacker.example").error("hint").find("HTTP_ALLOWED_HOSTS=attacker.example"),
            std::string::npos);
  EXPECT_TRUE(server.raw({"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n"}).starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(server.raw({"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: a\r\nConnection: close\r\n\r\n"})
                  .starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(server.raw({"GET /healthz HTTP/1.0\r\n\r\n"}).starts_with("HTTP/1.1 200"));
}

TEST_F(HttpAccess, BeyondThisMachineALoginIsRequiredUnlessSwitchedOff) {
  Process open({"serve"}, settings({{"HTTP_HOST", "0.0.0.0"}, {"HTTP_PORT", "0"}}));
  EXPECT_EQ(open.wait(), 2);
  EXPECT_NE(open.output().find("READ_TOKEN"), std::string::npos) << open.output();
  EXPECT_NE(open.output().find("HTTP_LOGIN=off"), std::string::npos) << open.output();
  const ServerProcess behind_a_proxy(settings({{"HTTP_HOST", "0.0.0.0"}, {"HTTP_LOGIN", "off"}}));
  EXPECT_EQ(ask(behind_a_proxy, "10.0.0.1:8000").status, 200) << "all addresses are its own";
  EXPECT_EQ(ask(behind_a_proxy, "attacker.example").status, 421);
  const ServerProcess with_token(settings({{"HTTP_HOST", "0.0.0.0"}, {"READ_TOKEN", "a-reader's"}}));
  EXPECT_EQ(with_token.get("/api/v1/kpis").status, 401);
}

TEST_F(HttpAccess, TheReadTokenReadsAndStartsNothing) {
  const ServerProcess server(settings({{"READ_TOKEN", "reader-of-tests"}, {"API_TOKEN", "loader-of-tests"}}));
  EXPECT_EQ(server.get("/healthz").status, 200);
  const auto refused = server.get("/");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.error_code(), "unauthorized");
  EXPECT_TRUE(refused.header("www-authenticate").starts_with("Basic realm="));
  const auto with = [&](const std::string& authorization) {
    return server.get("/nothing-here", {{"Authorization", authorization}}).status;
  };
  EXPECT_EQ(with("Bearer reader-of-tests"), 404);
  EXPECT_EQ(with("bearer reader-of-tests"), 404);
  EXPECT_EQ(with("Basic YW55Ym9keTpyZWFkZXItb2YtdGVzdHM="), 404);  // anybody:reader-of-tests
  EXPECT_EQ(with("Bearer loader-of-tests"), 404);
  for (const std::string wrong : {"Bearer reader-of-test", "Bearer", "Basic !!!!", "Basic YQ==", "reader-of-tests"})
    EXPECT_EQ(with(wrong), 401) << wrong;
  const auto load = server.request("POST", "/api/v1/etl-runs", {{"Authorization", "Bearer reader-of-tests"}});
  EXPECT_EQ(load.status, 401);
}

TEST_F(HttpAccess, GuessingATokenIsSlow) {
  const ServerProcess server(settings({{"READ_TOKEN", "reader-of-tests"}, {"API_TOKEN", "loader-of-tests"}}));
  int refused = 0;
  for (int i = 0; i < 30; ++i) {
    const auto answer = server.get("/", {{"Authorization", "Bearer guess-" + std::to_string(i)}});
    refused += answer.status == 429 ? 1 : 0;
    EXPECT_TRUE(answer.status == 401 || answer.status == 429) << answer.status;
  }
  EXPECT_GE(refused, 15);
  const auto right = server.get("/", {{"Authorization", "Bearer reader-of-tests"}});
  EXPECT_EQ(right.status, 429) << "else a guess would tell that it is right";
  EXPECT_EQ(right.error_code(), "too_many_requests");
  EXPECT_EQ(right.header("retry-after"), "3");
  EXPECT_TRUE(eventually([&] { return server.get("/", {{"Authorization", "Bearer reader-of-tests"}}).status == 404; }));
}

TEST_F(HttpAccess, AnAddressThatAsksTooOftenHasToWait) {
  const ServerProcess server(settings({{"HTTP_REQUESTS_PER_ADDRESS", "5"}}));
  int refused = 0;
  for (int i = 0; i < 40; ++i) refused += server.get("/healthz").status == 429 ? 1 : 0;
  EXPECT_GE(refused, 20);
  EXPECT_TRUE(eventually([&] { return server.get("/healthz").status == 200; }));
}

TEST_F(HttpAccess, MetricsCountWithoutWordsOfTheClients) {
  const ServerProcess server(settings());
  server.get("/healthz");
  server.get("/never-seen-before?x=%22%7D");
  EXPECT_EQ(server.get("/api/v1/kpis").status, 503);
  const auto metrics = server.get("/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_TRUE(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
  for (const std::string line :
       {"performance_tracker_requests_total{route=\"/healthz\",status=\"2xx\"} 1\n",
        "performance_tracker_requests_total{route=\"/api/v1/kpis\",status=\"5xx\"} 1\n",
        "performance_tracker_requests_total{route=\"other\",status=\"4xx\"} 1\n",
        "performance_tracker_request_seconds_count{route=\"/healthz\"} 1\n", "performance_tracker_database_up 0\n"})
    EXPECT_NE(metrics.body.find(line), std::string::npos) << line << metrics.body;
  EXPECT_EQ(metrics.body.find("never-seen"), std::string::npos);
}

}  // namespace
}  // namespace performance_tracker::test
