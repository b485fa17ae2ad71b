// SPDX-License-Identifier: PostgreSQL
#include "api/routes.h"

#include <algorithm>
#include <iterator>

#include "api/openapi_text.h"
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

using http::ApiError;

constexpr std::string_view data_prefix = "/api/v1/";

// Each answers /api/v1/<its name>; a page may ask for several at once.
constexpr const DataRoute* data_routes[] = {
    &catalog_route,           &kpis_route,
    &revenue_trend_route,     &product_performance_route,
    &forecast_route,          &anomalies_route,
    &incidents_route,         &key_drivers_route,
    &revenue_change_route,    &revenue_bridge_route,
    &forecast_sum_route,      &recommendations_route,
    &top_sellers_route,       &worst_performers_route,
    &week_over_week_route,    &promotions_route,
    &promotion_daily_route,   &budget_route,
    &settings_route,          &holidays_route,
    &forecast_accuracy_route, &etl_runs_route,
    &etl_rejects_route,       &dismissed_recommendations_route,
};

http::Response healthy(const http::Request& request) {
  parse_arguments({}, request.parameters);
  http::Response response;
  response.content = http::make_plain_content("{\"status\":\"ok\"}\n");
  return response;
}

}  // namespace

Routes::Routes(DataService& data, ViewService& views, http::StaticFiles& page, const std::string& api_token,
               StartLoad start_load, RunImport run_import, const RunWrite& run_write)
    : page_(page), loaders_(api_token.empty() ? std::vector<std::string>{} : std::vector{api_token}) {
  const auto rows = [&data](const DataRoute& route) {
    return Route{"GET", route.path,
                 [&data, &route](const http::Request& request) { return data.answer(route, request); }};
  };
  const auto sections = [&views](const http::Request& request) {
    return views.answer_sections(request, [](std::string_view path) -> const DataRoute* {
      const auto* const found =
          std::ranges::find(data_routes, path, [](const DataRoute* route) { return route->path; });
      return found == std::end(data_routes) ? nullptr : *found;
    });
  };
  const auto view = [&views](const View& wanted) {
    return Route{"GET", wanted.path,
                 [&views, &wanted](const http::Request& request) { return views.answer(wanted, request); }};
  };
  const auto ready = [&data](const http::Request& request) {
    parse_arguments({}, request.parameters);
    return data.readiness(request);
  };
  const auto load = [this, start = std::move(start_load)](const http::Request& request) {
    return start_etl_run(request, loaders_, start);
  };

  const auto import = [this, run = std::move(run_import)](const http::Request& request) {
    return import_file(request, loaders_, run);
  };

  const auto document = [content = http::make_content(openapi_text())](const http::Request& request) {
    parse_arguments({}, request.parameters);
    http::Response response;
    response.content = content;
    response.content_type = "application/yaml";
    response.cache_control = "no-cache";
    return response;
  };

  const auto metrics = [this](const http::Request& request) {
    parse_arguments({}, request.parameters);
    http::Response response;
    response.content = http::make_plain_content(metrics_ ? metrics_() : std::string("\n"));
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    return response;
  };

  routes_ = {
      {"GET", "/healthz", healthy},
      {"GET", "/readyz", ready},
      {"GET", "/metrics", metrics},
      {"GET", "/api/v1/openapi.yaml", document},
      view(overview_view),  // /api/v1/views/overview
      view(product_view),   // /api/v1/views/product
      {"GET", "/api/v1/views/sections", sections},
  };
  for (const DataRoute* route : data_routes) routes_.push_back(rows(*route));
  // After the rows of the same address: Allow names what reads before what writes.
  routes_.push_back({"POST", "/api/v1/etl-runs", load});
  routes_.push_back({"POST", "/api/v1/import", import});
  for (const WriteRoute& route : write_routes())
    routes_.push_back({route.method, route.path, [this, &route, run_write](const http::Request& request) {
                         return write(route, request, loaders_, run_write);
                       }});
}

std::vector<std::string_view> Routes::labels() const {
  std::vector<std::string_view> labels{"page", "platform"};
  for (const auto& route : routes_)
    if (route.method == "GET") labels.push_back(route.path);
  return labels;
}

std::string_view Routes::label(std::string_view path) const {
  for (const auto& route : routes_)
    if (route.path == path) return route.path;
  if (path.starts_with("/platform/")) return "platform";
  return path == "/" || path.starts_with("/assets/") ? "page" : "other";
}

http::Response Routes::answer(const http::Request& request) {
  std::string allowed;
  for (const auto& route : routes_) {
    if (route.path != request.path) continue;
    if (route.method == request.method) return route.handler(request);
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method == "GET" ? "GET, HEAD" : route.method);
  }
  const auto file = allowed.empty() ? page_.find(request.path) : std::nullopt;
  if (file && request.method == "GET") return *file;
  if (file) allowed = "GET, HEAD";
  if (!allowed.empty())
    throw ApiError(405, "method_not_allowed", "this address does not take " + request.method)
        .with_hint("Allowed: " + allowed + ".")
        .with_header("Allow", allowed);
  std::string data;
  for (const auto& route : routes_)
    if (route.method == "GET" && route.path.starts_with(data_prefix))
      data += (data.empty() ? "" : ", ") + std::string(route.path.substr(data_prefix.size()));
  throw ApiError(404, "not_found", "there is nothing at this address")
      .with_hint("The data is under " + std::string(data_prefix) + ": " + data + ".");
}

}  // namespace performance_tracker::api
