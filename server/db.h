// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "config.h"

// libpq's own types, so that its header stays in db.cpp.
struct pg_conn;
struct pg_result;
struct pg_cancel;

// A thin RAII layer over libpq: connection, query with bound parameters, COPY in, transaction, cancel.
// A Connection is used by one thread at a time; a Canceller may be used from another.
namespace performance_tracker::db {

// An error of PostgreSQL or of the connection to it.
class Error : public std::runtime_error {
 public:
  Error(std::string sqlstate, const std::string& message, std::string hint = {}, std::string detail = {},
        int position = 0, std::string column = {})
      : std::runtime_error(message),
        sqlstate_(std::move(sqlstate)),
        hint_(std::move(hint)),
        detail_(std::move(detail)),
        position_(position),
        column_(std::move(column)) {}

  // Five characters; "08006" for a lost connection, "08001" for one that could not be made.
  const std::string& sqlstate() const { return sqlstate_; }
  const std::string& hint() const { return hint_; }      // empty: none
  const std::string& detail() const { return detail_; }  // empty: none
  int position() const { return position_; }             // character of the statement, from 1; 0 = unknown
  // The column or argument that it is about, as the server named it (COLUMN of RAISE); empty: none.
  const std::string& column() const { return column_; }
  // True when the connection is gone or was never there: the same statement may work on a new one.
  bool connection_lost() const { return sqlstate_.starts_with("08") || sqlstate_.starts_with("57P"); }

 private:
  std::string sqlstate_, hint_, detail_;
  int position_;
  std::string column_;
};

struct ConnectOptions {
  std::string host;  // name, address, or directory of a Unix socket
  std::uint16_t port = 5432;
  std::string database;
  std::string schema;  // first in search_path, before the extension's and public; empty: the login's own path
  DatabaseLogin login;
  bool read_only = false;                          // default_transaction_read_only
  std::chrono::milliseconds statement_timeout{0};  // 0 = none
  std::chrono::seconds connect_timeout{5};
};

ConnectOptions reader_options(const Config& config);  // serve: read only, with the statement timeout
ConnectOptions loader_options(const Config& config);  // etl
ConnectOptions owner_options(const Config& config);   // migrate

// A bound parameter in PostgreSQL's text form; nullopt is NULL.
using Param = std::optional<std::string>;
using Params = std::vector<Param>;

// Rows of one statement. Rows and columns count from 0; every access is checked and throws std::out_of_range.
class Result {
 public:
  explicit Result(pg_result* result);
  int rows() const;
  int columns() const;
  std::int64_t affected_rows() const;  // of INSERT, UPDATE, DELETE, COPY; else 0
  std::string_view column_name(int column) const;
  std::uint32_t column_type(int column) const;  // the type's OID
  bool is_null(int row, int column) const;
  // Text form; empty for NULL. Valid as long as the Result.
  std::string_view text(int row, int column) const;
  // nullopt for NULL. The numbers throw std::invalid_argument if the text is none.
  std::optional<std::string> string(int row, int column) const;
  std::optional<std::int64_t> integer(int row, int column) const;
  std::optional<double> number(int row, int column) const;
  bool boolean(int row, int column) const;  // NULL is false

 private:
  void check(int row, int column) const;
  struct Deleter {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Deleter> result_;
};

// Asks the server to stop what a connection is doing. May be called from any thread, at any time.
class Canceller {
 public:
  explicit Canceller(pg_conn* connection);
  void cancel() const noexcept;

 private:
  struct Deleter {
    void operator()(pg_cancel* handle) const;
  };
  std::unique_ptr<pg_cancel, Deleter> handle_;
};

class Transaction;

class Connection {
 public:
  // Connects at once. Throws Error (class 08, or 28/3D/53/57 as the server said).
  explicit Connection(const ConnectOptions& options);

  // Exactly one statement, with $1, $2, … bound. Throws Error.
  Result execute(const std::string& sql, std::span<const Param> params = {});
  Result execute(const std::string& sql, std::initializer_list<Param> params) {
    return execute(sql, std::span<const Param>(params.begin(), params.size()));
  }
  // Any number of statements without parameters, as psql would run a file. Throws Error.
  void execute_script(const std::string& sql);

  // An identifier of the caller, quoted for use in SQL text.
  std::string quote_identifier(std::string_view name) const;

  bool healthy() const;        // as far as the client knows, without asking the server
  int server_version() const;  // 150020 for 15.20
  Canceller canceller() const;

 private:
  friend class CopyIn;
  friend class Transaction;
  Result check(pg_result* result) const;
  struct Deleter {
    void operator()(pg_conn* connection) const;
  };
  std::unique_ptr<pg_conn, Deleter> connection_;
};

// BEGIN at construction; ROLLBACK at destruction unless commit() succeeded.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();  // throws Error, then nothing was written

 private:
  Connection& connection_;
  bool open_ = true;
};

// COPY … FROM STDIN in text format. `sql` is the whole statement: "COPY staging (a, b) FROM STDIN".
//   CopyIn copy(connection, "COPY staging (date, clicks) FROM STDIN");
//   copy.row({"2026-01-01", std::nullopt});
//   copy.finish();
// Destroyed without finish(): the COPY is aborted and no row of it is kept.
class CopyIn {
 public:
  CopyIn(Connection& connection, const std::string& sql);
  CopyIn(const CopyIn&) = delete;
  CopyIn& operator=(const CopyIn&) = delete;
  ~CopyIn();
  void row(std::span<const Param> fields);
  void row(std::initializer_list<Param> fields) { row(std::span<const Param>(fields.begin(), fields.size())); }
  // A row that is in COPY's text format already, without the line's end.
  void line(std::string_view text);
  std::int64_t finish();  // rows copied. Throws Error

 private:
  void flush();
  Connection& connection_;
  std::string buffer_;
  bool open_ = true;
};

}  // namespace performance_tracker::db
