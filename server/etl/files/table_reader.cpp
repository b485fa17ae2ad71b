// SPDX-License-Identifier: PostgreSQL
#include "etl/files/table_reader.h"

#include <algorithm>

namespace performance_tracker::etl {
namespace {

constexpr const char* kRowsAtOnce = "2000";

// smallint, integer, bigint, real, double precision, numeric, date: read exactly as they are.
constexpr std::uint32_t kExactTypes[] = {20, 21, 23, 700, 701, 1082, 1700};

class TableRows : public RowReader {
 public:
  TableRows(const db::ConnectOptions& options, const std::string& table) : connection_(options) {
    // The name goes into the statement as the database itself writes it, never as it was typed.
    const std::string name = written(table);
    transaction_ = std::make_unique<db::Transaction>(connection_);
    connection_.execute("SET TRANSACTION READ ONLY");
    connection_.execute("DECLARE imported NO SCROLL CURSOR FOR SELECT * FROM " + name);
    fetch();
  }

  bool next(Row& row) override {
    if (!named_) {
      named_ = true;
      row.clear();
      for (int i = 0; i < page_->columns(); ++i) row.push_back({std::string(page_->column_name(i)), false});
      return true;
    }
    if (at_ == page_->rows()) fetch();
    if (page_->rows() == 0) return false;
    row.clear();
    for (int i = 0; i < page_->columns(); ++i) {
      const bool exact = std::ranges::find(kExactTypes, page_->column_type(i)) != std::end(kExactTypes);
      row.push_back({std::string(page_->text(at_, i)), exact});
    }
    ++at_;
    return true;
  }

 private:
  std::string written(const std::string& table) {
    try {
      const auto found = connection_.execute(
          "SELECT c.oid::regclass::text FROM pg_class c "
          "WHERE c.oid = to_regclass($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')",
          {table});
      if (found.rows() > 0) return std::string(found.text(0, 0));
    } catch (const db::Error& error) {
      // 42601, 42602: what was typed is no name.
      if (!error.sqlstate().starts_with("426")) throw;
    }
    throw FileError("there is no table or view of this name that the login can see: " + table);
  }

  void fetch() {
    page_.emplace(connection_.execute(std::string("FETCH ") + kRowsAtOnce + " FROM imported"));
    at_ = 0;
  }

  db::Connection connection_;
  std::unique_ptr<db::Transaction> transaction_;
  std::optional<db::Result> page_;
  int at_ = 0;
  bool named_ = false;
};

}  // namespace

std::unique_ptr<RowReader> open_table(const db::ConnectOptions& options, const std::string& table) {
  return std::make_unique<TableRows>(options, table);
}

}  // namespace performance_tracker::etl
