// SPDX-License-Identifier: PostgreSQL
//
// Files that are broken, ambiguous, too large or come twice.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>

#include "etl/store.h"
#include "import_support.h"

namespace performance_tracker::test {
namespace {

class ImportFiles : public testing::Test, public ImportDesk {
 protected:
  static constexpr const char* kHeader = "date,sku,impressions,clicks,ad_spend,units_sold,revenue\n";
  std::string generic(const std::string& rows) const { return kHeader + rows; }
  static bool says(const std::string& message, const std::string& what) {
    return message.find(what) != std::string::npos;
  }
};

TEST_F(ImportFiles, TheSameFileTwiceWritesNothing) {
  const std::string text = generic("2026-11-20,A,100,10,5,1,20\n2026-11-21,A,100,10,5,1,20\n");
  import("a.csv", text);
  const auto rows = [&] {
    return value("SELECT md5(string_agg(t::text || t.ctid || t.xmin, '|' ORDER BY t::text)) FROM daily_performance t") +
           value(
               "SELECT md5(string_agg(t::text || t.ctid || t.xmin, '|' ORDER BY t::text)) FROM campaign_performance t");
  };
  const std::string before = rows();
  const auto again = import("a.csv", text);
  EXPECT_EQ(again.days_unchanged, 2);
  EXPECT_EQ(again.days_inserted + again.days_updated + again.products_new, 0);
  EXPECT_EQ(rows(), before);
}

TEST_F(ImportFiles, OfTwoThatOverlapTheLastCounts) {
  import("a.csv", generic("2026-11-19,A,1,1,1,1,1\n2026-11-20,A,100,10,5,1,20\n"));
  import("b.csv", generic("2026-11-20,A,200,20,10,2,40\n2026-11-21,A,3,3,3,3,3\n"));
  EXPECT_EQ(days(), "2026-11-19 A 1 1 1.00 1 1.00, 2026-11-20 A 200 20 10.00 2 40.00, 2026-11-21 A 3 3 3.00 3 3.00");
}

// A renamed campaign once stood beside its old name, and counted twice.
TEST_F(ImportFiles, ARenamedCampaignIsNotCountedTwice) {
  const std::string header = "date,sku,campaign,revenue\n";
  import("a.csv", header + "2026-11-20,A,Old,20\n");
  import("b.csv", header + "2026-11-20,A,New,20\n");
  EXPECT_EQ(value("SELECT revenue FROM daily_performance"), "20.00");
  EXPECT_EQ(value("SELECT string_agg(campaign, ' ') FROM campaign_performance"), "New");
}

TEST_F(ImportFiles, DatesThatMayBeEitherAreAskedFor) {
  const std::string open = generic("03/04/2026,A,1,1,1,1,1\n05/04/2026,A,1,1,1,1,1\n");
  EXPECT_TRUE(says(refusal("open.csv", open), "'03/04/2026' in line 2")) << refusal("open.csv", open);
  EXPECT_TRUE(says(refusal("open.csv", open), "--dates day-first"));
  options.table.date_order = etl::DateOrder::month_first;
  import("open.csv", open);
  EXPECT_EQ(value("SELECT string_agg(date::text, ' ' ORDER BY date) FROM daily_performance"), "2026-03-04 2026-05-04");
  options.table.date_order.reset();
  // Another line decides, or that nothing has happened in the future yet.
  EXPECT_EQ(import("proof.csv", generic("03/04/2026,B,1,1,1,1,1\n13/04/2026,B,1,1,1,1,1\n")).date_order, "day-first");
  EXPECT_EQ(import("future.csv", generic("11/12/2026,C,1,1,1,1,1\n")).date_order, "month-first");
  EXPECT_TRUE(says(refusal("both.csv", generic("13/04/2026,D,1,1,1,1,1\n04/13/2026,D,1,1,1,1,1\n")), "in two ways"));
}

TEST_F(ImportFiles, NumbersThatMayBeEitherAreAskedFor) {
  const std::string open = "date;sku;revenue\n2026-11-20;A;1,234\n";
  EXPECT_TRUE(says(refusal("open.csv", open), "--decimal")) << refusal("open.csv", open);
  options.table.decimal = etl::Decimal::comma;
  import("open.csv", open);
  EXPECT_EQ(value("SELECT revenue FROM daily_performance"), "1.23");
  options.table.decimal.reset();
  import("proof.csv", open + "2026-11-21;A;12,5\n");
  EXPECT_EQ(value("SELECT sum(revenue) FROM daily_performance"), "13.73");
}

TEST_F(ImportFiles, ALineThatIsNotWholeIsSetAside) {
  const auto cut = import("cut.csv", generic("2026-11-20,A,100,10,5,1,20\n2026-11-21,A,100,10"));
  EXPECT_EQ(cut.rows_rejected, 1);
  EXPECT_TRUE(says(cut.rejects.at(0), "the line is not whole")) << cut.rejects.at(0);
  EXPECT_EQ(value("SELECT count(*) FROM daily_performance"), "1");
  const auto quoted = import("quote.csv", generic("2026-11-20,A,100,10,5,1,20\n2026-11-21,\"A,100,10,5,1,20\n"));
  EXPECT_TRUE(says(quoted.rejects.at(0), "inside a quoted field")) << quoted.rejects.at(0);
}

TEST_F(ImportFiles, BadCellsAreSetAsideAndTheRestIsLoaded) {
  const auto report = import("bad.csv", generic("2026-11-19,A,100,200,5,1,20\n"     // clicks > impressions
                                                "2026-11-19,B,abc,10,5,1,20\n"      // no number
                                                "2026-11-31,B,100,10,5,1,20\n"      // no day
                                                "2027-11-20,B,100,10,5,1,20\n"      // the future
                                                "2026-11-20,,100,10,5,1,20\n"       // no product
                                                "2026-11-20,B,100,10,-5,1,20\n"     // less than zero
                                                "2026-11-20,B,100.5,10,5,1,20\n"    // half an impression
                                                "2026-11-20,B,100,10,5,1,20,7,8\n"  // more columns than the header
                                                "2026-11-20,C,100,10,5,1,20\n2026-11-21,C,100,10,5,1,20\n"
                                                "2026-11-20,D,1,1,1,1,1\n2026-11-21,D,1,1,1,1,1\n"));
  EXPECT_EQ(report.rows_rejected, 8);
  EXPECT_EQ(report.days_inserted, 4);
  EXPECT_EQ(value("SELECT count(*) FROM etl_rejects WHERE status = 'rejected'"), "8");
  EXPECT_TRUE(
      says(value("SELECT reason FROM etl_rejects WHERE external_id = 'B' AND reason ~ 'abc'"), "bad.csv, line 3"));
  EXPECT_EQ(value("SELECT rows_rejected FROM etl_runs"), "8");
}

TEST_F(ImportFiles, AFileOfBadLinesLoadsNothing) {
  std::string rows;
  for (int i = 0; i < 20; ++i) rows += "2026-11-20,A" + std::to_string(i) + ",x,1,1,1,1\n";
  EXPECT_TRUE(says(refusal("bad.csv", generic(rows + "2026-11-20,Z,1,1,1,1,1\n")), "20 of 21 lines break a rule"));
  EXPECT_EQ(value("SELECT count(*) || ' ' || (SELECT status FROM etl_runs) FROM products"), "0 failed");
}

TEST_F(ImportFiles, UnknownColumnsAndMissingProductsAreExplained) {
  EXPECT_TRUE(says(refusal("odd.csv", "a,b\n1,2\n"), "--map date=")) << refusal("odd.csv", "a,b\n1,2\n");
  EXPECT_TRUE(says(refusal("odd.csv", "a,b\n1,2\n"), "a, b"));
  EXPECT_TRUE(says(refusal("none.csv", "Day,Campaign,Clicks\n2026-11-20,x,1\n"), "--product NAME"));
  options.table.product = "Whole shop";
  import("none.csv", "Day,Campaign,Clicks\n2026-11-20,x,1\n2026-11-20,y,2\n");
  EXPECT_EQ(days(), "2026-11-20 Whole shop - 3 - - -");
  options.table.product.clear();
  options.table.columns = etl::parse_column_map("date=Day,revenue=Sales");
  EXPECT_TRUE(says(refusal("map.csv", "Day,x\n2026-11-20,1\n"), "--map"));
  for (const char* content : {"", "\n\n\n", "\xef\xbb\xbf"})
    EXPECT_TRUE(says(refusal("empty.csv", content), "no line"));
}

TEST_F(ImportFiles, AWeekInOneLineIsNoDay) {
  const auto report = import("week.csv",
                             "Start Date,End Date,Advertised SKU,Impressions,Clicks,Spend\n"
                             "2026-11-02,2026-11-08,A,1,1,1\n2026-11-20,2026-11-20,A,1,1,1\n");
  EXPECT_TRUE(says(report.rejects.at(0), "export by day")) << report.rejects.at(0);
  EXPECT_EQ(report.days_inserted, 1);
}

TEST_F(ImportFiles, ProductsOfAnotherNameAreListedWithTheLineThatMapsThem) {
  database.connect().execute_script("INSERT INTO products (name) VALUES ('Mouse'), ('Keyboard')");
  const std::string text =
      "date,sku,product,revenue\n2026-11-20,K1,Keyboard,5\n2026-11-20,M'1,Mouse (black),10\n2026-11-21,M'1,Mouse "
      "(black),10\n";
  const auto report = import("a.csv", text);
  EXPECT_EQ(report.rows_unmatched, 2);
  EXPECT_EQ(value("SELECT count(*) FROM daily_performance"), "1");
  ASSERT_EQ(report.unmatched.size(), 1U);
  EXPECT_EQ(report.unmatched[0].rows, 2);
  EXPECT_EQ(value("SELECT external_id FROM etl_rejects"), "M'1");
  // The line, with the name that the shop has, is all that is needed.
  std::string statement = report.unmatched[0].statement;
  statement.replace(statement.find("Mouse (black)"), 13, "Mouse");
  database.connect().execute(statement);
  EXPECT_EQ(import("a.csv", text).days_inserted, 2);
  EXPECT_EQ(value("SELECT count(*) FROM etl_rejects"), "0");
}

TEST_F(ImportFiles, TwoKeysOfOneProductAreOneProduct) {
  database.connect().execute_script(
      "INSERT INTO products (id, name) VALUES (1, 'Mouse');"
      "INSERT INTO product_keys VALUES ('generic', 'A', 1), ('generic', 'B', 1)");
  import("a.csv", generic("2026-11-20,A,100,10,5,1,20\n2026-11-20,B,200,20,10,2,40\n"));
  EXPECT_EQ(days(), "2026-11-20 Mouse 300 30 15.00 3 60.00");
  // Also when each comes in a file of its own.
  import("b.csv", generic("2026-11-20,B,200,20,10,2,50\n"));
  EXPECT_EQ(days(), "2026-11-20 Mouse 300 30 15.00 3 70.00");
  // Mapped to another product later, its days go there.
  database.connect().execute_script(
      "INSERT INTO products (id, name) VALUES (2, 'Cable'); UPDATE product_keys SET product_id = 2 WHERE external_id = "
      "'B'");
  import("b.csv", generic("2026-11-20,B,200,20,10,2,50\n"));
  EXPECT_EQ(days(), "2026-11-20 Cable 200 20 10.00 2 50.00, 2026-11-20 Mouse 100 10 5.00 1 20.00");
}

TEST_F(ImportFiles, ADryRunChangesNothing) {
  options.dry_run = true;
  const auto report = import("a.csv", generic("2026-11-20,A,100,10,5,1,20\n2026-11-20,B,x,10,5,1,20\n"));
  EXPECT_EQ(report.days_inserted, 1);
  EXPECT_EQ(report.products_new, 1);
  EXPECT_EQ(report.rows_rejected, 1);
  for (const char* table :
       {"products", "daily_performance", "campaign_performance", "etl_runs", "etl_rejects", "product_keys"})
    EXPECT_EQ(value(std::string("SELECT count(*) FROM ") + table), "0") << table;
}

TEST_F(ImportFiles, ImplausibleDaysAreHeldBack) {
  std::string rows;
  for (int day = 1; day <= 20; ++day)
    rows += "2026-11-" + std::string(day < 10 ? "0" : "") + std::to_string(day) + ",A,100,10,5,1,20\n";
  import("a.csv", generic(rows));
  EXPECT_EQ(import("b.csv", generic("2026-11-21,A,100,10,12300000,1,20\n")).days_held, 1);
  EXPECT_EQ(value("SELECT max(date) FROM daily_performance"), "2026-11-20");
  options.accept = true;
  EXPECT_EQ(import("b.csv", generic("2026-11-21,A,100,10,12300000,1,20\n")).days_inserted, 1);
}

TEST_F(ImportFiles, TheSimulatedShopIsNotMixedWithAFile) {
  database.connect().execute_script(
      "INSERT INTO products (id, name) VALUES (1, 'Invented'); INSERT INTO product_keys VALUES ('simulated 42', 'x', "
      "1);"
      "INSERT INTO daily_performance VALUES ('2026-11-20', 1, 1, 1, 1, 1, 1)");
  const std::string text = generic("2026-11-20,A,100,10,5,1,20\n");
  EXPECT_TRUE(says(refusal("a.csv", text), "--replace"));
  options.replace = true;
  import("a.csv", text);
  EXPECT_EQ(days(), "2026-11-20 A 100 10 5.00 1 20.00");
}

TEST_F(ImportFiles, MillionsADayOfASmallCurrency) {
  import("idr.csv", generic("2026-11-20,A,100,10,\"150,000,000\",1,\"2,500,000,000\"\n"));
  EXPECT_EQ(days(), "2026-11-20 A 100 10 150000000.00 1 2500000000.00");
}

TEST_F(ImportFiles, TenThousandColumnsAreReadAndTwentyThousandRefused) {
  const auto wide = [](int columns) {
    std::string header = "date,sku,revenue", row = "2026-11-20,A,5";
    for (int i = 3; i < columns; ++i) {
      header += ",c" + std::to_string(i);
      row += ",1";
    }
    return header + "\n" + row + "\n";
  };
  EXPECT_EQ(import("wide.csv", wide(10'000)).days_inserted, 1);
  EXPECT_TRUE(says(refusal("wider.csv", wide(20'000)), "more than 16384 columns"));
}

TEST_F(ImportFiles, AWorkbookThatIsABombIsRefused) {
  const std::string bomb =
      workbook("<row><c t=\"inlineStr\"><is><t>" + std::string(100U << 20U, ' ') + "</t></is></c></row>");
  EXPECT_LT(bomb.size(), 1U << 20U);
  const std::string message = refusal("bomb.xlsx", bomb);
  EXPECT_TRUE(says(message, "-fold") || says(message, "larger than")) << message;
}

TEST_F(ImportFiles, WorkbooksThatAreNone) {
  EXPECT_TRUE(says(refusal("cut.xlsx", workbook("<row/>").substr(0, 300)), "is it whole"));
  EXPECT_TRUE(says(refusal("zip.xlsx", archive({{"a.txt", "x"}})), "no workbook"));
  EXPECT_TRUE(says(
      refusal("entities.xlsx", workbook("", {{"xl/worksheets/sheet1.xml",
                                              "<!DOCTYPE a [<!ENTITY b \"c\">]><worksheet><sheetData/></worksheet>"}})),
      "document type"));
  EXPECT_TRUE(says(refusal("old.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "XLSX"));
  EXPECT_TRUE(says(refusal("broken.xlsx", workbook("<row><c>")), "sheet1.xml"));
  EXPECT_TRUE(says(refusal("packed.csv", "\x1f\x8b\x08"), "gunzip"));
}

TEST_F(ImportFiles, OtherEncodings) {
  import("windows.csv", "date,sku,product,revenue\n2026-11-20,A,B\xfcrste \x80,5\n");
  EXPECT_EQ(value("SELECT name FROM products"), "Bürste €");
  // A NUL and half a character do not reach the database.
  options.create_products = true;
  using namespace std::string_literals;
  import("nul.csv",
         "\xef\xbb\xbf"
         "date,sku,product,revenue\n2026-11-20,B\0C,\xc3(,5\n"s);
  EXPECT_EQ(value("SELECT count(*) FROM products"), "2");
}

// A file far larger than what is held of it: the import's memory does not grow with it.
TEST_F(ImportFiles, ALargeFileIsStreamed) {
  const auto path = directory.path() / "large.csv";
  {
    std::ofstream stream(path);
    stream << "date,sku,campaign,revenue,note\n";
    const std::string note(1000, 'x');
    for (int i = 0; i < 120'000; ++i)
      stream << "2026-11-" << (i % 20 < 9 ? "0" : "") << 1 + i % 20 << ",A" << i % 50 << ",c" << i % 3 << ",1.00,"
             << note << '\n';
  }
  ASSERT_GT(std::filesystem::file_size(path), 100U << 20U);
  const auto peak = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  import("small.csv", "date,sku,campaign,revenue\n2026-11-01,A0,c0,1.00\n");
  options.create_products = true;
  const long before = peak();
  EXPECT_EQ(etl::import_file(path, options).rows_read, 120'000);
  EXPECT_LT(peak() - before, 16 << 10);  // KB
  EXPECT_EQ(value("SELECT sum(revenue) FROM daily_performance"), "120000.00");
}

TEST_F(ImportFiles, OneImportAtATime) {
  etl::Store holder(options.database);
  ASSERT_TRUE(holder.lock());
  EXPECT_TRUE(says(refusal("a.csv", generic("2026-11-20,A,1,1,1,1,1\n")), "another load"));
}

TEST_F(ImportFiles, TheCommandImportsSaysWhatAndEndsWithItsStatus) {
  const auto a = file("a.csv", generic("2026-11-20,A,100,10,5,1,20\n"));
  Process first({"import", a.string()}, database.environment());
  EXPECT_EQ(first.wait(), 0) << first.output();
  EXPECT_TRUE(says(first.output(), "1 day of a product new")) << first.output();
  Process unmatched({"import", file("b.csv", generic("2026-11-20,Z,100,10,5,1,20\n")).string()},
                    database.environment());
  EXPECT_EQ(unmatched.wait(), 3) << unmatched.output();
  EXPECT_TRUE(says(unmatched.output(), "INSERT INTO product_keys")) << unmatched.output();
  Process nothing({"import", "/no/such.csv"}, database.environment());
  EXPECT_EQ(nothing.wait(), 1);
  Process what({"import"}, database.environment());
  EXPECT_EQ(what.wait(), 2);
}

}  // namespace
}  // namespace performance_tracker::test
