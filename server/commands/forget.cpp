// SPDX-License-Identifier: PostgreSQL
#include "commands/load.h"
#include "db.h"
#include "etl/store.h"
#include "log.h"

namespace performance_tracker::commands {
namespace {

// Of one source, or of every source: $1 source (NULL: all), $2 first day, $3 last day.
constexpr char kForgetFacts[] =
    "DELETE FROM campaign_performance WHERE ($1::text IS NULL OR source = $1) AND date BETWEEN $2::date AND $3::date";

// Days that no other source speaks of go; the others are their sum again with the next load or import of these days.
constexpr char kForgetDays[] = R"(
DELETE FROM daily_performance
WHERE date BETWEEN $2::date AND $3::date
  AND ($1::text IS NULL
       OR product_id IN (SELECT k.product_id FROM product_keys k WHERE k.source = $1)
          AND (date, product_id) NOT IN (SELECT c.date, c.product_id FROM campaign_performance c
                                         WHERE c.date BETWEEN $2::date AND $3::date)))";

constexpr const char* kForgetMemory[] = {
    "DELETE FROM daily_performance_history WHERE $1::text IS NULL AND date BETWEEN $2::date AND $3::date",
    "DELETE FROM etl_days WHERE $1::text IS NULL AND date BETWEEN $2::date AND $3::date",
    "DELETE FROM etl_rejects WHERE ($1::text IS NULL OR source = $1) AND date BETWEEN $2::date AND $3::date",
};

}  // namespace

int forget(const Config& config, const ForgetFlags& flags) {
  const auto first = day_flag("--from", flags.from), last = day_flag("--to", flags.to);
  if (flags.source.empty() && !first && !last)
    throw ConfigError("say what to forget: --source NAME, --from DAY or --to DAY");
  try {
    etl::Store store(db::loader_options(config));
    if (!store.lock()) {
      log::error("nothing was deleted", {{"reason", "a load into the same tables is running; wait until it is done"}});
      return 1;
    }
    db::Transaction transaction = store.begin();
    const db::Params parameters{flags.source.empty() ? db::Param() : db::Param(flags.source),
                                first ? to_string(*first) : "0001-01-01", last ? to_string(*last) : "9999-12-31"};
    const auto facts = store.connection().execute(kForgetFacts, parameters).affected_rows();
    const auto days = store.connection().execute(kForgetDays, parameters).affected_rows();
    for (const char* sql : kForgetMemory) store.connection().execute(sql, parameters);
    if (!flags.dry_run) transaction.commit();
    log::info(flags.dry_run ? "would be deleted" : "deleted", {{"days_of_products", days}, {"rows_of_sources", facts}});
    return 0;
  } catch (const db::Error& error) {
    log::error("nothing was deleted", {{"reason", etl::database_error(error).what()}});
    return 1;
  }
}

}  // namespace performance_tracker::commands
