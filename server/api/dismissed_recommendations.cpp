// SPDX-License-Identifier: PostgreSQL
//
// Advice that was put away, the latest first: what recommendations() leaves out as long as it is here.
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

Statement statement(const Arguments&) {
  return {
      "SELECT p.name AS product, p.category, d.recommendation_type, d.dismissed_until, d.dismissed_at, d.note "
      "FROM dismissed_recommendations d JOIN products p ON p.id = d.product_id "
      "WHERE d.dismissed_until IS NULL OR d.dismissed_until >= current_date "
      "ORDER BY d.dismissed_at DESC, p.name, d.recommendation_type",
      {}};
}

}  // namespace

const DataRoute dismissed_recommendations_route{
    .path = "/api/v1/dismissed-recommendations", .parameters = {}, .statement = statement};

}  // namespace performance_tracker::api
