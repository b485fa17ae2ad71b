// SPDX-License-Identifier: PostgreSQL
#include "http/static_files.h"

#include <array>
#include <cctype>
#include <fstream>
#include <iterator>

namespace performance_tracker::http {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_file = 32U << 20U;

struct MediaType {
  std::string_view extension;
  std::string_view type;
  bool compressible;
};

constexpr std::array media_types = {
    MediaType{".html", "text/html; charset=utf-8", true},
    MediaType{".js", "text/javascript; charset=utf-8", true},
    MediaType{".mjs", "text/javascript; charset=utf-8", true},
    MediaType{".css", "text/css; charset=utf-8", true},
    MediaType{".json", "application/json", true},
    MediaType{".map", "application/json", true},
    MediaType{".webmanifest", "application/manifest+json", true},
    MediaType{".svg", "image/svg+xml", true},
    MediaType{".txt", "text/plain; charset=utf-8", true},
    MediaType{".png", "image/png", false},
    MediaType{".ico", "image/x-icon", false},
    MediaType{".woff2", "font/woff2", false},
};

const MediaType* media_type(const fs::path& file) {
  const std::string extension = file.extension();
  for (const auto& candidate : media_types)
    if (extension == candidate.extension) return &candidate;
  return nullptr;
}

std::optional<std::string> read_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// The file compressed by the build, unless the file itself is newer.
std::optional<std::string> built_beside(const fs::path& file, const char* ending) {
  std::error_code failed;
  fs::path compressed = file;
  compressed += ending;
  const auto built = fs::last_write_time(compressed, failed);
  if (failed || built < fs::last_write_time(file, failed) || failed) return std::nullopt;
  return read_file(compressed);
}

// main-4F2QK7XA.js: the bundler's digest of the content is in the name, so the name's content never changes.
bool named_by_content(const fs::path& file) {
  const std::string stem = file.stem();
  if (stem.size() < 10 || stem[stem.size() - 9] != '-') return false;
  bool digit_or_upper_only = true;
  for (std::size_t i = stem.size() - 8; i < stem.size(); ++i) {
    const auto c = static_cast<unsigned char>(stem[i]);
    digit_or_upper_only = digit_or_upper_only && (std::isdigit(c) != 0 || std::isupper(c) != 0);
  }
  return digit_or_upper_only;
}

// "a/b.js" of a URL path, or nothing if a segment is hidden, climbs, or is not a plain name.
std::optional<std::string> relative_name(const std::string& url_path) {
  if (!url_path.starts_with('/')) return std::nullopt;
  if (url_path == "/") return "index.html";
  if (url_path.find('\0') != std::string::npos || url_path.find('\\') != std::string::npos) return std::nullopt;
  std::size_t start = 1;
  while (start <= url_path.size()) {
    const auto slash = std::min(url_path.find('/', start), url_path.size());
    if (slash == start || url_path[start] == '.') return std::nullopt;
    start = slash + 1;
  }
  return url_path.substr(1);
}

}  // namespace

StaticFiles::StaticFiles(const fs::path& directory, Clock::duration looked_at_again)
    : looked_at_again_(looked_at_again) {
  if (!directory.empty()) root_ = fs::canonical(directory);
}

std::optional<Response> StaticFiles::find(const std::string& url_path) {
  if (root_.empty()) return std::nullopt;
  const auto name = relative_name(url_path);
  if (!name) return std::nullopt;
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(*name);
  if (found != entries_.end() && now - found->second.looked < looked_at_again_) return found->second.response;
  // Names that are not there are not kept: a client could think up any number of them.
  Entry entry = found != entries_.end() ? found->second : Entry{};
  entry.looked = now;
  if (!look(*name, entry)) {
    if (found != entries_.end()) entries_.erase(found);
    return std::nullopt;
  }
  return (entries_[*name] = std::move(entry)).response;
}

// Reads the file unless the entry has it as it is on the disk. False: there is none to be served.
bool StaticFiles::look(const std::string& name, Entry& entry) {
  std::error_code failed;
  const fs::path file = fs::canonical(root_ / name, failed);
  if (failed || !file.native().starts_with(root_.native() + '/') || !fs::is_regular_file(file, failed)) return false;
  const MediaType* type = media_type(file);
  const auto modified = fs::last_write_time(file, failed);
  const auto size = failed ? 0 : fs::file_size(file, failed);
  if (type == nullptr || failed || size > largest_file) return false;
  if (entry.response.content && entry.modified == modified && entry.size == size) return true;
  entry.modified = modified;
  entry.size = size;
  entry.response.content = load(file);
  entry.response.content_type = type->type;
  entry.response.cache_control = named_by_content(file) ? "public, max-age=31536000, immutable" : "no-cache";
  entry.response.from_cache = true;
  return entry.response.content != nullptr;
}

std::shared_ptr<const Content> StaticFiles::load(const fs::path& file) {
  auto body = read_file(file);
  if (!body) return nullptr;
  const auto made = make_content(std::move(*body));
  auto content = std::make_shared<Content>(*made);
  if (!media_type(file)->compressible) content->gzip.clear();
  if (auto bytes = built_beside(file, ".gz")) content->gzip = std::move(*bytes);
  if (auto bytes = built_beside(file, ".br")) content->brotli = std::move(*bytes);
  return content;
}

}  // namespace performance_tracker::http
