// SPDX-License-Identifier: PostgreSQL
//
// A text file as UTF-8, whatever it was written in: UTF-8 or UTF-16 with or without byte-order mark, else Windows-1252.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace performance_tracker::etl {

class Utf8Stream {
 public:
  // Throws FileError if the file cannot be opened.
  explicit Utf8Stream(const std::filesystem::path& file);
  ~Utf8Stream();
  Utf8Stream(const Utf8Stream&) = delete;
  Utf8Stream& operator=(const Utf8Stream&) = delete;

  // The next piece, of up to some hundred KB; empty at the end. Always valid UTF-8 that ends between two characters,
  // without NUL: what is neither becomes U+FFFD. Throws FileError if the file cannot be read.
  std::string next();

 private:
  enum class Encoding { utf8, utf16_little, utf16_big, windows };
  void recognise();
  std::string read_more();

  struct Close {
    void operator()(std::FILE* file) const { (void)std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::filesystem::path path_;
  Encoding encoding_ = Encoding::utf8;
  std::string pending_;  // bytes that were read and are not converted yet
  bool ended_ = false;
};

}  // namespace performance_tracker::etl
