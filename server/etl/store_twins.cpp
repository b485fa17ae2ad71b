// SPDX-License-Identifier: PostgreSQL
//
// Two keys of a source that are mapped to one product (a listing that was made twice, a bundle sold as its part): the
// product's day is the sum of both.
#include "etl/store.h"

namespace performance_tracker::etl {
namespace {

constexpr char kHasTwins[] =
    "SELECT EXISTS (SELECT FROM product_keys WHERE source = $1 GROUP BY product_id HAVING count(*) > 1)";

constexpr char kReadKeys[] =
    "CREATE TEMPORARY TABLE source_keys ON COMMIT DROP AS "
    "SELECT external_id, product_id FROM product_keys WHERE source = $1";

// A day of which one key's row was set aside stays as it is: the sum of the others would be too small. So does one that
// was held back, and it is judged as one.
constexpr const char* kMerge[] = {
    R"(
CREATE TEMPORARY TABLE staged_twins ON COMMIT DROP AS
SELECT s.date, s.product_id, min(s.external_id) AS external_id, sum(s.impressions) AS impressions, sum(s.clicks) AS clicks,
       sum(s.ad_spend) AS ad_spend, sum(s.units_sold) AS units_sold, sum(s.revenue) AS revenue,
       EXISTS (SELECT FROM pg_temp.staged_kept k JOIN pg_temp.source_keys t ON t.external_id = k.external_id
               WHERE k.date = s.date AND t.product_id = s.product_id) AS kept
FROM pg_temp.staged_metrics s
WHERE s.product_id IN (SELECT t.product_id FROM pg_temp.source_keys t GROUP BY t.product_id HAVING count(*) > 1)
GROUP BY s.date, s.product_id)",
    R"(
INSERT INTO pg_temp.staged_kept (date, external_id)
SELECT w.date, t.external_id FROM pg_temp.staged_twins w JOIN pg_temp.source_keys t ON t.product_id = w.product_id
WHERE w.kept)",
    R"(
DELETE FROM pg_temp.staged_metrics s USING pg_temp.staged_twins w WHERE (s.date, s.product_id) = (w.date, w.product_id))",
    R"(
INSERT INTO pg_temp.staged_metrics (date, external_id, product_id, impressions, clicks, ad_spend, units_sold, revenue)
SELECT w.date, w.external_id, w.product_id, w.impressions, w.clicks, w.ad_spend, w.units_sold, w.revenue
FROM pg_temp.staged_twins w WHERE NOT w.kept)", "DROP TABLE pg_temp.staged_twins, pg_temp.source_keys",
};

}  // namespace

void Store::merge_twins(const Batch& batch) {
  if (!connection_.execute(kHasTwins, {batch.source}).boolean(0, 0)) return;
  connection_.execute(kReadKeys, {batch.source});
  for (const char* sql : kMerge) connection_.execute(sql);
}

}  // namespace performance_tracker::etl
