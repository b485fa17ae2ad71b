// SPDX-License-Identifier: PostgreSQL
//
// Days that nobody has spoken of yet, the whole of a first load: there is nothing to compare them with, to keep or to
// delete, so they go into daily_performance by COPY, in the order of its key. Whatever is not that simple (a row that
// may have to be held back, a multiplier, other sources, a table that takes no COPY) is left to the staged way, which
// decides alone.
#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "etl/store.h"
#include "etl/store_judge.h"
#include "etl/store_text.h"

namespace performance_tracker::etl {
namespace {

// $1 source, $2 first day, $3 last day
constexpr char kNobodySpoke[] = R"(
SELECT NOT EXISTS (SELECT FROM daily_performance d WHERE d.date BETWEEN $2::date AND $3::date)
   AND NOT EXISTS (SELECT FROM campaign_performance c WHERE c.date BETWEEN $2::date AND $3::date)
   AND NOT EXISTS (SELECT FROM etl_days e WHERE e.date BETWEEN $2::date AND $3::date)
   AND NOT EXISTS (SELECT FROM etl_rejects r WHERE r.source = $1 AND r.date BETWEEN $2::date AND $3::date))";

constexpr char kProducts[] = R"(
SELECT k.external_id, k.product_id, coalesce(m.multiplier, 1) = 1
FROM product_keys k
JOIN products p ON p.id = k.product_id
LEFT JOIN category_multipliers m ON m.category = p.category
WHERE k.source = $1)";

// The largest of the four weeks before, as in the judgement of staged rows. $1 first day, $2 source, $3 the day after
constexpr char kPeaks[] = R"(
WITH days AS (
    SELECT d.date, max(d.impressions) AS impressions, max(d.clicks) AS clicks, max(d.ad_spend) AS ad_spend,
           max(d.units_sold) AS units_sold, max(d.revenue) AS revenue
    FROM daily_performance d
    WHERE d.date BETWEEN $1::date - 28 AND $3::date - 1
      AND d.product_id IN (SELECT k.product_id FROM product_keys k WHERE k.source = $2)
    GROUP BY d.date
)
SELECT count(*), max(impressions), max(clicks), max(ad_spend), max(units_sold), max(revenue) FROM days)";

constexpr char kRememberDays[] = "INSERT INTO etl_days (date) SELECT unnest($1::date[]) ON CONFLICT DO NOTHING";

constexpr char kCopy[] =
    "COPY daily_performance (date, product_id, impressions, clicks, ad_spend, units_sold, revenue) FROM STDIN";

// A row in its place: what is written of it.
struct Place {
  Day date;
  int product_id;
  const MetricsRow* row;
};

Peaks peaks_of(const std::vector<Place>& places) {
  Peaks peaks;
  auto day = peaks.end();
  for (const Place& place : places) {
    if (day == peaks.end() || day->first != place.date) day = peaks.emplace(place.date, std::array<double, 5>{}).first;
    const MetricsRow& row = *place.row;
    const double values[] = {static_cast<double>(row.impressions), static_cast<double>(row.clicks), row.ad_spend,
                             static_cast<double>(row.units_sold), row.revenue};
    for (std::size_t i = 0; i < day->second.size(); ++i) day->second[i] = std::max(day->second[i], values[i]);
  }
  return peaks;
}

void append_integer(std::string& line, std::int64_t value) {
  char buffer[24];
  line.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void append_number(std::string& line, double value) {
  char buffer[32];
  line.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void copy(db::Connection& connection, const std::vector<Place>& places) {
  db::CopyIn copy(connection, kCopy);
  std::string day, line;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto& [date, product_id, row] = places[i];
    if (i == 0 || date != places[i - 1].date) day = to_string(date);
    line = day;
    line += '\t';
    append_integer(line, product_id);
    for (const std::int64_t count : {row->impressions, row->clicks}) append_integer(line += '\t', count);
    append_number(line += '\t', row->ad_spend);
    append_integer(line += '\t', row->units_sold);
    append_number(line += '\t', row->revenue);
    copy.line(line);
  }
  copy.finish();
}

std::string days_of(const std::vector<Place>& places) {
  std::string days;
  for (std::size_t i = 0; i < places.size(); ++i)
    if (i == 0 || places[i].date != places[i - 1].date) days += (i == 0 ? "{" : ",") + to_string(places[i].date);
  return days + "}";
}

}  // namespace

// Whether the staged way might hold one of the rows back: it compares exactly, so this may err on the safe side only.
bool Store::may_be_implausible(const Batch& batch, const Peaks& days) {
  // What this load has just written need not be read again. Days that do not follow on it are another matter.
  if (!fresh_days_.empty() && fresh_days_.rbegin()->first != batch.first - std::chrono::days{1}) fresh_days_.clear();
  const Day unknown = fresh_days_.empty() ? batch.first : std::min(batch.first, fresh_days_.begin()->first);
  std::int64_t judges = 0;
  std::array<double, 5> most{};
  if (unknown > batch.first - std::chrono::days{28}) {
    const auto read = connection_.execute(kPeaks, {to_string(batch.first), batch.source, to_string(unknown)});
    judges = read.integer(0, 0).value_or(0);
    for (std::size_t i = 0; i < most.size(); ++i) most[i] = read.number(0, static_cast<int>(i) + 1).value_or(0);
  }
  for (auto day = fresh_days_.lower_bound(batch.first - std::chrono::days{28}); day != fresh_days_.end(); ++day) {
    ++judges;
    for (std::size_t i = 0; i < most.size(); ++i) most[i] = std::max(most[i], day->second[i]);
  }
  if (judges < std::stoi(kDaysToJudgeBy)) return false;
  const double factor = std::stod(kImplausibleFactor) * (1 - 1e-9);
  return std::ranges::any_of(days, [&](const auto& day) {
    for (std::size_t i = 0; i < most.size(); ++i)
      if (most[i] > 0 && day.second[i] >= factor * most[i]) return true;
    return std::ranges::all_of(day.second, [](double value) { return value == 0; });
  });
}

bool Store::load_fresh(const Batch& batch, const MetricsBatch& metrics, RowCounts& counts) {
  const std::string first = to_string(batch.first), last = to_string(batch.last);
  if (metrics.rows.empty() || !account_currency(batch.source).empty()) return false;
  if (!connection_.execute(kNobodySpoke, {batch.source, first, last}).boolean(0, 0)) return false;

  const auto products = connection_.execute(kProducts, {batch.source});
  std::unordered_map<std::string_view, int> ids;
  for (int i = 0; i < products.rows(); ++i)
    if (products.boolean(i, 2)) ids.emplace(products.text(i, 0), static_cast<int>(products.integer(i, 1).value_or(0)));
  std::vector<Place> places;
  places.reserve(metrics.rows.size());
  for (const MetricsRow& row : metrics.rows) {
    const auto id = ids.find(row.product_id);
    if (id == ids.end()) return false;
    places.push_back({row.date, id->second, &row});
  }
  std::ranges::sort(places, {}, [](const Place& place) { return std::pair(place.date, place.product_id); });
  const Peaks peaks = peaks_of(places);
  if (!batch.accept && may_be_implausible(batch, peaks)) return false;

  connection_.execute("SAVEPOINT fresh_days");
  try {
    copy(connection_, places);
  } catch (const db::Error& error) {
    // A table that is a view, or has rows of somebody else's by now: the other way copes, or has the better words.
    if (error.connection_lost() || error.sqlstate() == "57014") throw;
    connection_.execute("ROLLBACK TO SAVEPOINT fresh_days");
    return false;
  }
  connection_.execute("RELEASE SAVEPOINT fresh_days");
  connection_.execute(kRememberDays, {days_of(places)});
  fresh_days_.insert(peaks.begin(), peaks.end());
  keep_rejects(batch.run, batch.source, metrics.rejects);
  counts.rejected = static_cast<std::int64_t>(metrics.rejects.size());
  counts.inserted = static_cast<std::int64_t>(places.size());
  add_counts(batch.run, counts);
  return true;
}

}  // namespace performance_tracker::etl
