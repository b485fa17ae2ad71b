// SPDX-License-Identifier: PostgreSQL
//
// What a platform sends, checked. Nothing unchecked passes this border: types, ranges, references, duplicates and
// announced totals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
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

struct ProductRow {
  std::string product_id;  // key on the platform
  std::string name;        // unique
  std::optional<std::string> category;
  std::optional<double> price;  // money, 0..99999999.99
};

struct MetricsRow {
  std::string product_id;
  Day date{};
  std::int64_t impressions = 0;  // counts: 0..2147483647, clicks <= impressions
  std::int64_t clicks = 0;
  double ad_spend = 0;  // money: 0..99999999.99
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
  std::int64_t total_rows = 0;  // of all pages together
  std::optional<std::string> next_cursor;
};

// Each throws PayloadError. They check what a page can be checked for by itself.
Page<ProductRow> parse_products(std::string_view body);
Page<MetricsRow> parse_metrics(std::string_view body);
Page<PromotionRow> parse_promotions(std::string_view body);

// The message of an error answer, for humans; empty if it has none in a known form.
std::string error_message(std::string_view body);

using Catalog = std::map<std::string, ProductRow, std::less<>>;  // by product_id

// Throws PayloadError if two products share their key or their name.
Catalog make_catalog(const std::vector<ProductRow>& products);

// Puts the pages of one period together and holds them against each other, the period and the catalogue.
class MetricsCollector {
 public:
  MetricsCollector(const Catalog& catalog, Day first, Day last) : catalog_(catalog), first_(first), last_(last) {}

  // Throws PayloadError for a row of an unknown product or a day outside the period, a row that was there already, a
  // total that changed since the page before, or more rows than announced.
  void add(Page<MetricsRow> page);

  // All rows. Throws PayloadError if fewer came than were announced.
  std::vector<MetricsRow> finish();

  std::size_t size() const { return rows_.size(); }

 private:
  const Catalog& catalog_;
  Day first_, last_;
  std::optional<std::int64_t> total_;
  std::vector<MetricsRow> rows_;
  std::set<std::pair<Day, std::string>> seen_;
};

// Throws PayloadError if a promotion names a product that the catalogue does not have, or appears twice.
void check_promotions(const std::vector<PromotionRow>& promotions, const Catalog& catalog);

}  // namespace performance_tracker::etl
