// SPDX-License-Identifier: PostgreSQL
#include "log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cmath>

namespace performance_tracker::log {
namespace {

LogFormat current_format = LogFormat::text;

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::trace:
      return spdlog::level::trace;
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

spdlog::logger& logger() {
  // stderr: stdout belongs to what a command was asked for.
  static const auto instance = [] {
    auto made = spdlog::stderr_color_mt("performance_tracker");
    made->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%-7l%$ %v");
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *instance;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        else
          out += c;
    }
  }
  out += '"';
}

void append_value(std::string& out, const Field::Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value))
    out += std::to_string(*integer);
  else if (const auto* number = std::get_if<double>(&value))
    out += std::isfinite(*number) ? fmt::format("{:.6g}", *number) : "null";
  else if (const auto* flag = std::get_if<bool>(&value))
    out += *flag ? "true" : "false";
  else
    append_quoted(out, std::get<std::string>(value));
}

}  // namespace

void configure(LogLevel level, LogFormat format) {
  current_format = format;
  logger().set_level(to_spdlog(level));
  if (format == LogFormat::json) logger().set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})");
}

bool enabled(LogLevel level) { return logger().should_log(to_spdlog(level)); }

void write(LogLevel level, std::string_view message, Fields fields) {
  if (!enabled(level)) return;
  std::string line;
  if (current_format == LogFormat::json) {
    line += "\"message\":";
    append_quoted(line, message);
    for (const auto& field : fields) {
      line += ',';
      append_quoted(line, field.key);
      line += ':';
      append_value(line, field.value);
    }
  } else {
    line += message;
    for (const auto& field : fields) {
      line += ' ';
      line += field.key;
      line += '=';
      append_value(line, field.value);
    }
  }
  logger().log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace performance_tracker::log
