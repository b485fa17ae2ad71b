// SPDX-License-Identifier: PostgreSQL
#include "http/response_cache.h"

namespace performance_tracker::http {

std::shared_ptr<const Content> ResponseCache::find(const std::string& key, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  if (now - found->second->made > max_age_) {
    erase(found->second);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->content;
}

void ResponseCache::insert(const std::string& key, std::shared_ptr<const Content> content, Clock::time_point now) {
  Entry entry{key, std::move(content), now};
  // One large answer must not push out everything else.
  if (weight(entry) > capacity_ / 4) return;
  const std::lock_guard lock(mutex_);
  if (const auto found = index_.find(key); found != index_.end()) erase(found->second);
  bytes_ += weight(entry);
  entries_.push_front(std::move(entry));
  index_.emplace(key, entries_.begin());
  while (bytes_ > capacity_) erase(std::prev(entries_.end()));
}

void ResponseCache::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
  index_.clear();
  bytes_ = 0;
}

std::size_t ResponseCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

void ResponseCache::erase(std::list<Entry>::iterator entry) {
  bytes_ -= weight(*entry);
  index_.erase(entry->key);
  entries_.erase(entry);
}

}  // namespace performance_tracker::http
