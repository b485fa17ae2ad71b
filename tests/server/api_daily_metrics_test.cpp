// SPDX-License-Identifier: PostgreSQL
//
// The days behind every small line of the page, on figures that can be checked by hand: two products of one category,
// one of another and one of none, over two days. On the second day nobody saw an ad.
#include <gtest/gtest.h>

#include "api_support.h"

namespace performance_tracker::test {
namespace {

class ApiDailyMetrics : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = std::make_unique<MigratedDatabase>();
    auto connection = database_->connect();
    connection.execute(
        "INSERT INTO products (name, price, category) VALUES ('Lamp', 10, 'Home'), ('Rug', 20, 'Home'), "
        "('Ball', 5, 'Toys'), ('Card', 1, NULL)");
    // 2026-01-02 is the last day: Lamp and Rug have no impressions then, Ball and Card no row.
    connection.execute(
        "INSERT INTO daily_performance (date, product_id, impressions, clicks, ad_spend, units_sold, revenue) "
        "SELECT day::date, p.id, i, c, s, u, r FROM (VALUES "
        "('2026-01-01', 'Lamp', 1000, 10, 4.00, 1, 10.00), ('2026-01-01', 'Rug', 3000, 90, 16.00, 4, 80.00), "
        "('2026-01-01', 'Ball', 500, 25, 5.00, 5, 25.00), ('2026-01-01', 'Card', 500, 0, 0.00, 0, 0.00), "
        "('2026-01-02', 'Lamp', 0, 0, 0.00, 0, 0.00), ('2026-01-02', 'Rug', 0, 0, 0.00, 2, 40.00)) "
        "AS rows (day, product, i, c, s, u, r) JOIN products p ON p.name = rows.product");
    server_ = std::make_unique<ServerProcess>(database_->environment());
  }
  static void TearDownTestSuite() {
    server_.reset();
    database_.reset();
  }

  static std::string csv(const std::string& route) {
    const auto answer = server_->get("/api/v1/" + route + "&format=csv");
    EXPECT_EQ(answer.status, 200) << answer.body;
    const std::string head =
        "date,product,category,impressions,clicks,ad_spend,units_sold,revenue,ctr,cpc,conversion_rate,roas,acos\r\n";
    EXPECT_TRUE(answer.body.starts_with(head)) << answer.body;
    return answer.body.substr(std::min(head.size(), answer.body.size()));
  }

  static inline std::unique_ptr<MigratedDatabase> database_;
  static inline std::unique_ptr<ServerProcess> server_;
};

TEST_F(ApiDailyMetrics, RatiosAreOfTheSumsAndNullOverZero) {
  EXPECT_EQ(csv("revenue-trend?days=2"),
            "2026-01-01,,,5000,125,25.00,10,115.00,0.025,0.2,0.08,4.6,0.21739130434782608\r\n"
            "2026-01-02,,,0,0,0.00,2,40.00,,,,,0\r\n");
}

TEST_F(ApiDailyMetrics, ACategorysDaysAreThoseOfItsProductsTogether) {
  const std::string home =
      "2026-01-01,,Home,4000,100,20.00,5,90.00,0.025,0.2,0.05,4.5,0.2222222222222222\r\n"
      "2026-01-02,,Home,0,0,0.00,2,40.00,,,,,0\r\n";
  EXPECT_EQ(csv("revenue-trend?category=Home"), home);
  EXPECT_EQ(csv("revenue-trend?category=Home&by=category"), home);
  EXPECT_EQ(csv("revenue-trend?by=category"), home.substr(0, home.find("2026-01-02")) +
                                                  "2026-01-01,,Toys,500,25,5.00,5,25.00,0.05,0.2,0.2,5,0.2\r\n"
                                                  "2026-01-01,,,500,0,0.00,0,0.00,0,,,,\r\n" +
                                                  home.substr(home.find("2026-01-02")));
}

TEST_F(ApiDailyMetrics, AProductIsNamedWithItsCategory) {
  const std::string rug =
      "2026-01-01,Rug,Home,3000,90,16.00,4,80.00,0.03,0.17777777777777778,0.044444444444444446,5,0.2\r\n"
      "2026-01-02,Rug,Home,0,0,0.00,2,40.00,,,,,0\r\n";
  EXPECT_EQ(csv("revenue-trend?product=Rug"), rug);
  EXPECT_EQ(csv("revenue-trend?product=Rug&category=Home"), rug);
  EXPECT_EQ(csv("product-performance?product=Rug"), rug);
  EXPECT_EQ(server_->get("/api/v1/revenue-trend?product=Rug&category=Toys").error("parameter"), "category");
}

TEST_F(ApiDailyMetrics, TheShopSaysInWhichCurrencyItReckons) {
  const auto currency = [] {
    const auto answer = server_->get("/api/v1/revenue-trend?days=2").json();
    return std::string(answer.at("meta").at("currency").as_string());
  };
  EXPECT_EQ(currency(), "USD") << "where nothing is said";
  database_->connect().execute("INSERT INTO shop_settings (currency) VALUES ('EUR')");
  EXPECT_TRUE(eventually([&] { return currency() == "EUR"; }));
  database_->connect().execute("DELETE FROM shop_settings");
}

TEST_F(ApiDailyMetrics, DaysCountBackFromTheLastCompleteOne) {
  EXPECT_EQ(csv("revenue-trend?days=1"), "2026-01-02,,,0,0,0.00,2,40.00,,,,,0\r\n");
  database_->connect().execute(
      "INSERT INTO daily_performance (date, product_id, impressions, clicks, ad_spend, units_sold, revenue) "
      "SELECT current_date + n, 1, 1, 1, 1, 1, 1 FROM generate_series(0, 1) AS n");
  EXPECT_TRUE(eventually([&] { return csv("revenue-trend?days=1").empty(); }))
      << "today is not over, and yesterday has no row";
}

}  // namespace
}  // namespace performance_tracker::test
