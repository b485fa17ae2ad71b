// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "config.h"

// Structured logging to stderr. A line is a fixed message and named fields, never a sentence with values glued in:
//   log::info("page loaded", {{"rows", 240}, {"source", url}});
// text:  2026-11-22 13:00:00.123 info  page loaded rows=240 source="http://…"
// json:  {"time":"2026-11-22T13:00:00.123+00:00","level":"info","message":"page loaded","rows":240,"source":"http://…"}
// Values are escaped, so a line stays one line. Never pass a secret. All functions may be called from any thread.
namespace performance_tracker::log {

struct Field {
  using Value = std::variant<std::int64_t, double, bool, std::string>;

  std::string_view key;  // a literal: it must outlive the call
  Value value;

  template <std::same_as<bool> T>
  Field(std::string_view k, T v) : key(k), value(v) {}
  template <std::integral T>
  requires(!std::same_as<T, bool>) Field(std::string_view k, T v) : key(k), value(static_cast<std::int64_t>(v)) {}
  Field(std::string_view k, double v) : key(k), value(v) {}
  Field(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
  Field(std::string_view k, std::string_view v) : key(k), value(std::string(v)) {}
  Field(std::string_view k, const char* v) : key(k), value(std::string(v)) {}
};

using Fields = std::initializer_list<Field>;

// Call once, before threads start. Until then info and above go to stderr as text.
void configure(LogLevel level, LogFormat format);

// From here on a thread of its own writes the lines, so that a request does not wait for the disk; warnings and errors
// are flushed at once, the rest within a second. When lines come faster than they can be written, the oldest are
// dropped and counted. With a `file`, lines go there instead of stderr; at `bytes` it becomes file.1, and so on up to
// `files` of them. Throws std::exception if the file cannot be opened.
struct AsyncOptions {
  std::string file;  // empty: stderr
  std::size_t bytes = 16U << 20U;
  std::size_t files = 5;
};
void start_async(const AsyncOptions& options);
// Writes what waits, and goes back to writing at once. Before main() ends.
void stop_async();

bool enabled(LogLevel level);
void write(LogLevel level, std::string_view message, Fields fields = {});

inline void debug(std::string_view message, Fields fields = {}) { write(LogLevel::debug, message, fields); }
inline void info(std::string_view message, Fields fields = {}) { write(LogLevel::info, message, fields); }
inline void warning(std::string_view message, Fields fields = {}) { write(LogLevel::warning, message, fields); }
inline void error(std::string_view message, Fields fields = {}) { write(LogLevel::error, message, fields); }

}  // namespace performance_tracker::log
