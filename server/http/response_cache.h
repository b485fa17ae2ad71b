// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "http/message.h"

namespace performance_tracker::http {

// Contents by key, bounded in bytes; the least recently used go first. Thread safe.
class ResponseCache {
 public:
  using Clock = std::chrono::steady_clock;

  // `bytes` counts bodies and keys; 0 keeps nothing. Entries older than `max_age` are not returned.
  ResponseCache(std::size_t bytes, Clock::duration max_age) : capacity_(bytes), max_age_(max_age) {}

  std::shared_ptr<const Content> find(const std::string& key, Clock::time_point now = Clock::now());
  void insert(const std::string& key, std::shared_ptr<const Content> content, Clock::time_point now = Clock::now());
  void clear();
  std::size_t bytes() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const Content> content;
    Clock::time_point made;
  };
  static std::size_t weight(const Entry& entry) { return 2 * entry.key.size() + entry.content->bytes() + 256; }
  void erase(std::list<Entry>::iterator entry);

  const std::size_t capacity_;
  const Clock::duration max_age_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<std::string, std::list<Entry>::iterator> index_;
  std::size_t bytes_ = 0;
};

}  // namespace performance_tracker::http
