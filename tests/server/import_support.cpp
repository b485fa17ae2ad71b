// SPDX-License-Identifier: PostgreSQL
#include "import_support.h"

#include <gtest/gtest.h>
#include <zip.h>

#include <fstream>
#include <sstream>

namespace performance_tracker::test {

std::filesystem::path ImportDesk::file(const std::string& name, const std::string& content) const {
  const auto path = directory.path() / name;
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

std::string ImportDesk::refusal(const std::string& name, const std::string& content) const {
  try {
    import(name, content);
  } catch (const std::exception& error) {
    return error.what();
  }
  ADD_FAILURE() << name << " was imported";
  return "";
}

std::string ImportDesk::days() const {
  return value(
      "SELECT string_agg(concat_ws(' ', d.date, p.name, coalesce(d.impressions::text, '-'), coalesce(d.clicks::text, "
      "'-'), "
      "coalesce(d.ad_spend::text, '-'), coalesce(d.units_sold::text, '-'), coalesce(d.revenue::text, '-')), ', ' "
      "ORDER BY d.date, p.name) FROM daily_performance d JOIN products p ON p.id = d.product_id");
}

std::string archive(const std::vector<std::pair<std::string, std::string>>& members) {
  const ScratchDirectory directory;
  const auto path = directory.path() / "archive.zip";
  int error = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE, &error);
  if (zip == nullptr) throw std::runtime_error("no archive can be made");
  for (const auto& [name, content] : members) {
    zip_source_t* source = zip_source_buffer(zip, content.data(), content.size(), 0);
    if (zip_file_add(zip, name.c_str(), source, ZIP_FL_OVERWRITE) < 0) throw std::runtime_error(zip_strerror(zip));
  }
  if (zip_close(zip) != 0) throw std::runtime_error("the archive cannot be written");
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string workbook(const std::string& rows, const std::vector<std::pair<std::string, std::string>>& more) {
  std::vector<std::pair<std::string, std::string>> members = {
      {"xl/workbook.xml",
       R"(<workbook xmlns:r="r"><sheets><sheet name="Report" sheetId="1" r:id="rId1"/></sheets></workbook>)"},
      {"xl/_rels/workbook.xml.rels",
       R"(<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>)"},
      {"xl/styles.xml",
       R"(<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts>)"
       R"(<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="2"/></cellXfs></styleSheet>)"},
      {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"}};
  for (const auto& member : more) {
    std::erase_if(members, [&](const auto& old) { return old.first == member.first; });
    members.push_back(member);
  }
  return archive(members);
}

std::string utf16(const std::string& text, bool big_endian) {
  std::string out = big_endian ? "\xfe\xff" : "\xff\xfe";
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(text[at])); };
    unsigned c = byte(i);
    if (c < 0x80) {
      i += 1;
    } else if (c < 0xe0) {
      c = (c & 0x1f) << 6 | (byte(i + 1) & 0x3f);
      i += 2;
    } else {
      c = (c & 0x0f) << 12 | (byte(i + 1) & 0x3f) << 6 | (byte(i + 2) & 0x3f);
      i += 3;
    }
    const char high = static_cast<char>(c >> 8), low = static_cast<char>(c & 0xff);
    out += big_endian ? high : low;
    out += big_endian ? low : high;
  }
  return out;
}

}  // namespace performance_tracker::test
