// SPDX-License-Identifier: PostgreSQL
//
// The models that a program chose, read back from its NAME_series.csv (series_id,n,order,const,…).
#pragma once

#include <map>
#include <string>

#include "core/arima/arima_order.h"

namespace performance_tracker::bench {

struct NamedModel {
  ArimaOrder order;
  Constant constant = Constant::kNone;
};

// By series; rows without an order (failures) are left out. Throws std::runtime_error that names file and line.
std::map<std::string, NamedModel> read_model_csv(const std::string& path);

}  // namespace performance_tracker::bench
