// SPDX-License-Identifier: PostgreSQL
#include "api/views/view.h"

#include <algorithm>

#include "json.h"

namespace performance_tracker::api {
namespace {

using http::ApiError;
using Parts = std::vector<std::shared_ptr<const http::Content>>;

// A page whose sections are still being made; which flight belongs to which section.
struct ViewPending : Gathering {
  ViewPending(std::vector<std::shared_ptr<Flight>> in_the_air, std::vector<std::shared_ptr<Flight>> all_sections)
      : Gathering(std::move(in_the_air)), of_sections(std::move(all_sections)) {}
  const std::vector<std::shared_ptr<Flight>> of_sections;  // null: it was there
};

struct Composed : http::Content {
  Parts parts;
};

bool callers_mistake(const ApiError& error) { return error.status == 400 || error.status == 404; }

std::string_view without_line_end(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::vector<Question> questions_of(const View& view, const Arguments& arguments) {
  std::vector<Question> questions;
  questions.reserve(view.sections.size());
  for (const auto& section : view.sections) {
    std::vector<std::pair<std::string, std::string>> given;
    for (const auto& parameter : section.parameters) {
      const auto value =
          parameter.from.empty() ? std::optional(std::string(parameter.value)) : arguments.find(parameter.from);
      if (value) given.emplace_back(parameter.name, *value);
    }
    questions.push_back(question_of(*section.route, given));
  }
  return questions;
}

http::Response ViewService::answer(const View& view, const http::Request& request) {
  const Arguments arguments = parse_arguments(view.parameters, request.parameters);
  const auto questions = questions_of(view, arguments);
  const auto landed = std::dynamic_pointer_cast<ViewPending>(request.landed);
  std::vector<std::shared_ptr<Flight>> flights;
  std::vector<std::shared_ptr<Flight>> of_sections(questions.size());
  Parts parts(questions.size());
  bool stale = false;
  bool failed = false;
  bool from_cache = true;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto flight = landed ? landed->of_sections[i] : nullptr;
    try {
      const Found found = data_.find(questions[i], flight);
      of_sections[i] = found.flight ? found.flight : flight;
      if (found.flight) {
        flights.push_back(found.flight);
        continue;
      }
      stale = stale || found.stale;
      from_cache = from_cache && found.from_cache;
      parts[i] = found.stale ? data_.marked_stale(found.made) : found.made;
    } catch (const ApiError& error) {
      if (callers_mistake(error)) throw;
      of_sections[i] = flight;
      failed = true;
      parts[i] = http::error_response(error, request.request_id).content;
    }
  }
  http::Response response;
  if (!flights.empty()) {
    response.pending = std::make_shared<ViewPending>(std::move(flights), std::move(of_sections));
    return response;
  }
  const std::string key = "view " + std::string(view.path) + "?" + arguments.canonical();
  response.content = compose(view, key, parts, stale, !failed);
  response.cache_control = "no-cache";
  response.from_cache = from_cache;
  if (stale) response.headers.emplace_back("Data-Stale", "true");
  if (const auto version = data_.versions().known())
    response.headers.emplace_back("Data-Version", version_name(version->data));
  return response;
}

std::shared_ptr<const http::Content> ViewService::compose(const View& view, const std::string& key, const Parts& parts,
                                                          bool stale, bool keep) {
  const auto known = [&]() -> std::shared_ptr<const http::Content> {
    auto found = std::static_pointer_cast<const Composed>(data_.cache().find(key));
    return keep && found && found->parts == parts ? found : nullptr;
  };
  if (auto found = known()) return found;
  // When the data has changed, all who look at the page come at once: one of them puts it together.
  const std::lock_guard lock(composing_);
  if (auto found = known()) return found;
  std::string body = "{\"data\":{";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    body += (i == 0 ? "" : ",\n") + json::quote(view.sections[i].name) + ":";
    body += without_line_end(parts[i]->identity);
  }
  const auto version = data_.versions().known();
  body += "},\"meta\":{\"data_through\":" + (version ? version->data_through : "null");
  body += ",\"data_version\":" + (version ? json::quote(version_name(version->data)) : "null");
  body += std::string(",\"stale\":") + (stale ? "true" : "false") + "}}\n";
  auto composed = std::make_shared<Composed>();
  static_cast<http::Content&>(*composed) = *http::make_content(std::move(body));
  composed->parts = parts;
  if (keep) data_.cache().insert(key, composed);
  return composed;
}

}  // namespace performance_tracker::api
