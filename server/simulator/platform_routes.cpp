// SPDX-License-Identifier: PostgreSQL
#include "simulator/platform_routes.h"

#include <httplib.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <ctime>
#include <set>

#include "simulator/catalog.h"
#include "simulator/fault_plan.h"
#include "simulator/platform_json.h"

namespace performance_tracker::simulator {
namespace {

namespace json = boost::json;
using std::chrono::days;

constexpr int kMaxPeriodDays = 3660;
constexpr std::size_t kDefaultLimit = 500;
constexpr std::size_t kMaxLimit = 10'000;
constexpr int kAnnouncedAhead = 28;  // days that a promotion is known before its first one
constexpr char kJson[] = "application/json";

// What the client did wrong.
struct Refusal {
  int status;
  std::string code, message, hint, parameter;
};

struct Answer {
  json::object body;
  std::string cursor;  // the one that the client sent
};

std::string text_or_empty(const httplib::Request& request, const char* name) {
  return request.has_param(name) ? request.get_param_value(name) : "";
}

Day day_parameter(const httplib::Request& request, const char* name, std::optional<Day> fallback) {
  const std::string text = text_or_empty(request, name);
  if (text.empty() && fallback) return *fallback;
  const auto day = parse_day(text);
  if (!day || *day < kFirstDay || *day > kLastDay)
    throw Refusal{400, "bad_parameter", "'" + text + "' is no day for " + name,
                  "Give YYYY-MM-DD between " + to_string(kFirstDay) + " and " + to_string(kLastDay) + ".", name};
  return *day;
}

struct Period {
  Day first, last;
};

Period period_parameters(const httplib::Request& request, std::optional<Period> fallback) {
  Period period{};
  period.first = day_parameter(request, "from", fallback ? std::optional(fallback->first) : std::nullopt);
  period.last = day_parameter(request, "to", fallback ? std::optional(fallback->last) : std::nullopt);
  if (period.last < period.first)
    throw Refusal{400, "bad_parameter",
                  "the period ends (" + to_string(period.last) + ") before it begins (" + to_string(period.first) + ")",
                  "Swap from and to.", "to"};
  if ((period.last - period.first).count() >= kMaxPeriodDays)
    throw Refusal{400, "bad_parameter", "the period has more than " + std::to_string(kMaxPeriodDays) + " days",
                  "Ask for shorter periods, one after the other.", "to"};
  return period;
}

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::size_t limit_parameter(const httplib::Request& request) {
  if (!request.has_param("limit")) return kDefaultLimit;
  const auto limit = number<std::size_t>(request.get_param_value("limit"));
  if (!limit || *limit < 1 || *limit > kMaxLimit)
    throw Refusal{400, "bad_parameter", "limit is not a number from 1 to " + std::to_string(kMaxLimit), "", "limit"};
  return *limit;
}

// A cursor holds the day of the first page's request, so that midnight does not change the rows between two pages.
struct Cursor {
  Day as_of;
  std::size_t offset;
};

std::string write_cursor(const Cursor& cursor) { return to_string(cursor.as_of) + "." + std::to_string(cursor.offset); }

Cursor cursor_parameter(const std::string& text) {
  const auto day = parse_day(std::string_view(text).substr(0, 10));
  const auto offset =
      text.size() > 11 && text[10] == '.' ? number<std::size_t>(std::string_view(text).substr(11)) : std::nullopt;
  if (!day || !offset)
    throw Refusal{400, "bad_parameter", "the cursor is not one of this platform",
                  "Use next_cursor of the page before, unchanged, with the same from and to.", "cursor"};
  return {*day, *offset};
}

Answer products_answer(const httplib::Request&, const Shop& shop) {
  json::array rows = products_json(shop);
  const auto count = rows.size();
  // Who it is, whatever address it is reached by: a shop's own data and an invented one's must not meet in a table.
  return {
      {{"data", std::move(rows)},
       {"meta",
        {{"row_count", count}, {"total_rows", count}, {"next_cursor", nullptr}, {"account", "simulated platform"}}}},
      ""};
}

Answer metrics_answer(const httplib::Request& request, const Shop& shop) {
  const Period period = period_parameters(request, std::nullopt);
  const std::size_t limit = limit_parameter(request);
  const std::string text = text_or_empty(request, "cursor");
  Cursor cursor{day_parameter(request, "as_of", today_utc()), 0};
  if (!text.empty()) cursor = cursor_parameter(text);
  const auto rows = shop.metrics(period.first, period.last, cursor.as_of, cursor.offset, limit);
  const std::size_t total = shop.count(period.first, period.last, cursor.as_of);
  const std::size_t next = cursor.offset + rows.size();
  json::object meta{{"row_count", rows.size()},
                    {"total_rows", total},
                    {"as_of", to_string(cursor.as_of)},
                    {"currency", "USD"},
                    {"next_cursor", nullptr}};
  if (next < total) meta["next_cursor"] = write_cursor({cursor.as_of, next});
  return {{{"data", metrics_json(rows, shop.catalogue())}, {"meta", std::move(meta)}}, text};
}

Answer promotions_answer(const httplib::Request& request, const Shop& shop) {
  const Day as_of = day_parameter(request, "as_of", today_utc());
  const Period period = period_parameters(request, Period{std::max(kFirstDay, as_of - days{365}), as_of + days{365}});
  auto promotions = promotions_between(shop.seed(), period.first, period.last, shop.catalogue());
  std::erase_if(promotions, [&](const Promotion& p) { return p.first > as_of + days{kAnnouncedAhead}; });
  json::array rows = promotions_json(promotions, shop.catalogue());
  const auto count = rows.size();
  return {
      {{"data", std::move(rows)}, {"meta", {{"row_count", count}, {"total_rows", count}, {"next_cursor", nullptr}}}},
      ""};
}

Answer ground_truth_answer(const httplib::Request& request, const Shop& shop) {
  const Day as_of = day_parameter(request, "as_of", today_utc());
  const Period period = period_parameters(request, Period{std::max(kFirstDay, as_of - days{90}), as_of - days{1}});
  const auto promotions = promotions_between(shop.seed(), period.first, period.last, shop.catalogue());
  json::array rows = promotions_json(promotions, shop.catalogue());
  for (std::size_t i = 0; i < promotions.size(); ++i)
    rows[i].as_object()["revenue_factor"] = promotions[i].effect().revenue();
  const auto incidents = incidents_between(shop.seed(), period.first, period.last, shop.catalogue());
  const auto budgets = budgets_between(shop.seed(), period.first, period.last, shop.catalogue());
  return {{{"incidents", incidents_json(incidents, shop.catalogue())},
           {"promotions", std::move(rows)},
           {"responses", responses_json(shop)},
           {"budgets", budgets_json(budgets, shop.catalogue())},
           {"holidays", holidays_json(period.first, period.last)},
           {"meta", {{"seed", shop.seed()}, {"from", to_string(period.first)}, {"to", to_string(period.last)}}}},
          ""};
}

void send_error(httplib::Response& response, const Refusal& refusal) {
  const auto nullable = [](const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); };
  response.status = refusal.status;
  response.set_content(json::serialize(json::object{{"error",
                                                     {{"code", refusal.code},
                                                      {"message", refusal.message},
                                                      {"hint", nullable(refusal.hint)},
                                                      {"parameter", nullable(refusal.parameter)}}}}),
                       kJson);
}

// The faults that are not about the page's content. True: the response is done.
bool misbehave(const Fault& fault, const std::string& body, FaultPlan& plan, httplib::Response& response) {
  if (fault.kind == "500" || fault.kind == "503") {
    send_error(response, {fault.kind == "500" ? 500 : 503, "internal", "the platform has a problem", "", ""});
  } else if (fault.kind == "429") {
    send_error(response, {429, "rate_limited", "too many requests", "", ""});
    std::string wait = fault.argument.empty() ? "1" : fault.argument;
    if (wait == "date") {
      const std::time_t then = std::time(nullptr) + 2;
      std::tm utc{};
      gmtime_r(&then, &utc);
      char buffer[64];
      wait = {buffer, std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &utc)};
    }
    response.set_header("Retry-After", wait);
  } else if (fault.kind == "garbage") {
    response.set_content("<html><body>Service under maintenance</body></html>", "text/html");
  } else if (fault.kind == "half") {
    response.set_content(body.substr(0, body.size() / 2), kJson);
  } else if (fault.kind == "empty") {
    response.set_content("", kJson);
  } else if (fault.kind == "truncate") {
    // The length of all of it, and then only half of it.
    response.set_content_provider(body.size(), kJson, [body](std::size_t offset, std::size_t, httplib::DataSink& sink) {
      if (offset > 0) return false;
      return sink.write(body.data(), body.size() / 2);
    });
  } else if (fault.kind == "hang") {
    plan.hang(std::chrono::seconds(number<int>(fault.argument).value_or(60)));
    response.set_content_provider(body.size(), kJson,
                                  [](std::size_t, std::size_t, httplib::DataSink&) { return false; });
  } else {
    return false;
  }
  return true;
}

using Handler = Answer (*)(const httplib::Request&, const Shop&);

struct Route {
  const char* name;
  Handler handler;
  std::set<std::string, std::less<>> parameters;
  bool may_fail;  // by the fault plan
};

void check_parameters(const httplib::Request& request, const Route& route) {
  for (const auto& [name, value] : request.params) {
    if (!route.parameters.contains(name)) {
      std::string known;
      for (const auto& parameter : route.parameters) known += (known.empty() ? "" : ", ") + parameter;
      throw Refusal{400, "unknown_parameter", "there is no parameter '" + name + "' here",
                    known.empty() ? "It takes none." : "It takes " + known + ".", name};
    }
  }
}

void handle(const Route& route, const PlatformOptions& options, const Shop& shop, const httplib::Request& request,
            httplib::Response& response) {
  try {
    if (!options.token.empty() && request.get_header_value("Authorization") != "Bearer " + options.token)
      throw Refusal{401, "unauthorized", "the platform wants its bearer token", "Set PLATFORM_TOKEN.", ""};
    check_parameters(request, route);
    Answer answer = route.handler(request, shop);
    const auto fault = options.faults && route.may_fail ? options.faults->next(route.name) : std::nullopt;
    if (fault) spoil(answer.body, fault->kind, answer.cursor);
    std::string body = json::serialize(answer.body);
    if (fault && misbehave(*fault, body, *options.faults, response)) return;
    response.set_header("Cache-Control", "no-store");
    response.set_content(body, kJson);
  } catch (const Refusal& refusal) {
    send_error(response, refusal);
  }
}

}  // namespace

void register_platform_routes(httplib::Server& server, const PlatformOptions& options) {
  const Route routes[] = {
      {"products", products_answer, {"as_of"}, true},
      {"metrics", metrics_answer, {"from", "to", "cursor", "limit", "as_of"}, true},
      {"promotions", promotions_answer, {"from", "to", "as_of"}, true},
      {"ground-truth", ground_truth_answer, {"from", "to", "as_of"}, false},
  };
  const auto shop = std::make_shared<const Shop>(
      ShopSettings{.seed = options.seed, .products = options.products, .days = options.days});
  for (const Route& route : routes)
    server.Get(std::string("/platform/v1/") + route.name,
               [route, options, shop](const httplib::Request& request, httplib::Response& response) {
                 handle(route, options, *shop, request, response);
               });
  register_dialect_routes(server, options);
}

}  // namespace performance_tracker::simulator
