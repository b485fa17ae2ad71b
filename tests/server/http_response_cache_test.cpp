// SPDX-License-Identifier: PostgreSQL
#include <gtest/gtest.h>

#include <thread>

#include "http/response_cache.h"

namespace performance_tracker::http {
namespace {

using std::chrono::seconds;

constexpr std::size_t kilobyte = 1024;

std::shared_ptr<const Content> body(std::size_t bytes) { return make_plain_content(std::string(bytes, 'x')); }

TEST(ResponseCache, KeepsWhatWasUsedLast) {
  ResponseCache cache(20 * kilobyte, seconds(60));
  for (const char* key : {"a", "b", "c", "d"}) cache.insert(key, body(4 * kilobyte));
  EXPECT_TRUE(cache.find("a"));
  cache.insert("e", body(4 * kilobyte));
  EXPECT_TRUE(cache.find("a"));
  EXPECT_FALSE(cache.find("b"));
  EXPECT_TRUE(cache.find("e"));
}

TEST(ResponseCache, StaysWithinItsBytes) {
  ResponseCache cache(64 * kilobyte, seconds(60));
  for (int i = 0; i < 10'000; ++i) {
    cache.insert("key " + std::to_string(i), body(static_cast<std::size_t>(i % 9) * kilobyte));
    ASSERT_LE(cache.bytes(), 64 * kilobyte);
  }
  EXPECT_GT(cache.bytes(), 40 * kilobyte);
  cache.clear();
  EXPECT_EQ(cache.bytes(), 0U);
}

TEST(ResponseCache, ReplacingAKeyCountsItOnce) {
  ResponseCache cache(64 * kilobyte, seconds(60));
  cache.insert("a", body(kilobyte));
  const auto once = cache.bytes();
  cache.insert("a", body(kilobyte));
  EXPECT_EQ(cache.bytes(), once);
}

TEST(ResponseCache, AnAnswerTooLargeToShareIsNotKept) {
  ResponseCache cache(20 * kilobyte, seconds(60));
  cache.insert("small", body(kilobyte));
  cache.insert("large", body(15 * kilobyte));
  EXPECT_FALSE(cache.find("large"));
  EXPECT_TRUE(cache.find("small"));
}

TEST(ResponseCache, OldAnswersAreNotGiven) {
  ResponseCache cache(20 * kilobyte, seconds(60));
  const auto now = ResponseCache::Clock::now();
  cache.insert("a", body(10), now);
  EXPECT_TRUE(cache.find("a", now + seconds(59)));
  EXPECT_FALSE(cache.find("a", now + seconds(61)));
  EXPECT_EQ(cache.bytes(), 0U);
}

TEST(ResponseCache, NoBytesKeepNothing) {
  ResponseCache cache(0, seconds(60));
  cache.insert("a", body(0));
  EXPECT_FALSE(cache.find("a"));
}

TEST(ResponseCache, ServesManyThreads) {
  ResponseCache cache(32 * kilobyte, seconds(60));
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&cache, t] {
      for (int i = 0; i < 2000; ++i) {
        const std::string key = std::to_string((i * 7 + t) % 50);
        if (const auto found = cache.find(key))
          EXPECT_EQ(found->identity.size(), std::stoul(key) * 100);
        else
          cache.insert(key, body(std::stoul(key) * 100));
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_LE(cache.bytes(), 32 * kilobyte);
}

}  // namespace
}  // namespace performance_tracker::http
