// SPDX-License-Identifier: PostgreSQL
#include "http/framing.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace performance_tracker::http {
namespace {

constexpr std::string_view end_of_headers = "\r\n\r\n";

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Digits only: no sign, no list, nothing that two readers could understand differently.
std::optional<std::size_t> parse_length(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool number = !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) != 0;
  if (!number || end != text.data() + text.size()) return std::nullopt;
  // Digits beyond 64 bits are a length too: a body far too large.
  return error == std::errc{} ? value : static_cast<std::size_t>(-1);
}

// From position `from` on; the character before it is there to be looked at.
bool has_bare_line_feed(std::string_view text, std::size_t from) {
  for (auto at = text.find('\n', from); at != std::string_view::npos; at = text.find('\n', at + 1))
    if (at == 0 || text[at - 1] != '\r') return true;
  return false;
}

}  // namespace

Frame RequestFramer::refuse(int status, const char* reason) {
  frame_.state = Frame::State::refused;
  frame_.status = status;
  frame_.reason = reason;
  return frame_;
}

Frame RequestFramer::examine(std::string_view input) {
  if (frame_.state == Frame::State::refused) return frame_;
  if (frame_.header_bytes == 0) {
    const auto from = scanned_ < end_of_headers.size() ? 0 : scanned_ - end_of_headers.size();
    const auto end = input.find(end_of_headers, from);
    if (has_bare_line_feed(input.substr(0, end), from))
      return refuse(400, "a line of the request does not end with CR LF");
    scanned_ = input.size();
    if (end == std::string_view::npos) {
      if (input.size() > limits_.header_bytes) return refuse(431, "the request's headers are too long");
      return frame_;
    }
    if (end > limits_.header_bytes) return refuse(431, "the request's headers are too long");
    frame_.header_bytes = end + end_of_headers.size();
    frame_.bytes = frame_.header_bytes;
    read_headers(input.substr(0, end));
    if (frame_.state == Frame::State::refused) return frame_;
  }
  frame_.state = input.size() >= frame_.bytes ? Frame::State::complete : Frame::State::incomplete;
  return frame_;
}

// The lines after the request line: only those that say how long the request is.
void RequestFramer::read_headers(std::string_view headers) {
  std::optional<std::size_t> length;
  auto line_end = headers.find("\r\n");
  while (line_end != std::string_view::npos) {
    const auto start = line_end + 2;
    line_end = headers.find("\r\n", start);
    const auto line = headers.substr(start, line_end == std::string_view::npos ? line_end : line_end - start);
    const auto colon = line.find(':');
    const auto name = trim(line.substr(0, colon));
    const auto value = colon == std::string_view::npos ? std::string_view() : trim(line.substr(colon + 1));
    if (equals_ignoring_case(name, "transfer-encoding")) {
      refuse(411, "a request body needs a Content-Length here");
      return;
    }
    if (equals_ignoring_case(name, "expect") && equals_ignoring_case(value, "100-continue")) frame_.expect_at = start;
    if (!equals_ignoring_case(name, "content-length")) continue;
    const auto given = parse_length(value);
    if (!given || (length && *length != *given) || name.size() != std::min(colon, line.size())) {
      refuse(400, "the Content-Length is not a number");
      return;
    }
    length = given;
  }
  admit(length.value_or(0), headers);
}

void RequestFramer::admit(std::size_t length, std::string_view headers) {
  if (length > limits_.body_bytes) {
    const int refusal = limits_.may_upload ? limits_.may_upload(headers, address_) : 413;
    if (refusal == 401) {
      refuse(401, "the bearer token is missing or wrong");
      return;
    }
    if (refusal == 429) {
      refuse(429, "too many wrong tokens from this address");
      return;
    }
    if (refusal != 0 || length > limits_.upload_bytes) {
      refuse(413, "the request body is too large");
      return;
    }
    frame_.upload = true;
  }
  frame_.bytes = frame_.header_bytes + length;
}

}  // namespace performance_tracker::http
