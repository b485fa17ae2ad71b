// SPDX-License-Identifier: PostgreSQL
#include "api/import.h"

#include <algorithm>
#include <cctype>

#include "api/etl_runs.h"

namespace performance_tracker::api {
namespace {

using http::ApiError;

constexpr std::string_view date_orders[] = {"day-first", "month-first"};
constexpr std::string_view decimals[] = {"point", "comma"};

constexpr Parameter parameters[] = {
    {.name = "file", .kind = Kind::text},
    {.name = "source", .kind = Kind::text},
    {.name = "map", .kind = Kind::text},
    {.name = "dates", .kind = Kind::choice, .choices = date_orders},
    {.name = "decimal", .kind = Kind::choice, .choices = decimals},
    {.name = "product", .kind = Kind::text},
    {.name = "channel", .kind = Kind::text},
    {.name = "sheet", .kind = Kind::text},
    {.name = "currency", .kind = Kind::text},
    {.name = "create_products", .kind = Kind::boolean},
    {.name = "accept", .kind = Kind::boolean},
    {.name = "replace", .kind = Kind::boolean},
    {.name = "dry_run", .kind = Kind::boolean},
};

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// The value of the header Authorization; empty if there is none, or more than one.
std::string authorization_in(std::string_view headers) {
  std::string found;
  for (auto line_end = headers.find("\r\n"); line_end != std::string_view::npos;) {
    const auto start = line_end + 2;
    line_end = headers.find("\r\n", start);
    const auto line = headers.substr(start, line_end == std::string_view::npos ? line_end : line_end - start);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !equals_ignoring_case(line.substr(0, colon), "authorization")) continue;
    if (!found.empty()) return "";
    auto value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    while (value.ends_with(' ')) value.remove_suffix(1);
    found = value;
  }
  return found;
}

}  // namespace

int may_upload(std::string_view headers, const std::string& address, http::TokenGuard& loaders) {
  const std::string_view line = headers.substr(0, headers.find("\r\n"));
  if (!line.starts_with("POST ")) return 413;
  const std::string_view target = line.substr(5, line.find(' ', 5) - 5);
  if (target.substr(0, target.find('?')) != kImportPath) return 413;
  const std::string authorization = authorization_in(headers);
  if (loaders.empty() || authorization.empty()) return 401;
  try {
    return loaders.knows(authorization, address) ? 0 : 401;
  } catch (const ApiError& error) {
    return error.status;
  }
}

http::Response import_file(const http::Request& request, http::TokenGuard& loaders, const RunImport& run) {
  require_loader(request, loaders);
  const Arguments arguments = parse_arguments(parameters, request.parameters);
  if (!run)
    throw ApiError(503, "not_configured", "this server imports no files")
        .with_hint("Set ETL_DB_USER where the server runs.");
  if (request.body.empty())
    throw ApiError(400, "bad_request", "there is no file in the request")
        .with_hint("Send the file itself as the body: curl --data-binary @report.csv.");
  http::Response response;
  response.content =
      http::make_plain_content("{\"data\":[" + run(arguments, request.body) + "],\"meta\":{\"row_count\":1}}\n");
  return response;
}

}  // namespace performance_tracker::api
