// SPDX-License-Identifier: PostgreSQL
//
// Clients as they come: browsers that keep six connections and ask for the parts of a page, clients that stay for
// nothing, clients that send a byte a second, and one fresh connection every tenth of a second that asks for /healthz.
// One thread, one epoll set, so that the server has the rest of the machine. Prints one line of JSON; milliseconds.
//
//   http_clients --port 8000 --path /api/v1/kpis --path /api/v1/forecast --browsers 200 --pause 1000 --seconds 10
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <queue>
#include <random>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Plan {
  int port = 8000;
  int browsers = 0, connections = 6, pause_ms = 1000, seconds = 10, idle = 0, drip = 0;
  std::vector<std::string> paths{"/healthz"};
};

struct Socket {
  int file = -1;
  int browser = -1;  // -1: the probe
  Clock::time_point sent{};
  std::string answer;
  bool busy = false;
};

struct Browser {
  std::vector<Socket*> sockets;
  std::size_t next = 0, open = 0;  // of the page's parts: the next to ask for, those not answered yet
};

class Clients {
 public:
  explicit Clients(Plan plan) : plan_(std::move(plan)), epoll_(epoll_create1(0)) {}
  void run();
  void print() const;

 private:
  int connect_socket() const;
  Socket* open(int browser);
  void send(Socket& socket, const std::string& path);
  void read(Socket& socket);
  void answered(Socket& socket);
  void start_page(int browser);
  void failed(Socket& socket);

  Plan plan_;
  int epoll_;
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::vector<Browser> browsers_;
  std::vector<int> dripping_;
  std::vector<double> latencies_, probes_;
  using Turn = std::pair<Clock::time_point, int>;
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns_;
  std::mt19937 random_{20261124};
  std::size_t errors_ = 0, cut_ = 0;
  double seconds_ = 0;
};

int Clients::connect_socket() const {
  const int file = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(plan_.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int yes = 1;
  setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (::connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(file);
    return -1;
  }
  fcntl(file, F_SETFL, fcntl(file, F_GETFL) | O_NONBLOCK);  // NOLINT: fcntl has no other form
  return file;
}

Socket* Clients::open(int browser) {
  auto socket = std::make_unique<Socket>();
  socket->browser = browser;
  socket->file = connect_socket();
  if (socket->file < 0) {
    ++errors_;
    return nullptr;
  }
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = socket.get();
  epoll_ctl(epoll_, EPOLL_CTL_ADD, socket->file, &event);
  sockets_.push_back(std::move(socket));
  return sockets_.back().get();
}

void Clients::send(Socket& socket, const std::string& path) {
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n";
  socket.busy = true;
  socket.answer.clear();
  if (socket.browser >= 0) socket.sent = Clock::now();
  if (::send(socket.file, request.data(), request.size(), MSG_NOSIGNAL) != std::ssize(request)) failed(socket);
}

void Clients::failed(Socket& socket) {
  ++errors_;
  socket.busy = false;
  ::close(socket.file);
  socket.file = -1;
}

void Clients::read(Socket& socket) {
  char buffer[65536];
  const ssize_t count = ::recv(socket.file, buffer, sizeof buffer, 0);
  if (count == 0 && !socket.busy) {
    ::close(socket.file);
    socket.file = -1;
    return;
  }
  if (count <= 0) return failed(socket);
  socket.answer.append(buffer, static_cast<std::size_t>(count));
  const auto head = socket.answer.find("\r\n\r\n");
  if (head == std::string::npos) return;
  const auto at = socket.answer.find("Content-Length: ");
  const std::size_t length = at < head ? std::strtoul(socket.answer.c_str() + at + 16, nullptr, 10) : 0;
  if (socket.answer.size() >= head + 4 + length) answered(socket);
}

void Clients::answered(Socket& socket) {
  const double ms = std::chrono::duration<double, std::milli>(Clock::now() - socket.sent).count();
  if (!socket.answer.starts_with("HTTP/1.1 200")) ++errors_;
  socket.busy = false;
  if (socket.browser < 0) {
    probes_.push_back(ms);
    ::close(socket.file);
    socket.file = -1;
    return;
  }
  latencies_.push_back(ms);
  auto& browser = browsers_[static_cast<std::size_t>(socket.browser)];
  if (browser.next < plan_.paths.size()) return send(socket, plan_.paths[browser.next++]);
  if (--browser.open > 0) return;
  std::uniform_int_distribution<int> pause(plan_.pause_ms / 2, plan_.pause_ms * 3 / 2);
  turns_.emplace(Clock::now() + std::chrono::milliseconds(pause(random_)), socket.browser);
}

void Clients::start_page(int number) {
  auto& browser = browsers_[static_cast<std::size_t>(number)];
  browser.next = browser.open = 0;
  for (int i = 0; i < plan_.connections && browser.next < plan_.paths.size(); ++i) {
    const auto index = static_cast<std::size_t>(i);
    if (index >= browser.sockets.size()) browser.sockets.push_back(open(number));
    auto*& socket = browser.sockets[index];
    if (socket == nullptr || socket->file < 0) socket = open(number);
    if (socket == nullptr) continue;
    ++browser.open;
    send(*socket, plan_.paths[browser.next++]);
  }
}

void Clients::run() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  for (int i = 0; i < plan_.idle; ++i) connect_socket();
  for (int i = 0; i < plan_.drip; ++i) dripping_.push_back(connect_socket());
  browsers_.resize(static_cast<std::size_t>(plan_.browsers));
  const auto begin = Clock::now();
  std::uniform_int_distribution<int> start(0, std::max(plan_.pause_ms, 1));
  for (int i = 0; i < plan_.browsers; ++i) turns_.emplace(begin + std::chrono::milliseconds(start(random_)), i);
  auto next_probe = begin;
  auto next_drip = begin;
  const auto end = begin + std::chrono::seconds(plan_.seconds);
  while (Clock::now() < end) {
    epoll_event events[256];
    const int count = epoll_wait(epoll_, events, 256, 1);
    for (int i = 0; i < count; ++i) {
      auto& socket = *static_cast<Socket*>(events[i].data.ptr);
      if (socket.file >= 0) read(socket);
    }
    const auto now = Clock::now();
    while (!turns_.empty() && turns_.top().first <= now) {
      const int browser = turns_.top().second;
      turns_.pop();
      start_page(browser);
    }
    if (now >= next_probe) {
      next_probe = now + std::chrono::milliseconds(100);
      const auto asked = Clock::now();  // a fresh request: connecting counts
      if (auto* socket = open(-1)) {
        socket->sent = asked;
        send(*socket, "/healthz");
      }
    }
    if (now >= next_drip) {
      next_drip = now + std::chrono::seconds(1);
      for (int& file : dripping_) {
        if (::send(file, "G", 1, MSG_NOSIGNAL) == 1) continue;
        // Cut: as an attacker would, again.
        ++cut_;
        ::close(file);
        file = connect_socket();
      }
    }
  }
  seconds_ = std::chrono::duration<double>(Clock::now() - begin).count();
  // What has had no answer by now waits at least this long.
  for (const auto& socket : sockets_)
    if (socket->file >= 0 && socket->busy)
      (socket->browser < 0 ? probes_ : latencies_)
          .push_back(std::chrono::duration<double, std::milli>(Clock::now() - socket->sent).count());
}

void print_quantiles(const char* name, std::vector<double> values, double seconds) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values.empty() ? -1.0 : values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
  };
  std::printf("\"%s\":{\"n\":%zu,\"per_second\":%.0f,\"p50\":%.2f,\"p99\":%.2f,\"max\":%.2f},", name, values.size(),
              static_cast<double>(values.size()) / seconds, at(0.5), at(0.99), at(1.0));
}

void Clients::print() const {
  std::printf("{");
  print_quantiles("browsers", latencies_, seconds_);
  print_quantiles("fresh", probes_, seconds_);
  std::printf("\"errors\":%zu,\"cut\":%zu}\n", errors_, cut_);
}

}  // namespace

int main(int argc, char** argv) {
  Plan plan;
  CLI::App app("Clients of many kinds against one HTTP server on 127.0.0.1");
  app.add_option("--port", plan.port, "Port")->required();
  app.add_option("--path", plan.paths, "Parts of the page, in order");
  app.add_option("--browsers", plan.browsers, "Browsers");
  app.add_option("--connections", plan.connections, "Connections of each");
  app.add_option("--pause", plan.pause_ms, "Milliseconds between two pages of a browser, on average");
  app.add_option("--seconds", plan.seconds, "How long");
  app.add_option("--idle", plan.idle, "Connections that do nothing");
  app.add_option("--drip", plan.drip, "Connections that send a byte a second");
  CLI11_PARSE(app, argc, argv);
  Clients clients(plan);
  clients.run();
  clients.print();
  return 0;
}
