// SPDX-License-Identifier: PostgreSQL
//
// An ad platform that says what a test has told it to say, and can be told otherwise between two loads.
//
//   ScriptedPlatform platform;                          // ten products A … J, 90 days up to 2026-11-21
//   platform.products["A"] = "Another name";
//   platform.change([](Cells& row) { row.clicks = "-1"; }, day, "B");
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "calendar.h"

namespace httplib {
class Server;
}

namespace performance_tracker::test {

// As JSON: a number, or anything else.
struct Cells {
  std::string impressions, clicks, ad_spend, units_sold, revenue;
};

class ScriptedPlatform {
 public:
  static constexpr Day kLast{std::chrono::year{2026} / std::chrono::November / 21};
  static constexpr int kDays = 90;

  ScriptedPlatform();
  ~ScriptedPlatform();
  ScriptedPlatform(const ScriptedPlatform&) = delete;
  ScriptedPlatform& operator=(const ScriptedPlatform&) = delete;

  std::string url() const;
  // Sum of the revenue that it would tell, and how many rows, in the form "123.45 in 900".
  std::string totals() const;

  // Only between two loads.
  std::map<std::string, std::string> products;           // product_id -> name
  std::map<std::pair<Day, std::string>, Cells> metrics;  // by day and product_id
  std::string account = "scripted";
  void change(const std::function<void(Cells&)>& edit, Day day, const std::string& product);
  void change_all(const std::function<void(Cells&)>& edit, Day first, Day last);

 private:
  std::unique_ptr<httplib::Server> server_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace performance_tracker::test
