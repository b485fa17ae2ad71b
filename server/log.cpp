// SPDX-License-Identifier: PostgreSQL
#include "log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cmath>
#include <cstdio>

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

constexpr const char* name = "performance_tracker";
constexpr std::size_t queued_lines = 8192;  // 2 MB; a second of more requests than a disk takes lines

std::string& pattern() {
  static std::string text = "%Y-%m-%d %H:%M:%S.%e %^%-7l%$ %v";
  return text;
}

std::shared_ptr<spdlog::logger> make_direct() {
  // stderr: stdout belongs to what a command was asked for.
  auto made = std::make_shared<spdlog::logger>(name, std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  made->set_pattern(pattern());
  made->flush_on(spdlog::level::trace);
  return made;
}

std::shared_ptr<spdlog::logger>& slot() {
  static std::shared_ptr<spdlog::logger> instance = make_direct();
  return instance;
}

spdlog::logger& logger() { return *slot(); }

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
  if (format == LogFormat::json) pattern() = R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})";
  logger().set_pattern(pattern());
}

void start_async(const AsyncOptions& options) {
  spdlog::sink_ptr sink;
  if (options.file.empty()) {
    // By itself stderr is written line by line. glibc takes a buffer at any time.
    (void)std::setvbuf(stderr, nullptr, _IOFBF, 64U << 10U);
    sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  } else {
    sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(options.file, options.bytes, options.files);
  }
  spdlog::init_thread_pool(queued_lines, 1);
  auto made = std::make_shared<spdlog::async_logger>(name, sink, spdlog::thread_pool(),
                                                     spdlog::async_overflow_policy::overrun_oldest);
  made->set_level(logger().level());
  made->set_pattern(pattern());
  made->flush_on(spdlog::level::warn);
  slot() = made;
  spdlog::register_logger(made);
  spdlog::flush_every(std::chrono::seconds(1));
}

void stop_async() {
  if (!spdlog::thread_pool()) return;
  const auto dropped = spdlog::thread_pool()->overrun_counter();
  const auto level = logger().level();
  slot() = make_direct();
  logger().set_level(level);
  spdlog::shutdown();  // waits until all is written
  if (dropped > 0) warning("log lines were dropped", {{"lines", dropped}});
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
