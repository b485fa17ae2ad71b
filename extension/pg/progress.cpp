// SPDX-License-Identifier: PostgreSQL
#include "pg/progress.h"

#include "pg/guard.h"

namespace performance_tracker {
namespace {

// The two functions below are the leaves in which Postgres may jump: they own nothing.

// Copies the current error out of ErrorContext; nullptr when even that has no memory left.
ErrorData* take_error(MemoryContext context) {
  ErrorData* volatile error = nullptr;
  PG_TRY();
  {
    MemoryContextSwitchTo(context);
    error = CopyErrorData();
  }
  PG_CATCH();
  {
    MemoryContextSwitchTo(context);
    error = nullptr;
  }
  PG_END_TRY();
  FlushErrorState();
  return error;
}

enum class Outcome { kContinue, kError, kErrorLost };

Outcome check_for_interrupts(ErrorData** error) {
  MemoryContext context = CurrentMemoryContext;
  volatile Outcome outcome = Outcome::kContinue;
  PG_TRY();
  { CHECK_FOR_INTERRUPTS(); }
  PG_CATCH();
  {
    *error = take_error(context);
    outcome = *error != nullptr ? Outcome::kError : Outcome::kErrorLost;
  }
  PG_END_TRY();
  return outcome;
}

}  // namespace

void InterruptProgress::serve_interrupts() {
  ErrorData* error = nullptr;
  switch (check_for_interrupts(&error)) {
    case Outcome::kContinue:
      return;
    case Outcome::kError:
      throw PostgresError(error);
    case Outcome::kErrorLost:
      throw std::bad_alloc();
  }
}

}  // namespace performance_tracker
