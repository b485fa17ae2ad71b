// SPDX-License-Identifier: PostgreSQL
#include "commands/uploads.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "commands/load.h"

namespace performance_tracker::commands {
namespace {

using http::ApiError;

// A file that is gone afterwards.
class ScratchFile {
 public:
  explicit ScratchFile(std::string_view content) {
    std::string name = (std::filesystem::temp_directory_path() / "performance_tracker.upload.XXXXXX").string();
    const int file = mkstemp(name.data());
    if (file < 0)
      throw ApiError(503, "no_space", "there is no place for the file").with_hint("Set TMPDIR where the server runs.");
    path_ = name;
    bool whole = true;
    while (whole && !content.empty()) {
      const ssize_t written = ::write(file, content.data(), content.size());
      whole = written > 0;
      if (whole) content.remove_prefix(static_cast<std::size_t>(written));
    }
    ::close(file);
    if (whole) return;
    remove();
    throw ApiError(503, "no_space", "the file does not fit into the server's scratch place");
  }
  ~ScratchFile() { remove(); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  void remove() const {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  std::filesystem::path path_;
};

ImportFlags flags_of(const api::Arguments& arguments) {
  const auto text = [&](const char* name) { return arguments.find(name).value_or(""); };
  const auto flag = [&](const char* name) { return arguments.find(name) == "true"; };
  ImportFlags flags;
  flags.map = text("map");
  flags.dates = text("dates");
  flags.decimal = text("decimal");
  flags.product = text("product");
  flags.channel = text("channel");
  flags.sheet = text("sheet");
  flags.source = text("source");
  flags.currency = text("currency");
  flags.create_products = flag("create_products");
  flags.accept = flag("accept");
  flags.replace = flag("replace");
  flags.dry_run = flag("dry_run");
  return flags;
}

ApiError api_error(const etl::Error& error) {
  using enum etl::Error::Kind;
  switch (error.kind()) {
    case kBusy:
      return ApiError(409, "load_running", error.what()).with_hint("GET /api/v1/etl-runs shows how far it is.");
    case kOtherShop:
      return ApiError(409, "other_shop", error.what()).with_hint("Send replace=true to do so.");
    default:
      return ApiError(503, "unavailable", error.what());
  }
}

}  // namespace

api::RunImport make_run_import(const Config& config, std::stop_token stop, std::function<void()> imported) {
  if (config.loader.user.empty()) return {};
  return [config, stop = std::move(stop), imported = std::move(imported)](const api::Arguments& arguments,
                                                                          std::string_view file) {
    const ScratchFile scratch(file);
    try {
      etl::ImportOptions options = import_options(config, flags_of(arguments));
      options.label = arguments.find("file").value_or("upload");
      const etl::ImportReport report = etl::import_file(scratch.path(), options, stop);
      if (!report.dry_run) imported();
      return etl::to_json(report);
    } catch (const etl::FileError& error) {
      throw ApiError(422, "unreadable_file", error.what())
          .with_hint("The message names the parameter that decides; docs/etl.md explains them.");
    } catch (const etl::Error& error) {
      throw api_error(error);
    }
  };
}

}  // namespace performance_tracker::commands
