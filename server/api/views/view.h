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

#include <span>
#include <string>
#include <string_view>
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

 private:
  std::shared_ptr<const http::Content> compose(const View& view, const std::string& key,
                                               const std::vector<std::shared_ptr<const http::Content>>& parts,
                                               bool stale, bool keep);

  DataService& data_;
  std::mutex composing_;
};

// What the sections ask, in order, for the view's arguments.
std::vector<Question> questions_of(const View& view, const Arguments& arguments);

}  // namespace performance_tracker::api
