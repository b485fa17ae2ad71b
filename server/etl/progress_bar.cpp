// SPDX-License-Identifier: PostgreSQL
#include "etl/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace performance_tracker::etl {

ProgressBar::ProgressBar(bool enabled) : enabled_(enabled), terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressBar::~ProgressBar() { finish(); }

void ProgressBar::update(double share, const std::string& note) {
  if (!enabled_) return;
  share = std::clamp(share, 0.0, 1.0);
  const int percent = static_cast<int>(share * 100);
  if (terminal_) {
    constexpr int kWidth = 30;
    const int filled = static_cast<int>(share * kWidth);
    std::string bar;
    for (int i = 0; i < kWidth; ++i) bar += i < filled ? "█" : "░";
    (void)std::fprintf(stderr, "\r\033[K%s %3d%%  %s", bar.c_str(), percent, note.c_str());
    (void)std::fflush(stderr);
    drawn_ = true;
  } else if (const int quarter = percent / 25; quarter > printed_quarter_) {
    printed_quarter_ = quarter;
    (void)std::fprintf(stderr, "%3d%%  %s\n", percent, note.c_str());
  }
}

void ProgressBar::finish() {
  if (drawn_) (void)std::fputc('\n', stderr);
  drawn_ = false;
}

}  // namespace performance_tracker::etl
