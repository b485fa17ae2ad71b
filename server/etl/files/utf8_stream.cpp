// SPDX-License-Identifier: PostgreSQL
#include "etl/files/utf8_stream.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "etl/files/rows.h"

namespace performance_tracker::etl {
namespace {

constexpr std::size_t kPiece = 256U << 10U;

// Windows-1252 from 0x80 to 0x9f; 0: not in use.
constexpr std::array<char16_t, 32> kWindows = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                               0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
                                               0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                               0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

void append(std::string& out, char32_t c) {
  if (c == 0 || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff) c = 0xfffd;
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  if (c >= 0x10000) {
    out += static_cast<char>(0xf0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3f));
  } else if (c >= 0x800) {
    out += static_cast<char>(0xe0 | (c >> 12));
  } else {
    out += static_cast<char>(0xc0 | (c >> 6));
  }
  if (c >= 0x800) out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
  out += static_cast<char>(0x80 | (c & 0x3f));
}

struct Sequence {
  std::size_t bytes = 0;  // of a character at this place; 0: none begins here
  bool cut = false;       // its end is missing because the input ends
};

// One character of UTF-8 (RFC 3629): no overlong forms, no surrogates.
Sequence sequence_at(const std::string& text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return {1, false};
  const std::size_t bytes = first >= 0xf0 && first <= 0xf4 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (bytes == 0 || first > 0xf4) return {};
  for (std::size_t i = 1; i < bytes; ++i) {
    if (at + i >= text.size()) return {0, true};
    if ((byte(at + i) & 0xc0) != 0x80) return {};
  }
  const unsigned char second = byte(at + 1);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) || (first == 0xf0 && second < 0x90) ||
      (first == 0xf4 && second > 0x8f))
    return {};
  return {bytes, false};
}

bool is_utf8(const std::string& text) {
  for (std::size_t i = 0; i < text.size();) {
    const Sequence sequence = sequence_at(text, i);
    if (sequence.cut) return true;
    if (sequence.bytes == 0) return false;
    i += sequence.bytes;
  }
  return true;
}

// Converts what is whole in `from` and leaves the rest there.
std::string from_utf8(std::string& from, bool last) {
  std::string out;
  out.reserve(from.size());
  std::size_t i = 0;
  while (i < from.size()) {
    const Sequence sequence = sequence_at(from, i);
    if (sequence.cut && !last) break;
    if (sequence.bytes == 0 || from[i] == '\0')
      append(out, 0xfffd);
    else
      out.append(from, i, sequence.bytes);
    i += sequence.bytes == 0 ? 1 : sequence.bytes;
  }
  from.erase(0, i);
  return out;
}

std::string from_utf16(std::string& from, bool big, bool last) {
  const auto unit = [&](std::size_t at) {
    const auto low = static_cast<unsigned char>(from[at + (big ? 1 : 0)]);
    const auto high = static_cast<unsigned char>(from[at + (big ? 0 : 1)]);
    return static_cast<char32_t>(high << 8 | low);
  };
  std::string out;
  std::size_t i = 0;
  for (; i + 1 < from.size(); i += 2) {
    char32_t c = unit(i);
    if (c >= 0xd800 && c < 0xdc00) {
      if (i + 3 >= from.size() && !last) break;
      const char32_t low = i + 3 < from.size() ? unit(i + 2) : 0;
      if (low >= 0xdc00 && low < 0xe000) {
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        i += 2;
      }
    }
    append(out, c);
  }
  from.erase(0, last ? from.size() : i);
  return out;
}

std::string from_windows(std::string& from) {
  std::string out;
  out.reserve(from.size() + from.size() / 8);
  for (const char raw : from) {
    const auto c = static_cast<unsigned char>(raw);
    append(out, c >= 0x80 && c < 0xa0 ? kWindows[c - 0x80] : c);
  }
  from.clear();
  return out;
}

}  // namespace

Utf8Stream::Utf8Stream(const std::filesystem::path& file) : file_(std::fopen(file.c_str(), "rb")), path_(file) {
  if (!file_) throw FileError(file.string() + " cannot be opened: " + std::strerror(errno));
  pending_ = read_more();
  recognise();
}

Utf8Stream::~Utf8Stream() = default;

std::string Utf8Stream::read_more() {
  std::string piece(kPiece, '\0');
  piece.resize(std::fread(piece.data(), 1, piece.size(), file_.get()));
  if (std::ferror(file_.get()) != 0) throw FileError(path_.string() + " cannot be read: " + std::strerror(errno));
  ended_ = piece.size() < kPiece;
  return piece;
}

// A text of the West in UTF-16 has a zero in every other byte: so many of them are no accident.
void Utf8Stream::recognise() {
  if (pending_.starts_with("\xef\xbb\xbf")) {
    pending_.erase(0, 3);
  } else if (pending_.starts_with("\xff\xfe")) {
    encoding_ = Encoding::utf16_little;
    pending_.erase(0, 2);
  } else if (pending_.starts_with("\xfe\xff")) {
    encoding_ = Encoding::utf16_big;
    pending_.erase(0, 2);
  } else {
    std::array<std::size_t, 2> zeros{};
    for (std::size_t i = 0; i < pending_.size(); ++i) zeros[i % 2] += pending_[i] == '\0' ? 1 : 0;
    if (zeros[1] > pending_.size() / 4)
      encoding_ = Encoding::utf16_little;
    else if (zeros[0] > pending_.size() / 4)
      encoding_ = Encoding::utf16_big;
    else if (!is_utf8(pending_))
      encoding_ = Encoding::windows;
  }
}

std::string Utf8Stream::next() {
  std::string out;
  while (out.empty()) {
    if (pending_.empty() && ended_) return {};
    switch (encoding_) {
      case Encoding::utf8:
        out = from_utf8(pending_, ended_);
        break;
      case Encoding::windows:
        out = from_windows(pending_);
        break;
      case Encoding::utf16_little:
      case Encoding::utf16_big:
        out = from_utf16(pending_, encoding_ == Encoding::utf16_big, ended_);
        break;
    }
    if (!ended_) pending_ += read_more();
  }
  return out;
}

}  // namespace performance_tracker::etl
