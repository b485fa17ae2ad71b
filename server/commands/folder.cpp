// SPDX-License-Identifier: PostgreSQL
#include "commands/folder.h"

#include <algorithm>
#include <fstream>
#include <tuple>
#include <vector>

#include "commands/load.h"
#include "etl/retry.h"
#include "log.h"

namespace performance_tracker::commands {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr seconds kBetweenLooks{10};
// A file that somebody is still copying.
constexpr seconds kUntouched{10};

struct Found {
  fs::file_time_type time;
  fs::path file;
  bool operator<(const Found& other) const { return std::tie(time, file) < std::tie(other.time, other.file); }
};

std::vector<Found> whole_files(const fs::path& folder) {
  std::vector<Found> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    std::error_code ignored;
    if (!entry.is_regular_file(ignored) || entry.path().filename().string().starts_with('.')) continue;
    const auto time = entry.last_write_time(ignored);
    if (fs::file_time_type::clock::now() - time >= kUntouched) files.push_back({time, entry.path()});
  }
  if (error) log::warning("IMPORT_DIR cannot be read", {{"folder", folder.string()}, {"reason", error.message()}});
  std::sort(files.begin(), files.end());
  return files;
}

// Out of the way, so that it is not imported again, with a word about it beside it.
void put_away(const fs::path& file, const char* where, const std::string& word) {
  const fs::path folder = file.parent_path() / where;
  std::error_code error;
  fs::create_directories(folder, error);
  fs::rename(file, folder / file.filename(), error);
  if (error) log::error("an imported file cannot be put away", {{"file", file.string()}, {"reason", error.message()}});
  std::ofstream(folder / (file.filename().string() + ".txt")) << word;
}

}  // namespace

Folder::Folder(const Config& config, std::function<void()> imported)
    : config_(config), imported_(std::move(imported)), thread_([this](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          look(stop);
          etl::sleep_for(kBetweenLooks, stop);
        }
      }) {}

int Folder::look(const std::stop_token& stop) {
  int taken = 0;
  for (const Found& found : whole_files(config_.import_dir)) {
    if (stop.stop_requested()) break;
    take(found.file, stop);
    ++taken;
  }
  return taken;
}

void Folder::take(const fs::path& file, const std::stop_token& stop) {
  try {
    const etl::ImportReport report = etl::import_file(file, import_options(config_, {}), stop);
    put_away(file, "done", etl::to_text(report));
    log::info("file imported", {{"file", report.file},
                                {"days_inserted", report.days_inserted},
                                {"days_updated", report.days_updated},
                                {"unmatched", report.rows_unmatched}});
    imported_();
  } catch (const etl::Error& error) {
    using enum etl::Error::Kind;
    // The file is not at fault: it stays for the next look.
    const bool later = error.kind() == kBusy || error.kind() == kStopped || error.kind() == kDatabase;
    log::warning("file not imported", {{"file", file.string()}, {"reason", error.what()}});
    if (!later) put_away(file, "refused", error.what());
  } catch (const std::exception& error) {
    log::warning("file not imported", {{"file", file.string()}, {"reason", error.what()}});
    put_away(file, "refused", error.what());
  }
}

}  // namespace performance_tracker::commands
