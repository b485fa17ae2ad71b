// SPDX-License-Identifier: PostgreSQL
#include "etl/files/workbook_parts.h"

#include <cstdlib>
#include <map>
#include <set>

namespace performance_tracker::etl {
namespace {

using Member = WorkbookArchive::Member;

// A reader of one small part; the handlers find themselves behind the Member.
template <typename Part>
void read_part(const WorkbookArchive& archive, const std::string& file, std::uint64_t limit, Part& part) {
  Member member(archive, file, limit);
  part.member = &member;
  XML_SetUserData(member.parser(), &part);
  // The handler of document types expects a Member.
  XML_SetStartDoctypeDeclHandler(member.parser(), [](void* self, const char*, const char*, const char*, int) {
    static_cast<Part*>(self)->member->fail("it declares a document type, which no workbook does");
  });
  XML_SetElementHandler(
      member.parser(),
      [](void* self, const char* name, const char** attributes) { static_cast<Part*>(self)->start(name, attributes); },
      [](void* self, const char* name) { static_cast<Part*>(self)->end(name); });
  XML_SetCharacterDataHandler(member.parser(), [](void* self, const char* text, int bytes) {
    static_cast<Part*>(self)->characters({text, static_cast<std::size_t>(bytes)});
  });
  while (member.read()) {
  }
}

struct Relations {
  Member* member = nullptr;
  std::map<std::string, std::string> targets;
  void start(const char* name, const char** attributes) {
    if (local_name(name) != "Relationship") return;
    const char* id = attribute(attributes, "Id");
    const char* target = attribute(attributes, "Target");
    if (id != nullptr && target != nullptr) targets[id] = target;
  }
  void end(const char*) {}
  void characters(std::string_view) {}
};

struct Book {
  Member* member = nullptr;
  std::vector<std::pair<std::string, std::string>> sheets;  // name, relation
  bool from_1904 = false;
  void start(const char* name, const char** attributes) {
    const auto element = local_name(name);
    if (element == "workbookPr") {
      const char* value = attribute(attributes, "date1904");
      from_1904 = value != nullptr && (std::string_view(value) == "1" || std::string_view(value) == "true");
    } else if (element == "sheet") {
      const char* title = attribute(attributes, "name");
      // r:id; the sheet's own number is sheetId.
      const char* id = attribute(attributes, "id");
      if (title != nullptr && id != nullptr) sheets.emplace_back(title, id);
    }
  }
  void end(const char*) {}
  void characters(std::string_view) {}
};

struct Texts {
  Member* member = nullptr;
  std::vector<std::string>& texts;
  std::size_t limit;
  std::size_t bytes = 0;
  std::string text = {};
  int inside = 0;         // of <t>
  bool phonetic = false;  // <rPh>: how it is read aloud, not what it says
  void start(const char* name, const char**) {
    const auto element = local_name(name);
    if (element == "t") ++inside;
    if (element == "rPh") phonetic = true;
    if (element == "si") text.clear();
  }
  void end(const char* name) {
    const auto element = local_name(name);
    if (element == "t") --inside;
    if (element == "rPh") phonetic = false;
    if (element != "si") return;
    bytes += text.size() + sizeof(std::string);
    if (bytes > limit) return member->fail("its texts are larger than " + std::to_string(limit >> 20U) + " MB");
    texts.push_back(std::move(text));
    text.clear();
  }
  void characters(std::string_view more) {
    if (inside > 0 && !phonetic) text += more;
  }
};

struct Styles {
  Member* member = nullptr;
  std::vector<bool>& is_date;
  std::set<int> date_formats = {};
  bool cell_formats = false;
  // Numbers of formats that need no code (18.8.30); 27 to 36 and 50 to 58 are dates of East Asia.
  static bool built_in(int id) {
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
  }
  void start(const char* name, const char** attributes) {
    const auto element = local_name(name);
    if (element == "cellXfs") cell_formats = true;
    const char* id = attribute(attributes, "numFmtId");
    if (element == "numFmt") {
      const char* code = attribute(attributes, "formatCode");
      if (id != nullptr && code != nullptr && is_date_format(code)) date_formats.insert(std::atoi(id));
    } else if (element == "xf" && cell_formats) {
      const int format = id == nullptr ? 0 : std::atoi(id);
      is_date.push_back(built_in(format) || date_formats.contains(format));
    }
  }
  void end(const char* name) {
    if (local_name(name) == "cellXfs") cell_formats = false;
  }
  void characters(std::string_view) {}
};

// "worksheets/sheet1.xml" of xl/workbook.xml, or "/xl/worksheets/sheet1.xml".
std::string member_of(const std::string& target) { return target.starts_with('/') ? target.substr(1) : "xl/" + target; }

}  // namespace

bool is_date_format(std::string_view code) {
  bool quoted = false, bracket = false;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\\') {
      ++i;
    } else if (c == '[') {
      bracket = true;
    } else if (c == ']') {
      bracket = false;
    } else if (!bracket && (c == 'y' || c == 'm' || c == 'd' || c == 'h' || c == 'Y' || c == 'M' || c == 'D')) {
      return true;
    }
  }
  return false;
}

WorkbookParts read_parts(const WorkbookArchive& archive, const RowLimits& limits) {
  WorkbookParts parts;
  Book book;
  read_part(archive, "xl/workbook.xml", limits.shared_bytes, book);
  Relations relations;
  read_part(archive, "xl/_rels/workbook.xml.rels", limits.shared_bytes, relations);
  for (const auto& [name, relation] : book.sheets) {
    const auto target = relations.targets.find(relation);
    if (target != relations.targets.end()) parts.sheets.push_back({name, member_of(target->second)});
  }
  parts.from_1904 = book.from_1904;
  if (archive.contains("xl/sharedStrings.xml")) {
    Texts texts{nullptr, parts.texts, limits.shared_bytes};
    read_part(archive, "xl/sharedStrings.xml", 4 * limits.shared_bytes, texts);
  }
  if (archive.contains("xl/styles.xml")) {
    Styles styles{nullptr, parts.style_is_date};
    read_part(archive, "xl/styles.xml", limits.shared_bytes, styles);
  }
  if (parts.sheets.empty()) throw FileError(archive.name() + " has no sheet");
  return parts;
}

}  // namespace performance_tracker::etl
