// SPDX-License-Identifier: PostgreSQL
//
// What the shop has set: currency, holidays, thresholds, margins. One row; view shop_overview has it.
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

Statement statement(const Arguments&) {
  return {"SELECT currency, holiday_region, rules, thresholds, margins, holidays FROM shop_overview", {}};
}

}  // namespace

const DataRoute settings_route{.path = "/api/v1/settings", .parameters = {}, .statement = statement};

}  // namespace performance_tracker::api
