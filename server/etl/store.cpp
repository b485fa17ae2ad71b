// SPDX-License-Identifier: PostgreSQL
#include "etl/store.h"

#include <algorithm>

namespace performance_tracker::etl {
namespace {

Day day_at(const db::Result& result, int row, int column) {
  const auto day = parse_day(result.text(row, column));
  if (!day)
    throw db::Error("22008", "daily_performance has a day that is none: " + std::string(result.text(row, column)));
  return *day;
}

std::int64_t integer_at(const db::Result& result, int column) { return result.integer(0, column).value_or(0); }

}  // namespace

// A closed connection's session lives on for a moment in the server, and with it the lock: the next load would be
// refused.
Store::~Store() {
  try {
    connection_.execute("SELECT pg_advisory_unlock_all()");
  } catch (const db::Error&) {
    // The session is gone or about to go.
  }
}

bool Store::lock() {
  // The key holds the table, so that loads into different schemas of one database do not wait for each other.
  return connection_
      .execute("SELECT pg_try_advisory_lock((1349671013::bigint << 32) | 'daily_performance'::regclass::oid::bigint)")
      .boolean(0, 0);
}

Day Store::today(const std::string& time_zone) {
  return day_at(connection_.execute("SELECT (now() AT TIME ZONE $1)::date", {time_zone}), 0, 0);
}

// From both ends of the key, not through all of a table that may have millions of rows.
std::optional<LoadedDays> Store::loaded_days(const std::string& source) {
  const bool keyless = connection_.execute("SELECT NOT EXISTS (SELECT FROM product_keys)").boolean(0, 0);
  const auto end = [&](const char* order) {
    const std::string rows = "SELECT d.date FROM daily_performance d ";
    const std::string of_source = "JOIN product_keys k ON k.product_id = d.product_id WHERE k.source = $1 ";
    return keyless ? connection_.execute(rows + "ORDER BY d.date " + order + " LIMIT 1")
                   : connection_.execute(rows + of_source + "ORDER BY d.date " + order + " LIMIT 1", {source});
  };
  const auto first = end("ASC");
  if (first.rows() == 0) return std::nullopt;
  return LoadedDays{day_at(first, 0, 0), day_at(end("DESC"), 0, 0)};
}

std::optional<Day> Store::data_through(const std::string& source) {
  const auto result = connection_.execute(
      "SELECT data_through FROM etl_sources WHERE source = $1 AND data_through IS NOT NULL", {source});
  return result.rows() == 0 ? std::nullopt : std::optional(day_at(result, 0, 0));
}

// From day to day along the key: a question for each day there is, where going through all rows takes seconds.
std::vector<LoadedDays> Store::holes(const std::string& source) {
  std::vector<LoadedDays> holes;
  std::optional<Day> before;
  for (;;) {
    const auto result = connection_.execute(
        "SELECT d.date FROM daily_performance d JOIN product_keys k ON k.product_id = d.product_id "
        "WHERE k.source = $1 AND d.date > $2::date ORDER BY d.date LIMIT 1",
        {source, before ? to_string(*before) : std::string("-infinity")});
    if (result.rows() == 0) break;
    const Day day = day_at(result, 0, 0);
    if (before && day > *before + std::chrono::days{1})
      holes.push_back({*before + std::chrono::days{1}, day - std::chrono::days{1}});
    before = day;
  }
  std::ranges::reverse(holes);
  return holes;
}

std::vector<LoadedDays> Store::rejected_days(const std::string& source, Day end) {
  const auto result = connection_.execute(
      "SELECT r.date FROM etl_rejects r WHERE r.source = $1 AND r.status = 'rejected' AND r.external_id IS NOT NULL "
      "AND r.date < $2::date GROUP BY r.date HAVING max(r.last_seen) < now() - interval '20 hours' ORDER BY r.date "
      "DESC",
      {source, to_string(end)});
  std::vector<LoadedDays> days;
  for (int i = 0; i < result.rows(); ++i) days.push_back({day_at(result, i, 0), day_at(result, i, 0)});
  return days;
}

std::optional<Day> Store::first_withdrawn(const std::string& source, const Catalog& catalog) {
  const auto keys = connection_.execute("SELECT external_id, product_id FROM product_keys WHERE source = $1", {source});
  std::string withdrawn;
  for (int i = 0; i < keys.rows(); ++i)
    if (!catalog.contains(keys.text(i, 0))) withdrawn.append(withdrawn.empty() ? "{" : ",").append(keys.text(i, 1));
  if (withdrawn.empty()) return std::nullopt;
  const auto result = connection_.execute(
      "SELECT min(date) FROM daily_performance WHERE product_id = ANY ($1::integer[])", {withdrawn + "}"});
  return result.is_null(0, 0) ? std::nullopt : std::optional(day_at(result, 0, 0));
}

std::optional<std::string> Store::simulated_source_beside(const std::string& source) {
  const auto result = connection_.execute(
      "SELECT source FROM product_keys WHERE source <> $1 AND source LIKE 'simulated %' LIMIT 1", {source});
  return result.rows() == 0 ? std::nullopt : result.string(0, 0);
}

void Store::forget(const std::string& source) {
  const char* const products = "SELECT product_id FROM product_keys WHERE source = $1";
  connection_.execute("DELETE FROM daily_performance WHERE product_id IN (" + std::string(products) + ")", {source});
  // Those of a category or of the whole shop came from the same platform, unless another one has filled the tables too.
  connection_.execute("DELETE FROM promotions WHERE product_id IN (" + std::string(products) +
                          ") OR product_id IS NULL AND NOT EXISTS (SELECT FROM product_keys WHERE source <> $1)",
                      {source});
  connection_.execute("DELETE FROM products WHERE id IN (" + std::string(products) + ")", {source});
  connection_.execute("DELETE FROM etl_rejects WHERE source = $1", {source});
}

std::int64_t Store::begin_run(const std::string& address) {
  db::Transaction transaction(connection_);
  connection_.execute(
      "UPDATE etl_runs SET status = 'failed', finished_at = now(), "
      "error = 'the process ended without a word' WHERE status = 'running'");
  const auto result =
      connection_.execute("INSERT INTO etl_runs (source, started_at) VALUES ($1, now()) RETURNING id", {address});
  transaction.commit();
  return integer_at(result, 0);
}

void Store::set_period(std::int64_t run, Day first, Day last) {
  connection_.execute("UPDATE etl_runs SET period_start = $2, period_end = $3 WHERE id = $1",
                      {std::to_string(run), to_string(first), to_string(last)});
}

void Store::remember_currency(const std::string& source, const std::string& currency) {
  connection_.execute(
      "INSERT INTO etl_sources (source, currency, whole) VALUES ($1, $2, true) "
      "ON CONFLICT (source) DO UPDATE SET currency = EXCLUDED.currency, whole = true",
      {source, currency});
}

void Store::remember_source(const std::string& source, const std::string& time_zone, const std::string& currency,
                            Day last) {
  connection_.execute(R"(
INSERT INTO etl_sources AS s (source, currency, time_zone, last_loaded_at, data_through, whole)
VALUES ($1, nullif($2, ''), $3, now(), $4::date, true)
ON CONFLICT (source) DO UPDATE
SET currency = coalesce(EXCLUDED.currency, s.currency), time_zone = EXCLUDED.time_zone, whole = true,
    last_loaded_at = coalesce(EXCLUDED.last_loaded_at, s.last_loaded_at),
    data_through = greatest(s.data_through, EXCLUDED.data_through))",
                      {source, currency, time_zone, to_string(last)});
}

void Store::finish_run(std::int64_t run) {
  connection_.execute("UPDATE etl_runs SET status = 'succeeded', finished_at = now() WHERE id = $1",
                      {std::to_string(run)});
}

void Store::fail_run(std::int64_t run, const std::string& error) {
  connection_.execute(
      "UPDATE etl_runs SET status = 'failed', finished_at = now(), error = $2 "
      "WHERE id = $1 AND status = 'running'",
      {std::to_string(run), error});
}

}  // namespace performance_tracker::etl
