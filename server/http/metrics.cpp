// SPDX-License-Identifier: PostgreSQL
#include "http/metrics.h"

#include <algorithm>
#include <cstdio>

namespace performance_tracker::http {
namespace {

std::string number(double value) {
  char text[32];
  (void)std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

void append_head(std::string& text, std::string_view name, std::string_view type, std::string_view help) {
  text.append("# HELP ").append(name).append(" ").append(help).append("\n");
  text.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

std::vector<std::string_view> with_other(std::vector<std::string_view> labels) {
  labels.emplace_back("other");
  return labels;
}

}  // namespace

void append_metric(std::string& text, std::string_view name, std::string_view type, std::string_view help,
                   double value) {
  append_head(text, name, type, help);
  text.append(name).append(" ").append(number(value)).append("\n");
}

RequestMetrics::RequestMetrics(std::vector<std::string_view> labels)
    : labels_(with_other(std::move(labels))), routes_(labels_.size()) {}

void RequestMetrics::observe(std::string_view label, int status, double seconds) {
  const auto found = std::ranges::find(labels_, label);
  auto& route =
      routes_[found == labels_.end() ? labels_.size() - 1 : static_cast<std::size_t>(found - labels_.begin())];
  const auto bucket = static_cast<std::size_t>(std::ranges::lower_bound(bounds, seconds) - bounds.begin());
  ++route.by_class[static_cast<std::size_t>(std::clamp(status / 100, 0, 5))];
  ++route.buckets[bucket];
  route.microseconds += static_cast<std::uint64_t>(std::max(0.0, seconds * 1e6));
}

void RequestMetrics::append_to(std::string& text) const {
  append_head(text, "performance_tracker_requests_total", "counter",
              "Requests answered, by route and class of status.");
  for (std::size_t i = 0; i < routes_.size(); ++i)
    for (std::size_t status = 1; status < routes_[i].by_class.size(); ++status)
      if (const auto count = routes_[i].by_class[status].load(); count > 0)
        text += "performance_tracker_requests_total{route=\"" + std::string(labels_[i]) + "\",status=\"" +
                std::to_string(status) + "xx\"} " + std::to_string(count) + "\n";
  constexpr const char* name = "performance_tracker_request_seconds";
  append_head(text, name, "histogram", "From the complete request to its answer, by route.");
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const std::string label = "route=\"" + std::string(labels_[i]) + "\"";
    std::uint64_t below = 0;
    std::string lines;
    for (std::size_t bucket = 0; bucket <= bounds.size(); ++bucket) {
      below += routes_[i].buckets[bucket].load();
      const std::string bound = bucket < bounds.size() ? number(bounds[bucket]) : "+Inf";
      lines += std::string(name) + "_bucket{" + label + ",le=\"" + bound + "\"} " + std::to_string(below) + "\n";
    }
    if (below == 0) continue;
    text += lines + name + "_sum{" + label + "} " + number(static_cast<double>(routes_[i].microseconds.load()) / 1e6) +
            "\n";
    text += std::string(name) + "_count{" + label + "} " + std::to_string(below) + "\n";
  }
}

}  // namespace performance_tracker::http
