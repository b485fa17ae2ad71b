// SPDX-License-Identifier: PostgreSQL
#include "etl/files/workbook_archive.h"

#include <zip.h>

namespace performance_tracker::etl {
namespace {

constexpr int kPiece = 64 << 10;
constexpr zip_int64_t kMostMembers = 10'000;

// No workbook has a document type; who declares one wants entities.
void refuse_doctype(void* self, const char*, const char*, const char*, int) {
  static_cast<WorkbookArchive::Member*>(self)->fail("it declares a document type, which no workbook does");
}

}  // namespace

std::string_view local_name(const char* name) {
  const std::string_view whole(name);
  const auto colon = whole.find(':');
  return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

const char* attribute(const char** attributes, std::string_view name) {
  for (; *attributes != nullptr; attributes += 2)
    if (local_name(attributes[0]) == name) return attributes[1];
  return nullptr;
}

WorkbookArchive::WorkbookArchive(const std::filesystem::path& file, const RowLimits& limits)
    : limits_(limits), name_(file.filename().string()) {
  int error = 0;
  archive_ = zip_open(file.c_str(), ZIP_RDONLY, &error);
  if (archive_ == nullptr)
    throw FileError(name_ + " begins like a workbook, but cannot be opened as one; is it whole?");
  if (zip_get_num_entries(archive_, 0) > kMostMembers) {
    zip_discard(archive_);
    throw FileError(name_ + " holds more than 10000 files: this is no workbook of a report");
  }
}

WorkbookArchive::~WorkbookArchive() { zip_discard(archive_); }

bool WorkbookArchive::contains(const std::string& member) const {
  return zip_name_locate(archive_, member.c_str(), ZIP_FL_NOCASE) >= 0;
}

WorkbookArchive::Member::Member(const WorkbookArchive& archive, const std::string& member, std::uint64_t limit)
    : archive_(archive), member_(member), limit_(limit) {
  zip_stat_t stat;
  const zip_int64_t index = zip_name_locate(archive.archive_, member.c_str(), ZIP_FL_NOCASE);
  if (index < 0 || zip_stat_index(archive.archive_, static_cast<zip_uint64_t>(index), 0, &stat) != 0)
    throw FileError(archive.name_ + " is no workbook: it has no " + member);
  packed_ = std::max<std::uint64_t>(stat.comp_size, 1);
  file_ = zip_fopen_index(archive.archive_, static_cast<zip_uint64_t>(index), 0);
  if (file_ == nullptr)
    throw FileError(archive.name_ + " cannot be unpacked: " + zip_strerror(archive.archive_) +
                    " (a password? save it without one)");
  parser_ = XML_ParserCreate(nullptr);
  if (parser_ == nullptr) throw std::bad_alloc();
  XML_SetUserData(parser_, this);
  XML_SetStartDoctypeDeclHandler(parser_, refuse_doctype);
}

WorkbookArchive::Member::~Member() {
  if (parser_ != nullptr) XML_ParserFree(parser_);
  if (file_ != nullptr) zip_fclose(file_);
}

void WorkbookArchive::Member::fail(const std::string& reason) {
  failure_ = reason;
  XML_StopParser(parser_, XML_FALSE);
}

bool WorkbookArchive::Member::read() {
  void* buffer = XML_GetBuffer(parser_, kPiece);
  if (buffer == nullptr) throw std::bad_alloc();
  const zip_int64_t bytes = zip_fread(file_, buffer, kPiece);
  if (bytes < 0) throw FileError(archive_.name_ + " is damaged: " + member_ + " cannot be unpacked");
  unpacked_ += static_cast<std::uint64_t>(bytes);
  // What the archive says of the unpacked size is the word of whoever made it: what comes is counted.
  if (unpacked_ > limit_)
    throw FileError(archive_.name_ + ": " + member_ + " is larger than " + std::to_string(limit_ >> 20U) + " MB");
  if (unpacked_ > archive_.limits_.bomb_bytes && unpacked_ / packed_ > archive_.limits_.bomb_ratio)
    throw FileError(archive_.name_ + ": " + member_ + " grows more than " +
                    std::to_string(archive_.limits_.bomb_ratio) + "-fold when unpacked; this is made to fill memory");
  const bool last = bytes == 0;
  if (XML_ParseBuffer(parser_, static_cast<int>(bytes), last ? 1 : 0) == XML_STATUS_ERROR)
    throw FileError(archive_.name_ + ": " + member_ + ", line " + std::to_string(XML_GetCurrentLineNumber(parser_)) +
                    ": " + (failure_.empty() ? XML_ErrorString(XML_GetErrorCode(parser_)) : failure_));
  return !last;
}

}  // namespace performance_tracker::etl
