// SPDX-License-Identifier: PostgreSQL
#include "etl/etl.h"

#include <algorithm>

#include "etl/platform_client.h"
#include "etl/progress_bar.h"
#include "etl/store.h"
#include "log.h"

namespace performance_tracker::etl {
namespace {

using std::chrono::days;
using Clock = std::chrono::steady_clock;

// Promotions are known ahead; forecasts want them.
constexpr days kPromotionsAhead{60};

void check(const Options& options) {
  const auto require = [](bool good, const char* message) {
    if (!good) throw Error(Error::Kind::kBadOption, message);
  };
  require(options.history_days >= 1 && options.history_days <= 3660, "history_days must be from 1 to 3660");
  require(options.restatement_days >= 0 && options.restatement_days <= 366, "restatement_days must be from 0 to 366");
  require(options.batch_days >= 1 && options.batch_days <= 366, "batch_days must be from 1 to 366");
  require(options.max_attempts >= 1 && options.max_attempts <= 20, "max_attempts must be from 1 to 20");
  require(options.backoff.count() >= 1 && options.backoff <= options.max_backoff,
          "backoff must be at least 1 ms and at most max_backoff");
  require(options.timeout.count() >= 1, "timeout must be at least 1 ms");
}

// The days to ask for: see Options::full, history_days, restatement_days.
LoadedDays period_to_load(const Options& options, const std::optional<LoadedDays>& loaded) {
  const Day last = options.as_of.value_or(today_utc()) - days{1};
  const Day history = last - days{options.history_days - 1};
  if (!loaded) return {history, last};
  if (options.full) return {std::min(loaded->first, history), last};
  return {std::min(loaded->last, last) - days{options.restatement_days}, last};
}

Error database_error(const db::Error& error) {
  std::string message = "the database refused: " + std::string(error.what());
  if (error.connection_lost())
    message = "no connection to the database: " + std::string(error.what());
  else if (error.sqlstate() == "42P01")
    message += "; run `performance_tracker migrate` first";
  else if (error.sqlstate() == "42501")
    message += "; the login must be a member of performance_tracker_etl";
  else if (error.sqlstate() == "22003")
    message += "; a value times its category multiplier is larger than its column";
  if (!error.hint().empty()) message += " (" + error.hint() + ")";
  return {Error::Kind::kDatabase, message};
}

// The record of a failure goes through a session of its own: the load's may be lost, or about to be cancelled.
void record_failure(const Options& options, std::int64_t run, const std::string& message) {
  try {
    Store(options.database).fail_run(run, message);
  } catch (const std::exception& error) {
    log::error("the failed load could not be recorded", {{"run", run}, {"reason", error.what()}});
  }
}

void load(const Options& options, const std::stop_token& stop, Store& store, PlatformClient& platform,
          Summary& summary) {
  const db::Canceller canceller = store.canceller();
  const std::stop_callback cancel(stop, [&canceller] { canceller.cancel(); });
  ProgressBar progress(options.show_progress);
  progress.update(0, "asking for products and promotions");

  Catalog catalog;
  std::vector<PromotionRow> promotions;
  try {
    catalog = make_catalog(platform.products());
    promotions = platform.promotions(summary.period_start, summary.period_end + kPromotionsAhead);
    check_promotions(promotions, catalog);
  } catch (const PayloadError& error) {
    throw Error(Error::Kind::kPlatform, "the platform's answer is wrong: " + std::string(error.what()));
  }

  const double total = static_cast<double>((summary.period_end - summary.period_start).count() + 1);
  for (Day first = summary.period_start; first <= summary.period_end; first += days{options.batch_days}) {
    const Day last = std::min(first + days{options.batch_days - 1}, summary.period_end);
    const double done = static_cast<double>((first - summary.period_start).count()) / total;
    const double width = static_cast<double>((last - first).count() + 1) / total;
    const std::string note = to_string(first) + " to " + to_string(last);
    const auto rows = platform.metrics(catalog, first, last,
                                       [&](double share) { progress.update(done + width * share * 0.9, note); });
    db::Transaction transaction = store.begin();
    // With the first batch, so that a platform that fails before it leaves no products without a day.
    if (first == summary.period_start) {
      const auto catalogued = store.load_catalog(catalog, promotions);
      summary.products_new = catalogued.products_new;
      summary.promotions_changed = catalogued.promotions_changed;
    }
    const RowCounts counts = store.load_batch(summary.run_id, catalog, rows);
    transaction.commit();
    summary.rows_read += static_cast<std::int64_t>(rows.size());
    summary.rows_inserted += counts.inserted;
    summary.rows_updated += counts.updated;
    summary.rows_unchanged += counts.unchanged;
    progress.update(done + width, note + ", " + std::to_string(summary.rows_read) + " rows");
    if (stop.stop_requested()) throw Error(Error::Kind::kStopped, "the load was stopped; what it had committed stays");
  }
}

}  // namespace

Summary run(const Options& options, const std::stop_token& stop) {
  check(options);
  const auto begin = Clock::now();
  Summary summary;
  PlatformClient platform(options, stop);
  try {
    Store store(options.database);
    if (!store.lock())
      throw Error(Error::Kind::kBusy, "another load into the same tables is running; wait until it is done");
    const LoadedDays period = period_to_load(options, store.loaded_days());
    summary.period_start = period.first;
    summary.period_end = period.last;
    summary.run_id = store.begin_run(options.platform_url, period.first, period.last);
    load(options, stop, store, platform, summary);
    store.finish_run(summary.run_id);
  } catch (const db::Error& error) {
    const auto reason = [&] {
      return stop.stop_requested() && error.sqlstate() == "57014"
                 ? Error(Error::Kind::kStopped, "the load was stopped; what it had committed stays")
                 : database_error(error);
    };
    if (summary.run_id != 0) record_failure(options, summary.run_id, reason().what());
    throw reason();
  } catch (const std::exception& error) {
    if (summary.run_id != 0) record_failure(options, summary.run_id, error.what());
    throw;
  }
  summary.retries = platform.retries();
  summary.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  return summary;
}

}  // namespace performance_tracker::etl
