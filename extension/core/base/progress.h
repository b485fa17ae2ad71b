// SPDX-License-Identifier: PostgreSQL
//
// Cancellation of long computations.
//
// Every search and every optimiser takes a `const Progress&` and calls `poll()` at each iteration and each
// candidate model. A host that wants to stop the computation throws `Cancelled` from `poll()`; the core is
// exception safe and leaves nothing behind.
#pragma once

#include <exception>

namespace performance_tracker {

class Cancelled : public std::exception {
 public:
  const char* what() const noexcept override { return "the computation was cancelled"; }
};

class Progress {
 public:
  Progress() = default;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  virtual ~Progress() = default;

  // Throws Cancelled when the host wants the computation to end. Must be cheap: it is called every few microseconds.
  virtual void poll() const = 0;
};

// For callers that never cancel, such as tests and benchmarks.
class NeverCancelled final : public Progress {
 public:
  void poll() const override {}
};

}  // namespace performance_tracker
