// SPDX-License-Identifier: PostgreSQL
#include <algorithm>
#include <array>
#include <chrono>

#include "etl/files/cell_values.h"

namespace performance_tracker::etl {
namespace {

// The first letters of a month, folded, that no other month of the same list has. English, and what German, French,
// Spanish, Italian and Dutch write differently.
struct MonthName {
  std::string_view begins;
  unsigned month;
};
constexpr MonthName kMonths[] = {
    {"jan", 1},  {"feb", 2},  {"mar", 3},  {"apr", 4},  {"may", 5}, {"jun", 6},  {"jul", 7},  {"aug", 8},  {"sep", 9},
    {"oct", 10}, {"nov", 11}, {"dec", 12}, {"mär", 3},  {"mrz", 3}, {"mai", 5},  {"okt", 10}, {"dez", 12}, {"janv", 1},
    {"fév", 2},  {"avr", 4},  {"juin", 6}, {"juil", 7}, {"aoû", 8}, {"déc", 12}, {"ene", 1},  {"abr", 4},  {"ago", 8},
    {"dic", 12}, {"gen", 1},  {"mag", 5},  {"giu", 6},  {"lug", 7}, {"set", 9},  {"ott", 10}, {"maa", 3},  {"mei", 5},
};

struct Token {
  std::string_view text;
  char before = ' ';  // the character between the last token and this
  bool number = false;
};

bool digit(char c) { return c >= '0' && c <= '9'; }
bool separates(char c) {
  return c == ' ' || c == '.' || c == '/' || c == '-' || c == ',' || c == '\t' || c == '(' || c == ')';
}

// Words and numbers up to the time: what follows a T, or has a colon in it.
std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  char before = ' ';
  for (std::size_t i = 0; i < text.size();) {
    if (separates(text[i])) {
      if (before == ' ' || text[i] != ' ') before = text[i];
      ++i;
      continue;
    }
    const bool number = digit(text[i]);
    std::size_t end = i;
    while (end < text.size() && !separates(text[end]) && digit(text[end]) == number) ++end;
    // "21st", "10:22", "2026-11-21T10": a number that a letter or a colon follows.
    if (number && end < text.size() && text[end] == ':') break;
    tokens.push_back({text.substr(i, end - i), before, number});
    if (number && end < text.size() && (text[end] == 'T' || text[end] == 't') && end + 1 < text.size() &&
        digit(text[end + 1]))
      break;
    before = '\0';
    i = end;
  }
  return tokens;
}

unsigned month_of(std::string_view word) {
  const std::string name = folded(word);
  unsigned month = 0;
  std::size_t longest = 0;
  for (const MonthName& candidate : kMonths)
    if (name.starts_with(candidate.begins) && candidate.begins.size() > longest) {
      month = candidate.month;
      longest = candidate.begins.size();
    }
  return month;
}

unsigned value_of(std::string_view digits) {
  unsigned value = 0;
  for (const char c : digits.substr(0, 9)) value = 10 * value + static_cast<unsigned>(c - '0');
  return value;
}

std::optional<Day> day_of(unsigned year, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)}, std::chrono::month{month},
                                         std::chrono::day{day}};
  // No platform of ours is older than this century's neighbour; a year like 226 is a mistake.
  if (!date.ok() || year < 1990 || year > 2199) return std::nullopt;
  return Day{date};
}

unsigned year_of(const Token& token) {
  const unsigned value = value_of(token.text);
  return token.text.size() == 2 ? 2000 + value : value;
}

struct Reading {
  std::optional<Day> day, month_first;  // with the day first; with the month first
  std::size_t used = 0;                 // tokens
  bool free_order = false;              // nothing but the values tells the order
};

// Three tokens from `at` on.
Reading read_three(const std::vector<Token>& tokens, std::size_t at) {
  Reading result;
  if (at + 2 >= tokens.size()) return result;
  const Token &a = tokens[at], &b = tokens[at + 1], &c = tokens[at + 2];
  const auto fixed = [&](std::optional<Day> day) {
    result = {day, day, 3, false};
    return result;
  };
  if (a.number && b.number && c.number) {
    if (a.text.size() == 4) return fixed(day_of(value_of(a.text), value_of(b.text), value_of(c.text)));
    if (a.text.size() > 2 || b.text.size() > 2 || (c.text.size() != 4 && c.text.size() != 2)) return result;
    const auto day_first = day_of(year_of(c), value_of(b.text), value_of(a.text));
    // Where people write points, the day comes first.
    if (b.before == '.') return fixed(day_first);
    return {day_first, day_of(year_of(c), value_of(a.text), value_of(b.text)), 3, true};
  }
  if (!a.number && b.number && c.number && month_of(a.text) != 0)
    return fixed(day_of(year_of(c), month_of(a.text), value_of(b.text)));
  if (a.number && !b.number && c.number && month_of(b.text) != 0)
    return fixed(a.text.size() == 4 ? day_of(value_of(a.text), month_of(b.text), value_of(c.text))
                                    : day_of(year_of(c), month_of(b.text), value_of(a.text)));
  return result;
}

// Words that say nothing about the day: its weekday, the ending of "21st", "de".
bool filler(const Token& token) { return !token.number && month_of(token.text) == 0; }

}  // namespace

DateText read_date(std::string_view raw) {
  DateText result;
  const std::string_view text = trimmed(raw);
  if (text.size() < 6 || text.size() > 80) return result;
  if (text.size() == 8 && std::ranges::all_of(text, digit)) {
    const auto day = day_of(value_of(text.substr(0, 4)), value_of(text.substr(4, 2)), value_of(text.substr(6, 2)));
    if (day) result.days = result.days_month_first = {*day};
    return result;
  }
  std::vector<Token> tokens = tokens_of(text);
  // "Mon" and "Mar" begin the names of weekdays and of months alike only in English weekdays: a word before a month.
  std::erase_if(tokens, filler);
  bool day_first = true, month_first = true, free_order = false;
  for (std::size_t at = 0; at < tokens.size() && result.days.size() < 2;) {
    const Reading reading = read_three(tokens, at);
    if (!reading.day && !reading.month_first) {
      // What follows one whole date is its time; before one it is no date.
      if (result.days.empty() && result.days_month_first.empty()) return {};
      break;
    }
    day_first = day_first && reading.day.has_value();
    month_first = month_first && reading.month_first.has_value();
    free_order = free_order || reading.free_order;
    result.days.push_back(reading.day.value_or(Day{}));
    result.days_month_first.push_back(reading.month_first.value_or(Day{}));
    at += reading.used;
  }
  if (!day_first) result.days.clear();
  if (!month_first) result.days_month_first.clear();
  if (!free_order) return result;
  result.proves_day_first = day_first && !month_first;
  result.proves_month_first = month_first && !day_first;
  result.open = day_first && month_first && result.days != result.days_month_first;
  return result;
}

}  // namespace performance_tracker::etl
