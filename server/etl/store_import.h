// SPDX-License-Identifier: PostgreSQL
//
// The database's side of an import, within one transaction of the caller's: rows are staged as they come, their
// products found, the figures summed up, and written below and into daily_performance.
//
// A temporary table is never joined with a table of the shop, which may lie on other machines: the one is read into the
// other's place first.
#pragma once

#include <memory>
#include <string>

#include "db.h"
#include "etl/import.h"
#include "etl/store.h"

namespace performance_tracker::etl {

// So many rows of one file that break a rule, and so many products that nobody knows, are kept in etl_rejects: more say
// nothing new.
inline constexpr std::size_t kRejectsKept = 1000;

class ImportStore {
 public:
  ImportStore(db::Connection& connection, std::string source, std::string channel)
      : connection_(connection), source_(std::move(source)), channel_(std::move(channel)) {}

  void begin_staging();
  void stage(const FigureRow& row);
  void end_staging();

  // Finds the products of the staged rows: by this source's keys, another source's, the name. Fills the report's
  // unmatched and new products; rows of those that are unmatched are set aside.
  void match_products(bool create, std::int64_t run, ImportReport& report);
  // Sums up, holds back, writes. `given`: currency of amounts that do not say theirs; empty: the source's, else the
  // shop's. Throws FileError for a currency without a rate. After match_products().
  void write(const Batch& batch, Store& store, const std::string& given, ImportReport& report);

 private:
  void create_products(ImportReport& report);
  void report_unmatched(std::int64_t run, ImportReport& report);
  std::int64_t run(const std::string& sql, const db::Params& parameters = {});

  db::Connection& connection_;
  std::string source_, channel_;
  std::unique_ptr<db::CopyIn> copy_;
};

}  // namespace performance_tracker::etl
