// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/shop_calendar.h"

#include <array>
#include <charconv>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

[[noreturn]] void refuse(std::string_view line) {
  throw InvalidArgument("malformed line of the shop's calendar: \"" + std::string(line) + "\"");
}

template <typename Number>
Number number_in(std::string_view field, std::string_view line) {
  Number value{};
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size()) refuse(line);
  return value;
}

std::array<std::string_view, 8> fields_of(std::string_view line) {
  std::array<std::string_view, 8> fields;
  std::string_view rest = line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::size_t tab = rest.find('\t');
    if ((tab == std::string_view::npos) != (i + 1 == fields.size())) refuse(line);
    fields[i] = rest.substr(0, tab);
    rest.remove_prefix(tab == std::string_view::npos ? rest.size() : tab + 1);
  }
  return fields;
}

// The share of the series that the event touches; 0 for none of it.
double strength_in(const SeriesScope& scope, std::string_view category, std::string_view product, double of_total,
                   double of_category) {
  const bool whole = category.empty() && product.empty();
  switch (scope.level) {
    case SeriesScope::Level::kTotal:
      return whole ? 1.0 : of_total;
    case SeriesScope::Level::kCategory:
      if (whole) return 1.0;
      return category == scope.category ? of_category : 0.0;
    case SeriesScope::Level::kProduct:
      if (!product.empty()) return product == scope.product ? 1.0 : 0.0;
      return category.empty() || category == scope.category ? 1.0 : 0.0;
  }
  return 0.0;
}

// The category's takes the place of the shop's, whichever comes first.
void take_prior(const std::array<std::string_view, 8>& fields, std::string_view line, const SeriesScope& scope,
                std::vector<EffectPrior>& priors) {
  const std::string_view category = fields[5];
  if (scope.level == SeriesScope::Level::kTotal) return;
  if (!category.empty() && (scope.level == SeriesScope::Level::kCategory || category != scope.category)) return;
  EffectPrior prior{fields[0] == "promotion_prior" ? EffectKind::kPromotion : EffectKind::kHoliday,
                    std::string(fields[7]), number_in<double>(fields[3], line), number_in<double>(fields[4], line)};
  for (EffectPrior& known : priors) {
    if (known.kind != prior.kind || known.name != prior.name) continue;
    if (!category.empty()) known = std::move(prior);
    return;
  }
  priors.push_back(std::move(prior));
}

}  // namespace

SeriesCalendar calendar_of_series(std::string_view text, const SeriesScope& scope, std::int64_t start) {
  SeriesCalendar calendar;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) continue;
    const auto fields = fields_of(line);
    if (fields[0] == "promotion_prior" || fields[0] == "holiday_prior") {
      take_prior(fields, line, scope, calendar.priors);
      continue;
    }
    CalendarEvent event;
    if (fields[0] == "promotion")
      event.kind = EffectKind::kPromotion;
    else if (fields[0] == "holiday" || fields[0] == "public")
      event.kind = EffectKind::kHoliday;
    else if (fields[0] == "closed")
      event.kind = EffectKind::kClosed;
    else
      refuse(line);
    event.by_law = fields[0] == "public";
    event.first = number_in<std::int64_t>(fields[1], line) - start;
    event.last = number_in<std::int64_t>(fields[2], line) - start;
    event.strength = strength_in(scope, fields[5], fields[6], number_in<double>(fields[3], line),
                                 number_in<double>(fields[4], line));
    event.name = fields[7];
    if (event.strength > 0.0) calendar.events.push_back(std::move(event));
  }
  return calendar;
}

}  // namespace performance_tracker
