// SPDX-License-Identifier: PostgreSQL
#include "config.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support.h"

namespace performance_tracker {
namespace {

std::string problem(const Settings& settings) {
  try {
    make_config(settings, {});
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(EnvFile, ReadsWhatShellsAndComposeWrite) {
  const auto settings = parse_env_file(
      "# comment\n\nDB_HOST=db  # inline\nexport DB_NAME = shop\r\nDB_PASSWORD='a #b$c'\n"
      "API_TOKEN=\"line\\nquote\\\"\"\nEMPTY=\nURL=http://x/#y\n",
      ".env");
  EXPECT_EQ(settings.at("DB_HOST"), "db");
  EXPECT_EQ(settings.at("DB_NAME"), "shop");
  EXPECT_EQ(settings.at("DB_PASSWORD"), "a #b$c");
  EXPECT_EQ(settings.at("API_TOKEN"), "line\nquote\"");
  EXPECT_EQ(settings.at("EMPTY"), "");
  EXPECT_EQ(settings.at("URL"), "http://x/#y");
}

TEST(EnvFile, NamesTheLineThatItCannotRead) {
  for (const auto& [text, place] : std::map<std::string, std::string>{{"A=1\nnonsense\n", ".env:2"},
                                                                      {"A='open\n", ".env:1"},
                                                                      {"A B=1", ".env:1"},
                                                                      {"A=\"x\" y", ".env:1"},
                                                                      {"=1", ".env:1"}}) {
    try {
      parse_env_file(text, ".env");
      ADD_FAILURE() << text;
    } catch (const ConfigError& error) {
      EXPECT_TRUE(std::string(error.what()).starts_with(place)) << error.what();
    }
  }
}

TEST(Config, TheEnvironmentWinsAndEmptyCountsAsUnset) {
  const Config config = make_config({{"DB_HOST", "from-environment"}, {"DB_NAME", ""}},
                                    {{"DB_HOST", "from-file"}, {"DB_NAME", "from-file"}, {"POSTGRES_DB", "not ours"}});
  EXPECT_EQ(config.db_host, "from-environment");
  EXPECT_EQ(config.db_name, "from-file");
}

TEST(Config, EverySettingIsChecked) {
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{{"DB_PORT", "0"},
                                                                                    {"DB_PORT", "65536"},
                                                                                    {"DB_PORT", "54x"},
                                                                                    {"HTTP_PORT", "-1"},
                                                                                    {"HTTP_PORT", " 80"},
                                                                                    {"HTTP_THREADS", "1"},
                                                                                    {"DB_POOL_SIZE", "0"},
                                                                                    {"STATEMENT_TIMEOUT_MS", "5"},
                                                                                    {"CACHE_MB", "4096"},
                                                                                    {"SIMULATOR", "maybe"},
                                                                                    {"SIMULATOR_SEED", "-1"},
                                                                                    {"SIMULATOR_PRODUCTS", "0"},
                                                                                    {"SIMULATOR_DAYS", "-1"},
                                                                                    {"ETL_INTERVAL", "2"},
                                                                                    {"ETL_INTERVAL", "1e3"},
                                                                                    {"PLATFORM_URL", "ftp://x"},
                                                                                    {"PLATFORM_URL", "http://"},
                                                                                    {"PLATFORM_URL", "http://a b"},
                                                                                    {"API_TOKEN", "short"},
                                                                                    {"API_TOKEN", "has a space"},
                                                                                    {"PLATFORM_TOKEN", "x"},
                                                                                    {"LOG_LEVEL", "loud"},
                                                                                    {"LOG_FORMAT", "xml"}})
    EXPECT_TRUE(problem({{name, value}}).starts_with(name + " "))
        << name << "=" << value << ": " << problem({{name, value}});
}

TEST(Config, AllProblemsAreToldAtOnceAndSecretsNever) {
  const std::string text = problem({{"DB_PORT", "x"}, {"LOG_LEVEL", "loud"}, {"API_TOKEN", "s3cret!"}});
  EXPECT_NE(text.find("DB_PORT must be a whole number from 1 to 65535, not 'x'"), std::string::npos) << text;
  EXPECT_NE(text.find("LOG_LEVEL"), std::string::npos);
  EXPECT_NE(text.find("API_TOKEN"), std::string::npos);
  EXPECT_EQ(text.find("s3cret!"), std::string::npos);
}

TEST(Config, ASecretMayComeFromAFile) {
  const test::ScratchDirectory scratch;
  const auto file = scratch.path() / "password";
  std::ofstream(file) << "of the file\n";
  EXPECT_EQ(make_config({{"DB_PASSWORD_FILE", file}}, {}).reader.password, "of the file");
  EXPECT_EQ(make_config({{"DB_PASSWORD", "direct"}, {"DB_PASSWORD_FILE", file}}, {}).reader.password, "direct");
  EXPECT_TRUE(problem({{"DB_PASSWORD_FILE", "/nonexistent"}}).starts_with("DB_PASSWORD "));
}

TEST(Config, AnEnvFileThatWasNamedMustExist) {
  EXPECT_THROW(load_config(std::filesystem::path("/nonexistent/.env")), ConfigError);
}

}  // namespace
}  // namespace performance_tracker
