// SPDX-License-Identifier: PostgreSQL
#include "scripted_platform.h"

#include <httplib.h>

#include <cmath>
#include <cstdio>

namespace performance_tracker::test {
namespace {

std::string page(const std::string& rows, std::size_t count, const std::string& account) {
  const std::string n = std::to_string(count);
  return R"({"data":[)" + rows + R"(],"meta":{"row_count":)" + n + R"(,"total_rows":)" + n +
         R"(,"next_cursor":null,"account":")" + account + R"("}})";
}

std::string cents(int value) {
  char text[32];
  std::snprintf(text, sizeof text, "%d.%02d", value / 100, value % 100);
  return text;
}

}  // namespace

ScriptedPlatform::ScriptedPlatform() : server_(std::make_unique<httplib::Server>()) {
  server_->set_tcp_nodelay(true);
  for (int p = 0; p < 10; ++p) {
    const std::string id(1, static_cast<char>('A' + p));
    products[id] = "Product " + id;
    for (int d = 0; d < kDays; ++d) {
      const int sold = 3 + (p * 7 + d * 5) % 11;
      metrics[{kLast - std::chrono::days{d}, id}] = {std::to_string(1000 + 10 * sold), std::to_string(40 + sold),
                                                     cents(2000 + 13 * sold), std::to_string(sold), cents(1999 * sold)};
    }
  }
  server_->Get("/platform/v1/products", [this](const httplib::Request&, httplib::Response& answer) {
    std::string rows;
    for (const auto& [id, name] : products)
      rows += (rows.empty() ? "" : ",") + (R"({"product_id":")" + id + R"(","name":")" + name + R"("})");
    answer.set_content(page(rows, products.size(), account), "application/json");
  });
  server_->Get("/platform/v1/promotions", [this](const httplib::Request&, httplib::Response& answer) {
    answer.set_content(page("", 0, account), "application/json");
  });
  server_->Get("/platform/v1/metrics", [this](const httplib::Request& request, httplib::Response& answer) {
    const Day first = *parse_day(request.get_param_value("from")), last = *parse_day(request.get_param_value("to"));
    std::string rows;
    std::size_t count = 0;
    for (const auto& [key, cells] : metrics) {
      if (key.first < first || key.first > last) continue;
      rows += (count++ == 0 ? "" : ",") +
              (R"({"date":")" + to_string(key.first) + R"(","product_id":")" + key.second + R"(","impressions":)" +
               cells.impressions + R"(,"clicks":)" + cells.clicks + R"(,"ad_spend":)" + cells.ad_spend +
               R"(,"units_sold":)" + cells.units_sold + R"(,"revenue":)" + cells.revenue + "}");
    }
    answer.set_content(page(rows, count, account), "application/json");
  });
  port_ = server_->bind_to_any_port("127.0.0.1");
  thread_ = std::thread([this] { server_->listen_after_bind(); });
  while (!server_->is_running()) std::this_thread::yield();
}

ScriptedPlatform::~ScriptedPlatform() {
  server_->stop();
  thread_.join();
}

std::string ScriptedPlatform::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::string ScriptedPlatform::totals() const {
  long long sum = 0;
  for (const auto& [key, cells] : metrics) sum += std::llround(std::stod(cells.revenue) * 100);
  char text[64];
  std::snprintf(text, sizeof text, "%lld.%02lld in %zu", sum / 100, sum % 100, metrics.size());
  return text;
}

void ScriptedPlatform::change(const std::function<void(Cells&)>& edit, Day day, const std::string& product) {
  edit(metrics.at({day, product}));
}

void ScriptedPlatform::change_all(const std::function<void(Cells&)>& edit, Day first, Day last) {
  for (auto& [key, cells] : metrics)
    if (key.first >= first && key.first <= last) edit(cells);
}

}  // namespace performance_tracker::test
