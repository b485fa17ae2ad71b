// SPDX-License-Identifier: PostgreSQL
#include "etl/platform_client.h"

#include <httplib.h>
#include <zlib.h>

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <regex>
#include <thread>

#include "etl/retry.h"
#include "log.h"

namespace performance_tracker::etl {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxBodyBytes = 64U << 20U;
constexpr std::size_t kMaxReportBytes = 1U << 30U;
constexpr std::chrono::seconds kMaxRetryAfter{60};
constexpr int kMaxPages = 100'000;
// A whole answer may take this many times the timeout of one read, so that a trickle cannot hold the load for ever.
constexpr int kReadsPerAnswer = 6;

Error platform_error(const std::string& message) { return {Error::Kind::kPlatform, message}; }

// Ends a request that has not come to its end in time, whatever trickles in: the library's own time limit starts anew
// with each byte, also within a header.
class Deadline {
 public:
  Deadline(httplib::Client& client, milliseconds time)
      : thread_([this, &client, time](const std::stop_token& done) {
          std::mutex mutex;
          std::unique_lock lock(mutex);
          std::condition_variable_any wake;
          wake.wait_for(lock, done, time, [] { return false; });
          if (done.stop_requested()) return;
          passed_ = true;
          client.stop();
        }) {}
  // Only after the thread has ended: whether it has cut the request off.
  bool end() {
    thread_.request_stop();
    thread_.join();
    return passed_;
  }

 private:
  bool passed_ = false;
  std::jthread thread_;
};

Error stopped() { return {Error::Kind::kStopped, "the load was stopped; what it had committed stays"}; }

// A file that is packed, whatever its headers say.
std::string unpacked(const std::string& body) {
  if (!body.starts_with("\x1f\x8b")) return body;
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) throw std::bad_alloc();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  std::string out;
  std::array<char, 65536> buffer{};
  int status = Z_OK;
  while (status == Z_OK && out.size() <= kMaxReportBytes) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    status = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END) throw platform_error("the platform's report is damaged, or larger than 1 GB");
  return out;
}

}  // namespace

// What one request came to.
struct PlatformClient::Attempt {
  int status = 0;  // 0: no answer
  std::string body;
  std::string problem;  // why it does not count, in words; empty for 200
  bool repeat = false;  // asking again may help
  std::optional<std::chrono::seconds> retry_after;
};

PlatformClient::PlatformClient(const Options& options, std::stop_token stop)
    : options_(options), outer_(std::move(stop), [this] { abandoned_.request_stop(); }), stop_(abandoned_.get_token()) {
  static const std::regex address(R"(^(https?://(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?)(/[^?#\s]*)?$)");
  std::smatch parts;
  if (!std::regex_match(options.platform_url, parts, address))
    throw Error(Error::Kind::kBadOption, "the platform's address '" + options.platform_url +
                                             "' is none: set PLATFORM_URL to http(s)://host[:port]");
  prefix_ = parts[2].str();
  while (prefix_.ends_with('/')) prefix_.pop_back();
  address_ = std::regex_replace(parts[1].str(), std::regex("^https?://|:[0-9]+$"), "") + prefix_;
  client_ = std::make_unique<httplib::Client>(parts[1].str());
  if (!client_->is_valid())
    throw Error(Error::Kind::kBadOption, "the platform's address '" + options.platform_url + "' cannot be used");
  client_->set_connection_timeout(options.timeout);
  client_->set_read_timeout(options.timeout);
  client_->set_write_timeout(options.timeout);
  client_->set_keep_alive(true);
  client_->set_tcp_nodelay(true);
  client_->set_url_encode(false);  // append_query_params has encoded the values
  // gzip, because the default also offers brotli, which is an order of magnitude slower to make.
  httplib::Headers headers{{"Accept", "application/json"},
                           {"Accept-Encoding", "gzip"},
                           {"User-Agent", "performance_tracker/" PERFORMANCE_TRACKER_VERSION}};
  for (const auto& [name, value] : options.headers) headers.emplace(name, value);
  client_->set_default_headers(headers);
  if (!options.platform_token.empty()) client_->set_bearer_token_auth(options.platform_token);
}

PlatformClient::~PlatformClient() = default;

PlatformClient::Attempt PlatformClient::attempt(const Call& call) {
  if (stop_.stop_requested()) throw stopped();
  Attempt result;
  bool too_large = false;
  std::string retry_after;
  httplib::Request request;
  request.method = call.method;
  request.path = call.path;
  request.body = call.body;
  if (!call.body.empty()) request.headers.emplace("Content-Type", "application/json");
  request.response_handler = [&](const httplib::Response& response) {
    result.status = response.status;
    retry_after = response.get_header_value("Retry-After");
    return true;
  };
  request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    too_large = result.body.size() + size > kMaxBodyBytes;
    if (too_large || stop_.stop_requested()) return false;
    result.body.append(data, size);
    return true;
  };
  // A request that waits for its answer is ended at once by closing its socket.
  const std::stop_callback close(stop_, [this] { client_->stop(); });
  Deadline deadline(*client_, options_.timeout * kReadsPerAnswer);
  const auto answer = client_->send(request);
  const bool too_slow = deadline.end();
  if (stop_.stop_requested()) throw stopped();

  if (!answer) {
    result.repeat = !too_large;
    if (too_large)
      result.problem = "its answer is larger than 64 MiB";
    else if (too_slow)
      result.problem = "its answer took too long";
    else if (answer.error() == httplib::Error::Read)
      result.problem = result.status == 0 ? "it gave no answer in time, or closed the connection"
                                          : "it closed the connection in the middle of its answer";
    else
      result.problem = "no connection (" + httplib::to_string(answer.error()) + ")";
    result.status = 0;
    return result;
  }
  if (result.status == 200 || result.status == 202) return result;
  const std::string words = error_message(result.body);
  result.problem = "it answered " + std::to_string(result.status) + (words.empty() ? "" : " " + words);
  result.repeat = result.status >= 500 || result.status == 429 || result.status == 408;
  if (!retry_after.empty()) result.retry_after = parse_retry_after(retry_after, std::time(nullptr));
  if (result.status == 401 || result.status == 403) result.problem += "; check PLATFORM_TOKEN";
  if (result.status == 404 || (result.status >= 300 && result.status < 400)) result.problem += "; check PLATFORM_URL";
  return result;
}

void PlatformClient::wait_before_retry(const Attempt& failed, int attempts, milliseconds backoff) {
  if (attempts >= options_.max_attempts)
    throw platform_error("the platform failed " + std::to_string(attempts) + " times; the last time " + failed.problem);
  milliseconds wait = backoff;
  if (failed.retry_after) {
    if (*failed.retry_after > kMaxRetryAfter)
      throw platform_error("the platform asks to come back in " + std::to_string(failed.retry_after->count()) +
                           " seconds (" + failed.problem + "); load again then");
    wait = std::max<milliseconds>(wait, *failed.retry_after);
  }
  ++retries_;
  log::warning(
      "platform request repeated",
      {{"reason", failed.problem}, {"attempt", attempts}, {"wait_ms", static_cast<std::int64_t>(wait.count())}});
  if (!sleep_for(wait, stop_)) throw stopped();
}

void PlatformClient::request(const Call& call, const std::string& what,
                             const std::function<void(const std::string&)>& take) {
  Backoff backoff(options_.backoff, options_.max_backoff);
  bool refreshed = false;
  for (int attempts = 1;; ++attempts) {
    Attempt result = attempt(call);
    // A token that has run out; a new one that is refused too will not become better.
    if (result.status == 401 && !refreshed && refresh_token()) {
      refreshed = true;
      --attempts;
      continue;
    }
    if (result.status == 200 || result.status == 202) {
      try {
        return take(result.body);
      } catch (const PayloadError& error) {
        if (!error.unreadable()) throw platform_error("the platform's answer is wrong: " + std::string(error.what()));
        result.problem = error.what();
        result.repeat = true;
      }
    }
    if (!result.repeat) throw platform_error("the platform refused " + what + ": " + result.problem);
    wait_before_retry(result, attempts, backoff.next());
  }
}

bool PlatformClient::refresh_token() {
  if (options_.token_url.empty() || options_.refresh_token.empty()) return false;
  const auto slash = options_.token_url.find('/', options_.token_url.find("//") + 2);
  httplib::Client client(options_.token_url.substr(0, slash));
  client.set_connection_timeout(options_.timeout);
  client.set_read_timeout(options_.timeout);
  const auto answer = client.Post(slash == std::string::npos ? "/" : options_.token_url.substr(slash),
                                  httplib::Params{{"grant_type", "refresh_token"},
                                                  {"refresh_token", options_.refresh_token},
                                                  {"client_id", options_.client_id},
                                                  {"client_secret", options_.client_secret}});
  if (!answer || answer->status != 200)
    throw platform_error("the platform gives no new token: " +
                         (answer ? "it answered " + std::to_string(answer->status) : std::string("no connection")) +
                         "; check PLATFORM_TOKEN_URL, PLATFORM_REFRESH_TOKEN and PLATFORM_CLIENT_ID");
  const std::string token = access_token(answer->body);
  if (token.empty()) throw platform_error("the platform's answer is wrong: a new token has no access_token");
  client_->set_bearer_token_auth(token);
  return true;
}

std::string PlatformClient::fetch(const std::string& url) {
  const auto slash = url.find('/', url.find("//") == std::string::npos ? 0 : url.find("//") + 2);
  if (!url.starts_with("http") || slash == std::string::npos)
    throw platform_error("the platform's answer is wrong: '" + url.substr(0, 100) + "' is no address");
  httplib::Client client(url.substr(0, slash));
  client.set_connection_timeout(options_.timeout);
  client.set_read_timeout(options_.timeout * kReadsPerAnswer);
  client.set_decompress(false);
  const std::stop_callback close(stop_, [&client] { client.stop(); });
  const auto answer = client.Get(url.substr(slash));
  if (stop_.stop_requested()) throw stopped();
  if (!answer || answer->status != 200)
    throw platform_error("the platform's report cannot be fetched: " +
                         (answer ? "it answered " + std::to_string(answer->status) : std::string("no connection")));
  return unpacked(answer->body);
}

void PlatformClient::pause(int look) {
  // Reports take from seconds to some minutes.
  const auto wait = std::min<milliseconds>(options_.max_backoff, options_.backoff * (look + 1));
  if (!sleep_for(wait, stop_)) throw stopped();
}

template <typename Parse>
auto PlatformClient::get(const std::string& route, const Parameters& parameters, Parse parse)
    -> decltype(parse(std::string_view{})) {
  httplib::Params query;
  for (const auto& [name, value] : parameters) query.emplace(name, value);
  if (options_.as_of) query.emplace("as_of", to_string(*options_.as_of));
  std::string path = prefix_ + "/platform/v1/" + route;
  if (!query.empty()) path = httplib::append_query_params(path, query);
  std::optional<decltype(parse(std::string_view{}))> result;
  request({"GET", path, ""}, "/" + route, [&](const std::string& body) { result.emplace(parse(body)); });
  return std::move(*result);
}

Page<ProductRow> PlatformClient::products() { return get("products", {}, parse_products); }

Page<PromotionRow> PlatformClient::promotions(Day first, Day last) {
  return get("promotions", {{"from", to_string(first)}, {"to", to_string(last)}}, parse_promotions);
}

MetricsBatch PlatformClient::metrics(const Catalog& catalog, Day first, Day last,
                                     const std::function<void(double)>& on_page) {
  MetricsCollector collector(catalog, first, last);
  const Parameters of_page{
      {"from", to_string(first)}, {"to", to_string(last)}, {"limit", std::to_string(options_.page_rows)}};
  Parameters parameters = of_page;
  std::string cursor;
  for (int pages = 0; pages < kMaxPages; ++pages) {
    auto page = get("metrics", parameters, parse_metrics);
    const auto next = page.next_cursor;
    const auto total = page.total_rows;
    if (next && (*next == cursor || page.rows.size() + page.rejects.size() == 0))
      throw platform_error("the platform's answer is wrong: metrics: a page leads to itself (cursor '" + *next + "')");
    try {
      collector.add(std::move(page));
      if (!next) return collector.finish();
    } catch (const PayloadError& error) {
      throw platform_error("the platform's answer is wrong: " + std::string(error.what()));
    }
    on_page(static_cast<double>(collector.size()) / static_cast<double>(total));
    cursor = *next;
    parameters = of_page;
    parameters.emplace_back("cursor", cursor);
  }
  throw platform_error("the platform's answer is wrong: metrics has more than " + std::to_string(kMaxPages) + " pages");
}

}  // namespace performance_tracker::etl
