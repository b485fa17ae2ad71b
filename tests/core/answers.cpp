// SPDX-License-Identifier: PostgreSQL
#include "answers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "places.h"

namespace performance_tracker::testing {
namespace {

constexpr std::string_view kIs = " = ";

std::string written(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.10g", value);
  return std::isnan(value) ? "nan" : text;
}

// Numbers word by word, so that a vector stands in one line.
bool alike(const std::string& have, const std::string& want, double tolerance) {
  if (have == want) return true;
  const char* a = have.c_str();
  const char* b = want.c_str();
  while (*a != '\0' && *b != '\0') {
    char* after_a = nullptr;
    char* after_b = nullptr;
    const double x = std::strtod(a, &after_a);
    const double y = std::strtod(b, &after_b);
    if (after_a == a || after_b == b) return false;
    const bool both_missing = std::isnan(x) && std::isnan(y);
    if (!both_missing && !(std::abs(x - y) <= tolerance * std::max({1e-3, std::abs(x), std::abs(y)}))) return false;
    a = after_a, b = after_b;
  }
  return *a == *b;
}

}  // namespace

void Answers::add_text(std::string_view name, std::string_view text) {
  lines_.push_back(subject_ + " " + std::string(name) + std::string(kIs) + std::string(text));
}

void Answers::add(std::string_view name, double value) { add_text(name, written(value)); }

void Answers::add(std::string_view name, const std::optional<double>& value) {
  add_text(name, value ? written(*value) : "none");
}

void Answers::add(std::string_view name, const std::vector<double>& values) {
  std::string text;
  for (const double v : values) text += (text.empty() ? "" : " ") + written(v);
  add_text(name, text);
}

void Answers::expect(const std::string& name, double tolerance) const {
  const std::string path = std::string(kReferenceDirectory) + "/answers/" + name + ".txt";
  if (std::getenv("UPDATE_ANSWERS") != nullptr) {
    std::ofstream file(path);
    for (const std::string& line : lines_) file << line << '\n';
    ASSERT_TRUE(file.good()) << path;
    return;
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << path << " is missing: UPDATE_ANSWERS=1 writes it";
  std::vector<std::string> wanted;
  for (std::string line; std::getline(file, line);) wanted.push_back(line);
  EXPECT_EQ(lines_.size(), wanted.size());
  int told = 0;
  for (std::size_t i = 0; i < std::min(lines_.size(), wanted.size()) && told < 5; ++i) {
    const std::size_t have_at = lines_[i].find(kIs), want_at = wanted[i].find(kIs);
    ASSERT_EQ(lines_[i].substr(0, have_at), wanted[i].substr(0, want_at)) << "another answer than line " << i + 1;
    if (alike(lines_[i].substr(have_at + kIs.size()), wanted[i].substr(want_at + kIs.size()), tolerance)) continue;
    ++told;
    ADD_FAILURE() << name << ".txt:" << i + 1 << "\n  have " << lines_[i] << "\n  want " << wanted[i];
  }
}

}  // namespace performance_tracker::testing
