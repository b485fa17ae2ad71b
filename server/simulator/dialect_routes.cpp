// SPDX-License-Identifier: PostgreSQL
#include <httplib.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <mutex>
#include <optional>
#include <regex>

#include "simulator/fault_plan.h"
#include "simulator/platform_routes.h"
#include "simulator/shop.h"

namespace performance_tracker::simulator {
namespace {

namespace json = boost::json;

constexpr const char* kJson = "application/json; charset=utf-8";
constexpr std::size_t kMetaPage = 200;
constexpr std::size_t kGoogleBatch = 300;
constexpr int kLooksUntilReady = 2;  // at an ordered report

std::string cents(std::int64_t value) {
  char text[32];
  (void)std::snprintf(text, sizeof text, "%lld.%02lld", static_cast<long long>(value / 100),
                      static_cast<long long>(value % 100));
  return text;
}

// What the routes share: the shop, and the token that is valid now.
class DialectPlatform {
 public:
  explicit DialectPlatform(const PlatformOptions& options)
      : options_(options),
        shop_(ShopSettings{.seed = options.seed, .products = options.products, .days = options.days}),
        token_(options.token) {}

  // Refuses a request without the token, with one that has run out, or by the fault plan. True: it is answered.
  bool refuses(const httplib::Request& request, httplib::Response& response) {
    const std::lock_guard lock(mutex_);
    const bool expired = options_.token_uses > 0 && uses_ >= options_.token_uses;
    if (!token_.empty() && (expired || request.get_header_value("Authorization") != "Bearer " + token_)) {
      response.status = 401;
      response.set_content(
          R"({"error":{"code":401,"message":"the access token has run out","status":"UNAUTHENTICATED"}})", kJson);
      return true;
    }
    ++uses_;
    const auto fault = options_.faults ? options_.faults->next("dialect") : std::nullopt;
    if (!fault || (fault->kind != "429" && fault->kind != "500")) return false;
    response.status = fault->kind == "429" ? 429 : 500;
    if (fault->kind == "429") response.set_header("Retry-After", fault->argument.empty() ? "1" : fault->argument);
    response.set_content(R"({"error":{"message":"quota"}})", kJson);
    return true;
  }

  std::string new_token() {
    const std::lock_guard lock(mutex_);
    uses_ = 0;
    token_ = options_.token + "." + std::to_string(++generation_);
    return token_;
  }

  std::vector<DailyMetrics> rows(const std::string& first, const std::string& last) const {
    const auto from = parse_day(first), to = parse_day(last);
    if (!from || !to || *to < *from) return {};
    return shop_.metrics(*from, *to, *to + std::chrono::days{1 + kDaysUntilComplete});
  }
  const Product& product(const DailyMetrics& row) const { return shop_.catalogue()[row.product]; }

  std::string order(std::string body) {
    const std::lock_guard lock(mutex_);
    reports_.push_back({std::move(body), 0});
    return std::to_string(reports_.size() - 1);
  }
  // Whether the report is ready, after having been looked at often enough; its body.
  std::optional<std::string> look(std::size_t report, bool fetch) {
    const std::lock_guard lock(mutex_);
    if (report >= reports_.size()) return std::nullopt;
    if (!fetch) ++reports_[report].looks;
    return reports_[report].looks >= kLooksUntilReady ? reports_[report].body : "";
  }

 private:
  struct Report {
    std::string body;
    int looks;
  };
  const PlatformOptions options_;
  const Shop shop_;
  std::mutex mutex_;
  std::string token_;
  int uses_ = 0, generation_ = 0;
  std::vector<Report> reports_;
};

json::object google_row(const DailyMetrics& row, const Product& product) {
  return {{"customer", {{"currencyCode", "USD"}}},
          {"campaign",
           {{"id", "1" + std::to_string(row.product % 3)}, {"name", "Shopping " + std::to_string(row.product % 3)}}},
          {"segments", {{"date", to_string(row.date)}, {"productItemId", product.sku}, {"productTitle", product.name}}},
          {"metrics",
           {{"impressions", std::to_string(row.impressions)},
            {"clicks", std::to_string(row.clicks)},
            {"costMicros", std::to_string(row.ad_spend_cents * 10'000)},
            {"conversions", static_cast<double>(row.units_sold)},
            {"conversionsValue", static_cast<double>(row.revenue_cents) / 100}}}};
}

json::object meta_row(const DailyMetrics& row, const Product& product) {
  return {{"date_start", to_string(row.date)},
          {"date_stop", to_string(row.date)},
          {"product_id", product.sku + ", " + product.name},
          {"campaign_id", "23850000000000" + std::to_string(row.product % 3)},
          {"campaign_name", "Catalogue"},
          {"account_currency", "USD"},
          {"impressions", std::to_string(row.impressions)},
          {"clicks", std::to_string(row.clicks + 3)},
          {"inline_link_clicks", std::to_string(row.clicks)},
          {"spend", cents(row.ad_spend_cents)},
          {"actions", json::array{{{"action_type", "link_click"}, {"value", std::to_string(row.clicks)}},
                                  {{"action_type", "purchase"}, {"value", std::to_string(row.units_sold)}}}},
          {"action_values", json::array{{{"action_type", "purchase"}, {"value", cents(row.revenue_cents)}}}}};
}

json::object amazon_row(const DailyMetrics& row, const Product& product) {
  return {{"date", to_string(row.date)},
          {"advertisedSku", product.sku},
          {"advertisedAsin", "B0" + product.sku},
          {"campaignId", 281'234'567'890'123},
          {"campaignName", "Auto"},
          {"campaignBudgetCurrencyCode", "USD"},
          {"impressions", row.impressions},
          {"clicks", row.clicks},
          {"cost", static_cast<double>(row.ad_spend_cents) / 100},
          {"unitsSoldClicks7d", row.units_sold},
          {"sales7d", static_cast<double>(row.revenue_cents) / 100}};
}

std::string packed(const std::string& text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string found(const std::string& text, const char* expression) {
  std::smatch match;
  return std::regex_search(text, match, std::regex(expression)) ? match[1].str() : "";
}

void search_stream(DialectPlatform& platform, const httplib::Request& request, httplib::Response& response) {
  const auto rows = platform.rows(found(request.body, "BETWEEN '([0-9-]+)'"), found(request.body, "AND '([0-9-]+)'"));
  json::array stream;
  for (std::size_t at = 0; at < rows.size(); at += kGoogleBatch) {
    json::array results;
    for (std::size_t i = at; i < std::min(rows.size(), at + kGoogleBatch); ++i)
      results.push_back(google_row(rows[i], platform.product(rows[i])));
    stream.push_back(json::object{{"results", std::move(results)}, {"requestId", std::to_string(at)}});
  }
  if (stream.empty()) stream.push_back(json::object{{"requestId", "0"}});
  response.set_content(json::serialize(stream), kJson);
}

void insights(DialectPlatform& platform, const httplib::Request& request, httplib::Response& response) {
  const std::string range = request.get_param_value("time_range");
  const auto rows =
      platform.rows(found(range, R"re("since":"([0-9-]+)")re"), found(range, R"re("until":"([0-9-]+)")re"));
  const std::string after = request.get_param_value("after");
  const std::size_t begin = after.empty() ? 0 : std::stoul(after);
  const std::size_t end = std::min(rows.size(), begin + kMetaPage);
  json::array data;
  for (std::size_t i = begin; i < end; ++i) data.push_back(meta_row(rows[i], platform.product(rows[i])));
  json::object paging{{"cursors", {{"before", std::to_string(begin)}, {"after", std::to_string(end)}}}};
  if (end < rows.size()) paging["next"] = "https://graph.facebook.com/…&after=" + std::to_string(end);
  response.set_content(json::serialize(json::object{{"data", std::move(data)}, {"paging", std::move(paging)}}), kJson);
}

void order_report(DialectPlatform& platform, const httplib::Request& request, httplib::Response& response) {
  const auto rows = platform.rows(found(request.body, R"re("startDate":"([0-9-]+)")re"),
                                  found(request.body, R"re("endDate":"([0-9-]+)")re"));
  json::array report;
  for (const auto& row : rows) report.push_back(amazon_row(row, platform.product(row)));
  const std::string id = platform.order(packed(json::serialize(report)));
  response.set_content(json::serialize(json::object{{"reportId", id}, {"status", "PENDING"}}), kJson);
}

void report_status(DialectPlatform& platform, const httplib::Request& request, httplib::Response& response) {
  const std::string id = request.matches[1];
  const auto body = platform.look(std::stoul(id), false);
  if (!body) {
    response.status = 404;
    return;
  }
  json::object status{{"reportId", id}, {"status", body->empty() ? "PROCESSING" : "COMPLETED"}};
  if (!body->empty()) status["url"] = "http://" + request.get_header_value("Host") + "/platform/amazon/download/" + id;
  response.set_content(json::serialize(status), kJson);
}

}  // namespace

void register_dialect_routes(httplib::Server& server, const PlatformOptions& options) {
  const auto platform = std::make_shared<DialectPlatform>(options);
  using Route = void (*)(DialectPlatform&, const httplib::Request&, httplib::Response&);
  const auto guarded = [platform](Route route) {
    return [platform, route](const httplib::Request& request, httplib::Response& response) {
      if (!platform->refuses(request, response)) route(*platform, request, response);
    };
  };
  server.Post(R"(/platform/google/v[0-9]+/customers/([^/]*)/googleAds:searchStream)", guarded(search_stream));
  server.Get(R"(/platform/meta/v[0-9.]+/act_([^/]*)/insights)", guarded(insights));
  server.Post("/platform/amazon/reporting/reports", guarded(order_report));
  server.Get(R"(/platform/amazon/reporting/reports/([0-9]{1,9}))", guarded(report_status));
  // As from a storage elsewhere: its address is the secret.
  server.Get(R"(/platform/amazon/download/([0-9]{1,9}))",
             [platform](const httplib::Request& request, httplib::Response& response) {
               const auto body = platform->look(std::stoul(request.matches[1]), true);
               if (!body || body->empty())
                 response.status = 404;
               else
                 response.set_content(*body, "application/octet-stream");
             });
  server.Post("/platform/oauth/token", [platform](const httplib::Request& request, httplib::Response& response) {
    if (request.get_param_value("grant_type") != "refresh_token" || request.get_param_value("refresh_token").empty()) {
      response.status = 400;
      response.set_content(R"({"error":"invalid_grant"})", kJson);
      return;
    }
    response.set_content(json::serialize(json::object{
                             {"access_token", platform->new_token()}, {"token_type", "Bearer"}, {"expires_in", 3600}}),
                         kJson);
  });
}

}  // namespace performance_tracker::simulator
