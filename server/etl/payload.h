// SPDX-License-Identifier: PostgreSQL
//
// What a platform sends, checked. Nothing unchecked passes this border: types, ranges, references, duplicates and
// announced totals. A page of another shape is an error; a row that breaks a rule is set aside with its reason, and the
// others count: one bad cell must not keep a shop from its figures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "calendar.h"

namespace performance_tracker::etl {

// The answer is not what it should be. what() says where and why: "metrics, row 17: clicks is -1, …".
class PayloadError : public std::runtime_error {
 public:
  PayloadError(const std::string& message, bool unreadable) : std::runtime_error(message), unreadable_(unreadable) {}
  // Not JSON at all (a maintenance page, half a body): asking again may help. Otherwise it would only come again.
  bool unreadable() const noexcept { return unreadable_; }

 private:
  bool unreadable_;
};

// A row that breaks a rule, as it came.
struct Reject {
  std::optional<Day> date;  // as far as they could be read
  std::optional<std::string> product_id;
  std::string reason;    // "metrics, row 17: clicks is -1, …"
  std::string original;  // JSON, cut at kMaxOriginalBytes
};
inline constexpr std::size_t kMaxOriginalBytes = 2000;

struct ProductRow {
  std::string product_id;  // key on the platform
  std::string name;        // not unique: two products of one name are two products
  std::optional<std::string> category;
  std::optional<double> price;  // money, 0..99999999999999.99
};

struct MetricsRow {
  std::string product_id;
  Day date{};
  std::int64_t impressions = 0;  // counts: 0..2147483647, clicks <= impressions
  std::int64_t clicks = 0;
  double ad_spend = 0;  // money: 0..99999999999999.99
  std::int64_t units_sold = 0;
  double revenue = 0;
};

struct PromotionRow {
  std::string name;
  std::optional<std::string> product_id;  // neither of these two: the whole shop
  std::optional<std::string> category;
  Day first{};
  Day last{};                          // included
  std::optional<double> discount_pct;  // 0..100
};

// One page; `next_cursor` is empty on the last one.
template <typename Row>
struct Page {
  std::vector<Row> rows;
  std::int64_t total_rows = 0;  // of all pages together, rejects included
  std::optional<std::string> next_cursor;
  std::vector<Reject> rejects = {};
  std::string account = {};  // who the platform says it is (meta.account); empty: it does not say
};

// Each throws PayloadError for a page that is none. They check what a page can be checked for by itself. Numbers may
// come as strings ("183"), as large platforms send them.
Page<ProductRow> parse_products(std::string_view body);
Page<MetricsRow> parse_metrics(std::string_view body);
Page<PromotionRow> parse_promotions(std::string_view body);

// The message of an error answer, for humans; empty if it has none in a known form.
std::string error_message(std::string_view body);

// The access_token of an answer to a refresh (RFC 6749, 5.1); empty if there is none.
std::string access_token(std::string_view body);

using Catalog = std::map<std::string, ProductRow, std::less<>>;  // by product_id

// The first of several products of one name keeps it (by product_id), the others are told apart as "name (product_id)".
// Throws PayloadError if two products share their key.
Catalog make_catalog(const std::vector<ProductRow>& products);

// All rows of one period, and those that were set aside.
struct MetricsBatch {
  std::vector<MetricsRow> rows;
  std::vector<Reject> rejects;
};

// Puts the pages of one period together and holds them against each other, the period and the catalogue.
class MetricsCollector {
 public:
  // The catalogue must outlive it.
  MetricsCollector(const Catalog& catalog, Day first, Day last);

  // Sets aside a row of an unknown product, of a day outside the period, or one that was there already. Throws
  // PayloadError for a total that changed since the page before, or more rows than announced.
  void add(Page<MetricsRow> page);

  // Throws PayloadError if fewer came than were announced, or if more rows break a rule than keep them all: then the
  // format has changed, not a cell.
  MetricsBatch finish();

  std::size_t size() const { return batch_.rows.size() + batch_.rejects.size(); }

 private:
  // Why a row is set aside; empty: it counts.
  std::string_view why_not(const MetricsRow& row);

  Day first_, last_;
  std::size_t products_;
  std::unordered_map<std::string_view, std::size_t> places_;  // of the products in the catalogue
  std::vector<bool> seen_;                                    // by day and place: a bit a row, not a text
  std::optional<std::int64_t> total_;
  MetricsBatch batch_;
};

// The promotions whose product the catalogue has, each once; the others are added to `rejects`.
std::vector<PromotionRow> known_promotions(const std::vector<PromotionRow>& promotions, const Catalog& catalog,
                                           std::vector<Reject>& rejects);

}  // namespace performance_tracker::etl
