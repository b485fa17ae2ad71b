// SPDX-License-Identifier: PostgreSQL
#include "pg/guard.h"

#include "core/base/error.h"
#include "core/base/progress.h"

extern "C" {
PG_MODULE_MAGIC;
}

namespace performance_tracker {
namespace {

// Copies at most size - 1 bytes and never cuts a UTF-8 character in two.
void copy_text(char* target, std::size_t size, const char* source) noexcept {
  std::size_t length = std::strlen(source);
  if (length >= size) {
    length = size - 1;
    while (length > 0 && (static_cast<unsigned char>(source[length]) & 0xC0) == 0x80) --length;
  }
  std::memcpy(target, source, length);
  target[length] = '\0';
}

void fill(ErrorReport& report, int sqlstate, const char* message, const char* hint,
          const char* argument = "") noexcept {
  report.sqlstate = sqlstate;
  copy_text(report.argument, sizeof report.argument, argument);
  copy_text(report.message, sizeof report.message, message);
  copy_text(report.hint, sizeof report.hint, hint);
}

}  // namespace

void describe_current_exception(ErrorReport& report) noexcept {
  report.postgres_error = nullptr;
  try {
    // cppcheck-suppress rethrowNoCurrentException; called from within a catch block
    throw;
  } catch (const PostgresError& error) {
    report.postgres_error = error.error();
  } catch (const InvalidArgument& error) {
    fill(report, ERRCODE_INVALID_PARAMETER_VALUE, error.what(), error.hint().c_str(), error.argument().c_str());
  } catch (const InvalidData& error) {
    fill(report, ERRCODE_DATA_EXCEPTION, error.what(), error.hint().c_str());
  } catch (const ResourceLimit& error) {
    fill(report, ERRCODE_PROGRAM_LIMIT_EXCEEDED, error.what(), error.hint().c_str());
  } catch (const std::bad_alloc&) {
    fill(report, ERRCODE_OUT_OF_MEMORY, "out of memory", "Shorten the series or the horizon.");
  } catch (const Cancelled& error) {
    fill(report, ERRCODE_QUERY_CANCELED, error.what(), "");
  } catch (const std::exception& error) {
    fill(report, ERRCODE_INTERNAL_ERROR, error.what(), "This is a bug in performance_tracker; please report it.");
  } catch (...) {
    fill(report, ERRCODE_INTERNAL_ERROR, "unknown exception",
         "This is a bug in performance_tracker; please report it.");
  }
}

void raise(const ErrorReport& report) {
  if (report.postgres_error != nullptr) ReThrowError(report.postgres_error);
  ereport(ERROR, (errcode(report.sqlstate), errmsg("%s", report.message),
                  report.hint[0] != '\0' ? errhint("%s", report.hint) : 0,
                  report.argument[0] != '\0' ? err_generic_string(PG_DIAG_COLUMN_NAME, report.argument) : 0));
  pg_unreachable();
}

const char* keep(const std::string& text) {
  char* copy = allocate<char>(text.size() + 1);
  std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

const char* keep(const std::optional<std::string>& text) { return text ? keep(*text) : nullptr; }

}  // namespace performance_tracker
