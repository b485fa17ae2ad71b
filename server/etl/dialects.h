// SPDX-License-Identifier: PostgreSQL
//
// The reports of Google Ads, Meta Ads and Amazon Ads as their APIs give them. What to ask and where the rows are is
// data; what the columns mean is the format of that name (files/format_table.cpp), as for files.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "calendar.h"
#include "etl/platform_client.h"

namespace performance_tracker::etl {

struct Dialect {
  std::string_view name;    // PLATFORM_DIALECT
  std::string_view format;  // of its columns
  std::string_view method;
  std::string_view path;    // {account}, {from} and {to} are filled in, encoded
  std::string_view body;    // JSON; {from} and {to} are filled in
  std::string_view rows;    // member that holds the rows; empty: the answer is the list
  bool batches;             // the answer is a list of objects that have such a member (a stream)
  std::string_view cursor;  // dotted path of the next page's cursor; empty: all comes at once
  std::string_view more;    // dotted path that is there only if there is a next page
  std::string_view after;   // parameter that takes the cursor
  bool report;              // asked for first, made by the platform, fetched when it is ready
};

std::span<const Dialect> dialects();
const Dialect* find_dialect(std::string_view name);

// A row of an answer, flat: {"segments":{"date":"…"},"actions":[{"action_type":"purchase","value":"3"}]} becomes
// segments.date and actions.purchase. In the order of `columns`; empty where there is none.
std::vector<std::string> flatten(const void* row, const std::vector<std::string>& columns);

// Asks for the days and writes all rows into `file`, separated by tabs, below a header; returns how many. Memory holds
// one page. Throws Error{kPlatform}, Error{kStopped}.
std::int64_t fetch_report(PlatformClient& client, const Dialect& dialect, const std::string& account, Day first,
                          Day last, const std::string& file);

}  // namespace performance_tracker::etl
