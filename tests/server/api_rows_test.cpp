// SPDX-License-Identifier: PostgreSQL
//
// Rows of a real PostgreSQL as JSON and CSV, and what the libpq layer promises.
#include <gtest/gtest.h>

#include "api/rows.h"
#include "db_pool.h"
#include "support.h"

namespace performance_tracker::api {
namespace {

class Rows : public testing::Test {
 protected:
  static void SetUpTestSuite() { database_ = std::make_unique<test::ThrowAwayDatabase>(); }
  static void TearDownTestSuite() { database_.reset(); }
  static std::string json(const std::string& sql) { return rows_to_json(database_->connect().execute(sql)); }
  static std::string csv(const std::string& sql) { return rows_to_csv(database_->connect().execute(sql)); }
  static inline std::unique_ptr<test::ThrowAwayDatabase> database_;
};

TEST_F(Rows, TypesBecomeJson) {
  EXPECT_EQ(
      json("SELECT 1 AS i, 2.50::numeric AS n, 0.1::float8 AS f, true AS b, NULL::text AS t, date '2026-11-22' AS d"),
      R"([{"i":1,"n":2.50,"f":0.1,"b":true,"t":null,"d":"2026-11-22"}])");
  EXPECT_EQ(json("SELECT '{\"a\": [1]}'::jsonb AS j"), R"([{"j":{"a": [1]}}])");
  EXPECT_EQ(json("SELECT 1 AS x WHERE false"), "[]");
}

TEST_F(Rows, WhatJsonCannotSayIsNull) {
  EXPECT_EQ(json("SELECT 'NaN'::float8 AS a, 'Infinity'::float8 AS b, '-Infinity'::float4 AS c, 'NaN'::numeric AS d, "
                 "'infinity'::date AS e, '-infinity'::timestamptz AS f"),
            R"([{"a":null,"b":null,"c":null,"d":null,"e":null,"f":null}])");
}

TEST_F(Rows, TimesAreRfc3339InAnyZone) {
  auto connection = database_->connect();
  const auto at = [&](const std::string& zone) {
    connection.execute("SET timezone = '" + zone + "'");
    return rows_to_json(connection.execute("SELECT timestamptz '2026-11-22 12:00:00.5+00' AS t"));
  };
  EXPECT_EQ(at("UTC"), R"([{"t":"2026-11-22T12:00:00.5+00:00"}])");
  EXPECT_EQ(at("Asia/Kolkata"), R"([{"t":"2026-11-22T17:30:00.5+05:30"}])");
  EXPECT_EQ(at("America/New_York"), R"([{"t":"2026-11-22T07:00:00.5-05:00"}])");
}

TEST_F(Rows, TextIsEscaped) {
  EXPECT_EQ(json(R"(SELECT E'a"b\\c\nd\t' AS "k""ey")"), "[{\"k\\\"ey\":\"a\\\"b\\\\c\\nd\\t\"}]");
}

TEST_F(Rows, CsvQuotesWhatNeedsItAndDisarmsFormulas) {
  EXPECT_EQ(
      csv("SELECT 'a,b' AS x, 'say \"hi\"' AS y, NULL AS z, -1.5 AS n, '=1+1' AS f, '-5' AS g, date '2026-11-22' AS d, "
          "'NaN'::float8 AS nan"),
      "x,y,z,n,f,g,d,nan\r\n\"a,b\",\"say \"\"hi\"\"\",,-1.5,'=1+1,'-5,2026-11-22,\r\n");
  EXPECT_EQ(csv("SELECT E'two\\nlines' AS x"), "x\r\n\"two\nlines\"\r\n");
}

TEST_F(Rows, TransactionsRollBackUnlessCommitted) {
  auto connection = database_->connect();
  {
    const db::Transaction transaction(connection);
    connection.execute("CREATE TABLE gone ()");
  }
  EXPECT_EQ(database_->value("SELECT to_regclass('gone')"), "");
  db::Transaction transaction(connection);
  EXPECT_THROW(connection.execute("SELECT 1/0"), db::Error);
  EXPECT_THROW(transaction.commit(), db::Error);
}

TEST_F(Rows, CopyTakesEveryCharacterAndAbortsWithoutFinish) {
  auto connection = database_->connect();
  connection.execute("CREATE TEMP TABLE copied (a text, b int)");
  const std::string odd = "tab\there \\N new\nline \\. ä";
  {
    db::CopyIn copy(connection, "COPY copied FROM STDIN");
    copy.row({odd, "1"});
    copy.row({std::nullopt, std::nullopt});
    EXPECT_EQ(copy.finish(), 2);
  }
  {
    db::CopyIn copy(connection, "COPY copied FROM STDIN");
    copy.row({"not kept", "2"});
  }
  const auto rows = connection.execute("SELECT a FROM copied ORDER BY b");
  ASSERT_EQ(rows.rows(), 2);
  EXPECT_EQ(rows.text(0, 0), odd);
  EXPECT_TRUE(rows.is_null(1, 0));
}

TEST_F(Rows, ACancelReachesARunningStatement) {
  auto connection = database_->connect();
  const auto canceller = connection.canceller();
  std::jthread other([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      canceller.cancel();
    }
  });
  try {
    connection.execute("SELECT pg_sleep(30)");
    ADD_FAILURE() << "it was not cancelled";
  } catch (const db::Error& error) {
    EXPECT_EQ(error.sqlstate(), "57014");
  }
}

TEST_F(Rows, AParameterWithANulByteIsAnErrorNotACutValue) {
  auto connection = database_->connect();
  EXPECT_THROW(connection.execute("SELECT $1::text", {std::string("a\0b", 3)}), db::Error);
}

TEST_F(Rows, ThePoolSurvivesItsConnections) {
  auto options = database_->login("performance_tracker_server");
  options.read_only = true;
  db::Pool pool(options, 2);
  const auto pid = [&] { return std::string(pool.query("SELECT pg_backend_pid()").text(0, 0)); };
  const auto first = pid();
  EXPECT_EQ(pid(), first);
  database_->connect().execute("SELECT pg_terminate_backend($1::int)", {first});
  EXPECT_NE(pid(), first);
  EXPECT_THROW(pool.query("CREATE TABLE forbidden ()"), db::Error);
}

TEST_F(Rows, AFullPoolSaysSoAfterItsWait) {
  db::Pool pool(database_->login(), 1, std::chrono::milliseconds(50));
  std::jthread busy([&] { pool.query("SELECT pg_sleep(1)"); });
  EXPECT_TRUE(test::eventually([&] {
    try {
      pool.query("SELECT 1");
      return false;
    } catch (const db::PoolExhausted&) {
      return true;
    }
  }));
}

}  // namespace
}  // namespace performance_tracker::api
