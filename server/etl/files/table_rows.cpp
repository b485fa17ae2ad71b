// SPDX-License-Identifier: PostgreSQL
#include "etl/files/table_rows.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace performance_tracker::etl {
namespace {

constexpr std::size_t kLongestText = 1000;
constexpr double kMostMoney = 99'999'999'999'999.99;  // numeric(16,2)
constexpr double kMostCount = 2'147'483'647;
constexpr std::string_view kTotals[] = {"total", "grand total", "gesamt", "summe", "somme", "totale", "totaal", "suma"};

// Why a row is set aside; carried to parse().
struct Broken {
  std::string reason;
};

std::string shown(std::string_view text) {
  std::string out(text.substr(0, 60));
  // Not in the middle of a character.
  while (!out.empty() && out.size() < text.size() && (static_cast<unsigned char>(out.back()) & 0xc0) == 0x80)
    out.pop_back();
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return "'" + out + "'";
}

std::string joined(const Row& row) {
  std::string out;
  for (const Cell& cell : row) {
    if (!out.empty() || &cell != &row.front()) out += '\t';
    out += cell.text;
    if (out.size() > 4000) break;
  }
  return out;
}

bool begins_with_total(std::string_view text) {
  const std::string word = folded(text);
  return std::ranges::any_of(kTotals, [&](std::string_view total) {
    return word.starts_with(total) && (word.size() == total.size() || word[total.size()] == ' ' ||
                                       word[total.size()] == ':' || word[total.size()] == '-');
  });
}

// "12300000" shifted by 6: "12.300000".
std::string shifted(std::string number, int places) {
  if (places == 0) return number;
  const bool negative = number.starts_with('-');
  if (negative) number.erase(0, 1);
  std::string fraction;
  if (const auto point = number.find('.'); point != std::string::npos) {
    fraction = number.substr(point + 1);
    number.resize(point);
  }
  const auto digits = static_cast<std::size_t>(places);
  if (number.size() <= digits) number.insert(0, digits + 1 - number.size(), '0');
  number.insert(number.size() - digits, ".");
  return (negative ? "-" : "") + number + fraction;
}

double value_of(const std::string& number) { return std::strtod(number.c_str(), nullptr); }

std::string text_of(const Row& row, const Layout& layout, Field field) {
  std::string text(trimmed(cell_of(row, layout, field).text));
  if (text.size() > kLongestText) throw Broken{std::string(field_name(field)) + " is longer than 1000 bytes"};
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return text;
}

}  // namespace

const Cell& cell_of(const Row& row, const Layout& layout, Field field) {
  static const Cell none;
  const int column = layout.at(field);
  return column < 0 || column >= std::ssize(row) ? none : row[static_cast<std::size_t>(column)];
}

namespace {

bool filled(const Cell& cell) { return !trimmed(cell.text).empty(); }

bool names_product(const Row& row, const Layout& layout) {
  return filled(cell_of(row, layout, Field::sku)) || filled(cell_of(row, layout, Field::asin)) ||
         filled(cell_of(row, layout, Field::product));
}

}  // namespace

RowKind kind_of(const Row& row, const Layout& layout) {
  if (std::ranges::none_of(row, filled)) return RowKind::empty;
  const Cell& date = cell_of(row, layout, Field::date);
  if (const DateText day = read_date(date.text); !day.days.empty() || !day.days_month_first.empty()) {
    // Meta sums up the whole period in a line with dates but no names.
    const bool products = layout.has(Field::sku) || layout.has(Field::asin) || layout.has(Field::product);
    const bool nameless = products && layout.has(Field::campaign) && !filled(cell_of(row, layout, Field::campaign));
    return nameless && !names_product(row, layout) ? RowKind::total : RowKind::figures;
  }
  int seen = 0;
  for (const Cell& cell : row) {
    if (!filled(cell)) continue;
    if (begins_with_total(cell.text)) return RowKind::total;
    if (++seen == 3) break;
  }
  return filled(date) || names_product(row, layout) ? RowKind::figures : RowKind::total;
}

void require_product(const Layout& layout, const TableOptions& options) {
  if (layout.has(Field::sku) || layout.has(Field::asin) || layout.has(Field::product) || !options.product.empty())
    return;
  const bool campaign = layout.has(Field::campaign);
  throw FileError(std::string("it names no product: add that column to the export (Google: Item ID; Meta: breakdown "
                              "by Product ID; Amazon: report of advertised products)") +
                  (campaign ? ", or take each campaign for one (--map product=Campaign)" : "") +
                  ", or say whose figures all of it is (--product NAME)");
}

Day RowParser::day(const Row& row) const {
  const Cell& cell = cell_of(row, plan_.layout, Field::date);
  if (trimmed(cell.text).empty()) throw Broken{"it has no day"};
  const DateText read = read_date(cell.text);
  const bool day_first = plan_.date_order == DateOrder::day_first;
  const auto& days = day_first ? read.days : read.days_month_first;
  if (days.empty()) throw Broken{shown(cell.text) + " is not a day"};
  const Cell& end = cell_of(row, plan_.layout, Field::date_end);
  const DateText last = read_date(end.text);
  const auto& ends = day_first ? last.days : last.days_month_first;
  if ((days.size() == 2 && days[0] != days[1]) || (!ends.empty() && ends.front() != days.front()))
    throw Broken{"it covers several days (" + to_string(days.front()) + " to " +
                 to_string(days.size() == 2 ? days[1] : ends.front()) + "): export by day"};
  if (days.front() > options_.today + std::chrono::days{1}) throw Broken{to_string(days.front()) + " is in the future"};
  return days.front();
}

bool RowParser::sold(const Row& row) {
  const bool knows = plan_.layout.has(Field::status) || plan_.layout.has(Field::cancelled);
  if (!knows) return true;
  const std::string order = text_of(row, plan_.layout, Field::order);
  const std::string status = text_of(row, plan_.layout, Field::status);
  const bool cancelled = !trimmed(cell_of(row, plan_.layout, Field::cancelled).text).empty();
  const bool follows = !order.empty() && order == order_;
  if (!follows || !status.empty() || cancelled) order_sold_ = !cancelled && (status.empty() || is_sold(status));
  order_ = order;
  return order_sold_;
}

std::optional<std::string> RowParser::number(const Row& row, Field field, bool negative) const {
  if (!plan_.layout.has(field)) return std::nullopt;
  const Cell& cell = cell_of(row, plan_.layout, field);
  auto number = plain_number(cell.text, cell.exact ? Decimal::point : plan_.decimal);
  const std::string name(field_name(field));
  if (!number) throw Broken{name + " is " + shown(cell.text) + ", not a number"};
  number = shifted(*number, plan_.layout.shift[static_cast<std::size_t>(field)]);
  const double value = value_of(*number);
  const bool count = field == Field::impressions || field == Field::clicks;
  const double most = count || field == Field::units_sold ? kMostCount : kMostMoney;
  if ((!negative && value < 0) || std::abs(value) > most)
    throw Broken{name + " is " + shown(cell.text) + ", not " + (count ? "a count" : "an amount") + " from 0 to " +
                 (count ? "2147483647" : "99999999999999.99")};
  if (count && value != static_cast<double>(static_cast<long long>(value)))
    throw Broken{name + " is " + shown(cell.text) + ", not a whole number"};
  return number;
}

void RowParser::take_texts(const Row& row, FigureRow& figures) const {
  const Layout& layout = plan_.layout;
  figures.asin = text_of(row, layout, Field::asin);
  figures.product = text_of(row, layout, Field::product);
  figures.category = text_of(row, layout, Field::category);
  figures.campaign = text_of(row, layout, Field::campaign_id);
  const std::string campaign = text_of(row, layout, Field::campaign);
  // The name is what people know; the number tells two of one name apart, and is all there may be.
  if (!campaign.empty()) figures.campaign = campaign;
  figures.channel = folded(text_of(row, layout, Field::channel));
  figures.currency = text_of(row, layout, Field::currency);
  if (figures.currency.empty()) figures.currency = layout.currency;
  if (figures.currency.empty())
    for (const Field field : {Field::ad_spend, Field::revenue})
      if (figures.currency.empty()) figures.currency = currency_in(cell_of(row, layout, field).text);
  std::string sku = text_of(row, layout, Field::sku);
  if (!options_.product.empty()) {
    figures.external_id = figures.product = options_.product;
  } else {
    // Meta writes "4711, Wireless Mouse" into one cell.
    const bool meta = layout.format != nullptr && layout.format->channel == "meta";
    if (const auto comma = sku.find(", "); meta && comma != std::string::npos) {
      if (figures.product.empty()) figures.product = sku.substr(comma + 2);
      sku.resize(comma);
    }
    const std::string word = folded(sku);
    if (word == "--" || word == "(not set)" || word == "undefined") sku.clear();
    figures.external_id = !sku.empty() ? sku : !figures.asin.empty() ? figures.asin : figures.product;
  }
  if (figures.external_id.empty()) throw Broken{"it names no product"};
}

void RowParser::take_numbers(const Row& row, FigureRow& figures) const {
  // A shop takes goods back: its lines, and a product's day, may be negative.
  const bool shop = options_.channel.empty() ? plan_.layout.format != nullptr && plan_.layout.format->channel == "shop"
                                             : options_.channel == "shop";
  figures.impressions = number(row, Field::impressions, false);
  figures.clicks = number(row, Field::clicks, false);
  figures.ad_spend = number(row, Field::ad_spend, false);
  figures.units_sold = number(row, Field::units_sold, shop);
  figures.revenue = number(row, Field::revenue, shop);
  figures.price = number(row, Field::price, false);
  figures.unit_cost = number(row, Field::unit_cost, false);
  if (figures.clicks && figures.impressions && value_of(*figures.clicks) > value_of(*figures.impressions))
    throw Broken{"clicks (" + *figures.clicks + ") is more than impressions (" + *figures.impressions + ")"};
  const auto unit_price = number(row, Field::unit_price, true);
  if (!figures.revenue && unit_price) {
    const auto discount = number(row, Field::discount, true);
    const double amount =
        value_of(*unit_price) * value_of(figures.units_sold.value_or("1")) - (discount ? value_of(*discount) : 0);
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, amount, std::chars_format::fixed, 4);
    figures.revenue = std::string(text, end.ptr);
  }
}

RowParser::Outcome RowParser::parse(const Row& row, std::int64_t line, FigureRow& figures, RejectedRow& rejected) {
  figures = {};
  figures.line = line;
  bool dated = false;
  try {
    // A table that was cut off, or a separator that also stands inside unquoted numbers: cells are not where they seem.
    std::size_t filled = row.size();
    while (filled > 0 && row[filled - 1].text.empty()) --filled;
    if (filled > plan_.layout.width)
      throw Broken{"it has " + std::to_string(filled) + " columns where the header has " +
                   std::to_string(plan_.layout.width)};
    const auto last_needed = static_cast<std::size_t>(std::ranges::max(plan_.layout.column) + 1);
    if (row.size() < std::min(last_needed, plan_.layout.width))
      throw Broken{"it has " + std::to_string(row.size()) + " columns where the header has " +
                   std::to_string(plan_.layout.width) + ": the line is not whole"};
    figures.date = day(row);
    dated = true;
    const bool was_sold = sold(row);
    take_texts(row, figures);
    if (!was_sold) return Outcome::unsold;
    take_numbers(row, figures);
    return Outcome::figures;
  } catch (const Broken& broken) {
    rejected = {line, std::nullopt, figures.external_id, "line " + std::to_string(line) + ": " + broken.reason,
                joined(row)};
    if (dated) rejected.date = figures.date;
    return Outcome::rejected;
  }
}

void FileTable::read(const TablePlan& plan, const std::function<void(FigureRow&)>& on_row,
                     const std::function<void(const RejectedRow&)>& on_reject, std::int64_t& unsold,
                     const std::stop_token& stop) const {
  const auto rows = open_();
  RowParser parser(plan, options_);
  Row row;
  FigureRow figures;
  RejectedRow rejected;
  for (std::int64_t line = 1; rows->next(row); ++line) {
    if (line % 4096 == 0 && stop.stop_requested()) return;
    if (line <= plan.header_line || kind_of(row, plan.layout) != RowKind::figures) continue;
    switch (parser.parse(row, line, figures, rejected)) {
      case RowParser::Outcome::figures:
        on_row(figures);
        break;
      case RowParser::Outcome::unsold:
        ++unsold;
        break;
      case RowParser::Outcome::rejected:
        on_reject(rejected);
        break;
    }
  }
  if (!rows->ending().empty()) on_reject({0, std::nullopt, "", rows->ending(), ""});
}

}  // namespace performance_tracker::etl
