// SPDX-License-Identifier: PostgreSQL
//
// Answers that are to stay what they are unless somebody means to change them: whole results of fixed inputs, number by
// number, in tests/reference/answers/NAME.txt. They say nothing about what is right, which is the business of the other
// tests; they notice when a number moves that nobody wanted to move. After a change that is meant,
//
//   UPDATE_ANSWERS=1 make test ARGS='core Answers.*'
//
// writes the files anew, and the difference between them belongs in the commit's review.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace performance_tracker::testing {

class Answers {
 public:
  // What is named next: "shop/incidents 3".
  void about(const std::string& subject) { subject_ = subject; }
  void add(std::string_view name, double value);
  void add(std::string_view name, const std::optional<double>& value);
  void add(std::string_view name, const std::vector<double>& values);
  void add_text(std::string_view name, std::string_view text);

  // Compares with tests/reference/answers/NAME.txt: numbers within `tolerance` of their size (optimisers end a little
  // differently with another compiler), texts letter by letter. Fails with the first differences.
  void expect(const std::string& name, double tolerance) const;

 private:
  std::string subject_;
  std::vector<std::string> lines_;  // "subject name = value"
};

}  // namespace performance_tracker::testing
