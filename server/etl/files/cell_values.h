// SPDX-License-Identifier: PostgreSQL
//
// Numbers and days as people and programs of all countries write them. What can be read in two ways is never guessed:
// each value says what it proves (evidence), and a file that proves nothing has to be explained by its user.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar.h"

namespace performance_tracker::etl {

enum class Decimal { point, comma };

// What a number proves about the file's decimal sign.
enum class NumberProof {
  nothing,  // "17", "1 234"
  open,     // "1,234": a thousand, or a bit more than one
  point,    // "1,234.50", "0.5", "1,234,567"
  comma,
  broken,  // no number
};

// `whole`: a count, which has no decimals: "1,234" proves the point there.
NumberProof number_proof(std::string_view text, bool whole);

// "€ 1.234,50" -> "1234.50", as PostgreSQL reads it exactly. "", "-", "--", "n/a" are 0: that is how exports write that
// there was nothing. Signs and codes of currencies, spaces and apostrophes between thousands, parentheses and the long
// minus are understood; groups must be of three digits, or of two as in India. Empty for anything else.
std::optional<std::string> plain_number(std::string_view text, Decimal decimal);

// The code that stands before or after an amount ("EUR 12", "12 €"); empty if there is none, or a sign that many
// currencies share ("$").
std::string currency_in(std::string_view text);

enum class DateOrder { day_first, month_first };

struct DateText {
  std::vector<Day> days;  // one or two (a period) for either order; empty: no date
  // For a date that is another with the month first; else both are the same.
  std::vector<Day> days_month_first;
  bool open = false;  // both orders give a date, and not the same one
  bool proves_day_first = false, proves_month_first = false;
};

// ISO 8601 with or without a time, 20261121, 21.11.2026, 11/21/2026, 21-11-26, "Nov 21, 2026", "Sat 21 November 2026",
// "Aug 18, 2026 - Aug 24, 2026". A time and its zone are cut off: the day is the one that is written.
DateText read_date(std::string_view text);

// Without spaces (also the unbreakable ones) around it, and out of ="…", in which spreadsheets keep long numbers whole.
std::string_view trimmed(std::string_view text);

// As headers and words are compared: trimmed, lower case (ASCII), one space between words.
std::string folded(std::string_view text);

}  // namespace performance_tracker::etl
