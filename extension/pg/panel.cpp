// SPDX-License-Identifier: PostgreSQL
#include "pg/panel.h"

#include <unordered_map>

#include "core/base/memory.h"
#include "pg/arguments.h"
#include "pg/guard.h"

extern "C" {
#include "access/detoast.h"
#include "executor/executor.h"
}

namespace performance_tracker {
namespace {

class Fields {
 public:
  explicit Fields(HeapTupleHeader tuple) : tuple_(tuple) {}

  // The size that an array has when it is unpacked, which a few compressed bytes do not tell.
  std::size_t raw_size(const char* name) const { return toast_raw_datum_size(value(name)); }

  Datum value(const char* name) const {
    bool is_null = false;
    const Datum datum = GetAttributeByName(tuple_, name, &is_null);
    if (is_null) ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("panel.%s must not be NULL", name)));
    return datum;
  }

  std::span<const int> integers(const char* name, Oid type = INT4OID,
                                int null_value = PanelArgument::kNoProduct) const {
    ArrayType* array = array_of(name, type);
    if (!ARR_HASNULL(array)) return {reinterpret_cast<const int*>(ARR_DATA_PTR(array)), length_of(array)};
    const Elements e = elements(name, type, sizeof(int32), true, TYPALIGN_INT);
    auto* copy = static_cast<int*>(palloc(sizeof(int) * e.size()));
    for (std::size_t i = 0; i < e.size(); ++i) copy[i] = e.nulls[i] ? null_value : DatumGetInt32(e.values[i]);
    e.release();
    return {copy, e.size()};
  }

  // NaN for NULL and whatever else is not finite.
  std::span<const double> doubles(const char* name) const {
    ArrayType* array = array_of(name, FLOAT8OID);
    const auto* stored = reinterpret_cast<const double*>(ARR_DATA_PTR(array));
    const bits8* there = ARR_NULLBITMAP(array);  // null without NULLs, which take no place
    const std::size_t count = length_of(array);
    auto* copy = static_cast<double*>(palloc_extended(sizeof(double) * count, MCXT_ALLOC_HUGE));
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_null = there != nullptr && (there[i / 8] & (1 << (i % 8))) == 0;
      const double value = is_null ? 0 : *stored++;
      copy[i] = is_null || !std::isfinite(value) ? std::numeric_limits<double>::quiet_NaN() : value;
    }
    return {copy, count};
  }

  std::span<const char* const> texts(const char* name) const {
    const Elements e = elements(name, TEXTOID, -1, false, TYPALIGN_INT);
    auto** copy = static_cast<const char**>(palloc(sizeof(char*) * e.size()));
    for (std::size_t i = 0; i < e.size(); ++i) copy[i] = e.nulls[i] ? nullptr : TextDatumGetCString(e.values[i]);
    e.release();
    return {copy, e.size()};
  }

 private:
  struct Elements {
    Datum* values;
    bool* nulls;
    int count;
    std::size_t size() const { return static_cast<std::size_t>(count); }
    // Nine bytes an element that nobody needs once they are copied.
    void release() const {
      pfree(values);
      pfree(nulls);
    }
  };

  ArrayType* array_of(const char* name, Oid type) const {
    ArrayType* array = DatumGetArrayTypeP(value(name));
    if (ARR_ELEMTYPE(array) != type) elog(ERROR, "panel.%s is an array of another type", name);
    return array;
  }

  static std::size_t length_of(ArrayType* array) {
    return static_cast<std::size_t>(ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)));
  }

  Elements elements(const char* name, Oid type, int length, bool by_value, char alignment) const {
    ArrayType* array = array_of(name, type);
    Elements e{};
    deconstruct_array(array, type, length, by_value, alignment, &e.values, &e.nulls, &e.count);
    return e;
  }

  HeapTupleHeader tuple_;
};

// What later code indexes by must agree, whoever called us.
template <typename... Spans>
void check_lengths(std::size_t length, const Spans&... spans) {
  if (((spans.size() != length) || ...))
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("the columns of the panel differ in length")));
}

// Whoever calls us may have made the panel up. 256 MB are the arrays of a daily table of five million rows; each array
// is unpacked, taken apart and copied.
void check_size(const Fields& fields) {
  constexpr std::size_t kMaxRawSize = kMaxWorkingBytes / 4;
  std::size_t size = 0;
  for (const char* name : {"product_ids",
                           "product_names",
                           "product_categories",
                           "product_prices",
                           "cell_products",
                           "cell_days",
                           "impressions",
                           "clicks",
                           "ad_spend",
                           "units_sold",
                           "revenue",
                           "promotion_ids",
                           "promotion_names",
                           "promotion_products",
                           "promotion_categories",
                           "promotion_starts",
                           "promotion_ends",
                           "promotion_discounts",
                           "holiday_days",
                           "holiday_names"})
    size += fields.raw_size(name);
  if (size > kMaxRawSize)
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("a panel of %zu MB, the limit is %zu MB", size >> 20, kMaxRawSize >> 20),
                    errhint("Ask for fewer days, or for views products and daily_performance of fewer products.")));
}

}  // namespace

PanelArgument panel_argument(FunctionCallInfo fcinfo, const char* name) {
  const Fields fields(PG_GETARG_HEAPTUPLEHEADER(given_argument(fcinfo, name, own_type("performance_tracker_panel"))));
  check_size(fields);
  PanelArgument p{
      .first_day = DatumGetDateADT(fields.value("first_day")),
      .days = DatumGetInt32(fields.value("days")),
      .product_ids = fields.integers("product_ids"),
      .product_names = fields.texts("product_names"),
      .product_categories = fields.texts("product_categories"),
      .product_prices = fields.doubles("product_prices"),
      .product_unit_costs = fields.doubles("product_unit_costs"),
      .product_margins = fields.doubles("product_margins"),
      .cell_products = fields.integers("cell_products"),
      .cell_days = fields.integers("cell_days"),
      .impressions = fields.doubles("impressions"),
      .clicks = fields.doubles("clicks"),
      .ad_spend = fields.doubles("ad_spend"),
      .units_sold = fields.doubles("units_sold"),
      .revenue = fields.doubles("revenue"),
      .promotion_ids = fields.integers("promotion_ids"),
      .promotion_names = fields.texts("promotion_names"),
      .promotion_products = fields.integers("promotion_products"),
      .promotion_categories = fields.texts("promotion_categories"),
      .promotion_starts = fields.integers("promotion_starts", DATEOID),
      .promotion_ends = fields.integers("promotion_ends", DATEOID),
      .promotion_discounts = fields.doubles("promotion_discounts"),
      .holiday_days = fields.integers("holiday_days", DATEOID),
      .holiday_names = fields.texts("holiday_names"),
      .rule_names = fields.texts("rule_names"),
      .rule_products = fields.integers("rule_products"),
      .rule_categories = fields.texts("rule_categories"),
      .rule_values = fields.doubles("rule_values"),
  };
  check_lengths(p.product_ids.size(), p.product_names, p.product_categories, p.product_prices, p.product_unit_costs,
                p.product_margins);
  check_lengths(p.rule_names.size(), p.rule_products, p.rule_categories, p.rule_values);
  check_lengths(p.cell_products.size(), p.cell_days, p.impressions, p.clicks, p.ad_spend, p.units_sold, p.revenue);
  check_lengths(p.promotion_ids.size(), p.promotion_names, p.promotion_products, p.promotion_categories,
                p.promotion_starts, p.promotion_ends, p.promotion_discounts);
  check_lengths(p.holiday_days.size(), p.holiday_names);
  constexpr int kMaxDays = 36525;
  if (p.days < 0 || p.days > kMaxDays)
    ereport(ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("a panel of %d days, the limit is %d", p.days, kMaxDays)));
  return p;
}

PerformancePanel to_panel(const PanelArgument& a) {
  // A column of each product's days for each of the five counts, whether there are rows or not.
  require_memory(static_cast<double>(a.product_ids.size()) *
                     (5.0 * sizeof(double) * static_cast<double>(a.days) + sizeof(Product) + 64.0),
                 std::to_string(a.product_ids.size()) + " products on " + std::to_string(a.days) + " days",
                 "Ask for fewer days, or for a view products of fewer products.");
  PerformancePanel panel;
  panel.first_day = a.first_day;
  panel.days = static_cast<std::size_t>(a.days);
  std::unordered_map<int, std::size_t> place;
  for (std::size_t i = 0; i < a.product_ids.size(); ++i) {
    Product product;
    product.id = a.product_ids[i];
    product.name = a.product_names[i] != nullptr ? a.product_names[i] : "";
    product.category = to_optional(a.product_categories[i]);
    if (!std::isnan(a.product_prices[i])) product.price = a.product_prices[i];
    if (!std::isnan(a.product_unit_costs[i])) product.unit_cost = a.product_unit_costs[i];
    if (!std::isnan(a.product_margins[i])) product.margin_pct = a.product_margins[i];
    product.daily = DailyColumns(panel.days);
    if (place.try_emplace(product.id, panel.products.size()).second) panel.products.push_back(std::move(product));
  }
  const auto add = [](double& cell, double value) {
    if (!std::isnan(value)) cell = std::isnan(cell) ? value : cell + value;
  };
  for (std::size_t i = 0; i < a.cell_products.size(); ++i) {
    const auto found = place.find(a.cell_products[i]);
    if (found == place.end() || a.cell_days[i] < 0 || a.cell_days[i] >= a.days) continue;
    DailyColumns& daily = panel.products[found->second].daily;
    const std::size_t t = static_cast<std::size_t>(a.cell_days[i]);
    add(daily.impressions[t], a.impressions[i]);
    add(daily.clicks[t], a.clicks[i]);
    add(daily.ad_spend[t], a.ad_spend[i]);
    add(daily.units_sold[t], a.units_sold[i]);
    add(daily.revenue[t], a.revenue[i]);
  }
  for (std::size_t i = 0; i < a.promotion_ids.size(); ++i) {
    Promotion promotion;
    promotion.id = a.promotion_ids[i];
    promotion.name = a.promotion_names[i] != nullptr ? a.promotion_names[i] : "";
    if (a.promotion_products[i] != PanelArgument::kNoProduct) promotion.product_id = a.promotion_products[i];
    promotion.category = to_optional(a.promotion_categories[i]);
    promotion.start = a.promotion_starts[i];
    promotion.end = a.promotion_ends[i];
    if (!std::isnan(a.promotion_discounts[i])) promotion.discount_pct = a.promotion_discounts[i];
    if (promotion.end >= promotion.start) panel.promotions.push_back(std::move(promotion));
  }
  for (std::size_t i = 0; i < a.holiday_days.size(); ++i) {
    if (a.holiday_names[i] != nullptr) panel.holidays.push_back({a.holiday_days[i], a.holiday_names[i]});
  }
  return panel;
}

AdviceRules to_rules(const PanelArgument& a) {
  std::vector<RuleRow> rows;
  for (std::size_t i = 0; i < a.rule_names.size(); ++i) {
    RuleRow row;
    row.rule = a.rule_names[i] != nullptr ? a.rule_names[i] : "";
    if (a.rule_products[i] != PanelArgument::kNoProduct) row.product_id = a.rule_products[i];
    row.category = to_optional(a.rule_categories[i]);
    row.value = a.rule_values[i];
    rows.push_back(std::move(row));
  }
  return AdviceRules(std::move(rows));
}

std::optional<std::string> to_optional(const char* text) {
  if (text == nullptr) return std::nullopt;
  return std::string(text);
}

}  // namespace performance_tracker
