// SPDX-License-Identifier: PostgreSQL
#include "api/etl_runs.h"

#include "api/resources.h"

namespace performance_tracker::api {
namespace {

using http::ApiError;

constexpr Parameter list_parameters[] = {
    {.name = "n", .kind = Kind::integer, .minimum = 1, .maximum = 1000},
};

constexpr Parameter start_parameters[] = {
    {.name = "full", .kind = Kind::boolean},
};

Statement list(const Arguments& arguments) {
  Statement statement;
  const std::string limit = statement.bind(arguments.find("n").value_or("20"), "integer");
  statement.sql =
      "SELECT id, source, started_at, finished_at, status, period_start, period_end, "
      "rows_read, rows_inserted, rows_updated, rows_unchanged, rows_withdrawn, rows_rejected, rows_held, error FROM "
      "etl_runs ORDER BY id DESC LIMIT " +
      limit;
  return statement;
}

}  // namespace

const DataRoute etl_runs_route{
    .path = "/api/v1/etl-runs", .parameters = list_parameters, .statement = list, .depends_on = DependsOn::loads};

void require_loader(const http::Request& request, http::TokenGuard& loaders) {
  if (loaders.empty())
    throw ApiError(401, "unauthorized", "this server takes no load over HTTP")
        .with_hint("Set API_TOKEN where the server runs, and send it as a bearer token.")
        .with_header("WWW-Authenticate", "Bearer");
  if (request.authorization.empty() || !loaders.knows(request.authorization, request.client))
    throw ApiError(401, "unauthorized", "the bearer token is missing or wrong")
        .with_hint("Send the header: Authorization: Bearer <API_TOKEN>.")
        .with_header("WWW-Authenticate", "Bearer");
}

http::Response start_etl_run(const http::Request& request, http::TokenGuard& loaders, const StartLoad& start) {
  require_loader(request, loaders);
  const Arguments arguments = parse_arguments(start_parameters, request.parameters);
  switch (start(arguments.find("full") == "true")) {
    case LoadStart::started:
      break;
    case LoadStart::already_running:
      throw ApiError(409, "load_running", "a load is running already")
          .with_hint("GET /api/v1/etl-runs shows how far it is.");
    case LoadStart::not_configured:
      throw ApiError(503, "not_configured", "this server has no platform to load from")
          .with_hint("Set PLATFORM_URL (or SIMULATOR=on) and ETL_DB_USER where the server runs.");
  }
  http::Response response;
  response.status = 202;
  response.headers.emplace_back("Location", "/api/v1/etl-runs");
  response.content = http::make_plain_content(R"({"data":[{"status":"started"}],"meta":{"row_count":1}})"
                                              "\n");
  return response;
}

}  // namespace performance_tracker::api
