// SPDX-License-Identifier: PostgreSQL
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "etl/files/cell_values.h"

namespace performance_tracker::etl {
namespace {

struct Sign {
  std::string_view text;
  std::string_view code;  // ISO 4217; empty: more than one currency writes itself so
};

constexpr Sign kSigns[] = {
    {"€", "EUR"},   {"£", "GBP"},   {"₹", "INR"},   {"₩", "KRW"},   {"₫", "VND"},  {"₺", "TRY"}, {"zł", "PLN"},
    {"Kč", "CZK"},  {"Ft", "HUF"},  {"lei", "RON"}, {"R$", "BRL"},  {"Rp", "IDR"}, {"₪", "ILS"}, {"฿", "THB"},
    {"US$", "USD"}, {"CA$", "CAD"}, {"A$", "AUD"},  {"MX$", "MXN"}, {"¥", ""},     {"$", ""},    {"kr.", ""},
    {"kr", ""},     {"Fr.", "CHF"}, {"₱", "PHP"},   {"₴", "UAH"},   {"₦", "NGN"},
};

constexpr std::string_view kSpaces[] = {" ", "\t", "\r", "\n", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89"};
constexpr std::string_view kNothing[] = {"", "-", "--", "—", "–", "n/a", "null", "none"};

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (prefix.empty() || !text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}
bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (suffix.empty() || !text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

std::string_view without_spaces(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    for (const auto space : kSpaces) again = take_prefix(text, space) || take_suffix(text, space) || again;
  }
  return text;
}

bool is_code(std::string_view text) {
  return text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// Takes one sign or code of a currency off an end of the amount.
std::string_view take_currency(std::string_view& text) {
  const Sign* found = nullptr;
  for (const Sign& sign : kSigns)
    if ((text.starts_with(sign.text) || text.ends_with(sign.text)) &&
        (found == nullptr || sign.text.size() > found->text.size()))
      found = &sign;
  if (found != nullptr) {
    if (!take_prefix(text, found->text)) take_suffix(text, found->text);
    return found->code;
  }
  if (text.size() > 3 && is_code(text.substr(0, 3)) && !letter(text[3])) {
    const auto code = text.substr(0, 3);
    text.remove_prefix(3);
    return code;
  }
  if (text.size() > 3 && is_code(text.substr(text.size() - 3)) && !letter(text[text.size() - 4])) {
    const auto code = text.substr(text.size() - 3);
    text.remove_suffix(3);
    return code;
  }
  return {};
}

struct Amount {
  std::string digits;  // with . and , and without spaces and apostrophes
  bool negative = false;
  bool nothing = false;
  std::string currency;
};

// Digits with their signs; empty if there is anything else in it.
std::optional<Amount> amount_of(std::string_view raw) {
  Amount amount;
  std::string_view text = trimmed(raw);
  const std::string word = folded(text);
  if (std::ranges::find(kNothing, word) != std::end(kNothing)) {
    amount.nothing = true;
    return amount;
  }
  if (text.starts_with('(') && text.ends_with(')')) {
    amount.negative = true;
    text = text.substr(1, text.size() - 2);
  }
  for (int i = 0; i < 2; ++i) {
    text = without_spaces(text);
    if (take_prefix(text, "-") || take_prefix(text, "\xe2\x88\x92") || take_suffix(text, "-")) amount.negative = true;
    take_prefix(text, "+");
    text = without_spaces(text);
    if (i == 0) amount.currency = take_currency(text);
  }
  for (std::size_t i = 0; i < text.size();) {
    if (digit(text[i]) || text[i] == '.' || text[i] == ',') {
      amount.digits += text[i++];
      continue;
    }
    // Between two thousands.
    std::size_t skipped = text[i] == '\'' ? 1 : text.substr(i).starts_with("\xe2\x80\x99") ? 3 : 0;
    for (const auto space : kSpaces)
      if (text.substr(i).starts_with(space)) skipped = space.size();
    if (skipped == 0 || amount.digits.empty() || !digit(amount.digits.back())) return std::nullopt;
    i += skipped;
    if (i + 2 >= text.size() || !digit(text[i]) || !digit(text[i + 1]) || !digit(text[i + 2])) return std::nullopt;
  }
  if (std::ranges::none_of(amount.digits, digit)) return std::nullopt;
  return amount;
}

// A number of a program: 1.5E3.
std::optional<std::string> with_exponent(std::string_view text) {
  if (text.find_first_of("eE") == std::string_view::npos) return std::nullopt;
  double value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  std::array<char, 400> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  return std::string(buffer.data(), written.ptr);
}

// Whether the separators of `text` stand where those of thousands do: 1.234.567, 12,34,567.
bool grouped(std::string_view text, char separator) {
  std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return true;
  if (at == 0 || at > 3) return false;
  while (true) {
    const std::size_t next = text.find(separator, at + 1);
    const std::size_t size = (next == std::string_view::npos ? text.size() : next) - at - 1;
    if (next == std::string_view::npos) return size == 3;
    if (size != 3 && size != 2) return false;
    at = next;
  }
}

}  // namespace

NumberProof number_proof(std::string_view text, bool whole) {
  if (with_exponent(trimmed(text))) return NumberProof::point;
  const auto amount = amount_of(text);
  if (!amount) return NumberProof::broken;
  const std::string& digits = amount->digits;
  const auto points = std::ranges::count(digits, '.'), commas = std::ranges::count(digits, ',');
  if (points == 0 && commas == 0) return NumberProof::nothing;
  if (points > 0 && commas > 0) {
    const bool point_last = digits.rfind('.') > digits.rfind(',');
    if ((point_last ? points : commas) > 1) return NumberProof::broken;
    return point_last ? NumberProof::point : NumberProof::comma;
  }
  const bool comma = commas > 0;
  if (points + commas > 1) return comma ? NumberProof::point : NumberProof::comma;
  const std::size_t at = digits.find(comma ? ',' : '.');
  const bool thousand = digits.size() - at - 1 == 3 && at >= 1 && at <= 3 && digits[0] != '0';
  if (thousand && !whole) return NumberProof::open;
  if (thousand) return comma ? NumberProof::point : NumberProof::comma;
  return comma ? NumberProof::comma : NumberProof::point;
}

std::optional<std::string> plain_number(std::string_view text, Decimal decimal) {
  if (auto number = with_exponent(trimmed(text))) return number;
  auto amount = amount_of(text);
  if (!amount) return std::nullopt;
  if (amount->nothing) return "0";
  const char point = decimal == Decimal::point ? '.' : ',';
  const char group = decimal == Decimal::point ? ',' : '.';
  const std::size_t at = amount->digits.find(point);
  std::string whole = amount->digits.substr(0, at);
  const std::string fraction = at == std::string::npos ? "" : amount->digits.substr(at + 1);
  if (std::ranges::any_of(fraction, [](char c) { return !digit(c); }) || !grouped(whole, group)) return std::nullopt;
  std::erase(whole, group);
  std::string result = whole.empty() ? "0" : whole;
  if (!fraction.empty()) result += "." + fraction;
  return amount->negative ? "-" + result : result;
}

std::string currency_in(std::string_view text) {
  const auto amount = amount_of(text);
  return amount ? amount->currency : "";
}

std::string_view trimmed(std::string_view text) {
  text = without_spaces(text);
  if (text.size() >= 3 && text.starts_with("=\"") && text.ends_with('"')) text = text.substr(2, text.size() - 3);
  return without_spaces(text);
}

std::string folded(std::string_view text) {
  std::string out;
  for (const char c : trimmed(text)) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (space && (out.empty() || out.back() == ' ')) continue;
    out += space ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

}  // namespace performance_tracker::etl
