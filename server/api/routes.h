// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/data_service.h"
#include "api/etl_runs.h"
#include "api/views/view.h"
#include "http/message.h"
#include "http/static_files.h"

namespace performance_tracker::api {

// Everything that the server answers, except the simulated platform.
class Routes {
 public:
  Routes(DataService& data, ViewService& views, http::StaticFiles& page, const std::string& api_token,
         StartLoad start_load);
  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

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
};

}  // namespace performance_tracker::api
