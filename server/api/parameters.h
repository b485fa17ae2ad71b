// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db.h"
#include "http/message.h"

namespace performance_tracker::api {

enum class Kind {
  text,     // UTF-8, not empty, without NUL
  word,     // a lower-case name: [a-z_]{1,64}
  integer,  // fits PostgreSQL's integer
  number,   // finite double precision
  boolean,  // true or false
  date,     // YYYY-MM-DD, a day that exists
  choice,   // one of `choices`
};

// One parameter of a route, as the table of its resource declares it. Ranges are left to the SQL function that takes
// the value, which knows them and names the way out; `minimum` and `maximum` are for statements of our own.
struct Parameter {
  std::string_view name;  // as the SQL argument is named
  Kind kind;
  bool required = false;
  std::span<const std::string_view> choices = {};
  std::optional<int> minimum = std::nullopt;  // integers only
  std::optional<int> maximum = std::nullopt;
};

struct Argument {
  const Parameter* parameter;
  std::string value;  // normalised, so that equal requests have equal text
};

// The arguments that a request gave, in the order of the route's table.
class Arguments {
 public:
  explicit Arguments(std::vector<Argument> given) : given_(std::move(given)) {}
  std::optional<std::string> find(std::string_view name) const;
  // The same, and forgets it: for what is no argument of the statement.
  std::optional<std::string> take(std::string_view name);
  const std::vector<Argument>& given() const { return given_; }
  std::string canonical() const;  // "product=…&days=7", unambiguous; for cache keys

 private:
  std::vector<Argument> given_;
};

// Checks names, kinds, duplicates and required ones. Throws ApiError (400).
Arguments parse_arguments(std::span<const Parameter> known,
                          const std::vector<std::pair<std::string, std::string>>& given);

// SQL text from this program's own constants, values bound.
struct Statement {
  std::string sql;
  db::Params params;

  // The same with its values in it, for a reader who pastes it into psql.
  std::string text() const;
  // Binds a value; returns "$3::date".
  std::string bind(std::string value, std::string_view type);
};

// SELECT * FROM function(argument => $1::type, …) with the arguments given; what is left out takes the function's
// default, so that defaults are written in one place. Names in `skip` are not passed on.
Statement call_function(std::string_view function, const Arguments& arguments,
                        std::span<const std::string_view> skip = {});

// The type that a kind is bound as.
std::string_view sql_type(Kind kind);

inline constexpr std::string_view total_category_product[] = {"total", "category", "product"};

}  // namespace performance_tracker::api
