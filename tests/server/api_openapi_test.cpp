// SPDX-License-Identifier: PostgreSQL
//
// docs/openapi.yaml and the running server say the same. The check itself is openapi_check.py: JSON Schema has a
// well-kept library in Python (python3-jsonschema, python3-yaml), and none in Debian for C++.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "api_support.h"

namespace performance_tracker::test {
namespace {

struct Outcome {
  int status = -1;
  std::string output;
};

Outcome run(const std::string& command) {
  Outcome outcome;
  // NOLINTNEXTLINE(cert-env33-c): the command is the test's own, and its output is wanted
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> buffer{};
  while (fgets(buffer.data(), buffer.size(), pipe) != nullptr) outcome.output += buffer.data();
  outcome.status = pclose(pipe);
  return outcome;
}

TEST(ApiOpenapi, TheDocumentAndTheServerSayTheSame) {
  const MigratedDatabase database;
  database.load();
  database.connect().execute_script(
      "INSERT INTO etl_rejects (source, status, reason, original) VALUES ('the platform', 'rejected', 'clicks is -1', "
      "'{}');"
      "SELECT dismiss_recommendation((SELECT min(name) FROM products), 'ctr_low')");
  const ServerProcess server(database.environment());
  const std::string root = SOURCE_DIRECTORY;
  const auto outcome =
      run("python3 '" + root + "/tests/server/openapi_check.py' '" + root + "/docs/openapi.yaml' " + server.url());
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_NE(outcome.output.find(" 0 findings"), std::string::npos) << outcome.output;
}

}  // namespace
}  // namespace performance_tracker::test
