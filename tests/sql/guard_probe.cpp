// SPDX-License-Identifier: PostgreSQL
//
// Functions that leave their C++ phase in every way there is, for tests/sql/guard.sh. Never installed.
#include <stdexcept>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "pg/arguments.h"
#include "pg/arrays.h"
#include "pg/guard.h"
#include "pg/pg.h"
#include "pg/progress.h"
#include "pg/tuples.h"

using namespace performance_tracker;

namespace {

// Counts the objects alive, to see that each way out destroys them.
int alive = 0;

struct Counted {
  Counted() { ++alive; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --alive; }
};

void leave(std::string_view way) {
  const Counted counted;
  if (way == "invalid_argument") throw InvalidArgument("a wrong argument", "the way out");
  if (way == "no_hint") throw InvalidArgument("a wrong argument");
  if (way == "invalid_data") throw InvalidData("wrong data", "the way out");
  if (way == "bad_alloc") throw std::bad_alloc();
  if (way == "too_large") allocate<double>(std::numeric_limits<std::size_t>::max() / 2);
  if (way == "vector_too_large") std::vector<double>(static_cast<std::size_t>(1) << 58).back() = 1;
  if (way == "cancelled") throw Cancelled();
  if (way == "logic_error") throw std::logic_error("100%s of a bug");
  if (way == "not_an_exception") throw 42;
  if (way == "long_text") {
    std::string text(1022, 'x');
    for (int i = 0; i < 100; ++i) text += "ä";
    throw InvalidArgument(text, text);
  }
  if (way == "wait")
    for (InterruptProgress progress; true;) progress.poll();
}

}  // namespace

PERFORMANCE_TRACKER_ENTRY(probe_leave) {
  const char* way = text_argument(fcinfo, "way");
  compute([&] { leave(way); });
  PG_RETURN_VOID();
}

PERFORMANCE_TRACKER_ENTRY(probe_alive) { PG_RETURN_INT32(alive); }

// Rows that do not fit their type must not be written.
PERFORMANCE_TRACKER_ENTRY(probe_rows) {
  const std::string_view mistake = text_argument(fcinfo, "mistake");
  RowWriter rows(fcinfo);
  rows.int4(1);
  if (mistake == "wrong_type") rows.int4(2);
  if (mistake != "too_few") rows.text("two");
  if (mistake == "too_many") rows.null();
  rows.end_row();
  return rows.done();
}

PERFORMANCE_TRACKER_ENTRY(probe_doubles) { return doubles_datum(doubles_argument(fcinfo, "data")); }

PERFORMANCE_TRACKER_ENTRY(probe_difference) {
  return Int32GetDatum(int4_argument(fcinfo, "left") - int4_argument(fcinfo, "right"));
}
