// SPDX-License-Identifier: PostgreSQL
#include "etl/import.h"

#include <algorithm>

#include "etl/files/table_reader.h"
#include "etl/store.h"
#include "etl/store_import.h"
#include "log.h"

namespace performance_tracker::etl {
namespace {

using Clock = std::chrono::steady_clock;

// Rows that break a rule: so many are shown.
constexpr std::size_t kRejectsShown = 10;

// One import, from the first reading to the commit.
class Import {
 public:
  Import(const FileTable::Open& open, const std::string& label, const ImportOptions& options,
         const std::stop_token& stop)
      : options_(options), stop_(stop), store_(options.database) {
    report_.file = label;
    report_.dry_run = options.dry_run;
    TableOptions table = options.table;
    if (table.today == Day{}) table.today = store_.today("UTC");
    table_.emplace(open, table);
  }

  ImportReport run() {
    const auto begin = Clock::now();
    if (!store_.lock())
      throw Error(Error::Kind::kBusy, "another load into the same tables is running; wait until it is done");
    plan();
    refuse_other_shop();
    if (!options_.dry_run) report_.run_id = store_.begin_run(report_.file);
    try {
      load();
      if (report_.run_id != 0) store_.finish_run(report_.run_id);
    } catch (const std::exception& error) {
      record_failure(error.what());
      throw;
    }
    report_.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
    return report_;
  }

 private:
  void plan() {
    plan_ = table_->plan(stop_);
    stop_if_asked();
    const Format* format = plan_.layout.format;
    report_.format = format == nullptr ? "map" : format->name;
    report_.title = format == nullptr ? "a table by --map" : format->title;
    report_.source = !options_.source.empty() ? options_.source : report_.format == "map" ? "files" : report_.format;
    report_.date_order = plan_.date_order == DateOrder::day_first ? "day-first" : "month-first";
    report_.decimal = plan_.decimal == Decimal::point ? "point" : "comma";
    report_.totals = plan_.totals;
    report_.first = plan_.first;
    report_.last = plan_.last;
    channel_ = !options_.table.channel.empty() ? options_.table.channel
               : format != nullptr             ? std::string(format->channel)
                                               : "";
  }

  void refuse_other_shop() {
    simulated_ = store_.simulated_source_beside(report_.source);
    if (simulated_ && !options_.replace)
      throw Error(Error::Kind::kOtherShop, "the tables hold the invented shop of the " + *simulated_ +
                                               ": --replace deletes it and imports this file, or use another database");
  }

  void load() {
    const db::Canceller canceller = store_.canceller();
    const std::stop_callback cancel(stop_, [&canceller] { canceller.cancel(); });
    db::Transaction transaction = store_.begin();
    if (simulated_) store_.forget(*simulated_);
    ImportStore staging(store_.connection(), report_.source, channel_);
    stage(staging);
    if (report_.first) {
      if (report_.run_id != 0) store_.set_period(report_.run_id, *report_.first, *report_.last);
      staging.match_products(options_.create_products, report_.run_id, report_);
      staging.write({report_.run_id, report_.source, *report_.first, *report_.last, options_.accept}, store_,
                    options_.currency, report_);
    }
    if (report_.run_id != 0) store_.add_counts(report_.run_id, counts());
    if (!options_.dry_run) transaction.commit();
  }

  void stage(ImportStore& staging) {
    std::vector<Reject> rejects;
    std::optional<Day> first, last;
    staging.begin_staging();
    table_->read(
        plan_,
        [&](FigureRow& row) {
          ++report_.rows_read;
          if (!first || row.date < *first) first = row.date;
          if (!last || row.date > *last) last = row.date;
          staging.stage(row);
        },
        [&](const RejectedRow& row) {
          ++report_.rows_read;
          ++report_.rows_rejected;
          if (report_.rejects.size() < kRejectsShown) report_.rejects.push_back(row.reason);
          if (rejects.size() < kRejectsKept)
            rejects.push_back({row.date, row.external_id.empty() ? std::nullopt : std::optional(row.external_id),
                               report_.file + ", " + row.reason, row.original.substr(0, kMaxOriginalBytes)});
        },
        report_.rows_unsold, stop_);
    stop_if_asked();
    staging.end_staging();
    report_.rows_read += report_.rows_unsold;
    report_.first = first;
    report_.last = last;
    // Then it is not a cell that is wrong but the way in which the file is read.
    if (report_.rows_rejected > 10 && 2 * report_.rows_rejected > report_.rows_read)
      throw FileError(std::to_string(report_.rows_rejected) + " of " + std::to_string(report_.rows_read) +
                      " lines break a rule; nothing was loaded. The first: " + report_.rejects.front());
    if (report_.run_id != 0) store_.keep_rejects(report_.run_id, report_.source, rejects);
  }

  RowCounts counts() const {
    RowCounts counts;
    counts.inserted = report_.days_inserted;
    counts.updated = report_.days_updated;
    counts.unchanged = report_.days_unchanged;
    counts.rejected = report_.rows_rejected + report_.rows_unmatched;
    counts.held = report_.days_held;
    return counts;
  }

  void stop_if_asked() const {
    if (stop_.stop_requested()) throw Error(Error::Kind::kStopped, "the import was stopped; nothing of it was loaded");
  }

  void record_failure(const std::string& message) const {
    if (report_.run_id == 0) return;
    try {
      Store(options_.database).fail_run(report_.run_id, message);
    } catch (const std::exception& error) {
      log::error("the failed import could not be recorded", {{"run", report_.run_id}, {"reason", error.what()}});
    }
  }

  const ImportOptions& options_;
  const std::stop_token& stop_;
  Store store_;
  std::optional<FileTable> table_;
  TablePlan plan_;
  std::string channel_;
  std::optional<std::string> simulated_;
  ImportReport report_;
};

ImportReport import_rows(const FileTable::Open& open, const std::string& label, const ImportOptions& options,
                         const std::stop_token& stop) {
  try {
    return Import(open, label, options, stop).run();
  } catch (const FileError& error) {
    throw FileError(label + ": " + error.what());
  } catch (const db::Error& error) {
    if (stop.stop_requested() && error.sqlstate() == "57014")
      throw Error(Error::Kind::kStopped, "the import was stopped; nothing of it was loaded");
    throw database_error(error);
  }
}

}  // namespace

ImportReport import_file(const std::filesystem::path& file, const ImportOptions& options, const std::stop_token& stop) {
  if (!std::filesystem::exists(file)) throw FileError(file.string() + " is not there");
  if (!std::filesystem::is_regular_file(file)) throw FileError(file.string() + " is no file");
  return import_rows([&] { return open_rows(file, options.sheet); },
                     options.label.empty() ? file.filename().string() : options.label, options, stop);
}

ImportReport import_table(const std::string& table, const ImportOptions& options, const std::stop_token& stop) {
  return import_rows([&] { return open_table(options.database, table); },
                     options.label.empty() ? "table " + table : options.label, options, stop);
}

}  // namespace performance_tracker::etl
