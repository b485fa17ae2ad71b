// SPDX-License-Identifier: PostgreSQL
//
// Amounts in a column of type numeric, to the cent. Write phase only.
#pragma once

#include "pg/pg.h"
#include "pg/tuples.h"

extern "C" {
#include "utils/numeric.h"
}

namespace performance_tracker {

// NaN, the absent amount, becomes NULL.
inline void put_money(RowWriter& rows, double value) {
  if (!std::isfinite(value)) return rows.null();
  const Datum numeric = DirectFunctionCall1(float8_numeric, Float8GetDatum(value));
  rows.datum(DirectFunctionCall2(numeric_round, numeric, Int32GetDatum(2)));
}

// To six decimals: what is left of a ratio or an amount when noise digits are gone.
inline double rounded(double value) { return std::isfinite(value) ? std::round(value * 1e6) / 1e6 : value; }

inline double or_nan(const std::optional<double>& value) {
  return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace performance_tracker
