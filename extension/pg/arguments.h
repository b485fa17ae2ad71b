// SPDX-License-Identifier: PostgreSQL
//
// Scalar arguments as plain data. `index` counts from 0; `name` is the SQL name, for the message. The plain forms
// refuse NULL with 22004, the optional_ forms give nothing for it. All of them may raise: call them in the read phase.
#pragma once

#include "pg/pg.h"

namespace performance_tracker {

int int4_argument(FunctionCallInfo fcinfo, int index, const char* name);
double float8_argument(FunctionCallInfo fcinfo, int index, const char* name);  // refuses NaN and infinity with 22023
bool bool_argument(FunctionCallInfo fcinfo, int index, const char* name);
const char* text_argument(FunctionCallInfo fcinfo, int index, const char* name);

std::optional<int> optional_int4_argument(FunctionCallInfo fcinfo, int index);
std::optional<double> optional_float8_argument(FunctionCallInfo fcinfo, int index, const char* name);
const char* optional_text_argument(FunctionCallInfo fcinfo, int index);  // nullptr for NULL

}  // namespace performance_tracker
