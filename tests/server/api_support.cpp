// SPDX-License-Identifier: PostgreSQL
#include "api_support.h"

#include <arpa/inet.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <cctype>
#include <fstream>
#include <stdexcept>

namespace performance_tracker::test {

std::string Answer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

boost::json::value Answer::json() const { return boost::json::parse(body); }

std::string Answer::error(const std::string& member) const {
  const auto document = json();
  const auto& error = document.at("error").as_object();
  for (const char* name : {"code", "message", "hint", "parameter", "request_id"})
    if (!error.contains(name)) throw std::runtime_error("the error has no " + std::string(name) + ": " + body);
  const auto& value = error.at(member);
  return value.is_null() ? "" : std::string(value.as_string());
}

std::string Answer::error_code() const {
  try {
    return error("code");
  } catch (const std::exception&) {
    return "";
  }
}

ServerProcess::ServerProcess(std::map<std::string, std::string> environment) {
  const auto port_file = directory_.path() / "port";
  environment.insert({"HTTP_HOST", "127.0.0.1"});
  environment.insert({"HTTP_PORT", "0"});
  environment["PORT_FILE"] = port_file;
  // An env file of its own: no .env of the working directory gets in.
  const auto env_file = directory_.path() / "env";
  std::ofstream(env_file) << "# none\n";
  process_ = std::make_unique<Process>(std::vector<std::string>{"serve", "--env-file", env_file}, environment);
  const bool settled = eventually([&] { return std::filesystem::exists(port_file) || !process_->running(); });
  if (settled) std::ifstream(port_file) >> port_;
  if (port_ == 0) throw std::runtime_error("the server did not start:\n" + process_->output());
}

Answer ServerProcess::request(const std::string& method, const std::string& target, const Headers& headers,
                              const std::string& body) const {
  httplib::Client client("127.0.0.1", port_);
  client.set_read_timeout(30);
  client.set_decompress(false);
  client.set_url_encode(false);
  httplib::Request request;
  request.method = method;
  request.path = target;
  request.body = body;
  for (const auto& [name, value] : headers) request.set_header(name, value);
  const auto result = client.send(request);
  if (!result) throw std::runtime_error(method + " " + target + ": " + httplib::to_string(result.error()));
  Answer answer;
  answer.status = result->status;
  answer.body = result->body;
  for (const auto& [name, value] : result->headers) {
    std::string lower = name;
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    answer.headers[lower] = value;
  }
  return answer;
}

std::string ServerProcess::raw(const std::vector<std::string>& messages) const {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port_));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  char buffer[4096];
  bool open = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  for (std::size_t i = 0; open && i < messages.size(); ++i) {
    open = ::send(socket, messages[i].data(), messages[i].size(), MSG_NOSIGNAL) == std::ssize(messages[i]);
    // The last message is answered until the server closes, the others by one packet: what they ask for is short.
    const bool last = i + 1 == messages.size();
    for (ssize_t count = 1; open && count > 0;) {
      count = ::recv(socket, buffer, sizeof buffer, 0);
      if (count > 0) answer.append(buffer, static_cast<std::size_t>(count));
      open = count > 0;
      if (!last && answer.ends_with("}\n")) break;
    }
  }
  ::close(socket);
  return answer;
}

MigratedDatabase::MigratedDatabase() {
  auto settings = environment();
  settings["SCHEMA_DIR"] = std::string(SOURCE_DIRECTORY) + "/sql/schema";
  Process migrate({"migrate"}, settings);
  if (migrate.wait() != 0) throw std::runtime_error("migrate failed:\n" + migrate.output());
}

void MigratedDatabase::load() const {
  const PlatformServer platform;
  auto settings = environment();
  settings["PLATFORM_URL"] = platform.url();
  Process etl({"etl"}, settings);
  if (etl.wait() != 0) throw std::runtime_error("the load failed:\n" + etl.output());
}

}  // namespace performance_tracker::test
