// SPDX-License-Identifier: PostgreSQL
#include "api/views/view.h"

#include <algorithm>
#include <charconv>

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

constexpr std::size_t most_sections = 32;

// What a form writes: "a=1&b=%20"; anything that is not is left as it stands.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto [end, error] = std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
      if (error == std::errc{} && end == text.data() + i + 3) {
        out += static_cast<char>(value);
        i += 2;
        continue;
      }
    }
    out += text[i] == '+' ? ' ' : text[i];
  }
  return out;
}

std::variant<Question, ApiError> ask_of(std::string_view text, const ViewService::FindRoute& find) {
  const auto mark = text.find('?');
  const DataRoute* route = find("/api/v1/" + std::string(text.substr(0, mark)));
  if (route == nullptr)
    return ApiError(404, "not_found",
                    "there is no resource '" + std::string(text.substr(0, std::min<std::size_t>(mark, 64))) + "'")
        .with_parameter("of");
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string_view rest = mark == std::string_view::npos ? std::string_view{} : text.substr(mark + 1);
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    parameters.emplace_back(decoded(pair.substr(0, equals)),
                            equals == std::string_view::npos ? "" : decoded(pair.substr(equals + 1)));
  }
  try {
    Question question = question_of(*route, parameters);
    if (question.csv) return ApiError(400, "bad_parameter", "a section is JSON").with_parameter("format");
    return question;
  } catch (const ApiError& error) {
    return error;
  }
}

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
  std::vector<Ask> asks;
  std::size_t place = 0;
  for (Question& question : questions_of(view, arguments))
    asks.push_back({std::string(view.sections[place++].name), std::move(question)});
  return answer_all(asks, "view " + std::string(view.path) + "?" + arguments.canonical(), true, request);
}

http::Response ViewService::answer_sections(const http::Request& request, const FindRoute& find) {
  if (request.parameters.empty())
    throw ApiError(400, "missing_parameter", "parameter 'of' is required")
        .with_hint("Add ?of=kpis&of=forecast%3Fhorizon%3D7: resources of /api/v1/ with their parameters.")
        .with_parameter("of");
  if (request.parameters.size() > most_sections)
    throw ApiError(400, "bad_parameter", "there may be " + std::to_string(most_sections) + " sections")
        .with_parameter("of");
  std::vector<Ask> asks;
  std::string key = "sections";
  for (const auto& [name, value] : request.parameters) {
    if (name != "of")
      throw ApiError(400, "unknown_parameter", "unknown parameter '" + name.substr(0, 64) + "'")
          .with_hint("Known here: of.")
          .with_parameter(name.substr(0, 64));
    if (std::ranges::any_of(asks, [&](const Ask& ask) { return ask.name == value; }))
      throw ApiError(400, "bad_parameter", "the section '" + value.substr(0, 64) + "' is asked for twice")
          .with_parameter("of");
    key += " " + std::to_string(value.size()) + ":" + value;
    asks.push_back({value, ask_of(value, find)});
  }
  return answer_all(asks, key, false, request);
}

http::Response ViewService::answer_all(const std::vector<Ask>& asks, const std::string& key, bool mistakes_are_of_all,
                                       const http::Request& request) {
  const auto landed = std::dynamic_pointer_cast<ViewPending>(request.landed);
  std::vector<std::shared_ptr<Flight>> flights;
  std::vector<std::shared_ptr<Flight>> of_sections(asks.size());
  Parts parts(asks.size());
  bool stale = false;
  bool failed = false;
  bool from_cache = true;
  for (std::size_t i = 0; i < asks.size(); ++i) {
    const auto flight = landed ? landed->of_sections[i] : nullptr;
    try {
      if (const auto* mistake = std::get_if<ApiError>(&asks[i].question)) throw ApiError(*mistake);
      const Found found = data_.find(std::get<Question>(asks[i].question), flight);
      of_sections[i] = found.flight ? found.flight : flight;
      if (found.flight) {
        flights.push_back(found.flight);
        continue;
      }
      stale = stale || found.stale;
      from_cache = from_cache && found.from_cache;
      parts[i] = found.stale ? data_.marked_stale(found.made) : found.made;
    } catch (const ApiError& error) {
      if (mistakes_are_of_all && callers_mistake(error)) throw;
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
  response.content = compose(asks, key, parts, stale, !failed);
  response.cache_control = "no-cache";
  response.from_cache = from_cache;
  if (stale) response.headers.emplace_back("Data-Stale", "true");
  if (const auto version = data_.versions().known())
    response.headers.emplace_back("Data-Version", version_name(version->data));
  return response;
}

std::shared_ptr<const http::Content> ViewService::compose(const std::vector<Ask>& asks, const std::string& key,
                                                          const Parts& parts, bool stale, bool keep) {
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
    body += (i == 0 ? "" : ",\n") + json::quote(asks[i].name) + ":";
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
