// SPDX-License-Identifier: PostgreSQL
#include <gtest/gtest.h>

#include "etl/payload.h"
#include "etl/retry.h"

namespace performance_tracker::etl {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string metrics_page(const std::string& rows, const std::string& meta) {
  return R"({"data":[)" + rows + R"(],"meta":)" + meta + "}";
}

const std::string kOne = R"({"total_rows":1,"row_count":1,"next_cursor":null})";
const std::string kGoodRow =
    R"({"date":"2026-11-01","product_id":"A","impressions":100,"clicks":7,"ad_spend":3.5,"units_sold":2,"revenue":59.98})";

std::string with(const std::string& field, const std::string& value) {
  std::string row = kGoodRow;
  const auto at = row.find("\"" + field + "\":") + field.size() + 3;
  return row.replace(at, row.find_first_of(",}", at) - at, value);
}

TEST(EtlPayload, ReadsAGoodPage) {
  const auto page = parse_metrics(metrics_page(kGoodRow, R"({"total_rows":9,"row_count":1,"next_cursor":"c2"})"));
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.rows[0].product_id, "A");
  EXPECT_EQ(to_string(page.rows[0].date), "2026-11-01");
  EXPECT_EQ(page.rows[0].impressions, 100);
  EXPECT_EQ(page.rows[0].clicks, 7);
  EXPECT_EQ(page.rows[0].ad_spend, 3.5);
  EXPECT_EQ(page.rows[0].units_sold, 2);
  EXPECT_EQ(page.rows[0].revenue, 59.98);
  EXPECT_EQ(page.total_rows, 9);
  EXPECT_EQ(page.next_cursor, "c2");
}

struct BadPage {
  std::string body;
  std::string says;
  bool unreadable;
};

TEST(EtlPayload, RefusesWhatIsWrongAndSaysWhere) {
  const BadPage cases[] = {
      {"", "is not JSON", true},
      {"<html>", "is not JSON", true},
      {metrics_page(kGoodRow, kOne).substr(0, 60), "is not JSON", true},
      {"[]", "is not an object", false},
      {"{}", "data is missing", false},
      {R"({"data":{},"meta":{}})", "data is not a list", false},
      {R"({"data":[]})", "meta is missing", false},
      {metrics_page(kGoodRow, R"({"total_rows":1,"row_count":2})"), "announces 2 rows and has 1", false},
      {metrics_page(kGoodRow, R"({"total_rows":-1,"row_count":1})"), "meta: total_rows is -1", false},
  };
  for (const BadPage& c : cases) {
    try {
      parse_metrics(c.body);
      ADD_FAILURE() << "accepted: " << c.body;
    } catch (const PayloadError& error) {
      EXPECT_NE(std::string(error.what()).find(c.says), std::string::npos) << error.what() << "\nfor " << c.body;
      EXPECT_EQ(error.unreadable(), c.unreadable) << c.body;
    }
  }
}

struct BadRow {
  std::string row;
  std::string says;
};

// One bad cell stopped a shop for ever: the whole run was refused, each time again.
TEST(EtlPayload, ARowThatBreaksARuleIsSetAsideAndTheOthersCount) {
  const BadRow cases[] = {
      {"7", "row 2: 7 is not an object"},
      {with("clicks", "-1"), "row 2: clicks is -1"},
      {with("clicks", "1.5"), "not a whole number"},
      {with("clicks", "null"), "clicks is null"},
      {with("clicks", "101"), "clicks (101) is more than impressions (100)"},
      {with("impressions", "2147483648"), "impressions is"},
      {with("impressions", "1e300"), "impressions is"},
      {with("ad_spend", "-0.01"), "ad_spend is"},
      {with("revenue", "1000000000000000"), "revenue is"},
      {with("date", "\"2026-02-30\""), "not a day"},
      {with("date", "\"01.11.2026\""), "not a day"},
      {with("product_id", "\"  \""), "product_id is empty"},
      {with("product_id", "\"A\\u0000B\""), "control character"},
      {with("clicks", "\"7x\""), "clicks is \"7x\""},
      {with("clicks", "\"\""), "clicks is"},
  };
  for (const BadRow& c : cases) {
    const auto page =
        parse_metrics(metrics_page(kGoodRow + "," + c.row, R"({"total_rows":2,"row_count":2,"next_cursor":null})"));
    EXPECT_EQ(page.rows.size(), 1U) << c.row;
    ASSERT_EQ(page.rejects.size(), 1U) << c.row;
    EXPECT_NE(page.rejects[0].reason.find(c.says), std::string::npos) << page.rejects[0].reason << "\nfor " << c.row;
    EXPECT_NE(page.rejects[0].reason.find("row 2"), std::string::npos);
    EXPECT_FALSE(page.rejects[0].original.empty());
  }
  const auto known = parse_metrics(metrics_page(with("clicks", "-1"), kOne)).rejects[0];
  EXPECT_EQ(known.product_id, "A");
  EXPECT_EQ(to_string(*known.date), "2026-11-01");
}

// Large platforms send 64-bit integers as strings.
TEST(EtlPayload, NumbersMayComeAsStrings) {
  EXPECT_EQ(parse_metrics(metrics_page(with("clicks", "\"7\""), kOne)).rows.at(0).clicks, 7);
  EXPECT_EQ(parse_metrics(metrics_page(with("revenue", "\"59.98\""), kOne)).rows.at(0).revenue, 59.98);
}

TEST(EtlPayload, DeepAndEndlessJsonIsRefused) { EXPECT_THROW(parse_metrics(std::string(100'000, '[')), PayloadError); }

TEST(EtlPayload, TwoProductsOfOneNameAreToldApartByTheirKeys) {
  const Catalog catalog = make_catalog({{"B", "Mouse", {}, {}}, {"A", "Mouse", {}, {}}, {"C", "Hub", {}, {}}});
  EXPECT_EQ(catalog.at("A").name, "Mouse");
  EXPECT_EQ(catalog.at("B").name, "Mouse (B)");
  EXPECT_EQ(catalog.at("C").name, "Hub");
  EXPECT_THROW(make_catalog({{"A", "Mouse", {}, {}}, {"A", "Hub", {}, {}}}), PayloadError);
}

Day day(const char* text) { return *parse_day(text); }

Page<MetricsRow> page_of(std::vector<MetricsRow> rows, std::int64_t total) { return {std::move(rows), total, {}}; }

TEST(EtlPayload, PagesAreHeldAgainstEachOther) {
  const Catalog catalog = make_catalog({{"A", "Mouse", {}, {}}, {"B", "Hub", {}, {}}});
  const Day first = day("2026-11-01"), last = day("2026-11-02");
  const MetricsRow a{"A", first}, b{"B", first}, c{"A", last};
  const auto collector = [&] { return MetricsCollector(catalog, first, last); };
  {
    auto good = collector();
    good.add(page_of({a, b}, 3));
    good.add(page_of({c}, 3));
    EXPECT_EQ(good.finish().rows.size(), 3U);
  }
  auto short_one = collector();
  short_one.add(page_of({a, b}, 3));
  EXPECT_THROW(short_one.finish(), PayloadError);
  EXPECT_THROW(collector().add(page_of({a, b}, 1)), PayloadError);
  // A row that does not belong is set aside; more of them than others mean that the format has changed.
  for (const MetricsRow& stray :
       {a, MetricsRow{"C", first}, MetricsRow{"A", day("2026-10-31")}, MetricsRow{"A", day("2026-11-03")}}) {
    auto tolerant = collector();
    tolerant.add(page_of({a, b, stray}, 3));
    const MetricsBatch batch = tolerant.finish();
    EXPECT_EQ(batch.rows.size(), 2U);
    ASSERT_EQ(batch.rejects.size(), 1U);
    EXPECT_EQ(batch.rejects[0].product_id, stray.product_id);
  }
  auto other_format = collector();
  other_format.add(page_of({{"C", first}}, 1));
  EXPECT_THROW(other_format.finish(), PayloadError);
  auto changing = collector();
  changing.add(page_of({a}, 3));
  EXPECT_THROW(changing.add(page_of({b}, 2)), PayloadError);
}

TEST(EtlPayload, PromotionsAreChecked) {
  const auto parse = [](const std::string& row) {
    return parse_promotions(R"({"data":[)" + row + R"(],"meta":{"total_rows":1,"row_count":1}})");
  };
  EXPECT_EQ(parse(R"({"name":"Sale","start":"2026-11-01","end":"2026-11-01"})").rows[0].discount_pct, std::nullopt);
  for (const char* bad : {R"({"name":"Sale","start":"2026-11-02","end":"2026-11-01"})",
                          R"({"name":"Sale","start":"2026-11-01","end":"2026-11-02","discount_pct":101})",
                          R"({"name":"S","start":"2026-11-01","end":"2026-11-02","product_id":"A","category":"B"})"})
    EXPECT_EQ(parse(bad).rejects.size(), 1U) << bad;
  const PromotionRow sale{"Sale", "Z", {}, day("2026-11-01"), day("2026-11-02"), {}};
  const Catalog catalog = make_catalog({{"Z", "Mouse", {}, {}}});
  std::vector<Reject> rejects;
  EXPECT_EQ(known_promotions({sale}, {}, rejects).size(), 0U);
  EXPECT_EQ(known_promotions({sale, sale}, catalog, rejects).size(), 1U);
  EXPECT_EQ(rejects.size(), 2U);
}

TEST(EtlRetry, WaitsDoubleUpToTheLimitWithJitter) {
  Backoff backoff(milliseconds(100), milliseconds(800));
  for (const int ceiling : {100, 200, 400, 800, 800, 800}) {
    const auto wait = backoff.next();
    EXPECT_GE(wait.count(), ceiling / 2);
    EXPECT_LE(wait.count(), ceiling);
  }
}

TEST(EtlRetry, ReadsRetryAfter) {
  constexpr std::time_t kNow = 1445412480;  // Wed, 21 Oct 2015 07:28:00 GMT
  EXPECT_EQ(parse_retry_after("0", kNow), seconds(0));
  EXPECT_EQ(parse_retry_after("120", kNow), seconds(120));
  EXPECT_EQ(parse_retry_after("Wed, 21 Oct 2015 07:28:05 GMT", kNow), seconds(5));
  EXPECT_EQ(parse_retry_after("Wed, 21 Oct 2015 07:27:00 GMT", kNow), seconds(0));
  for (const char* nonsense : {"", "soon", "-1", "1.5", "12x", "Wed, 21 Oct 2015"})
    EXPECT_EQ(parse_retry_after(nonsense, kNow), std::nullopt) << nonsense;
}

TEST(EtlRetry, AWaitEndsWhenStopped) {
  std::stop_source stop;
  EXPECT_TRUE(sleep_for(milliseconds(1), stop.get_token()));
  stop.request_stop();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(sleep_for(seconds(30), stop.get_token()));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(5));
}

}  // namespace
}  // namespace performance_tracker::etl
