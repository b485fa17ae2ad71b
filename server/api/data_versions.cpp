// SPDX-License-Identifier: PostgreSQL
#include "api/data_versions.h"

#include <cstdio>

#include "api/rows.h"

namespace performance_tracker::api {
namespace {

// How long a look is believed. A change made by psql shows after this and PostgreSQL's own delay of about a second in
// its counters; a load of this server's own shows at once.
constexpr std::chrono::milliseconds lifetime{500};

constexpr const char* sql = R"sql(
SELECT v.table_name, v.version, v.counted, s.data_through,
       concat_ws('|', current_date, s.first_day, s.data_through, s.currency,
                 (SELECT extversion FROM pg_extension WHERE extname = 'performance_tracker')) AS common,
       coalesce(extract(epoch FROM s.loaded_at), 0) AS loaded_at, s.currency
FROM data_status s CROSS JOIN data_versions v ORDER BY v.table_name)sql";

}  // namespace

std::string version_name(const std::string& text) {
  // FNV-1a, 64 bits: a name, not a secret.
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  char name[17];
  (void)std::snprintf(name, sizeof name, "%016llx", static_cast<unsigned long long>(hash));
  return name;
}

std::optional<DataVersion> DataVersions::known() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

bool DataVersions::is_fresh() const { return !expired_ && Clock::now() - looked_ < lifetime; }

bool DataVersions::due() const {
  const std::lock_guard lock(mutex_);
  return !is_fresh();
}

bool DataVersions::failing() const {
  const std::lock_guard lock(mutex_);
  return failing_;
}

void DataVersions::expire() {
  const std::lock_guard lock(mutex_);
  expired_ = true;
}

void DataVersions::count_write() {
  ++writes_;
  expire();
}

DataVersion DataVersions::look(db::CancelToken* cancel) {
  const std::lock_guard one_at_a_time(looking_);
  {
    const std::lock_guard lock(mutex_);
    if (version_ && is_fresh() && !failing_) return *version_;
    expired_ = false;  // a change from here on wants another look
  }
  // Before the query: what is written during it has another version after all.
  const std::string own = std::to_string(writes_.load()) + '|';
  try {
    const auto rows = pool_.query(sql, {}, cancel);
    DataVersion version;
    for (int row = 0; row < rows.rows(); ++row) {
      const auto table = rows.text(row, 0);
      const std::string part = std::string(rows.text(row, 1)) + '|';
      const bool of_loads = table == "etl_runs" || table == "etl_rejects";
      (of_loads ? version.loads : version.data) += part;
      if (table == "etl_runs" || table == "products" || table == "daily_performance") version.catalog += part;
      version.counted = version.counted && rows.boolean(row, 2);
      version.data_through = field_to_json(rows, row, 3);
      version.currency = field_to_json(rows, row, 6);
      version.loaded_at = rows.number(row, 5).value_or(0);
      if (row + 1 < rows.rows()) continue;
      const std::string common(rows.text(row, 4));
      for (auto* kind : {&version.data, &version.loads, &version.catalog}) *kind += own + common;
    }
    const std::lock_guard lock(mutex_);
    version_ = version;
    looked_ = Clock::now();
    failing_ = false;
    return version;
  } catch (...) {
    const std::lock_guard lock(mutex_);
    looked_ = Clock::now();
    failing_ = cancel == nullptr || !cancel->cancelled();
    throw;
  }
}

}  // namespace performance_tracker::api
