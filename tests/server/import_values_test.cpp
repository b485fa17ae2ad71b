// SPDX-License-Identifier: PostgreSQL
//
// Numbers, days and headers as exports write them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "etl/files/cell_values.h"
#include "etl/files/formats.h"

namespace performance_tracker::test {
namespace {

using etl::Decimal;
using etl::NumberProof;

TEST(ImportNumbers, AreReadInTheStyleOfTheFile) {
  const struct {
    const char* text;
    Decimal decimal;
    const char* number;
  } cases[] = {
      {"1234.5", Decimal::point, "1234.5"},
      {"1,234.50", Decimal::point, "1234.50"},
      {"1.234,50", Decimal::comma, "1234.50"},
      {"1 234,50", Decimal::comma, "1234.50"},
      {"1\xc2\xa0"
       "234,5 €",
       Decimal::comma, "1234.5"},
      {"1\xe2\x80\xaf"
       "234 567,8",
       Decimal::comma, "1234567.8"},
      {"1'234.50", Decimal::point, "1234.50"},
      {"1’234.50", Decimal::point, "1234.50"},
      {"12,34,567.8", Decimal::point, "1234567.8"},
      {"$1,234.50", Decimal::point, "1234.50"},
      {"US$12", Decimal::point, "12"},
      {"R$ 1.234,50", Decimal::comma, "1234.50"},
      {"EUR 12.30", Decimal::point, "12.30"},
      {"12,30 kr.", Decimal::comma, "12.30"},
      {"-12", Decimal::point, "-12"},
      {"−12", Decimal::point, "-12"},
      {"(12.50)", Decimal::point, "-12.50"},
      {"-$5.00", Decimal::point, "-5.00"},
      {"$-5.00", Decimal::point, "-5.00"},
      {"=\"4711\"", Decimal::point, "4711"},
      {" 17 ", Decimal::comma, "17"},
      {".5", Decimal::point, "0.5"},
      {"1.5E3", Decimal::comma, "1500"},
      {"--", Decimal::point, "0"},
      {" -- ", Decimal::point, "0"},
      {"", Decimal::point, "0"},
      {"n/a", Decimal::point, "0"},
      {"100000000000", Decimal::point, "100000000000"},
  };
  for (const auto& c : cases) EXPECT_EQ(etl::plain_number(c.text, c.decimal).value_or("none"), c.number) << c.text;
}

TEST(ImportNumbers, WhatIsNoneIsRefused) {
  for (const char* text :
       {"twelve", "1,5", "1.2.3", "12,34", "1 2 3", "1.2K", "5%", "1,2345", "12abc", "$", "€€5", "1e400", "0x10",
        "1,234,56", "#DIV/0!", "(a formula without a result: open and save it once)"})
    EXPECT_FALSE(etl::plain_number(text, Decimal::point)) << text;
  EXPECT_FALSE(etl::plain_number("1,234.50", Decimal::comma));
}

TEST(ImportNumbers, ProveTheDecimalSignOrLeaveItOpen) {
  const struct {
    const char* text;
    bool whole;
    NumberProof proof;
  } cases[] = {
      {"17", false, NumberProof::nothing},      {"1 234", false, NumberProof::nothing},
      {"1,234", false, NumberProof::open},      {"1.234", false, NumberProof::open},
      {"1,234", true, NumberProof::point},      {"1.234", true, NumberProof::comma},
      {"1,234.5", false, NumberProof::point},   {"1.234,5", false, NumberProof::comma},
      {"1,234,567", false, NumberProof::point}, {"1.234.567", false, NumberProof::comma},
      {"12,5", false, NumberProof::comma},      {"12.50", false, NumberProof::point},
      {"0,123", false, NumberProof::comma},     {"1234,567", false, NumberProof::comma},
      {"abc", false, NumberProof::broken},      {"1.5E3", false, NumberProof::point},
  };
  for (const auto& c : cases) EXPECT_EQ(etl::number_proof(c.text, c.whole), c.proof) << c.text;
}

TEST(ImportDates, OfAllForms) {
  const struct {
    const char* text;
    const char* day_first;
    const char* month_first;
  } cases[] = {
      {"2026-11-21", "2026-11-21", "2026-11-21"},
      {"2026/11/21", "2026-11-21", "2026-11-21"},
      {"20261121", "2026-11-21", "2026-11-21"},
      {"2026-11-21T23:59:59+02:00", "2026-11-21", "2026-11-21"},
      {"2026-11-21 10:22:05 -0500", "2026-11-21", "2026-11-21"},
      {"21.11.2026", "2026-11-21", "2026-11-21"},
      {"03.04.2026", "2026-04-03", "2026-04-03"},
      {"3.4.26", "2026-04-03", "2026-04-03"},
      {"11/21/2026", "", "2026-11-21"},
      {"21/11/2026", "2026-11-21", ""},
      {"03/04/2026", "2026-04-03", "2026-03-04"},
      {"03-04-2026", "2026-04-03", "2026-03-04"},
      {"11/21/2026, 10:22 AM", "", "2026-11-21"},
      {"Nov 21, 2026", "2026-11-21", "2026-11-21"},
      {"21 November 2026", "2026-11-21", "2026-11-21"},
      {"Sat, Nov 21, 2026", "2026-11-21", "2026-11-21"},
      {"November 21st, 2026", "2026-11-21", "2026-11-21"},
      {"21-Nov-2026", "2026-11-21", "2026-11-21"},
      {"21. März 2026", "2026-03-21", "2026-03-21"},
      {"3 mai 2026", "2026-05-03", "2026-05-03"},
  };
  for (const auto& c : cases) {
    const auto read = etl::read_date(c.text);
    EXPECT_EQ(read.days.empty() ? "" : to_string(read.days[0]), c.day_first) << c.text;
    EXPECT_EQ(read.days_month_first.empty() ? "" : to_string(read.days_month_first[0]), c.month_first) << c.text;
  }
  EXPECT_TRUE(etl::read_date("03/04/2026").open);
  EXPECT_FALSE(etl::read_date("04/04/2026").open);
  EXPECT_TRUE(etl::read_date("21/11/2026").proves_day_first);
  EXPECT_TRUE(etl::read_date("11/21/2026").proves_month_first);
  EXPECT_EQ(etl::read_date("Aug 18, 2026 - Aug 24, 2026").days.size(), 2U);
  for (const char* text : {"", "Total", "2026-02-30", "21", "2026", "31/31/2026", "yesterday", "1234567",
                           "Total: 03/2026", "99999999", "0026-11-21", "2026-13-01", "May Day Sale"})
    EXPECT_TRUE(etl::read_date(text).days.empty()) << text;
}

TEST(ImportHeaders, EveryFormatIsRecognisedByItsOwnHeaders) {
  for (const etl::Format& format : etl::formats()) {
    etl::Row header;
    std::set<etl::Field> fields;
    for (const etl::FormatColumn& column : etl::format_columns())
      if (column.format == format.name && fields.insert(column.field).second)
        header.push_back({std::string(column.header), false});
    const auto layout = etl::recognise(header, {});
    ASSERT_TRUE(layout) << format.name;
    EXPECT_EQ(layout->format->name, format.name);
  }
}

TEST(ImportHeaders, ColumnsBelongToAFormatThatIsThere) {
  for (const etl::FormatColumn& column : etl::format_columns()) {
    bool found = false;
    for (const etl::Format& format : etl::formats()) found = found || format.name == column.format;
    EXPECT_TRUE(found) << column.format;
  }
}

TEST(ImportHeaders, HeadersAreComparedWithoutSpacesCaseAndCurrency) {
  const auto layout = etl::recognise({{"Date", false},
                                      {" advertised sku ", false},
                                      {"Spend", false},
                                      {"7 Day Total Sales ", false},
                                      {"7 Day Total Units (#)", false},
                                      {"Impressions", false}},
                                     {});
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->format->name, "amazon_ads");
  EXPECT_EQ(layout->at(etl::Field::revenue), 3);
  const auto meta = etl::recognise({{"Day", false},
                                    {"Product ID", false},
                                    {"Amount spent (EUR)", false},
                                    {"Link clicks", false},
                                    {"Purchases conversion value", false}},
                                   {});
  ASSERT_TRUE(meta);
  EXPECT_EQ(meta->format->name, "meta_ads");
  EXPECT_EQ(meta->currency, "EUR");
}

// docs/etl-formats.md is written by this test with UPDATE_DOCS=1.
TEST(ImportHeaders, AreDocumentedWithTheirSources) {
  const std::string path = std::string(SOURCE_DIRECTORY) + "/docs/etl-formats.md";
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  const std::string head = text.str().substr(0, text.str().find("## "));
  if (std::getenv("UPDATE_DOCS") != nullptr) std::ofstream(path) << head << etl::describe_formats();
  EXPECT_EQ(text.str(), head + etl::describe_formats()) << "UPDATE_DOCS=1 writes it";
}

TEST(ImportHeaders, AMapNamesColumns) {
  const auto map = etl::parse_column_map("date=Tag,product=Artikel,revenue=Umsatz,, netto");
  EXPECT_EQ(map.at(etl::Field::revenue), "Umsatz, netto");
  const auto layout = etl::recognise({{"Artikel", false}, {"Umsatz, netto", false}, {"Tag", false}}, map);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->format, nullptr);
  EXPECT_EQ(layout->at(etl::Field::date), 2);
  for (const char* wrong : {"", "date", "day=Tag", "date=", "date=a,revenue"})
    EXPECT_THROW(etl::parse_column_map(wrong), etl::FileError) << wrong;
}

}  // namespace
}  // namespace performance_tracker::test
