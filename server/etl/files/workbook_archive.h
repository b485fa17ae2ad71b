// SPDX-License-Identifier: PostgreSQL
//
// The files inside a workbook, unpacked piece by piece within limits, and handed to an XML parser.
#pragma once

#include <expat.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "etl/files/rows.h"

struct zip;
struct zip_file;

namespace performance_tracker::etl {

class WorkbookArchive {
 public:
  // Throws FileError if the file is no archive.
  WorkbookArchive(const std::filesystem::path& file, const RowLimits& limits);
  ~WorkbookArchive();
  WorkbookArchive(const WorkbookArchive&) = delete;
  WorkbookArchive& operator=(const WorkbookArchive&) = delete;

  bool contains(const std::string& member) const;
  const std::string& name() const { return name_; }

  // One file of the archive as XML. Handlers are set on parser() before the first read().
  class Member {
   public:
    Member(const WorkbookArchive& archive, const std::string& member, std::uint64_t limit);
    ~Member();
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;
    XML_Parser parser() { return parser_; }
    // Parses the next piece; false after the last. Throws FileError: not XML, too large, a bomb.
    bool read();
    // To be called from a handler, which must not throw: ends the parsing, and read() throws this reason.
    void fail(const std::string& reason);

   private:
    const WorkbookArchive& archive_;
    std::string member_;
    std::uint64_t limit_, packed_ = 0, unpacked_ = 0;
    zip_file* file_ = nullptr;
    XML_Parser parser_ = nullptr;
    std::string failure_;
  };

 private:
  RowLimits limits_;
  std::string name_;
  zip* archive_ = nullptr;
};

// The local part of a name that expat reports: some writers give every element a prefix ("x:row").
std::string_view local_name(const char* name);
// The value of an attribute by its local name, nullptr if it is not there.
const char* attribute(const char** attributes, std::string_view name);

}  // namespace performance_tracker::etl
