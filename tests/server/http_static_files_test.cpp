// SPDX-License-Identifier: PostgreSQL
#include <gtest/gtest.h>

#include <fstream>

#include "http/static_files.h"
#include "support.h"

namespace performance_tracker::http {
namespace {

namespace fs = std::filesystem;

class StaticFilesTest : public testing::Test {
 protected:
  StaticFilesTest() {
    fs::create_directories(root() / "assets");
    write(root() / "index.html", "<!doctype html>" + std::string(3000, ' '));
    write(root() / "assets/app-4F2QK7XA.js", "export {};");
    write(root() / ".secret.txt", "hidden");
    write(root() / "notes.exe", "no type of ours");
    write(outer() / "outside.txt", "outside");
  }
  fs::path outer() const { return scratch_.path(); }
  fs::path root() const { return scratch_.path() / "page"; }
  static void write(const fs::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
  }

 private:
  const test::ScratchDirectory scratch_;
};

TEST_F(StaticFilesTest, TheRootIsTheIndex) {
  StaticFiles files(root());
  const auto page = files.find("/");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
  EXPECT_EQ(page->cache_control, "no-cache");
  EXPECT_FALSE(page->content->gzip.empty());
  EXPECT_FALSE(page->content->etag.empty());
}

TEST_F(StaticFilesTest, AFileNamedByItsContentIsKeptForAYear) {
  StaticFiles files(root());
  const auto script = files.find("/assets/app-4F2QK7XA.js");
  ASSERT_TRUE(script);
  EXPECT_EQ(script->content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(script->cache_control, "public, max-age=31536000, immutable");
}

TEST_F(StaticFilesTest, NothingHiddenOrOutsideIsServed) {
  StaticFiles files(root());
  fs::create_symlink(outer() / "outside.txt", root() / "link.txt");
  for (const std::string path :
       {"/.secret.txt", "/../outside.txt", "/assets/../../outside.txt", "/link.txt", "/./index.html", "//index.html",
        "/assets", "/assets/", "/notes.exe", "", "index.html", "/..\\outside.txt", "/none.html"})
    EXPECT_FALSE(files.find(path)) << path;
  EXPECT_FALSE(files.find(std::string("/index.html\0.txt", 16)));
}

TEST_F(StaticFilesTest, AChangedFileIsReadAgain) {
  StaticFiles files(root(), StaticFiles::Clock::duration::zero());
  const auto before = files.find("/index.html");
  ASSERT_TRUE(before);
  write(root() / "index.html", "<!doctype html>new");
  const auto after = files.find("/index.html");
  ASSERT_TRUE(after);
  EXPECT_EQ(after->content->identity, "<!doctype html>new");
  EXPECT_NE(after->content->etag, before->content->etag);
}

TEST_F(StaticFilesTest, WhatTheBuildCompressedIsTakenUnlessItIsOld) {
  write(root() / "index.html.gz", "as built");
  write(root() / "index.html.br", "as built, smaller");
  StaticFiles files(root());
  const auto content = files.find("/")->content;
  EXPECT_EQ(content->gzip, "as built");
  EXPECT_EQ(content->brotli, "as built, smaller");
  EXPECT_EQ(best_encoding("gzip, deflate, br", *content), Encoding::brotli);
  EXPECT_EQ(best_encoding("gzip, br;q=0", *content), Encoding::gzip);
  EXPECT_EQ(best_encoding("", *content), Encoding::identity);
  fs::last_write_time(root() / "index.html.gz", fs::last_write_time(root() / "index.html") - std::chrono::hours(1));
  StaticFiles later(root());
  EXPECT_NE(later.find("/")->content->gzip, "as built");
}

TEST(StaticFiles, NoDirectoryServesNothing) {
  StaticFiles files("");
  EXPECT_FALSE(files.find("/"));
}

}  // namespace
}  // namespace performance_tracker::http
