// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <string>
#include <string_view>

namespace performance_tracker::json {

bool valid_utf8(std::string_view text);

// A JSON string literal with its quotes. Bytes that are not UTF-8 are replaced by U+FFFD, so that what is sent is
// always valid JSON.
std::string quote(std::string_view text);

}  // namespace performance_tracker::json
