// SPDX-License-Identifier: PostgreSQL
#include "support.h"

#include <fcntl.h>
#include <httplib.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "simulator/fault_plan.h"

namespace performance_tracker::test {
namespace {

std::string environment_or(const char* name, const std::string& fallback) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? fallback : value;
}

db::ConnectOptions cluster_login(const std::string& database, const std::string& user) {
  db::ConnectOptions options;
  options.host = environment_or("PGHOST", "");
  if (options.host.empty())
    throw std::runtime_error("PGHOST is not set: these tests need a PostgreSQL cluster; `make test` provides one");
  options.port = static_cast<std::uint16_t>(std::stoi(environment_or("PGPORT", "5432")));
  options.database = database;
  options.login.user = user.empty() ? environment_or("PGUSER", "postgres") : user;
  return options;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream stream(path);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace

ScratchDirectory::ScratchDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "performance_tracker.XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch directory can be made");
  path_ = name;
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

ThrowAwayDatabase::ThrowAwayDatabase() {
  static std::atomic<int> count{0};
  name_ = "server_test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
  db::Connection connection(cluster_login("postgres", ""));
  connection.execute("CREATE DATABASE " + name_);
  for (const char* file : {"010_tables.sql", "015_sources.sql", "016_campaigns.sql", "020_roles.sql",
                           "025_calendar.sql", "030_metric_views.sql"})
    apply(file);
  connection.execute_script(R"(
DO $$ BEGIN CREATE ROLE performance_tracker_loader LOGIN; EXCEPTION WHEN duplicate_object THEN END $$;
DO $$ BEGIN CREATE ROLE performance_tracker_server LOGIN; EXCEPTION WHEN duplicate_object THEN END $$;
GRANT performance_tracker_etl, performance_tracker_application TO performance_tracker_loader;
GRANT performance_tracker_reader TO performance_tracker_server)");
}

ThrowAwayDatabase::~ThrowAwayDatabase() {
  try {
    db::Connection(cluster_login("postgres", "")).execute("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
  } catch (const std::exception& error) {
    (void)std::fprintf(stderr, "database %s stays: %s\n", name_.c_str(), error.what());
  }
}

db::ConnectOptions ThrowAwayDatabase::login(const std::string& user) const { return cluster_login(name_, user); }

void ThrowAwayDatabase::apply(const std::string& file) const {
  connect().execute_script(read_file(std::filesystem::path(SOURCE_DIRECTORY) / "sql/schema" / file));
}

std::string ThrowAwayDatabase::value(const std::string& sql) const {
  const auto result = connect().execute(sql);
  return result.rows() == 0 ? "" : std::string(result.text(0, 0));
}

std::map<std::string, std::string> ThrowAwayDatabase::environment() const {
  const auto superuser = login();
  return {{"DB_HOST", superuser.host},
          {"DB_PORT", std::to_string(superuser.port)},
          {"DB_NAME", name_},
          {"DB_USER", "performance_tracker_server"},
          {"ETL_DB_USER", "performance_tracker_loader"},
          {"OWNER_DB_USER", superuser.login.user}};
}

Process::Process(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment) {
  const std::string program = environment_or("PERFORMANCE_TRACKER_PROGRAM", PROGRAM_FILE);
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> settings{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"};
  // A sanitizer's options must reach the program too.
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LD_PRELOAD"})
    if (const char* value = std::getenv(name)) settings.push_back(std::string(name) + "=" + value);
  for (const auto& [name, value] : environment) settings.push_back(std::string(name).append("=").append(value));
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (auto& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
  };
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  const std::string log = (directory_.path() / "output").string();
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  const int error =
      posix_spawn(&pid_, program.c_str(), &actions, nullptr, pointers(words).data(), pointers(settings).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), "cannot start " + program);
}

Process::~Process() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
}

void Process::signal(int number) const {
  if (pid_ > 0) kill(pid_, number);
}

int Process::wait(std::chrono::milliseconds limit) {
  eventually([this] { return !running(); }, limit);
  return status_;
}

bool Process::running() {
  if (pid_ <= 0) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == 0) return true;
  status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  pid_ = -1;
  return false;
}

std::string Process::output() const { return read_file(directory_.path() / "output"); }

PlatformServer::PlatformServer(const simulator::PlatformOptions& options)
    : server_(std::make_unique<httplib::Server>()), faults_(options.faults) {
  server_->set_tcp_nodelay(true);
  simulator::register_platform_routes(*server_, options);
  port_ = server_->bind_to_any_port("127.0.0.1");
  thread_ = std::thread([this] { server_->listen_after_bind(); });
  while (!server_->is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

PlatformServer::~PlatformServer() {
  if (faults_) faults_->release();
  server_->stop();
  thread_.join();
}

simulator::PlatformOptions with_faults(const std::string& plan) {
  simulator::PlatformOptions options;
  options.faults = std::make_shared<simulator::FaultPlan>(simulator::FaultPlan::parse(plan));
  return options;
}

}  // namespace performance_tracker::test
