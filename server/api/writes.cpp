// SPDX-License-Identifier: PostgreSQL
#include "api/writes.h"

#include <algorithm>
#include <cctype>

#include "api/etl_runs.h"

namespace performance_tracker::api {
namespace {

using http::ApiError;

constexpr Parameter dismissal[] = {
    {.name = "product", .kind = Kind::text, .required = true},
    {.name = "recommendation_type", .kind = Kind::word, .required = true},
    {.name = "until", .kind = Kind::date},
    {.name = "note", .kind = Kind::text},
};
constexpr Parameter threshold[] = {
    {.name = "rule", .kind = Kind::word, .required = true},
    {.name = "value", .kind = Kind::number, .required = true},
    {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text},
};
constexpr Parameter threshold_place[] = {
    {.name = "rule", .kind = Kind::word, .required = true},
    {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text},
};
constexpr Parameter margin[] = {
    {.name = "product", .kind = Kind::text, .required = true},
    {.name = "unit_cost", .kind = Kind::number},
    {.name = "margin_pct", .kind = Kind::number},
};
constexpr Parameter holiday[] = {
    {.name = "date", .kind = Kind::date, .required = true},
    {.name = "name", .kind = Kind::text, .required = true},
    {.name = "region", .kind = Kind::text},
    {.name = "closed", .kind = Kind::boolean},
    {.name = "ignored", .kind = Kind::boolean},
};
constexpr Parameter shop[] = {
    {.name = "currency", .kind = Kind::text},
    {.name = "holiday_region", .kind = Kind::text},
};

// The first parameters of a table that name what is taken back.
constexpr std::span<const Parameter> naming(std::span<const Parameter> all, std::size_t count) {
  return all.first(count);
}

constexpr WriteRoute routes[] = {
    {"POST", "/api/v1/dismissed-recommendations", "dismiss_recommendation", dismissal},
    {"DELETE", "/api/v1/dismissed-recommendations", "restore_recommendation", naming(dismissal, 2)},
    {"POST", "/api/v1/thresholds", "set_threshold", threshold},
    {"DELETE", "/api/v1/thresholds", "remove_threshold", threshold_place},
    {"POST", "/api/v1/margins", "set_margin", margin},
    {"POST", "/api/v1/holidays", "set_holiday", holiday},
    {"DELETE", "/api/v1/holidays", "remove_holiday", naming(holiday, 3)},
    {"POST", "/api/v1/settings", "set_shop", shop},
};

void require_bearer(const http::Request& request) {
  constexpr std::string_view scheme = "bearer ";
  const std::string_view given = request.authorization;
  const bool bearer =
      given.size() > scheme.size() && std::ranges::equal(scheme, given.substr(0, scheme.size()), [](char a, char b) {
        return a == std::tolower(static_cast<unsigned char>(b));
      });
  if (!bearer)
    throw ApiError(401, "unauthorized", "the bearer token is missing")
        .with_hint("Send the header: Authorization: Bearer <API_TOKEN>.")
        .with_header("WWW-Authenticate", "Bearer");
}

}  // namespace

std::span<const WriteRoute> write_routes() { return routes; }

http::Response write(const WriteRoute& route, const http::Request& request, http::TokenGuard& writers,
                     const RunWrite& run) {
  if (!writers.empty()) require_bearer(request);
  require_loader(request, writers);
  const Arguments arguments = parse_arguments(route.parameters, request.parameters);
  if (!run)
    throw ApiError(503, "not_configured", "this server writes nothing")
        .with_hint("Set ETL_DB_USER where the server runs.");
  Statement statement = call_function(route.function, arguments);
  http::Response response;
  // Functions of nothing have changed what they were told to; the others say whether there was anything.
  response.content =
      http::make_plain_content(std::string(R"({"data":[{"changed":)") + (run(statement) == "f" ? "false" : "true") +
                               R"(}],"meta":{"row_count":1}})" + "\n");
  return response;
}

}  // namespace performance_tracker::api
