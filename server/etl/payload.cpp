// SPDX-License-Identifier: PostgreSQL
#include "etl/payload.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>

namespace performance_tracker::etl {
namespace {

namespace json = boost::json;

constexpr double kMaxMoney = 99'999'999'999'999.99;  // numeric(16,2)
constexpr std::size_t kMaxTextBytes = 1000;

// A value as it may stand in a message: short, on one line.
std::string shown(const json::value& value) {
  std::string text = json::serialize(value);
  if (text.size() > 60) text.replace(57, std::string::npos, "...");
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) c = '?';
  return text;
}

// Of a number, or of a string that is one from its first to its last character.
std::optional<double> number_of(const json::value& value) {
  boost::system::error_code error;
  double result = std::nan("");
  if (value.is_number()) {
    result = value.to_number<double>(error);
  } else if (const json::string* text = value.if_string()) {
    const auto end = std::from_chars(text->data(), text->data() + text->size(), result);
    if (end.ec != std::errc() || end.ptr != text->data() + text->size()) return std::nullopt;
  }
  return error || !std::isfinite(result) ? std::nullopt : std::optional(result);
}

// One object of an answer, and where it is: in words only for a message, because there are millions of them.
class Reader {
 public:
  // `row` counts from 1; 0: there are no rows.
  Reader(const json::value& value, std::string_view what, std::size_t row = 0) : what_(what), row_(row) {
    object_ = value.if_object();
    if (object_ == nullptr) throw PayloadError(where() + ": " + shown(value) + " is not an object", false);
  }

  [[noreturn]] void refuse(std::string_view field, const std::string& why) const {
    throw PayloadError(where() + ": " + std::string(field) + " " + why, false);
  }

  const json::value& at(std::string_view field) const {
    const json::value* value = object_->if_contains(field);
    if (value == nullptr) refuse(field, "is missing");
    return *value;
  }

  bool is_null(std::string_view field) const {
    const json::value* value = object_->if_contains(field);
    return value == nullptr || value->is_null();
  }

  std::string text(std::string_view field) const {
    const json::value& value = at(field);
    const json::string* string = value.if_string();
    if (string == nullptr) refuse(field, "is " + shown(value) + ", not a text");
    std::string result(string->data(), string->size());
    if (result.find_first_not_of(' ') == std::string::npos) refuse(field, "is empty");
    if (result.size() > kMaxTextBytes) refuse(field, "is longer than " + std::to_string(kMaxTextBytes) + " bytes");
    for (const char c : result)
      if (static_cast<unsigned char>(c) < 0x20) refuse(field, "is " + shown(value) + ", with a control character");
    return result;
  }

  std::optional<std::string> optional_text(std::string_view field) const {
    return is_null(field) ? std::nullopt : std::optional(text(field));
  }

  double number(std::string_view field, double low, double high, const char* unit) const {
    const json::value& value = at(field);
    const std::optional<double> result = number_of(value);
    if (!result || *result < low || *result > high) refuse(field, "is " + shown(value) + ", not " + unit);
    return *result;
  }

  std::optional<double> optional_money(std::string_view field) const {
    return is_null(field) ? std::nullopt : std::optional(money(field));
  }

  double money(std::string_view field) const {
    return number(field, 0, kMaxMoney, "an amount from 0 to 99999999999999.99");
  }

  std::int64_t count(std::string_view field) const {
    constexpr auto kMax = std::numeric_limits<std::int32_t>::max();
    const double value = number(field, 0, kMax, "a count from 0 to 2147483647");
    if (value != std::floor(value)) refuse(field, "is " + shown(at(field)) + ", not a whole number");
    return static_cast<std::int64_t>(value);
  }

  Day day(std::string_view field) const {
    const json::string* value = at(field).if_string();
    const auto result = value == nullptr ? std::nullopt : parse_day(std::string_view(value->data(), value->size()));
    if (!result) refuse(field, "is " + shown(at(field)) + ", not a day (YYYY-MM-DD)");
    return *result;
  }

 private:
  std::string where() const { return std::string(what_) + (row_ > 0 ? ", row " + std::to_string(row_) : ""); }

  const json::object* object_;
  std::string_view what_;
  std::size_t row_;
};

// What can be read of a row that is set aside.
Reject reject(const json::value& row, const std::string& reason) {
  Reject result{{}, {}, reason, json::serialize(row).substr(0, kMaxOriginalBytes)};
  const json::object* object = row.if_object();
  if (object == nullptr) return result;
  if (const json::value* id = object->if_contains("product_id"); id != nullptr && id->is_string())
    result.product_id = std::string(id->as_string().data(), id->as_string().size());
  if (const json::value* date = object->if_contains("date"); date != nullptr && date->is_string())
    result.date = parse_day(std::string_view(date->as_string().data(), date->as_string().size()));
  return result;
}

template <typename Row, typename ParseRow>
Page<Row> parse_page(std::string_view body, const std::string& what, ParseRow parse_row) {
  boost::system::error_code error;
  const json::value root = json::parse(json::string_view(body.data(), body.size()), error);
  if (error)
    throw PayloadError(
        what + ": the answer (" + std::to_string(body.size()) + " bytes) is not JSON: " + error.message(), true);
  const Reader page(root, what);
  const json::array* rows = page.at("data").if_array();
  if (rows == nullptr) page.refuse("data", "is not a list");
  const std::string of_meta = what + ", meta";
  const Reader meta(page.at("meta"), of_meta);

  Page<Row> result;
  result.total_rows = meta.count("total_rows");
  if (!meta.is_null("next_cursor")) result.next_cursor = meta.text("next_cursor");
  if (!meta.is_null("account")) result.account = meta.text("account");
  if (const auto announced = meta.count("row_count"); announced != static_cast<std::int64_t>(rows->size()))
    throw PayloadError(
        what + ": the page announces " + std::to_string(announced) + " rows and has " + std::to_string(rows->size()),
        false);
  result.rows.reserve(rows->size());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    try {
      result.rows.push_back(parse_row(Reader((*rows)[i], what, i + 1)));
    } catch (const PayloadError& broken) {
      result.rejects.push_back(reject((*rows)[i], broken.what()));
    }
  }
  return result;
}

// Products and promotions come in one page: less than announced is an error at once.
template <typename Row>
Page<Row> whole(Page<Row> page, const char* what) {
  const std::size_t came = page.rows.size() + page.rejects.size();
  if (page.next_cursor || page.total_rows != static_cast<std::int64_t>(came))
    throw PayloadError(
        std::string(what) + ": announces " + std::to_string(page.total_rows) + " rows and has " + std::to_string(came),
        false);
  return page;
}

}  // namespace

Page<ProductRow> parse_products(std::string_view body) {
  return whole(parse_page<ProductRow>(body, "products",
                                      [](const Reader& row) {
                                        return ProductRow{row.text("product_id"), row.text("name"),
                                                          row.optional_text("category"), row.optional_money("price")};
                                      }),
               "products");
}

Page<MetricsRow> parse_metrics(std::string_view body) {
  return parse_page<MetricsRow>(body, "metrics", [](const Reader& row) {
    MetricsRow metrics{row.text("product_id"), row.day("date"),         row.count("impressions"), row.count("clicks"),
                       row.money("ad_spend"),  row.count("units_sold"), row.money("revenue")};
    if (metrics.clicks > metrics.impressions)
      row.refuse("clicks", "(" + std::to_string(metrics.clicks) + ") is more than impressions (" +
                               std::to_string(metrics.impressions) + ")");
    return metrics;
  });
}

Page<PromotionRow> parse_promotions(std::string_view body) {
  return whole(parse_page<PromotionRow>(
                   body, "promotions",
                   [](const Reader& row) {
                     PromotionRow promotion{row.text("name"),
                                            row.optional_text("product_id"),
                                            row.optional_text("category"),
                                            row.day("start"),
                                            row.day("end"),
                                            {}};
                     if (!row.is_null("discount_pct"))
                       promotion.discount_pct = row.number("discount_pct", 0, 100, "a percentage from 0 to 100");
                     if (promotion.last < promotion.first) row.refuse("end", "is before start");
                     if (promotion.product_id && promotion.category)
                       row.refuse("category", "is given beside product_id: a promotion is for one or the other");
                     return promotion;
                   }),
               "promotions");
}

std::string error_message(std::string_view body) {
  boost::system::error_code error;
  const json::value root = json::parse(json::string_view(body.data(), body.size()), error);
  if (error || !root.is_object()) return "";
  const json::value* inner = root.as_object().if_contains("error");
  if (inner == nullptr || !inner->is_object()) return "";
  const json::value* message = inner->as_object().if_contains("message");
  return message != nullptr && message->is_string() ? shown(*message) : "";
}

std::string access_token(std::string_view body) {
  boost::system::error_code error;
  const json::value root = json::parse(json::string_view(body.data(), body.size()), error);
  if (error || !root.is_object()) return "";
  const json::value* token = root.as_object().if_contains("access_token");
  return token != nullptr && token->is_string() ? std::string(token->as_string().data(), token->as_string().size())
                                                : "";
}

Catalog make_catalog(const std::vector<ProductRow>& products) {
  Catalog catalog;
  for (const ProductRow& product : products)
    if (!catalog.emplace(product.product_id, product).second)
      throw PayloadError("products: the product_id '" + product.product_id + "' appears twice", false);
  std::set<std::string> names;
  for (auto& [id, product] : catalog)
    if (!names.insert(product.name).second) {
      product.name += " (" + id + ")";
      names.insert(product.name);
    }
  return catalog;
}

MetricsCollector::MetricsCollector(const Catalog& catalog, Day first, Day last)
    : first_(first), last_(last), products_(catalog.size()) {
  places_.reserve(products_);
  for (const auto& [id, product] : catalog) places_.emplace(id, places_.size());
  if (last >= first) seen_.resize(static_cast<std::size_t>((last - first).count() + 1) * products_);
}

std::string_view MetricsCollector::why_not(const MetricsRow& row) {
  const auto place = places_.find(row.product_id);
  if (place == places_.end()) return " is not in the catalogue of /platform/v1/products";
  if (row.date < first_ || row.date > last_) return " is outside the period ";
  const std::size_t cell = static_cast<std::size_t>((row.date - first_).count()) * products_ + place->second;
  if (seen_[cell]) return " appears twice; the first of them counts";
  seen_[cell] = true;
  return {};
}

void MetricsCollector::add(Page<MetricsRow> page) {
  if (total_ && *total_ != page.total_rows)
    throw PayloadError("metrics: the total changed from " + std::to_string(*total_) + " to " +
                           std::to_string(page.total_rows) + " rows between two pages",
                       false);
  total_ = page.total_rows;
  for (MetricsRow& row : page.rows) {
    const std::string_view why = why_not(row);
    if (why.empty()) {
      batch_.rows.push_back(std::move(row));
      continue;
    }
    std::string reason = "metrics: " + to_string(row.date) + ", product_id '" + row.product_id + "'";
    reason += why;
    if (why.ends_with("period ")) reason += to_string(first_) + " to " + to_string(last_);
    batch_.rejects.push_back({row.date, row.product_id, reason, ""});
  }
  for (Reject& reject : page.rejects) batch_.rejects.push_back(std::move(reject));
  if (static_cast<std::int64_t>(size()) > *total_)
    throw PayloadError("metrics: more rows came than the announced " + std::to_string(*total_), false);
}

MetricsBatch MetricsCollector::finish() {
  if (total_ && static_cast<std::int64_t>(size()) != *total_)
    throw PayloadError("metrics: " + std::to_string(*total_) + " rows were announced for " + to_string(first_) +
                           " to " + to_string(last_) + ", and " + std::to_string(size()) + " came",
                       false);
  if (batch_.rejects.size() > batch_.rows.size())
    throw PayloadError("metrics: " + std::to_string(batch_.rejects.size()) + " of " + std::to_string(size()) +
                           " rows break a rule; the first of them: " + batch_.rejects.front().reason,
                       false);
  return std::move(batch_);
}

std::vector<PromotionRow> known_promotions(const std::vector<PromotionRow>& promotions, const Catalog& catalog,
                                           std::vector<Reject>& rejects) {
  std::vector<PromotionRow> known;
  std::set<std::tuple<std::string, Day, std::string, std::string>> seen;
  for (const PromotionRow& p : promotions) {
    const std::string where = "promotions: '" + p.name + "' from " + to_string(p.first);
    if (p.product_id && !catalog.contains(*p.product_id))
      rejects.push_back({p.first, p.product_id,
                         where + " is for product_id '" + *p.product_id + "', which is not in the catalogue", ""});
    else if (!seen.emplace(p.name, p.first, p.product_id.value_or(""), p.category.value_or("")).second)
      rejects.push_back({p.first, p.product_id, where + " appears twice; the first of them counts", ""});
    else
      known.push_back(p);
  }
  return known;
}

}  // namespace performance_tracker::etl
