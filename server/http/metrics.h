// SPDX-License-Identifier: PostgreSQL
//
// Counters of requests for Prometheus, and the text format that it reads. By hand: prometheus-cpp would bring a web
// server (civetweb) and libcurl for what is forty lines here. Labels are this program's own words, never a client's.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace performance_tracker::http {

class RequestMetrics {
 public:
  // `labels`: the routes that are told apart; all others count as "other".
  explicit RequestMetrics(std::vector<std::string_view> labels);

  void observe(std::string_view label, int status, double seconds);
  // performance_tracker_requests_total and performance_tracker_request_seconds.
  void append_to(std::string& text) const;

 private:
  static constexpr std::array bounds = {0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0};
  struct Route {
    std::array<std::atomic<std::uint64_t>, 6> by_class{};  // of status: 2 is 2xx
    std::array<std::atomic<std::uint64_t>, bounds.size() + 1> buckets{};
    std::atomic<std::uint64_t> microseconds{0};
  };

  const std::vector<std::string_view> labels_;
  std::vector<Route> routes_;
};

// "# HELP …\n# TYPE …\nname value\n"
void append_metric(std::string& text, std::string_view name, std::string_view type, std::string_view help,
                   double value);

}  // namespace performance_tracker::http
