// SPDX-License-Identifier: PostgreSQL
#include "etl/dialect_load.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "etl/dialects.h"
#include "etl/import.h"
#include "etl/store.h"

namespace performance_tracker::etl {
namespace {

using std::chrono::days;

class ScratchFile {
 public:
  ScratchFile() {
    std::string name = (std::filesystem::temp_directory_path() / "performance_tracker.report.XXXXXX").string();
    const int file = mkstemp(name.data());
    if (file < 0) throw Error(Error::Kind::kPlatform, "there is no place for the platform's report; set TMPDIR");
    ::close(file);
    path_ = name;
  }
  ~ScratchFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Days {
  Day first, last;
};

// As for /platform/v1: what is new, and what may have been restated.
Days days_of(const Options& options, const std::string& source) {
  Store store(options.database);
  const Day last = (options.as_of ? *options.as_of : store.today(options.time_zone)) - days{1};
  if (options.first) return {*options.first, std::min(options.last.value_or(last), last)};
  const Day history = last - days{options.history_days - 1};
  const auto through = store.data_through(source);
  if (!through) return {history, last};
  const auto loaded = store.loaded_days(source);
  const Day oldest = std::min(history, loaded ? loaded->first : history);
  if (options.full) return {oldest, last};
  return {std::max(oldest, std::min(*through, last) - days{options.restatement_days}), last};
}

Summary summary_of(const ImportReport& report, const Days& asked) {
  Summary summary;
  summary.run_id = report.run_id;
  summary.period_start = asked.first;
  summary.period_end = asked.last;
  summary.rows_inserted = report.days_inserted;
  summary.rows_updated = report.days_updated;
  summary.rows_unchanged = report.days_unchanged;
  summary.rows_rejected = report.rows_rejected + report.rows_unmatched;
  summary.rows_held = report.days_held;
  summary.rows_read =
      summary.rows_inserted + summary.rows_updated + summary.rows_unchanged + summary.rows_rejected + summary.rows_held;
  summary.products_new = report.products_new;
  return summary;
}

}  // namespace

Summary run_dialect(const Options& options, PlatformClient& client, const std::stop_token& stop) {
  const Dialect* dialect = find_dialect(options.dialect);
  if (dialect == nullptr) {
    std::string names;
    for (const Dialect& known : dialects()) names += (names.empty() ? "" : ", ") + std::string(known.name);
    throw Error(Error::Kind::kBadOption,
                "there is no dialect '" + options.dialect + "'; PLATFORM_DIALECT is one of " + names);
  }
  const std::string source = options.account.empty() ? options.dialect : options.dialect + " " + options.account;
  const Days asked = days_of(options, source);
  const ScratchFile scratch;
  fetch_report(client, *dialect, options.account, asked.first, asked.last, scratch.path());
  ImportOptions import;
  import.database = options.database;
  import.source = source;
  import.currency = options.currency;
  import.label = options.platform_url;
  import.table.date_order = DateOrder::day_first;
  import.table.decimal = Decimal::point;
  import.table.today = options.as_of.value_or(Day{});
  import.create_products = true;
  import.accept = options.accept;
  import.replace = options.replace;
  try {
    Summary summary = summary_of(import_file(scratch.path(), import, stop), asked);
    summary.retries = client.retries();
    return summary;
  } catch (const FileError& error) {
    throw Error(Error::Kind::kPlatform, "the platform's answer is wrong: " + std::string(error.what()));
  }
}

}  // namespace performance_tracker::etl
