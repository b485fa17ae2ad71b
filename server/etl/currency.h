// SPDX-License-Identifier: PostgreSQL
//
// Amounts of other currencies, by the table of rates.
#pragma once

#include <string>

#include "db.h"

namespace performance_tracker::etl {

// Makes pg_temp.known_rates (currency, date, until, rate) of this session: every currency but the shop's. Returns the
// shop's; empty if nobody has said it. Within a transaction of the caller's.
std::string read_rates(db::Connection& connection);

// For the rows of pg_temp.staged_rows, of which those without a currency are in `unsaid` (empty: the shop's). The first
// file of an empty shop says what the shop's is. Throws FileError for a currency without a rate, and for two currencies
// in a shop that has none. Returns the shop's currency.
std::string settle_currencies(db::Connection& connection, const std::string& unsaid);

}  // namespace performance_tracker::etl
