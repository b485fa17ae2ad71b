// SPDX-License-Identifier: PostgreSQL
#include "http/message.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <new>

#include "json.h"

namespace performance_tracker::http {
namespace {

constexpr std::size_t least_bytes_to_compress = 1024;  // below, the headers weigh more

std::string compress(const std::string& body) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  if (deflateInit2(&stream, 6, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  std::string out(deflateBound(&stream, static_cast<uLong>(body.size())), '\0');
  // zlib reads through a pointer that older versions declare without const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int outcome = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (outcome != Z_STREAM_END) return {};
  out.shrink_to_fit();
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Calls visit(element) for each trimmed element of a comma separated header value, until it returns true.
template <typename Visit>
bool any_element(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (visit(trim(list.substr(0, comma)))) return true;
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return false;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

}  // namespace

std::string digest(const std::string& body) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int length = 0;
  if (EVP_Digest(body.data(), body.size(), hash.data(), &length, EVP_sha256(), nullptr) != 1) return {};
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < std::min(length, 16U); ++i) {
    text += digits[hash[i] >> 4U];
    text += digits[hash[i] & 15U];
  }
  return text;
}

std::shared_ptr<const Content> make_content(std::string body) {
  auto content = std::make_shared<Content>();
  content->identity = std::move(body);
  content->etag = digest(content->identity);
  if (content->identity.size() >= least_bytes_to_compress) {
    content->gzip = compress(content->identity);
    if (content->gzip.size() >= content->identity.size()) content->gzip.clear();
  }
  return content;
}

std::shared_ptr<const Content> make_plain_content(std::string body) {
  auto content = std::make_shared<Content>();
  content->identity = std::move(body);
  return content;
}

Response error_response(const ApiError& error, const std::string& request_id) {
  const auto optional_text = [](const std::optional<std::string>& text) {
    return text ? json::quote(*text) : std::string("null");
  };
  Response response;
  response.status = error.status;
  response.headers = error.headers;
  response.content = make_plain_content(
      "{\"error\":{\"code\":" + json::quote(error.code) + ",\"message\":" + json::quote(error.message) +
      ",\"hint\":" + optional_text(error.hint) + ",\"parameter\":" + optional_text(error.parameter) +
      ",\"request_id\":" + json::quote(request_id) + "}}\n");
  return response;
}

std::string entity_tag(const Content& content, Encoding encoding) {
  const char* suffix = encoding == Encoding::gzip ? "-gzip\"" : encoding == Encoding::brotli ? "-br\"" : "\"";
  return (content.weak ? "W/\"" : "\"") + content.etag + suffix;
}

const std::string& bytes_of(const Content& content, Encoding encoding) {
  return encoding == Encoding::gzip ? content.gzip : encoding == Encoding::brotli ? content.brotli : content.identity;
}

Encoding best_encoding(std::string_view accept_encoding, const Content& content) {
  if (!content.brotli.empty() && accepts(accept_encoding, "br")) return Encoding::brotli;
  if (!content.gzip.empty() && accepts(accept_encoding, "gzip")) return Encoding::gzip;
  return Encoding::identity;
}

bool matches_entity_tag(std::string_view if_none_match, const Content& content) {
  if (content.etag.empty()) return false;
  return any_element(if_none_match, [&](std::string_view tag) {
    if (tag == "*") return true;
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (!tag.starts_with('"')) return false;
    tag.remove_prefix(1);
    if (!tag.starts_with(content.etag)) return false;
    tag.remove_prefix(content.etag.size());
    return tag == "\"" || tag == "-gzip\"" || tag == "-br\"";
  });
}

bool accepts(std::string_view accept_encoding, std::string_view coding) {
  return any_element(accept_encoding, [coding](std::string_view element) {
    const auto semicolon = element.find(';');
    if (!equals_ignoring_case(trim(element.substr(0, semicolon)), coding)) return false;
    if (semicolon == std::string_view::npos) return true;
    // "gzip;q=0", "q=0.000": not acceptable.
    const auto weight = element.substr(semicolon + 1);
    const auto equals = weight.find('=');
    return equals == std::string_view::npos ||
           weight.substr(equals + 1).find_first_of("123456789") != std::string_view::npos;
  });
}

}  // namespace performance_tracker::http
