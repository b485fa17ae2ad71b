// SPDX-License-Identifier: PostgreSQL
//
// Exported files, and tables of the same database, into the shop's tables.
//
//   etl::ImportOptions options;
//   options.database = db::loader_options(config);
//   etl::ImportReport report = etl::import_file("google.csv", options);
//   std::cout << etl::to_text(report);
//
// A file is one transaction: all of it or nothing. What it says of a day and product replaces what its source said
// before, so that the same file twice changes nothing, and of two that overlap the one imported last counts. What it
// does not mention stays.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "db.h"
#include "etl/etl.h"
#include "etl/files/file_table.h"

namespace performance_tracker::etl {

struct ImportOptions {
  db::ConnectOptions database;   // login of a member of performance_tracker_etl
  TableOptions table;            // `today` is filled in
  std::string sheet;             // of a workbook; empty: the first
  std::string source;            // name in the tables; empty: the format's
  std::string currency;          // of amounts that do not say theirs; empty: the source's, else the shop's
  std::string label;             // what to call the file; empty: its path
  bool create_products = false;  // products that nobody knows are new ones; else their rows are set aside
  bool accept = false;           // take implausible values for true
  bool replace = false;          // delete the simulated shop that the tables hold
  bool dry_run = false;          // say what would happen
};

// A product of the file that no product of the shop could be found for.
struct Unmatched {
  std::string external_id, name;
  std::int64_t rows = 0;
  std::string statement;  // SQL that would map it
};

struct ImportReport {
  std::string file, format, title, source;
  bool dry_run = false;
  std::optional<Day> first, last;
  std::string date_order, decimal;  // as they were understood
  std::int64_t rows_read = 0;       // lines with figures
  std::int64_t rows_rejected = 0;   // of them: break a rule
  std::int64_t rows_unsold = 0;     // of them: orders that came to nothing
  std::int64_t rows_unmatched = 0;  // of them: of products that nobody knows
  std::int64_t totals = 0;          // lines that sum up others, left out
  std::int64_t days_inserted = 0;   // rows of daily_performance: a day of a product
  std::int64_t days_updated = 0;
  std::int64_t days_unchanged = 0;
  std::int64_t days_held = 0;  // implausible, set aside
  std::int64_t products_new = 0;
  std::vector<std::string> rejects;  // the first of them, with the reason
  std::vector<Unmatched> unmatched;  // the first of them, most rows first
  std::int64_t products_unmatched = 0;
  std::int64_t run_id = 0;  // etl_runs.id, 0 for a dry run
  std::chrono::milliseconds duration{0};
};

// Throws FileError for a file that cannot be read or understood, Error as run() does.
ImportReport import_file(const std::filesystem::path& file, const ImportOptions& options,
                         const std::stop_token& stop = {});

// A table or view of the same database, by its name as SQL writes it: reports.google_daily.
ImportReport import_table(const std::string& table, const ImportOptions& options, const std::stop_token& stop = {});

// For people, in lines; and as one JSON object.
std::string to_text(const ImportReport& report);
std::string to_json(const ImportReport& report);

}  // namespace performance_tracker::etl
