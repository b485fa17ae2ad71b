// SPDX-License-Identifier: PostgreSQL
//
// sql/schema: applied twice, over an older installation, and what its constraints keep out.
#include <gtest/gtest.h>

#include "etl/etl.h"
#include "support.h"

namespace performance_tracker::test {
namespace {

const char* const kFiles[] = {
    "010_tables.sql",  "015_sources.sql",     "016_campaigns.sql",    "020_roles.sql",          "025_calendar.sql",
    "028_advice.sql",  "029_settings.sql",    "030_metric_views.sql", "031_campaign_views.sql", "040_result_views.sql",
    "047_history.sql", "050_data_status.sql", "052_shop_overview.sql"};

// Everything that defines the schema, as the catalogue has it, with row identities: a statement that only rewrites
// the same definition shows too, except for the views' rules and grants, which are compared by content.
constexpr char kCatalogue[] = R"(
SELECT md5(string_agg(line, E'\n' ORDER BY line)) FROM (
    SELECT c.relname::text || c.relkind::text || coalesce(c.relacl::text, '') || coalesce(d.description, '') AS line
    FROM pg_class c LEFT JOIN pg_description d ON d.objoid = c.oid AND d.objsubid = 0
    WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT attrelid::regclass::text || attname::text || atttypid::regtype::text || attnotnull::text || coalesce(col_description(attrelid, attnum), '')
    FROM pg_attribute WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    UNION ALL SELECT conname::text || pg_get_constraintdef(oid) || oid::text FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT viewname::text || definition FROM pg_views WHERE schemaname = 'public') s)";

TEST(Schema, ASecondTimeChangesNothing) {
  const ThrowAwayDatabase database;
  for (const auto* file : kFiles) database.apply(file);
  database.connect().execute_script(
      "INSERT INTO products (name) VALUES ('a'); INSERT INTO daily_performance VALUES ('2026-01-01', 1, 2, 1, 1, 1, "
      "1)");
  const std::string before = database.value(kCatalogue);
  for (const auto* file : kFiles) database.apply(file);
  EXPECT_EQ(database.value(kCatalogue), before);
  EXPECT_EQ(database.value("SELECT count(*) FROM daily_metrics"), "1");
}

// The tables of the system that this one follows: no unique name, no checks. Their rows stay, and are checked.
TEST(Schema, AnOlderInstallationKeepsItsRows) {
  const ThrowAwayDatabase database;
  constexpr char kOld[] = R"(
      DROP TABLE products, daily_performance, promotions, category_multipliers, etl_runs CASCADE;
      CREATE TABLE products (id serial PRIMARY KEY, name text NOT NULL, price numeric(10,2), category text);
      CREATE TABLE daily_performance (date date, product_id integer REFERENCES products, impressions integer,
          clicks integer, ad_spend numeric(10,2), units_sold integer, revenue numeric(10,2),
          PRIMARY KEY (date, product_id));
      INSERT INTO products (name, price) VALUES ('a', 1), ('b', 2);
      INSERT INTO daily_performance VALUES ('2026-01-01', 1, 10, 5, 1, 1, 4), ('2026-01-01', 2, 0, 0, 0, 0, 0))";
  database.connect().execute_script(kOld);
  for (const auto* file : kFiles) database.apply(file);
  EXPECT_EQ(database.value("SELECT string_agg(product || ' ' || coalesce(roas::text, 'NULL'), ', ' ORDER BY product) "
                           "FROM daily_metrics"),
            "a 4, b NULL");
  EXPECT_THROW(database.connect().execute("INSERT INTO products (name) VALUES ('a')"), db::Error);

  database.connect().execute_script(kOld);
  database.connect().execute_script("INSERT INTO products (name) VALUES ('a')");
  try {
    database.apply("010_tables.sql");
    ADD_FAILURE() << "two products of one name were accepted";
  } catch (const db::Error& error) {
    EXPECT_EQ(error.sqlstate(), "23505");
    EXPECT_NE(std::string(error.what()).find("products_name_key"), std::string::npos) << error.what();
    EXPECT_NE(error.hint().find("Correct those rows"), std::string::npos);
  }
  EXPECT_EQ(database.value("SELECT count(*) FROM products"), "3");
}

TEST(Schema, WrongRowsAreKeptOut) {
  const ThrowAwayDatabase database;
  auto connection = database.connect();
  connection.execute_script("INSERT INTO products (id, name) VALUES (1, 'a')");
  for (const char* sql : {
           "INSERT INTO products (name) VALUES ('a')",
           "INSERT INTO products (name) VALUES ('  ')",
           "INSERT INTO products (name, price) VALUES ('b', -0.01)",
           "INSERT INTO products (name, price) VALUES ('b', 'NaN')",
           "INSERT INTO daily_performance VALUES ('2026-01-01', 2, 1, 1, 1, 1, 1)",
           "INSERT INTO daily_performance VALUES ('infinity', 1, 1, 1, 1, 1, 1)",
           "INSERT INTO daily_performance VALUES ('2026-01-01', 1, -1, 1, 1, 1, 1)",
           "INSERT INTO daily_performance VALUES ('2026-01-01', 1, 1, -1, 1, 1, 1)",
           "INSERT INTO daily_performance VALUES ('2026-01-01', 1, 1, 1, 'NaN', 1, 1)",
           "INSERT INTO daily_performance VALUES ('2026-01-01', 1, 1, 1, 1, -1, 1)",
           "INSERT INTO daily_performance VALUES ('2026-01-01', 1, 1, 1, 1, 1, -1)",
           "INSERT INTO promotions (name, promotion_start, promotion_end) VALUES ('p', '2026-01-02', '2026-01-01')",
           R"(INSERT INTO promotions (name, product_id, category, promotion_start, promotion_end)
              VALUES ('p', 1, 'c', '2026-01-01', '2026-01-01'))",
           R"(INSERT INTO promotions (name, promotion_start, promotion_end, discount_pct)
              VALUES ('p', '2026-01-01', '2026-01-01', 100.01))",
           "INSERT INTO category_multipliers VALUES ('c', 0)",
           "INSERT INTO category_multipliers VALUES ('c', 'NaN')",
           "INSERT INTO etl_runs (source, status) VALUES ('s', 'lost')",
           "INSERT INTO etl_runs (source, status) VALUES ('s', 'failed')",
       }) {
    try {
      connection.execute(sql);
      ADD_FAILURE() << "accepted: " << sql;
    } catch (const db::Error& error) {
      EXPECT_TRUE(error.sqlstate().starts_with("23")) << error.sqlstate() << " for " << sql;
    }
  }
}

TEST(Schema, EveryTableViewAndColumnIsExplained) {
  const ThrowAwayDatabase database;
  database.apply("040_result_views.sql");
  EXPECT_EQ(database.value(R"(
      SELECT string_agg(c.relname || coalesce('.' || a.attname, ''), ', ')
      FROM pg_class c
      CROSS JOIN LATERAL (SELECT NULL::name AS attname, 0 AS attnum UNION ALL
                         SELECT attname, attnum FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0) a
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v')
        AND NOT EXISTS (SELECT FROM pg_description d WHERE d.objoid = c.oid AND d.objsubid = a.attnum))"),
            "");
}

TEST(Schema, RatiosAreOfTheSums) {
  const ThrowAwayDatabase database;
  database.connect().execute_script(R"(
      INSERT INTO products (id, name, category) VALUES (1, 'a', 'c'), (2, 'b', 'c'), (3, 'z', NULL);
      INSERT INTO daily_performance VALUES ('2026-01-01', 1, 1000, 10, 5, 1, 20), ('2026-01-01', 2, 3000, 90, 45, 9, 180),
                                           ('2026-01-01', 3, 0, 0, 0, 0, 0))");
  EXPECT_EQ(database.value("SELECT concat_ws(' ', ctr, cpc, conversion_rate, roas, acos) FROM daily_total_metrics"),
            "0.025 0.5 0.1 4 0.25");
  EXPECT_EQ(database.value("SELECT concat_ws(' ', ctr, cpc, conversion_rate, roas, acos) FROM daily_category_metrics "
                           "WHERE category = 'c'"),
            "0.025 0.5 0.1 4 0.25");
  EXPECT_EQ(database.value(
                "SELECT num_nonnulls(ctr, cpc, conversion_rate, roas, acos) FROM daily_metrics WHERE product = 'z'"),
            "0");
  // The same instant whatever the session's time zone.
  EXPECT_EQ(database.value("SELECT extract(epoch FROM \"time\")::bigint FROM daily_total_metrics"), "1767225600");
}

// The views over results answer for a role that may only read, on what the load has brought.
TEST(Schema, ResultViewsAnswerTheReader) {
  const ThrowAwayDatabase database;
  database.apply("040_result_views.sql");
  const PlatformServer platform;
  etl::Options load;
  load.platform_url = platform.url();
  load.database = database.login("performance_tracker_loader");
  etl::run(load);
  auto login = database.login("performance_tracker_server");
  login.read_only = true;
  db::Connection reader(login);
  const auto value = [&](const char* sql) { return std::string(reader.execute(sql).text(0, 0)); };
  EXPECT_EQ(value("SELECT count(*) FROM current_kpis WHERE value IS NOT NULL AND change_pct IS NOT NULL"), "10");
  EXPECT_EQ(
      value(
          "SELECT count(*) FILTER (WHERE time_series_type = 'history' AND time_series_data IS NOT NULL) || ' ' || "
          "count(*) FILTER (WHERE time_series_type = 'forecast' AND prediction_interval_lower_bound <= forecast_value "
          "AND forecast_value <= prediction_interval_upper_bound) FROM current_forecast"),
      "90 30");
  EXPECT_EQ(value("SELECT count(DISTINCT category) || ' ' || count(*) FROM current_category_forecast "
                  "WHERE time_series_type = 'forecast'"),
            "6 180");
  // The platform sees to it that there is always something to find.
  EXPECT_NE(value("SELECT count(*) FROM current_anomalies WHERE hypothesis IS NOT NULL"), "0");
  // What is normal for a product is told in its turn only, so not every rule has a row on every day.
  EXPECT_NE(value("SELECT count(*) FROM current_recommendations WHERE recommendation_type = 'revenue_drop'"), "0");
  EXPECT_NE(
      value("SELECT count(*) FROM current_recommendations WHERE recommendation_type IN ('acos_high', 'roas_high', "
            "'spend_saturated')"),
      "0");
  EXPECT_EQ(
      value("SELECT count(*) FROM current_recommendations WHERE severity = 'success' AND impact_lower_bound <= 0"),
      "0");
  EXPECT_NE(
      value("SELECT count(*) FROM current_promotion_impact WHERE absolute_effect IS NOT NULL AND p_value IS NOT NULL"),
      "0");
}

}  // namespace
}  // namespace performance_tracker::test
