// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <string>

namespace performance_tracker::api {

// docs/openapi.yaml, as it was when this program was built.
std::string openapi_text();

}  // namespace performance_tracker::api
