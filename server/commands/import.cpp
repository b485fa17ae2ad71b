// SPDX-License-Identifier: PostgreSQL
#include "etl/import.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <iostream>

#include "commands/load.h"
#include "commands/scratch_file.h"
#include "commands/signals.h"
#include "log.h"

namespace performance_tracker::commands {
namespace {

// Standard input as a file, because a table is read twice.
void spool_input(ScratchFile& copy) {
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t bytes = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (bytes == 0) return;
    // Half of what was sent looks like a whole file: it must not be imported.
    if (bytes < 0 && errno != EINTR) throw etl::FileError("standard input cannot be read to its end");
    if (bytes > 0) copy.append({buffer.data(), static_cast<std::size_t>(bytes)});
  }
}

etl::ImportReport import_one(const std::string& file, etl::ImportOptions options, const std::stop_token& stop) {
  if (file != "-") return etl::import_file(file, options, stop);
  ScratchFile input("import");
  spool_input(input);
  options.label = "standard input";
  return etl::import_file(input.path(), options, stop);
}

}  // namespace

etl::ImportOptions import_options(const Config& config, const ImportFlags& flags) {
  etl::ImportOptions options;
  options.database = db::loader_options(config);
  if (!flags.map.empty()) options.table.columns = etl::parse_column_map(flags.map);
  if (flags.dates == "day-first") options.table.date_order = etl::DateOrder::day_first;
  if (flags.dates == "month-first") options.table.date_order = etl::DateOrder::month_first;
  if (flags.decimal == "point") options.table.decimal = etl::Decimal::point;
  if (flags.decimal == "comma") options.table.decimal = etl::Decimal::comma;
  options.table.product = flags.product;
  options.table.channel = flags.channel;
  options.sheet = flags.sheet;
  options.source = flags.source;
  options.currency = flags.currency;
  options.create_products = flags.create_products;
  options.accept = flags.accept;
  options.replace = flags.replace;
  options.dry_run = flags.dry_run;
  return options;
}

int import(const Config& config, const ImportFlags& flags) {
  if (flags.files.empty() == flags.table.empty())
    throw ConfigError("say what to import: FILE…, - for standard input, or --from-table NAME");
  StopSignals signals;
  std::stop_source source;
  signals.on_stop([&source] { source.request_stop(); });
  bool whole = true;
  try {
    const etl::ImportOptions options = import_options(config, flags);
    const auto report = [&whole](const etl::ImportReport& done) {
      std::cout << etl::to_text(done) << std::flush;
      whole = whole && done.rows_unmatched == 0;
    };
    if (!flags.table.empty()) report(etl::import_table(flags.table, options, source.get_token()));
    for (const std::string& file : flags.files) report(import_one(file, options, source.get_token()));
    return whole ? 0 : 3;
  } catch (const etl::FileError& error) {
    log::error("import failed, nothing of the file was loaded", {{"reason", error.what()}});
    return 1;
  } catch (const etl::Error& error) {
    using enum etl::Error::Kind;
    if (error.kind() == kBadOption || error.kind() == kOtherShop) throw ConfigError(error.what());
    log::error("import failed, nothing of the file was loaded", {{"reason", error.what()}});
    return error.kind() == kStopped ? 130 : 1;
  }
}

}  // namespace performance_tracker::commands
