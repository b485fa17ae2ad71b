// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/data_service.h"
#include "api/etl_runs.h"
#include "api/import.h"
#include "api/views/view.h"
#include "api/writes.h"
#include "http/message.h"
#include "http/static_files.h"

namespace performance_tracker::api {

// Everything that the server answers, except the simulated platform.
class Routes {
 public:
  Routes(DataService& data, ViewService& views, http::StaticFiles& page, const std::string& api_token,
         StartLoad start_load, RunImport run_import, const RunWrite& run_write);
  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

  // What /metrics says. Set before the first request.
  void set_metrics(std::function<std::string()> text) { metrics_ = std::move(text); }
  // The route that answers a path, as a label: one of labels(), or "other".
  std::string_view label(std::string_view path) const;
  std::vector<std::string_view> labels() const;

  // Thread safe. Throws ApiError.
  http::Response answer(const http::Request& request);

 private:
  struct Route {
    std::string_view method;
    std::string_view path;
    std::function<http::Response(const http::Request&)> handler;
  };

  std::vector<Route> routes_;
  http::StaticFiles& page_;
  http::TokenGuard loaders_;
  std::function<std::string()> metrics_;
};

}  // namespace performance_tracker::api
