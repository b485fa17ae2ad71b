// SPDX-License-Identifier: PostgreSQL
//
// Ctrl-C, statement_timeout and pg_terminate_backend in the middle of a computation.
#pragma once

#include "core/base/progress.h"
#include "pg/pg.h"

namespace performance_tracker {

// Reads one flag per poll; only when Postgres has something pending is it asked what to do.
class InterruptProgress final : public Progress {
 public:
  void poll() const override {
    if (InterruptPending) [[unlikely]]
      serve_interrupts();
  }

 private:
  static void serve_interrupts();  // throws PostgresError when the query is to end
};

}  // namespace performance_tracker
