// SPDX-License-Identifier: PostgreSQL
//
// When a value is implausible, and is held back.
#pragma once

namespace performance_tracker::etl {

// A value so many times the largest that any product of the source had in the four weeks before (money in millionths,
// a decimal point lost). A deal multiplies a product's sales by ten, not by a hundred.
inline constexpr const char* kImplausibleFactor = "100";
// … by what came in so many days at least.
inline constexpr const char* kDaysToJudgeBy = "7";
// What still comes after so long is true, whatever it looks like.
inline constexpr const char* kBelievedAfter = "2 days";

}  // namespace performance_tracker::etl
