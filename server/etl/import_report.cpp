// SPDX-License-Identifier: PostgreSQL
#include "etl/import.h"
#include "json.h"

namespace performance_tracker::etl {
namespace {

std::string count(std::int64_t number, const char* one, const char* many) {
  return std::to_string(number) + " " + (number == 1 ? one : many);
}

std::string day_or_null(const std::optional<Day>& day) { return day ? json::quote(to_string(*day)) : "null"; }

}  // namespace

std::string to_text(const ImportReport& report) {
  std::string text = report.file + ": " + report.title + " -> source " + report.source;
  if (report.first) text += ", " + to_string(*report.first) + " to " + to_string(*report.last);
  text += "\n  " + count(report.rows_read, "line", "lines");
  if (report.totals > 0) text += " without " + count(report.totals, "line of totals", "lines of totals");
  text += report.dry_run ? "; would be: " : ": ";
  text += count(report.days_inserted, "day of a product new", "days of products new") + ", " +
          std::to_string(report.days_updated) + " changed, " + std::to_string(report.days_unchanged) +
          " as they were\n";
  if (report.products_new > 0) text += "  " + count(report.products_new, "new product", "new products") + "\n";
  if (report.rows_unsold > 0)
    text += "  " + count(report.rows_unsold, "line", "lines") +
            " of orders that were cancelled, refunded or not paid left out\n";
  if (report.days_held > 0)
    text += "  " + count(report.days_held, "implausible day", "implausible days") +
            " held back, see etl_rejects (--accept takes them)\n";
  if (report.rows_rejected > 0) {
    text += "  " + count(report.rows_rejected, "line breaks", "lines break") + " a rule, see etl_rejects:\n";
    for (const std::string& reason : report.rejects) text += "    " + reason + "\n";
  }
  if (report.products_unmatched > 0) {
    text += "  " + count(report.rows_unmatched, "line", "lines") + " of " +
            count(report.products_unmatched, "product", "products") +
            " that the shop does not have were set aside. --create-products makes them; one that the shop has under "
            "another name is mapped by its line, then import again:\n";
    for (const Unmatched& product : report.unmatched) text += "    " + product.statement + "\n";
  }
  return text;
}

std::string to_json(const ImportReport& report) {
  const auto field = [](const char* name, const std::string& value) {
    return std::string(",\"") + name + "\":" + value;
  };
  std::string json = "{\"file\":" + json::quote(report.file);
  json += field("format", json::quote(report.format)) + field("title", json::quote(report.title));
  json += field("source", json::quote(report.source)) + field("dry_run", report.dry_run ? "true" : "false");
  json += field("first_day", day_or_null(report.first)) + field("last_day", day_or_null(report.last));
  json += field("date_order", json::quote(report.date_order)) + field("decimal", json::quote(report.decimal));
  const std::pair<const char*, std::int64_t> numbers[] = {{"rows_read", report.rows_read},
                                                          {"rows_rejected", report.rows_rejected},
                                                          {"rows_unsold", report.rows_unsold},
                                                          {"rows_unmatched", report.rows_unmatched},
                                                          {"totals", report.totals},
                                                          {"days_inserted", report.days_inserted},
                                                          {"days_updated", report.days_updated},
                                                          {"days_unchanged", report.days_unchanged},
                                                          {"days_held", report.days_held},
                                                          {"products_new", report.products_new},
                                                          {"products_unmatched", report.products_unmatched}};
  for (const auto& [name, value] : numbers) json += field(name, std::to_string(value));
  json += field("run_id", report.run_id == 0 ? "null" : std::to_string(report.run_id));
  std::string list;
  for (const std::string& reason : report.rejects) list += (list.empty() ? "" : ",") + json::quote(reason);
  json += field("rejects", "[" + list + "]");
  list.clear();
  for (const Unmatched& product : report.unmatched)
    list += (list.empty() ? "{\"external_id\":" : ",{\"external_id\":") + json::quote(product.external_id) +
            field("name", json::quote(product.name)) + field("rows", std::to_string(product.rows)) +
            field("statement", json::quote(product.statement)) + "}";
  return json + field("unmatched", "[" + list + "]") + "}";
}

}  // namespace performance_tracker::etl
