// SPDX-License-Identifier: PostgreSQL
//
// A page in one request: sections that are data routes, each as it answers alone, side by side.
//
//   {"data": {"kpis": {"data": […], "meta": {…}}, "forecast": {"error": {…}}, …}, "meta": {…}}
//
// A section that fails says so in its place, and the others are there. Only what the caller has got wrong (an unknown
// product, a bad value) is the error of the whole. Sections share the cache with the routes: what one has made, the
// other gives.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/data_service.h"

namespace performance_tracker::api {

// A parameter of the section's route, and where its value comes from: a parameter of the view, or always the same.
struct SectionParameter {
  std::string_view name;
  std::string_view from = {};   // the view's; passed on when it is given
  std::string_view value = {};  // or this
};

// One line of a view's table.
struct Section {
  std::string_view name;
  const DataRoute* route;
  std::span<const SectionParameter> parameters;
};

struct View {
  std::string_view path;  // /api/v1/views/<view>
  std::span<const Parameter> parameters;
  std::span<const Section> sections;
};

extern const View overview_view;
extern const View product_view;

class ViewService {
 public:
  explicit ViewService(DataService& data) : data_(data) {}

  http::Response answer(const View& view, const http::Request& request);

  // The sections that the request names, each as `of=<resource>?<its parameters>`, under that name. What is wrong with
  // one of them is its own error. `find` gives the route of a path, nullptr where there is none.
  using FindRoute = std::function<const DataRoute*(std::string_view path)>;
  http::Response answer_sections(const http::Request& request, const FindRoute& find);

 private:
  // A part of the answer: what is asked, or why it cannot be.
  struct Ask {
    std::string name;
    std::variant<Question, http::ApiError> question;
  };
  http::Response answer_all(const std::vector<Ask>& asks, const std::string& key, bool mistakes_are_of_all,
                            const http::Request& request);
  std::shared_ptr<const http::Content> compose(const std::vector<Ask>& asks, const std::string& key,
                                               const std::vector<std::shared_ptr<const http::Content>>& parts,
                                               bool stale, bool keep);

  DataService& data_;
  std::mutex composing_;
};

// What the sections ask, in order, for the view's arguments.
std::vector<Question> questions_of(const View& view, const Arguments& arguments);

}  // namespace performance_tracker::api
