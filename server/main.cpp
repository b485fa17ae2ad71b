// SPDX-License-Identifier: PostgreSQL
#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <optional>
#include <string>

#include "commands/commands.h"
#include "config.h"
#include "log.h"

namespace {

using performance_tracker::Config;

constexpr int status_bad_config = 2;

Config configure(const std::string& env_file) {
  Config config = performance_tracker::load_config(env_file.empty() ? std::nullopt
                                                                    : std::optional<std::filesystem::path>(env_file));
  performance_tracker::log::configure(config.log_level, config.log_format);
  return config;
}

}  // namespace

int main(int argc, char** argv) {
  namespace commands = performance_tracker::commands;

  CLI::App app("Forecasts and advertising analytics that live in PostgreSQL: the server, the load and the schema.",
               "performance_tracker");
  app.set_version_flag("--version", PERFORMANCE_TRACKER_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  app.footer("Settings come from the environment, then from the file of --env-file (default: .env if there is one):\n" +
             performance_tracker::describe_settings() +
             "A password or token NAME may sit in a file instead: NAME_FILE=/path.");
  std::string env_file;
  app.add_option("--env-file", env_file, "File of NAME=value lines; the environment wins over it")->type_name("FILE");

  int status = 0;
  std::string schema;
  auto* migrate =
      app.add_subcommand("migrate", "Create or update the extension, tables, views and roles (as OWNER_DB_USER)");
  migrate->add_option("--schema", schema, "Of a tenant, instead of DB_SCHEMA; made if it is missing")
      ->type_name("NAME");
  migrate->callback([&] {
    auto config = configure(env_file);
    if (!schema.empty()) config.db_schema = schema;
    status = commands::migrate(config);
  });
  app.add_subcommand("serve", "Serve the JSON API and the dashboard; load every ETL_INTERVAL")->callback([&] {
    status = commands::serve(configure(env_file));
  });

  commands::LoadFlags load;
  auto* etl = app.add_subcommand("etl", "Load new days from the ad platform, once");
  etl->add_flag("--full", load.full, "Load every day again, not only the new and the restated ones");
  etl->add_flag("--accept", load.accept, "Take implausible values and mass withdrawals for true, once");
  etl->add_flag("--replace", load.replace, "Delete the simulated shop that the tables hold, and load this platform's");
  etl->add_option("--from", load.from, "Only from this day on")->type_name("YYYY-MM-DD");
  etl->add_option("--to", load.to, "… up to this one")->type_name("YYYY-MM-DD");
  etl->callback([&] { status = commands::etl(configure(env_file), load); });

  commands::ForgetFlags forgotten;
  auto* forget = app.add_subcommand("forget", "Delete days of a source, or of all, from the tables");
  forget->add_option("--source", forgotten.source, "Of this source only")->type_name("NAME");
  forget->add_option("--from", forgotten.from, "From this day on (the first)")->type_name("YYYY-MM-DD");
  forget->add_option("--to", forgotten.to, "Up to this day (the last)")->type_name("YYYY-MM-DD");
  forget->add_flag("--dry-run", forgotten.dry_run, "Say how many rows, and delete none");
  forget->callback([&] { status = commands::forget(configure(env_file), forgotten); });

  commands::ImportFlags imported;
  auto* import = app.add_subcommand("import", "Load exported files (CSV, TSV, XLSX), or a table of the database");
  import->add_option("FILE", imported.files,
                     "Exports of Google, Meta or Amazon Ads, Shopify, WooCommerce, …; - reads standard input");
  import->add_option("--from-table", imported.table, "A table or view of the same database")->type_name("NAME");
  import->add_option("--map", imported.map, "Columns of a table that is not known: date=Day,product=Item,revenue=Sales")
      ->type_name("MAP");
  import->add_option("--dates", imported.dates, "day-first or month-first, where 03/04/2026 may be either")
      ->check(CLI::IsMember({"day-first", "month-first"}));
  import->add_option("--decimal", imported.decimal, "point or comma, where 1,234 may be either")
      ->check(CLI::IsMember({"point", "comma"}));
  import->add_option("--source", imported.source, "Name of the account (the format's)")->type_name("NAME");
  import->add_option("--product", imported.product, "Whose figures all of it is")->type_name("NAME");
  import->add_option("--channel", imported.channel, "google, meta, amazon, …; shop: orders, whose revenue is the truth")
      ->type_name("NAME");
  import->add_option("--currency", imported.currency, "Of amounts that do not say theirs: EUR")->type_name("CODE");
  import->add_option("--sheet", imported.sheet, "Of a workbook (the first)")->type_name("NAME");
  import->add_flag("--create-products", imported.create_products, "Products that the shop does not have are new ones");
  import->add_flag("--accept", imported.accept, "Take implausible values for true");
  import->add_flag("--replace", imported.replace, "Delete the simulated shop that the tables hold");
  import->add_flag("--dry-run", imported.dry_run, "Say what would happen, and change nothing");
  import->callback([&] { status = commands::import(configure(env_file), imported);
});

std::string faults;
auto* simulate = app.add_subcommand("simulate", "Serve the simulated ad platform alone, at HTTP_HOST:HTTP_PORT");
simulate->add_option("--faults", faults, "Misbehave on purpose, for tests: 500*2,429:1,truncate")->type_name("PLAN");
simulate->callback([&] { status = commands::simulate(configure(env_file), faults); });

try {
  app.parse(argc, argv);
  return status;
} catch (const CLI::ParseError& error) {
  return app.exit(error) == 0 ? 0 : status_bad_config;
} catch (const performance_tracker::ConfigError& error) {
  std::cerr << "performance_tracker: the configuration cannot be used:\n" << error.what() << '\n';
  return status_bad_config;
} catch (const std::exception& error) {
  std::cerr << "performance_tracker: " << error.what() << '\n';
  return 1;
}
}
