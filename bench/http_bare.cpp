// SPDX-License-Identifier: PostgreSQL
//
// cpp-httplib alone, as its documentation shows it, to hold the server against: the bytes of FILE… at /0, /1, …
//
//   http_bare PORT THREADS FILE…
#include <httplib.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  if (argc < 4) {
    (void)std::fputs("http_bare PORT THREADS FILE…\n", stderr);
    return 2;
  }
  std::vector<std::string> bodies;
  for (int i = 3; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    bodies.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  httplib::Server server;
  const auto threads = static_cast<std::size_t>(std::strtoul(argv[2], nullptr, 10));
  server.new_task_queue = [threads] { return new httplib::ThreadPool(threads); };
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1'000'000);
  for (std::size_t i = 0; i < bodies.size(); ++i)
    server.Get("/" + std::to_string(i), [&body = bodies[i]](const httplib::Request&, httplib::Response& response) {
      response.set_content_provider(body.size(), "application/octet-stream",
                                    [&body](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
                                      return sink.write(body.data() + offset, length);
                                    });
    });
  return server.listen("127.0.0.1", static_cast<int>(std::strtol(argv[1], nullptr, 10))) ? 0 : 1;
}
