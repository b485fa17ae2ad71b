// SPDX-License-Identifier: PostgreSQL
#include "commands/uploads.h"

#include "commands/load.h"
#include "commands/scratch_file.h"

namespace performance_tracker::commands {
namespace {

using http::ApiError;

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
    case kData:
      return ApiError(422, "unreadable_file", error.what());
    default:
      return ApiError(503, "unavailable", error.what());
  }
}

}  // namespace

api::RunImport make_run_import(const Config& config, std::stop_token stop, std::function<void()> imported) {
  if (config.loader.user.empty()) return {};
  return [config, stop = std::move(stop), imported = std::move(imported)](const api::Arguments& arguments,
                                                                          std::string_view file) {
    std::optional<ScratchFile> scratch;
    try {
      scratch.emplace("upload").append(file);
    } catch (const etl::FileError& error) {
      throw ApiError(503, "no_space", error.what());
    }
    try {
      etl::ImportOptions options = import_options(config, flags_of(arguments));
      options.label = arguments.find("file").value_or("upload");
      const etl::ImportReport report = etl::import_file(scratch->path(), options, stop);
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
