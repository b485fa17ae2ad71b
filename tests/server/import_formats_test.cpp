// SPDX-License-Identifier: PostgreSQL
//
// Exports of each kind, as their makers write them, and what of them is in the tables afterwards.
#include <gtest/gtest.h>

#include "import_support.h"

namespace performance_tracker::test {
namespace {

class ImportFormats : public testing::Test, public ImportDesk {};

TEST_F(ImportFormats, GoogleAdsFromItsPage) {
  const auto report =
      import("google.csv",
             "Shopping report\n"
             "\"November 20, 2026 - November 21, 2026\"\n"
             "Day,Item ID,Product title,Campaign,Currency code,Impr.,Clicks,Cost,Conversions,Conv. value\n"
             "2026-11-20,SKU-1,Mouse,Brand,EUR,\"1,200\",40,23.50,1.50,59.98\n"
             "2026-11-20,SKU-1,Mouse,Generic,EUR,800,20,10.00,0.50,19.99\n"
             "2026-11-21,SKU-2,Keyboard,Brand,EUR,500,10,5.25, --,0.00\n"
             "Total: Products,,,,EUR,\"2,500\",70,38.75,2.00,79.97\n"
             "Total: Account,,,,EUR,\"2,500\",70,38.75,2.00,79.97\n");
  EXPECT_EQ(report.format, "google_ads");
  EXPECT_EQ(report.rows_read, 3);
  EXPECT_EQ(report.totals, 2);
  EXPECT_EQ(report.products_new, 2);
  EXPECT_EQ(days(), "2026-11-20 Mouse 2000 60 33.50 2 79.97, 2026-11-21 Keyboard 500 10 5.25 0 0.00");
  EXPECT_EQ(value("SELECT string_agg(concat_ws(' ', campaign, channel, units_sold), ', ' ORDER BY campaign) "
                  "FROM campaign_performance WHERE external_id = 'SKU-1'"),
            "Brand google 1.5000, Generic google 0.5000");
  EXPECT_EQ(value("SELECT status || ' ' || rows_inserted || ' ' || source FROM etl_runs"), "succeeded 2 google.csv");
}

TEST_F(ImportFormats, GoogleAdsForExcelInGerman) {
  const std::string text =
      "Tag\tArtikel\tImpr.\tKlicks\tKosten\tConv.-Wert\n"
      "21.11.2026\tMaus\t1.200\t40\t1.023,50 €\t2.059,98 €\n";
  options.table.columns =
      etl::parse_column_map("date=Tag,product=Artikel,clicks=Klicks,ad_spend=Kosten,revenue=Conv.-Wert");
  for (const bool big : {false, true}) {
    const auto report = import("google-excel.csv", utf16(text, big));
    EXPECT_EQ(report.decimal, "comma");
    EXPECT_EQ(days(), "2026-11-21 Maus 1200 40 1023.50 - 2059.98");
  }
}

TEST_F(ImportFormats, GoogleAdsByItsQueryLanguageHasCostInMillionths) {
  import("gaql.csv",
         "segments.date,segments.product_item_id,metrics.impressions,metrics.clicks,metrics.cost_micros,"
         "metrics.conversions,metrics.conversions_value\n"
         "2026-11-21,SKU-1,1000,50,12300000,2.0,80.5\n");
  EXPECT_EQ(days(), "2026-11-21 SKU-1 1000 50 12.30 2 80.50");
}

TEST_F(ImportFormats, MetaAdsWithTotalsAndTheCurrencyInItsHeader) {
  const auto report =
      import("meta.csv",
             "Campaign name,Product ID,Day,Reporting starts,Reporting ends,Impressions,Link clicks,Amount spent (EUR),"
             "Purchases,Purchases conversion value\n"
             ",,,2026-11-20,2026-11-21,300,9,6.5,1,40\n"
             "Retargeting,\"4711, Wireless Mouse\",2026-11-20,2026-11-20,2026-11-20,200,6,4.50,1,40.00\n"
             "Retargeting,\"4711, Wireless Mouse\",2026-11-21,2026-11-21,2026-11-21,100,3,2.00,,\n");
  EXPECT_EQ(report.format, "meta_ads");
  EXPECT_EQ(days(), "2026-11-20 Wireless Mouse 200 6 4.50 1 40.00, 2026-11-21 Wireless Mouse 100 3 2.00 0 0.00");
  EXPECT_EQ(value("SELECT external_id FROM product_keys"), "4711");
  EXPECT_EQ(value("SELECT DISTINCT currency FROM campaign_performance"), "EUR");
}

TEST_F(ImportFormats, AmazonAdsOfTheOldConsoleAsAWorkbook) {
  const auto report = import(
      "sp.xlsx",
      workbook(
          R"(<row r="1"><c r="A1" t="inlineStr"><is><t>Date</t></is></c><c r="B1" t="inlineStr"><is><t>Currency</t></is></c>)"
          R"(<c r="C1" t="inlineStr"><is><t>Advertised SKU</t></is></c><c r="D1" t="inlineStr"><is><t>Advertised ASIN</t></is></c>)"
          R"(<c r="E1" t="inlineStr"><is><t>Impressions</t></is></c><c r="F1" t="inlineStr"><is><t>Clicks</t></is></c>)"
          R"(<c r="G1" t="inlineStr"><is><t>Spend</t></is></c><c r="H1" t="inlineStr"><is><t xml:space="preserve">7 Day Total Sales </t></is></c>)"
          R"(<c r="I1" t="inlineStr"><is><t>7 Day Total Units (#)</t></is></c></row>)"
          R"(<row r="2"><c r="A2" s="1"><v>46347</v></c><c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c>)"
          R"(<c r="D2" t="s"><v>2</v></c><c r="E2"><v>1500</v></c><c r="F2"><v>30</v></c><c r="G2" s="3"><v>21.400000000000002</v></c>)"
          R"(<c r="H2"><f>SUM(J2:K2)</f><v>86.48</v></c><c r="I2"><v>3</v></c></row>)"
          R"(<row r="3"><c r="A3" s="2"><v>46347.5</v></c><c r="C3" t="s"><v>1</v></c><c r="E3"><v>1</v></c><c r="F3"><v>0</v></c>)"
          R"(<c r="G3"><v>0</v></c><c r="H3"><f>SUM(J2:K2)</f></c></row>)",
          {{"xl/sharedStrings.xml",
            "<sst><si><t>USD</t></si><si><r><t>MO</t></r><r><t>USE-1</t></r></si><si><t>B000123</t></si></sst>"}}));
  EXPECT_EQ(report.format, "amazon_ads");
  EXPECT_EQ(days(), "2026-11-21 MOUSE-1 1500 30 21.40 3 86.48");
  ASSERT_EQ(report.rejects.size(), 1U);
  EXPECT_NE(report.rejects[0].find("formula without a result"), std::string::npos) << report.rejects[0];
}

TEST_F(ImportFormats, AmazonAdsOfTheNewConsole) {
  const auto report = import(
      "reports.csv",
      "\xef\xbb\xbf\"Budget currency\",\"Date\",\"Campaign ID\",\"Campaign name\",\"Advertised product ID\","
      "\"Advertised product SKU\",\"Impressions\",\"Clicks\",\"Total cost\",\"Purchases\",\"Sales\",\"Units sold\"\r\n"
      "\"USD\",\"Nov 21, 2026\",\"=\"\"181234567890123456\"\"\",\"Auto\",\"B000123\",\"=\"\"00471\"\"\",\"400\",\"10\","
      "\"5.50\",\"1\",\"18.99\",\"1\"\r\n");
  EXPECT_EQ(report.format, "amazon_ads_2026");
  EXPECT_EQ(days(), "2026-11-21 00471 400 10 5.50 1 18.99");
}

TEST_F(ImportFormats, ShopifyOrdersWithoutThoseThatCameToNothing) {
  const auto report = import(
      "orders.csv",
      "Name,Email,Financial Status,Currency,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,"
      "Cancelled at,Lineitem discount\n"
      "#1001,a@example.com,paid,EUR,2026-11-20 23:50:01 +0100,2,Mouse,29.99,SKU-1,,5.00\n"
      "#1001,,,,2026-11-20 23:50:01 +0100,1,Keyboard,49.00,SKU-2,,0.00\n"
      "#1002,b@example.com,refunded,EUR,2026-11-20 10:00:00 +0100,1,Mouse,29.99,SKU-1,,0.00\n"
      "#1002,,,,2026-11-20 10:00:00 +0100,5,Keyboard,49.00,SKU-2,,0.00\n"
      "#1003,c@example.com,paid,EUR,2026-11-20 11:00:00 +0100,1,Mouse,29.99,SKU-1,2026-11-20 12:00:00 +0100,0.00\n"
      "#1004,d@example.com,partially_refunded,EUR,2026-11-21 11:00:00 +0100,1,Mouse,29.99,SKU-1,,0.00\n");
  EXPECT_EQ(report.format, "shopify_orders");
  EXPECT_EQ(report.rows_unsold, 3);
  EXPECT_EQ(days(),
            "2026-11-20 Keyboard - - - 1 49.00, 2026-11-20 Mouse - - - 2 54.98, 2026-11-21 Mouse - - - 1 29.99");
}

TEST_F(ImportFormats, WooCommerceOrders) {
  import("woo.csv",
         "order_id,order_number,order_date,status,order_currency,item_sku,item_name,item_quantity,item_total\n"
         "17,17,2026-11-21 09:00:00,wc-completed,EUR,SKU-1,Mouse,2,59.98\n"
         "18,18,2026-11-21 09:30:00,failed,EUR,SKU-1,Mouse,2,59.98\n");
  EXPECT_EQ(days(), "2026-11-21 Mouse - - - 2 59.98");
}

// Advertising of two platforms adds up; units and revenue are the shop's own where it speaks.
TEST_F(ImportFormats, SeveralSourcesOfOneProduct) {
  import("google.csv",
         "Day,Item ID,Impressions,Clicks,Cost,Conversions,Conv. value\n"
         "2026-11-20,SKU-1,1000,50,20.00,2,80.00\n2026-11-21,SKU-1,1000,50,20.00,2,80.00\n");
  import(
      "meta.csv",
      "Day,Product ID,Campaign name,Impressions,Link clicks,Amount spent (EUR),Purchases,Purchases conversion value\n"
      "2026-11-21,SKU-1,A,500,10,5.00,1,40.00\n");
  EXPECT_EQ(days(), "2026-11-20 SKU-1 1000 50 20.00 2 80.00, 2026-11-21 SKU-1 1500 60 25.00 3 120.00");
  const std::string orders =
      "Name,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku\n";
  import("orders.csv", orders + "#1,paid,2026-11-21 10:00:00,1,x,40.00,SKU-1\n");
  EXPECT_EQ(days(), "2026-11-20 SKU-1 1000 50 20.00 2 80.00, 2026-11-21 SKU-1 1500 60 25.00 1 40.00");
  // Where the shop speaks of a day, what it does not mention was not sold.
  options.create_products = true;
  import("orders2.csv", orders + "#2,paid,2026-11-20 10:00:00,1,y,10.00,SKU-2\n");
  EXPECT_EQ(value("SELECT revenue FROM daily_performance WHERE date = '2026-11-20' AND impressions = 1000"), "0.00");
  // Google restates; nothing is counted twice.
  import("google.csv",
         "Day,Item ID,Impressions,Clicks,Cost,Conversions,Conv. value\n2026-11-21,SKU-1,1100,55,21.00,3,90.00\n");
  EXPECT_EQ(value("SELECT concat_ws(' ', impressions, clicks, ad_spend, units_sold, revenue) FROM daily_performance d "
                  "JOIN products p ON p.id = product_id WHERE date = '2026-11-21' AND name = 'SKU-1'"),
            "1600 65 26.00 1 40.00");
  // Taken apart by campaign, the days add up to what they are, whoever counts.
  database.apply("031_campaign_views.sql");
  EXPECT_EQ(value("SELECT count(*) FROM (SELECT date, product, sum(impressions), sum(clicks), sum(ad_spend), "
                  "sum(units_sold), sum(revenue) FROM campaign_metrics GROUP BY 1, 2 EXCEPT SELECT d.date, p.name, "
                  "d.impressions, d.clicks, d.ad_spend, d.units_sold, d.revenue FROM daily_performance d "
                  "JOIN products p ON p.id = d.product_id) AS off"),
            "0");
  EXPECT_EQ(value("SELECT concat_ws(' ', impressions, round(attributed_revenue), round(revenue)) FROM campaign_metrics "
                  "WHERE campaign = 'A'"),
            "500 40 0");
  // What nobody explains has a row of its own.
  database.connect().execute("UPDATE daily_performance SET clicks = clicks + 7 WHERE date = '2026-11-21'");
  EXPECT_EQ(value("SELECT concat_ws(' ', count(*), sum(clicks)) FROM campaign_metrics WHERE source IS NULL"), "1 7");
}

// What the platform has loaded stays when a file speaks of the same product.
TEST_F(ImportFormats, AFileBesideThePlatform) {
  database.connect().execute_script(
      "INSERT INTO products (id, name) VALUES (7, 'Mouse'); INSERT INTO product_keys VALUES ('platform', 'SKU-1', 7);"
      "INSERT INTO daily_performance VALUES ('2026-11-21', 7, 1000, 50, 20, 2, 80)");
  import("meta.csv",
         "Day,Product ID,Campaign name,Impressions,Link clicks,Amount spent,Purchases,Purchases conversion value\n"
         "2026-11-21,SKU-1,A,500,10,5.00,1,40.00\n");
  EXPECT_EQ(days(), "2026-11-21 Mouse 1500 60 25.00 3 120.00");
}

TEST_F(ImportFormats, TablesOfTheSameDatabase) {
  database.connect().execute_script(R"(
      CREATE SCHEMA reports; CREATE TABLE reports."Ad Report" (source_relation text, date_day date, platform text,
        account_id text, campaign_id text, campaign_name text, clicks bigint, impressions bigint, spend double precision,
        conversions double precision, conversions_value double precision);
      INSERT INTO reports."Ad Report" VALUES ('', '2026-11-21', 'google_ads', '1', '2', 'Brand', 10, 100, 1234.125, 1.5, 80);
      GRANT USAGE ON SCHEMA reports TO performance_tracker_loader;
      GRANT SELECT ON reports."Ad Report" TO performance_tracker_loader)");
  const auto report = etl::import_table("reports.\"Ad Report\"", options);
  EXPECT_EQ(report.format, "dbt_ad_reporting");
  EXPECT_EQ(days(), "2026-11-21 Brand 100 10 1234.13 2 80.00");
  EXPECT_EQ(value("SELECT channel FROM campaign_performance"), "google_ads");
  EXPECT_THROW(etl::import_table("no_such; DROP TABLE products", options), etl::FileError);
}

}  // namespace
}  // namespace performance_tracker::test
