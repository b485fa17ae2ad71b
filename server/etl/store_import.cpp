// SPDX-License-Identifier: PostgreSQL
#include "etl/store_import.h"

#include "etl/campaign_store.h"
#include "etl/currency.h"

namespace performance_tracker::etl {
namespace {

constexpr const char* kStaging[] = {
    R"(
CREATE TEMPORARY TABLE staged_rows
       (line bigint, date date, external_id text, asin text, product text, category text, campaign text, channel text,
        currency text, impressions numeric, clicks numeric, ad_spend numeric, units_sold numeric, revenue numeric,
        price numeric, unit_cost numeric) ON COMMIT DROP)",
    "CREATE TEMPORARY TABLE staged_metrics (date date, external_id text, impressions numeric, clicks numeric, "
    "ad_spend numeric, units_sold numeric, revenue numeric, product_id integer) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE staged_kept (date date, external_id text) ON COMMIT DROP",
};

constexpr const char* kFindIds[] = {
    R"(
CREATE TEMPORARY TABLE staged_ids ON COMMIT DROP AS
SELECT external_id, nullif(max(asin), '') AS asin, nullif(max(product), '') AS product,
       nullif(max(category), '') AS category, max(price) AS price, max(unit_cost) AS unit_cost, count(*) AS rows,
       min(line) AS line, min(date) AS first_date, NULL::integer AS product_id, false AS known
FROM pg_temp.staged_rows GROUP BY external_id)",
    "CREATE TEMPORARY TABLE known_keys ON COMMIT DROP AS SELECT source, external_id, product_id FROM product_keys",
    "CREATE TEMPORARY TABLE known_products ON COMMIT DROP AS SELECT id, name, category FROM products",
    "ANALYZE pg_temp.staged_ids",
    "ANALYZE pg_temp.known_keys",
    "ANALYZE pg_temp.known_products",
};

constexpr char kMatchOwnKey[] = R"(
UPDATE pg_temp.staged_ids s SET product_id = k.product_id, known = true
FROM pg_temp.known_keys k WHERE k.source = $1 AND k.external_id = s.external_id)";

// The same SKU or ASIN in another source is the same product, unless they mean different ones by it.
constexpr char kMatchOtherKey[] = R"(
UPDATE pg_temp.staged_ids s SET product_id = k.product_id
FROM (SELECT external_id, min(product_id) AS product_id FROM pg_temp.known_keys
      GROUP BY external_id HAVING count(DISTINCT product_id) = 1) AS k
WHERE s.product_id IS NULL AND k.external_id = )";

constexpr char kMatchName[] = R"(
UPDATE pg_temp.staged_ids s SET product_id = p.id
FROM pg_temp.known_products p WHERE s.product_id IS NULL AND p.name = )";

// Two keys of one name are two products: the first keeps the name.
constexpr char kChooseNames[] = R"(
CREATE TEMPORARY TABLE new_products ON COMMIT DROP AS
SELECT external_id, category, price, unit_cost,
       CASE WHEN row_number() OVER (PARTITION BY coalesce(product, external_id) ORDER BY line) > 1
            THEN coalesce(product, external_id) || ' (' || external_id || ')' ELSE coalesce(product, external_id) END AS name
FROM pg_temp.staged_ids WHERE product_id IS NULL)";

constexpr char kInsertProducts[] =
    "INSERT INTO products (name, price, category, unit_cost) "
    "SELECT n.name, round(n.price, 2), n.category, n.unit_cost FROM pg_temp.new_products n ORDER BY n.category, n.name "
    "ON CONFLICT (name) DO NOTHING";

constexpr const char* kFindNew[] = {
    "CREATE TEMPORARY TABLE made_products ON COMMIT DROP AS SELECT id, name FROM products",
    R"(
UPDATE pg_temp.staged_ids s SET product_id = m.id
FROM pg_temp.new_products n JOIN pg_temp.made_products m ON m.name = n.name
WHERE n.external_id = s.external_id AND s.product_id IS NULL)",
};

constexpr char kInsertKeys[] =
    "INSERT INTO product_keys (source, external_id, product_id) SELECT $1, s.external_id, s.product_id "
    "FROM pg_temp.staged_ids s WHERE s.product_id IS NOT NULL AND NOT s.known ON CONFLICT DO NOTHING";

// What the table says of its products; what it does not say is left as it is.
constexpr char kUpdateProducts[] = R"(
WITH given AS MATERIALIZED (
    SELECT DISTINCT ON (product_id) product_id, round(price, 2) AS price, category, round(unit_cost, 4) AS unit_cost
    FROM pg_temp.staged_ids WHERE product_id IS NOT NULL ORDER BY product_id, line DESC
)
UPDATE products p
SET price = coalesce(g.price, p.price), category = coalesce(g.category, p.category),
    unit_cost = coalesce(g.unit_cost, p.unit_cost)
FROM given g
WHERE p.id = g.product_id
  AND (p.price, p.category, p.unit_cost)
      IS DISTINCT FROM (coalesce(g.price, p.price), coalesce(g.category, p.category), coalesce(g.unit_cost, p.unit_cost)))";

// $1 how many of them
constexpr char kUnmatched[] = R"(
SELECT s.external_id, coalesce(s.product, ''), s.rows, sum(s.rows) OVER (), count(*) OVER ()
FROM pg_temp.staged_ids s WHERE s.product_id IS NULL ORDER BY s.rows DESC, s.external_id LIMIT $1::integer)";

// $1 source, $2 run, $3 how many of them
constexpr char kKeepUnmatched[] = R"(
INSERT INTO etl_rejects AS r (source, status, date, external_id, reason, original, run_id)
SELECT $1, 'rejected', s.first_date, s.external_id,
       'no product of the shop is known by this key' || coalesce(' or by the name ''' || s.product || '''', ''), '',
       $2::bigint
FROM pg_temp.staged_ids s WHERE s.product_id IS NULL ORDER BY s.rows DESC, s.external_id LIMIT $3::integer
ON CONFLICT (source, (coalesce(date, '0001-01-01')), (coalesce(external_id, '')), (md5(coalesce(CASE WHEN original OPERATOR(pg_catalog.<>) '' THEN original END, reason))))
DO UPDATE SET last_seen = now(), run_id = EXCLUDED.run_id)";

constexpr const char* kMultipliers[] = {
    "CREATE TEMPORARY TABLE known_multipliers ON COMMIT DROP AS SELECT category, multiplier FROM category_multipliers",
    "CREATE TEMPORARY TABLE known_categories ON COMMIT DROP AS SELECT id, category FROM products",
    "ANALYZE pg_temp.known_categories",
    "ANALYZE pg_temp.staged_ids",
    "ANALYZE pg_temp.staged_rows",
};

// Ad groups, devices, lines of orders: everything below product and campaign is summed up. $1 channel of the source
// $2 currency of rows that do not say theirs, $3 the shop's
constexpr char kSumUp[] = R"(
CREATE TEMPORARY TABLE staged_facts ON COMMIT DROP AS
SELECT r.date, i.product_id, r.external_id, coalesce(r.campaign, '') AS campaign,
       coalesce(nullif(max(r.channel), ''), $1) AS channel,
       nullif(CASE WHEN min(coalesce(r.currency, $2)) = max(coalesce(r.currency, $2))
                   THEN max(coalesce(r.currency, $2)) END, '') AS currency,
       round(sum(r.impressions) * coalesce(min(m.multiplier), 1))::bigint AS impressions,
       round(sum(r.clicks) * coalesce(min(m.multiplier), 1))::bigint AS clicks,
       round(sum(r.ad_spend * coalesce(x.rate, 1)) * coalesce(min(m.multiplier), 1), 4)::numeric(18,4) AS ad_spend,
       round(sum(r.units_sold) * coalesce(min(m.multiplier), 1), 4)::numeric(18,4) AS units_sold,
       round(sum(r.revenue * coalesce(x.rate, 1)) * coalesce(min(m.multiplier), 1), 4)::numeric(18,4) AS revenue,
       round(sum(r.ad_spend) FILTER (WHERE coalesce(r.currency, $2) NOT IN ('', $3)), 6)::numeric(20,6) AS original_ad_spend,
       round(sum(r.revenue) FILTER (WHERE coalesce(r.currency, $2) NOT IN ('', $3)), 6)::numeric(20,6) AS original_revenue
FROM pg_temp.staged_rows r
JOIN pg_temp.staged_ids i ON i.external_id = r.external_id
JOIN pg_temp.known_categories p ON p.id = i.product_id
LEFT JOIN pg_temp.known_multipliers m ON m.category = p.category
LEFT JOIN pg_temp.known_rates x ON x.currency = coalesce(r.currency, $2) AND r.date >= x.date AND r.date < x.until
GROUP BY r.date, i.product_id, r.external_id, coalesce(r.campaign, ''))";

constexpr const char* kStageForJudgement = R"(
INSERT INTO pg_temp.staged_metrics (date, external_id, product_id, impressions, clicks, ad_spend, units_sold, revenue)
SELECT date, external_id, product_id, sum(impressions), sum(clicks), sum(ad_spend), sum(units_sold), sum(revenue)
FROM pg_temp.staged_facts GROUP BY date, external_id, product_id)";

constexpr const char* kTakeHeldAway = R"(
DELETE FROM pg_temp.staged_facts f USING pg_temp.staged_kept k
WHERE (k.date, k.external_id) = (f.date, f.external_id))";

constexpr char kRememberSource[] = R"(
INSERT INTO etl_sources AS s (source, channel, currency, last_loaded_at, data_through)
VALUES ($1, $2, $3, now(), $4::date)
ON CONFLICT (source) DO UPDATE
SET last_loaded_at = EXCLUDED.last_loaded_at, channel = EXCLUDED.channel,
    currency = coalesce(EXCLUDED.currency, s.currency),
    data_through = greatest(s.data_through, EXCLUDED.data_through))";

constexpr int kUnmatchedShown = 50;

std::string sql_text(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

db::Param text_or_null(const std::string& text) { return text.empty() ? db::Param() : db::Param(text); }

}  // namespace

std::int64_t ImportStore::run(const std::string& sql, const db::Params& parameters) {
  return connection_.execute(sql, parameters).affected_rows();
}

void ImportStore::begin_staging() {
  // The planner wants to know how large the staged tables are, not how they are distributed: a tenth of the default's
  // sample says so (200,000 rows: those of this transaction took 2.3 of 23 seconds).
  run("SET LOCAL default_statistics_target = 10");
  // A million rows are grouped and joined without going over the disk several times; given back with the transaction.
  run("SET LOCAL work_mem = '128MB'");
  for (const char* sql : kStaging) run(sql);
  copy_ = std::make_unique<db::CopyIn>(
      connection_,
      "COPY pg_temp.staged_rows (line, date, external_id, asin, product, category, campaign, channel, currency, "
      "impressions, clicks, ad_spend, units_sold, revenue, price, unit_cost) FROM STDIN");
}

void ImportStore::stage(const FigureRow& row) {
  copy_->row({std::to_string(row.line), to_string(row.date), row.external_id, text_or_null(row.asin),
              text_or_null(row.product), text_or_null(row.category), text_or_null(row.campaign),
              text_or_null(row.channel), text_or_null(row.currency), row.impressions, row.clicks, row.ad_spend,
              row.units_sold, row.revenue, row.price, row.unit_cost});
}

void ImportStore::end_staging() {
  copy_->finish();
  copy_.reset();
}

void ImportStore::create_products(ImportReport& report) {
  run(kChooseNames);
  report.products_new = run(kInsertProducts);
  for (const char* sql : kFindNew) run(sql);
}

void ImportStore::report_unmatched(std::int64_t run, ImportReport& report) {
  const auto result = connection_.execute(kUnmatched, {std::to_string(kUnmatchedShown)});
  if (result.rows() == 0) return;
  report.rows_unmatched = result.integer(0, 3).value_or(0);
  report.products_unmatched = result.integer(0, 4).value_or(0);
  for (int i = 0; i < result.rows(); ++i) {
    const std::string id(result.text(i, 0)), name(result.text(i, 1));
    report.unmatched.push_back({id, name, result.integer(i, 2).value_or(0),
                                "INSERT INTO product_keys (source, external_id, product_id) SELECT " +
                                    sql_text(source_) + ", " + sql_text(id) +
                                    ", id FROM products WHERE name = " + sql_text(name.empty() ? "…" : name) + ";"});
  }
  if (run == 0) return;
  connection_.execute(kKeepUnmatched, {source_, std::to_string(run), std::to_string(kRejectsKept)});
}

void ImportStore::match_products(bool create, std::int64_t run_id, ImportReport& report) {
  for (const char* sql : kFindIds) run(sql);
  run(kMatchOwnKey, {source_});
  run(std::string(kMatchOtherKey) + "s.external_id");
  run(std::string(kMatchOtherKey) + "s.asin");
  run(std::string(kMatchName) + "s.product");
  run(std::string(kMatchName) + "s.external_id");
  const bool empty_shop = !connection_.execute("SELECT EXISTS (SELECT FROM pg_temp.known_products)").boolean(0, 0);
  if (create || empty_shop) create_products(report);
  report_unmatched(run_id, report);
  run(kInsertKeys, {source_});
  run(kUpdateProducts);
}

void ImportStore::write(const Batch& batch, Store& store, const std::string& given, ImportReport& report) {
  std::string unsaid = given;
  if (unsaid.empty()) {
    const auto known =
        connection_.execute("SELECT coalesce(currency, '') FROM etl_sources WHERE source = $1", {source_});
    if (known.rows() > 0) unsaid = known.text(0, 0);
  }
  const std::string shop = settle_currencies(connection_, unsaid);
  for (const char* sql : kMultipliers) run(sql);
  run("INSERT INTO etl_sources (source, channel) VALUES ($1, $2) ON CONFLICT DO NOTHING", {source_, channel_});
  run(kSumUp, {channel_, unsaid, shop});
  run(kStageForJudgement);
  if (!batch.accept) report.days_held = store.hold_implausible(batch);
  run(kTakeHeldAway);
  RowCounts counts;
  CampaignStore(connection_, store, batch).write(channel_ == "shop", false, counts);
  store.settle_rejects(batch);
  report.days_inserted = counts.inserted;
  report.days_updated = counts.updated;
  report.days_unchanged = counts.unchanged;
  run(kRememberSource, {source_, channel_, text_or_null(given), to_string(batch.last)});
}

}  // namespace performance_tracker::etl
