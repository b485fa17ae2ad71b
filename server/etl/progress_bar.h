// SPDX-License-Identifier: PostgreSQL
//
// Progress of a load for a human on stderr: one line that redraws itself on a terminal, a few plain lines elsewhere.
#pragma once

#include <string>

namespace performance_tracker::etl {

class ProgressBar {
 public:
  explicit ProgressBar(bool enabled);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // `share` of the work is done, 0..1; `note` says what.
  void update(double share, const std::string& note);
  // Ends the line that redraws itself.
  void finish();

 private:
  bool enabled_, terminal_, drawn_ = false;
  int printed_quarter_ = 0;
};

}  // namespace performance_tracker::etl
