// SPDX-License-Identifier: PostgreSQL
#include "etl/dialects.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <map>

#include "etl/files/formats.h"

namespace performance_tracker::etl {
namespace {

namespace json = boost::json;

// Versions as of 2026. Google: googleAds:searchStream of shopping_performance_view; Meta: insights by product and day;
// Amazon: an asynchronous report spAdvertisedProduct of the Sponsored Products API, version 3.
constexpr Dialect kDialects[] = {
    {"google_ads", "google_ads_api", "POST", "/v21/customers/{account}/googleAds:searchStream",
     R"({"query":"SELECT segments.date, segments.product_item_id, segments.product_title, campaign.id, campaign.name, )"
     R"(customer.currency_code, metrics.impressions, metrics.clicks, metrics.cost_micros, metrics.conversions, )"
     R"(metrics.conversions_value FROM shopping_performance_view WHERE segments.date BETWEEN '{from}' AND '{to}'"})",
     "results", true, "", "", "", false},
    {"meta_ads", "meta_ads_api", "GET",
     "/v23.0/act_{account}/insights?level=campaign&breakdowns=product_id&time_increment=1&limit=500"
     "&fields=date_start,date_stop,campaign_id,campaign_name,account_currency,impressions,clicks,inline_link_clicks,"
     "spend,actions,action_values&time_range=%7B%22since%22%3A%22{from}%22%2C%22until%22%3A%22{to}%22%7D",
     "", "data", false, "paging.cursors.after", "paging.next", "after", false},
    {"amazon_ads", "amazon_ads_api", "POST", "/reporting/reports",
     R"({"name":"performance_tracker","startDate":"{from}","endDate":"{to}","configuration":{"adProduct":)"
     R"("SPONSORED_PRODUCTS","groupBy":["advertiser"],"reportTypeId":"spAdvertisedProduct","timeUnit":"DAILY",)"
     R"("format":"GZIP_JSON","columns":["date","advertisedSku","advertisedAsin","campaignId","campaignName",)"
     R"("campaignBudgetCurrencyCode","impressions","clicks","cost","unitsSoldClicks7d","sales7d"]}})",
     "", false, "", "", "", true},
};

std::string filled(std::string text, const std::string& account, Day first, Day last) {
  const std::pair<std::string, std::string> values[] = {
      {"{account}", account}, {"{from}", to_string(first)}, {"{to}", to_string(last)}};
  for (const auto& [name, value] : values)
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size()))
      text.replace(at, name.size(), value);
  return text;
}

std::string text_of(const json::value& value) {
  if (const json::string* text = value.if_string()) return {text->data(), text->size()};
  return value.is_null() ? "" : json::serialize(value);
}

const json::value* member(const json::value& value, std::string_view path) {
  const json::value* at = &value;
  while (!path.empty()) {
    const json::object* object = at->if_object();
    const auto dot = path.find('.');
    at = object == nullptr ? nullptr : object->if_contains(path.substr(0, dot));
    if (at == nullptr) return nullptr;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return at;
}

// "actions.purchase" of a list of {"action_type", "value"}.
std::string action(const json::value& row, std::string_view list, std::string_view type) {
  const json::value* actions = member(row, list);
  if (actions == nullptr || !actions->is_array()) return "";
  for (const json::value& one : actions->as_array()) {
    const json::value* name = member(one, "action_type");
    const json::value* value = member(one, "value");
    if (name != nullptr && value != nullptr && text_of(*name) == type) return text_of(*value);
  }
  return "";
}

// The names of each field, those that win first: an API answers in camel case what it was asked for in snake case.
std::vector<std::vector<std::string>> fields_of(std::string_view format) {
  std::map<Field, std::vector<std::string>> fields;
  for (const FormatColumn& column : format_columns())
    if (column.format == format) fields[column.field].emplace_back(column.header);
  std::vector<std::vector<std::string>> result;
  for (auto& [field, names] : fields) result.push_back(std::move(names));
  return result;
}

[[noreturn]] void refuse(const std::string& why) {
  throw Error(Error::Kind::kPlatform, "the platform's answer is wrong: " + why);
}

json::value parsed(const std::string& body) {
  boost::system::error_code error;
  json::value root = json::parse(body, error);
  if (error)
    throw PayloadError("the answer (" + std::to_string(body.size()) + " bytes) is not JSON: " + error.message(), true);
  return root;
}

void write_row(std::ostream& out, const std::vector<std::string>& cells) {
  bool first = true;
  for (std::string cell : cells) {
    for (char& c : cell)
      if (c == '\t' || c == '\n' || c == '\r') c = ' ';
    // Quoted, so that a quote inside is one.
    std::string quoted = "\"";
    for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
    out << (first ? "" : "\t") << quoted << '"';
    first = false;
  }
  out << '\n';
}

class ReportWriter {
 public:
  ReportWriter(const Dialect& dialect, const std::string& file)
      : dialect_(dialect), fields_(fields_of(dialect.format)), out_(file, std::ios::binary) {
    std::vector<std::string> header;
    for (const auto& names : fields_) header.push_back(names.front());
    write_row(out_, header);
  }

  void add_answer(const json::value& answer) {
    if (!dialect_.batches) return add_rows(answer);
    if (!answer.is_array()) refuse("it is no list of batches");
    for (const json::value& batch : answer.as_array()) {
      if (const json::value* error = member(batch, "error.message")) refuse(text_of(*error));
      add_rows(batch);
    }
  }

  std::int64_t finish() {
    out_.close();
    if (!out_)
      throw Error(Error::Kind::kPlatform, "the platform's report does not fit into the scratch place (TMPDIR)");
    return count_;
  }

 private:
  void add_rows(const json::value& holder) {
    const json::value* rows = dialect_.rows.empty() ? &holder : member(holder, dialect_.rows);
    if (rows == nullptr && dialect_.batches) return;  // a batch without a hit has no member for them
    if (rows == nullptr || !rows->is_array()) refuse("it has no list '" + std::string(dialect_.rows) + "'");
    for (const json::value& row : rows->as_array()) {
      std::vector<std::string> cells;
      for (const auto& names : fields_) {
        const auto values = flatten(&row, names);
        const auto first = std::ranges::find_if(values, [](const std::string& value) { return !value.empty(); });
        cells.push_back(first == values.end() ? "" : *first);
      }
      write_row(out_, cells);
      ++count_;
    }
  }

  const Dialect& dialect_;
  std::vector<std::vector<std::string>> fields_;
  std::ofstream out_;
  std::int64_t count_ = 0;
};

// An asynchronous report: ordered, waited for, fetched.
json::value ordered_report(PlatformClient& client, const Dialect& dialect, const std::string& body) {
  constexpr int kMostLooks = 400;
  const json::value order = client.call(dialect.method, dialect.path, body, parsed);
  const json::value* id = member(order, "reportId");
  if (id == nullptr) refuse("an ordered report has no reportId");
  const std::string path = std::string(dialect.path) + "/" + text_of(*id);
  for (int look = 0; look < kMostLooks; ++look) {
    const json::value report = client.call("GET", path, "", parsed);
    const json::value* status = member(report, "status");
    const std::string word = status == nullptr ? "" : text_of(*status);
    if (word == "COMPLETED") {
      const json::value* url = member(report, "url");
      if (url == nullptr) refuse("a completed report has no url");
      return client.download(text_of(*url), parsed);
    }
    if (word != "PENDING" && word != "PROCESSING") refuse("the report is '" + word + "'");
    client.pause(look);
  }
  refuse("the report was not made in time");
}

}  // namespace

std::span<const Dialect> dialects() { return kDialects; }

const Dialect* find_dialect(std::string_view name) {
  for (const Dialect& dialect : kDialects)
    if (dialect.name == name) return &dialect;
  return nullptr;
}

std::vector<std::string> flatten(const void* row, const std::vector<std::string>& columns) {
  const auto& value = *static_cast<const json::value*>(row);
  std::vector<std::string> cells;
  cells.reserve(columns.size());
  for (const std::string& column : columns) {
    const auto dot = column.find('.');
    const json::value* found = member(value, column);
    if (found != nullptr && !found->is_structured())
      cells.push_back(text_of(*found));
    else if (dot != std::string::npos)
      cells.push_back(action(value, column.substr(0, dot), column.substr(dot + 1)));
    else
      cells.emplace_back();
  }
  return cells;
}

std::int64_t fetch_report(PlatformClient& client, const Dialect& dialect, const std::string& account, Day first,
                          Day last, const std::string& file) {
  constexpr int kMostPages = 100'000;
  ReportWriter writer(dialect, file);
  const std::string body = filled(std::string(dialect.body), account, first, last);
  if (dialect.report) {
    writer.add_answer(ordered_report(client, dialect, body));
    return writer.finish();
  }
  const std::string path = filled(std::string(dialect.path), account, first, last);
  std::string cursor;
  for (int page = 0; page < kMostPages; ++page) {
    const json::value answer = client.call(
        dialect.method, cursor.empty() ? path : path + "&" + std::string(dialect.after) + "=" + cursor, body, parsed);
    writer.add_answer(answer);
    if (dialect.cursor.empty() || member(answer, dialect.more) == nullptr) return writer.finish();
    const json::value* next = member(answer, dialect.cursor);
    const std::string following = next == nullptr ? "" : text_of(*next);
    if (following.empty() || following == cursor) refuse("a page leads to itself (cursor '" + following + "')");
    cursor = following;
  }
  refuse("it has more than " + std::to_string(kMostPages) + " pages");
}

}  // namespace performance_tracker::etl
