// SPDX-License-Identifier: PostgreSQL
#include "etl/etl.h"

#include <algorithm>
#include <mutex>

#include "etl/dialect_load.h"
#include "etl/fetch_ahead.h"
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

// A batch holds this many rows at most, unless a single day has more: 80 bytes each, in two batches, are in memory.
constexpr std::size_t kBatchRows = 100'000;

void check(const Options& options) {
  const auto require = [](bool good, const char* message) {
    if (!good) throw Error(Error::Kind::kBadOption, message);
  };
  require(options.history_days >= 1 && options.history_days <= 3660, "history_days must be from 1 to 3660");
  require(options.restatement_days >= 0 && options.restatement_days <= 366, "restatement_days must be from 0 to 366");
  require(options.batch_days >= 1 && options.batch_days <= 366, "batch_days must be from 1 to 366");
  require(options.page_rows >= 1 && options.page_rows <= 100'000, "page_rows must be from 1 to 100000");
  require(options.max_attempts >= 1 && options.max_attempts <= 20, "max_attempts must be from 1 to 20");
  require(options.backoff.count() >= 1 && options.backoff <= options.max_backoff,
          "backoff must be at least 1 ms and at most max_backoff");
  require(options.timeout.count() >= 1, "timeout must be at least 1 ms");
  require(!options.last || options.first, "--to needs --from");
  require(!options.last || *options.last >= *options.first, "--to must not be before --from");
}

// The record of a failure goes through a session of its own: the load's may be lost, or about to be cancelled.
void record_failure(const Options& options, std::int64_t run, const std::string& message) {
  try {
    Store(options.database).fail_run(run, message);
  } catch (const std::exception& error) {
    log::error("the failed load could not be recorded", {{"run", run}, {"reason", error.what()}});
  }
}

Error wrong_answer(const PayloadError& error) {
  return {Error::Kind::kPlatform, "the platform's answer is wrong: " + std::string(error.what())};
}

// One run, from the catalogue to the last batch.
class Load {
 public:
  Load(const Options& options, const std::stop_token& stop, Store& store, PlatformClient& platform, Summary& summary)
      : options_(options),
        stop_(stop),
        store_(store),
        platform_(platform),
        summary_(summary),
        progress_(options.show_progress) {}

  void run() {
    const db::Canceller canceller = store_.canceller();
    const std::stop_callback cancel(stop_, [&canceller] { canceller.cancel(); });
    progress_.update(0, "asking for products and promotions");
    read_catalog();
    refuse_other_shop();
    // Before the first batch: its amounts may have to be converted.
    if (!options_.currency.empty()) store_.remember_currency(source_, options_.currency);
    const auto loaded = store_.loaded_days(source_);
    choose_period(loaded);
    read_promotions();
    // Progress is kept while there is nothing yet that it could contradict.
    if (!loaded) {
      load_each(batches(summary_.period_start, summary_.period_end), [&](const LoadedDays& batch, const auto& metrics) {
        db::Transaction transaction = store_.begin();
        store_days(batch, metrics);
        transaction.commit();
      });
      store_.remember_source(source_, options_.time_zone, options_.currency, summary_.period_end);
      return;
    }
    db::Transaction transaction = store_.begin();
    bool moved = load_all(batches(summary_.period_start, summary_.period_end));
    if (!options_.first) {
      load_further_back(*loaded, moved);
      load_again(store_.holes(source_));
      load_again(store_.rejected_days(source_, summary_.period_start));
    }
    store_.remember_source(source_, options_.time_zone, options_.currency, summary_.period_end);
    transaction.commit();
  }

 private:
  void read_catalog() {
    try {
      Page<ProductRow> page = platform_.products();
      source_ = !options_.account.empty() ? options_.account
                : !page.account.empty()   ? page.account
                                          : platform_.address();
      rejects_ = std::move(page.rejects);
      catalog_ = make_catalog(page.rows);
    } catch (const PayloadError& error) {
      throw wrong_answer(error);
    }
  }

  void refuse_other_shop() {
    simulated_ = store_.simulated_source_beside(source_);
    if (simulated_ && !options_.replace)
      throw Error(Error::Kind::kOtherShop,
                  "the tables hold the invented shop of the " + *simulated_ + ", and " + source_ +
                      " is another: `performance_tracker etl --replace` deletes that one and loads this, or use "
                      "another database");
  }

  // See the head of etl.h.
  void choose_period(const std::optional<LoadedDays>& loaded) {
    if (options_.first) {
      const Day yesterday = (options_.as_of ? *options_.as_of : store_.today(options_.time_zone)) - days{1};
      summary_.period_start = *options_.first;
      summary_.period_end = std::min(options_.last.value_or(yesterday), yesterday);
      store_.set_period(summary_.run_id, summary_.period_start, summary_.period_end);
      return;
    }
    const Day last = (options_.as_of ? *options_.as_of : store_.today(options_.time_zone)) - days{1};
    const Day history = last - days{options_.history_days - 1};
    Day first = history;
    if (loaded && options_.full) first = std::min(loaded->first, history);
    if (loaded && !options_.full) {
      const Day oldest = std::min(loaded->first, history);
      first = std::max(oldest, std::min(loaded->last, last) - days{options_.restatement_days});
      if (const auto withdrawn = store_.first_withdrawn(source_, catalog_)) first = std::min(first, *withdrawn);
    }
    summary_.period_start = first;
    summary_.period_end = last;
    store_.set_period(summary_.run_id, first, last);
  }

  void read_promotions() {
    Page<PromotionRow> page = platform_.promotions(summary_.period_start, summary_.period_end + kPromotionsAhead);
    for (Reject& reject : page.rejects) rejects_.push_back(std::move(reject));
    promotions_ = known_promotions(page.rows, catalog_, rejects_);
  }

  std::vector<LoadedDays> batches(Day first, Day last) const {
    const auto most =
        static_cast<int>(std::max<std::size_t>(1, kBatchRows / std::max<std::size_t>(1, catalog_.size())));
    const days width{std::min(options_.batch_days, most)};
    std::vector<LoadedDays> result;
    for (Day day = first; day <= last; day += width) result.push_back({day, std::min(day + width - days{1}, last)});
    return result;
  }

  // With the first batch, so that a platform that fails before it leaves no products without a day.
  void write_catalog() {
    if (catalog_written_) return;
    if (simulated_) store_.forget(*simulated_);
    const auto catalogued = store_.load_catalog(source_, catalog_, promotions_);
    summary_.products_new = catalogued.products_new;
    summary_.promotions_changed = catalogued.promotions_changed;
    store_.keep_rejects(summary_.run_id, source_, rejects_);
    catalog_written_ = true;
  }

  // Of all days asked for: how far this period is done.
  double share_of(const LoadedDays& period, double done) const {
    const auto total = static_cast<double>((summary_.period_end - summary_.period_start).count() + 1);
    const auto before = static_cast<double>((period.first - summary_.period_start).count());
    const auto width = static_cast<double>((period.last - period.first).count() + 1);
    return std::clamp((before + width * done) / total, 0.0, 1.0);
  }

  static std::string note_of(const LoadedDays& period) {
    return to_string(period.first) + " to " + to_string(period.last);
  }

  void show(double share, const std::string& note) {
    const std::scoped_lock lock(showing_);  // pages arrive in a thread of their own
    progress_.update(share, note);
  }

  // Fetches the periods, and gives each to `store` while the next one is on its way.
  template <typename Give>
  void load_each(const std::vector<LoadedDays>& periods, Give give) {
    FetchAhead coming(platform_, catalog_, periods, [this](const LoadedDays& period, double share) {
      show(share_of(period, share * 0.9), note_of(period));
    });
    for (const LoadedDays& period : periods)
      if (const auto metrics = coming.next()) give(period, *metrics);
  }

  // Within a transaction of the caller's. True if a row of the very first day has changed.
  bool load_all(const std::vector<LoadedDays>& periods) {
    bool moved = false;
    load_each(periods, [&](const LoadedDays& period, const MetricsBatch& metrics) {
      const bool changed = store_days(period, metrics);
      if (period.first == periods.front().first) moved = changed;
    });
    return moved;
  }

  // Within a transaction of the caller's. True if a row of the first day has changed.
  bool store_days(const LoadedDays& period, const MetricsBatch& metrics) {
    write_catalog();
    const RowCounts counts =
        store_.load_batch({summary_.run_id, source_, period.first, period.last, options_.accept}, metrics);
    add(counts);
    warn(period, metrics, counts);
    show(share_of(period, 1), note_of(period) + ", " + std::to_string(summary_.rows_read) + " rows");
    if (stop_.stop_requested()) throw Error(Error::Kind::kStopped, "the load was stopped; what it had committed stays");
    return counts.first_day_moved;
  }

  // As long as the oldest day has moved, older ones may have too.
  void load_further_back(const LoadedDays& loaded, bool moved) {
    Day first = summary_.period_start;
    while (moved && first > loaded.first) {
      const LoadedDays days_before{std::max(loaded.first, first - days{options_.batch_days}), first - days{1}};
      moved = load_all(batches(days_before.first, days_before.last));
      first = days_before.first;
    }
    if (first < summary_.period_start) {
      summary_.period_start = first;
      store_.set_period(summary_.run_id, first, summary_.period_end);
    }
  }

  // Latest first, and no more days a run than a first load has: a platform may never have had some of them.
  void load_again(const std::vector<LoadedDays>& open) {
    std::int64_t left = options_.history_days;
    std::vector<LoadedDays> periods;
    for (const LoadedDays& hole : open)
      for (const LoadedDays& period : batches(hole.first, hole.last))
        if ((left -= (period.last - period.first).count() + 1) >= 0) periods.push_back(period);
    load_all(periods);
  }

  void add(const RowCounts& counts) {
    summary_.rows_read += counts.inserted + counts.updated + counts.unchanged + counts.rejected + counts.held;
    summary_.rows_inserted += counts.inserted;
    summary_.rows_updated += counts.updated;
    summary_.rows_unchanged += counts.unchanged;
    summary_.rows_withdrawn += counts.withdrawn;
    summary_.rows_rejected += counts.rejected;
    summary_.rows_held += counts.held;
  }

  void warn(const LoadedDays& period, const MetricsBatch& metrics, const RowCounts& counts) const {
    const std::string note = to_string(period.first) + " to " + to_string(period.last);
    if (!counts.note.empty()) log::warning("load kept rows", {{"reason", counts.note}});
    if (metrics.rows.empty() && metrics.rejects.empty())
      log::warning("the platform has no rows for these days", {{"days", note}});
    if (counts.rejected > 0)
      log::warning("rows that break a rule were set aside, see etl_rejects",
                   {{"days", note}, {"rows", counts.rejected}, {"first", metrics.rejects.front().reason}});
    if (counts.held > 0)
      log::warning("implausible rows were held back, see etl_rejects", {{"days", note}, {"rows", counts.held}});
  }

  const Options& options_;
  const std::stop_token& stop_;
  Store& store_;
  PlatformClient& platform_;
  Summary& summary_;
  ProgressBar progress_;
  std::mutex showing_;
  std::string source_;
  std::optional<std::string> simulated_;  // the invented shop that is to be replaced
  Catalog catalog_;
  std::vector<PromotionRow> promotions_;
  std::vector<Reject> rejects_;  // of products and promotions
  bool catalog_written_ = false;
};

}  // namespace

Error database_error(const db::Error& error) {
  std::string message = "the database refused: " + std::string(error.what());
  if (error.connection_lost())
    message = "no connection to the database: " + std::string(error.what());
  else if (error.sqlstate() == "42P01")
    message += "; run `performance_tracker migrate` first";
  else if (error.sqlstate() == "42501")
    message += "; the login must be a member of performance_tracker_etl";
  else if (error.sqlstate() == "22023")
    message += "; PLATFORM_TIME_ZONE must be a time zone that PostgreSQL knows";
  else if (error.sqlstate() == "22003")
    message += "; a value times its category multiplier is larger than its column";
  if (!error.hint().empty()) message += " (" + error.hint() + ")";
  const bool of_data = error.sqlstate().starts_with("22") && error.sqlstate() != "22023";
  return {of_data ? Error::Kind::kData : Error::Kind::kDatabase, message};
}

Summary run(const Options& options, const std::stop_token& stop) {
  check(options);
  const auto begin = Clock::now();
  Summary summary;
  PlatformClient platform(options, stop);
  if (!options.dialect.empty()) {
    try {
      summary = run_dialect(options, platform, stop);
    } catch (const db::Error& error) {
      throw database_error(error);
    }
    summary.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
    return summary;
  }
  try {
    Store store(options.database);
    if (!store.lock())
      throw Error(Error::Kind::kBusy, "another load into the same tables is running; wait until it is done");
    summary.run_id = store.begin_run(options.platform_url);
    Load(options, stop, store, platform, summary).run();
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
