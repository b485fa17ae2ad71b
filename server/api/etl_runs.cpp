// SPDX-License-Identifier: PostgreSQL
#include "api/etl_runs.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>

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
      "rows_read, rows_inserted, rows_updated, rows_unchanged, error FROM etl_runs ORDER BY id DESC LIMIT " +
      limit;
  return statement;
}

using Digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

// Digests have one length, so that the comparison's time tells nothing about the token, its length included.
bool same_secret(const std::string& a, const std::string& b) {
  Digest left{};
  Digest right{};
  if (EVP_Digest(a.data(), a.size(), left.data(), nullptr, EVP_sha256(), nullptr) != 1 ||
      EVP_Digest(b.data(), b.size(), right.data(), nullptr, EVP_sha256(), nullptr) != 1)
    return false;
  return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace

const DataRoute etl_runs_route{.path = "/api/v1/etl-runs", .parameters = list_parameters, .statement = list};

void check_token(const std::string& authorization, const std::string& token) {
  constexpr std::string_view scheme = "Bearer ";
  if (token.empty())
    throw ApiError(401, "unauthorized", "this server starts no load over HTTP")
        .with_hint("Set API_TOKEN where the server runs, and send it as a bearer token.")
        .with_header("WWW-Authenticate", "Bearer");
  if (!authorization.starts_with(scheme) || !same_secret(authorization.substr(scheme.size()), token))
    throw ApiError(401, "unauthorized", "the bearer token is missing or wrong")
        .with_hint("Send the header: Authorization: Bearer <API_TOKEN>.")
        .with_header("WWW-Authenticate", "Bearer");
}

http::Response start_etl_run(const http::Request& request, const std::string& token, const StartLoad& start) {
  check_token(request.authorization, token);
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
