// SPDX-License-Identifier: PostgreSQL
#include "commands/folder.h"

#include <algorithm>
#include <cstdio>
#include <memory>
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
    // A link may lead to what only the server may read.
    if (entry.symlink_status(ignored).type() != fs::file_type::regular ||
        entry.path().filename().string().starts_with('.'))
      continue;
    const auto time = entry.last_write_time(ignored);
    if (fs::file_time_type::clock::now() - time >= kUntouched) files.push_back({time, entry.path()});
  }
  if (error) log::warning("IMPORT_DIR cannot be read", {{"folder", folder.string()}, {"reason", error.message()}});
  std::sort(files.begin(), files.end());
  return files;
}

// A name in the folder that neither a file nor its word has: the export of every day is called the same.
fs::path free_name(const fs::path& folder, const fs::path& file) {
  const auto taken = [](const fs::path& path) {
    std::error_code ignored;
    return fs::symlink_status(path, ignored).type() != fs::file_type::not_found;
  };
  fs::path name = folder / file.filename();
  for (int i = 2; taken(name) || taken(name.string() + ".txt"); ++i)
    name = folder / (file.stem().string() + "-" + std::to_string(i) + file.extension().string());
  return name;
}

// Out of the way, so that it is not imported again, with a word about it beside it. Whoever may put files here must not
// say by a link where the server writes: the folder is a directory, the word a new file.
bool put_away(const fs::path& file, const char* where, const std::string& word) {
  const fs::path folder = file.parent_path() / where;
  std::error_code error;
  fs::create_directory(folder, error);
  if (!error && fs::symlink_status(folder, error).type() != fs::file_type::directory)
    error = std::make_error_code(std::errc::not_a_directory);
  const fs::path name = error ? fs::path() : free_name(folder, file);
  if (!error) fs::rename(file, name, error);
  if (error) {
    log::error("a file cannot be put away; it is left alone from now on",
               {{"file", file.string()}, {"to", folder.string()}, {"reason", error.message()}});
    return false;
  }
  const std::string beside = name.string() + ".txt";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> text(std::fopen(beside.c_str(), "wxe"), std::fclose);
  if (!text || std::fwrite(word.data(), 1, word.size(), text.get()) != word.size())
    log::warning("the word about a file cannot be written", {{"file", beside}});
  return true;
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
    if (const auto left = left_alone_.find(found.file); left != left_alone_.end() && left->second == found.time)
      continue;
    if (!take(found.file, stop)) left_alone_.insert_or_assign(found.file, found.time);
    ++taken;
  }
  return taken;
}

bool Folder::take(const fs::path& file, const std::stop_token& stop) {
  std::string reason;
  try {
    const etl::ImportReport report = etl::import_file(file, import_options(config_, {}), stop);
    log::info("file imported", {{"file", report.file},
                                {"days_inserted", report.days_inserted},
                                {"days_updated", report.days_updated},
                                {"unmatched", report.rows_unmatched}});
    imported_();
    return put_away(file, "done", etl::to_text(report));
  } catch (const etl::Error& error) {
    using enum etl::Error::Kind;
    log::warning("file not imported", {{"file", file.string()}, {"reason", error.what()}});
    // The file is not at fault: it stays for the next look.
    if (error.kind() == kBusy || error.kind() == kStopped || error.kind() == kDatabase) return true;
    reason = error.what();
  } catch (const std::exception& error) {
    log::warning("file not imported", {{"file", file.string()}, {"reason", error.what()}});
    reason = error.what();
  }
  return put_away(file, "refused", reason);
}

}  // namespace performance_tracker::commands
