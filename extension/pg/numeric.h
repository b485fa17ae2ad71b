// SPDX-License-Identifier: PostgreSQL
//
// Numbers of a caller's column, of whatever type it is, as double precision.
#pragma once

#include "pg/pg.h"

namespace performance_tracker {

// As ::double precision has it, to the last bit: PostgreSQL goes through decimal text, which costs more than the rest
// of reading a row does. Raises 22003 for what no double can hold.
double numeric_to_double(Datum numeric);

// How the values of a type are read, found once for all rows.
struct NumberReader {
  Oid type;          // of the column, domains resolved
  FmgrInfo to_text;  // of other types than numbers
};
NumberReader number_reader(Oid column_type);

// A value of the reader's type that is not NULL. Raises what ::double precision raises.
double read_number(NumberReader* reader, Datum value);

}  // namespace performance_tracker
