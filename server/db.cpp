// SPDX-License-Identifier: PostgreSQL
#include "db.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace performance_tracker::db {
namespace {

constexpr std::size_t copy_buffer_bytes = 64U << 10U;

std::string trim_newlines(const char* text) {
  std::string message = text == nullptr ? "" : text;
  while (message.ends_with('\n')) message.pop_back();
  return message;
}

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? "" : text;
}

[[noreturn]] void throw_result_error(const PGresult* result, PGconn* connection) {
  std::string state = field(result, PG_DIAG_SQLSTATE);
  // libpq's own errors (server gone in mid-query) carry no SQLSTATE.
  if (state.empty()) state = PQstatus(connection) == CONNECTION_BAD ? "08006" : "XX000";
  std::string message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  if (message.empty()) message = trim_newlines(PQerrorMessage(connection));
  int position = 0;
  const std::string where = field(result, PG_DIAG_STATEMENT_POSITION);
  std::from_chars(where.data(), where.data() + where.size(), position);
  throw Error(std::move(state), message, field(result, PG_DIAG_MESSAGE_HINT), field(result, PG_DIAG_MESSAGE_DETAIL),
              position, field(result, PG_DIAG_COLUMN_NAME));
}

ConnectOptions common_options(const Config& config, const DatabaseLogin& login) {
  ConnectOptions options;
  options.host = config.db_host;
  options.port = config.db_port;
  options.database = config.db_name;
  options.schema = config.db_schema;
  options.login = login;
  return options;
}

// A schema's name is whatever its owner likes: quoted. The extension may live in a schema of its own.
std::string search_path_of(const std::string& schema) {
  std::string quoted = "\"";
  for (const char c : schema) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\",performance_tracker,public";
}

// libpq's options are words between spaces.
std::string in_options(const std::string& value) {
  std::string out;
  for (const char c : value) {
    if (c == ' ' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::vector<std::pair<const char*, std::string>> connection_settings(const ConnectOptions& options) {
  // extra_float_digits: shortest exact text. jit: it costs more than it saves on queries of milliseconds.
  std::string session = "-c extra_float_digits=1 -c datestyle=ISO -c intervalstyle=iso_8601 -c jit=off";
  if (options.read_only) session += " -c default_transaction_read_only=on -c idle_in_transaction_session_timeout=60000";
  if (options.statement_timeout.count() > 0)
    session += " -c statement_timeout=" + std::to_string(options.statement_timeout.count());
  if (!options.schema.empty()) session += " -c search_path=" + in_options(search_path_of(options.schema));
  std::vector<std::pair<const char*, std::string>> settings = {
      {"host", options.host},
      {"port", std::to_string(options.port)},
      {"dbname", options.database},
      {"user", options.login.user},
      {"options", session},
      {"connect_timeout", std::to_string(options.connect_timeout.count())},
      {"application_name", "performance_tracker"},
      {"client_encoding", "UTF8"},
  };
  if (!options.login.password.empty()) settings.emplace_back("password", options.login.password);
  return settings;
}

// Behind a tenant's schema that is not there, public's tables would be found: another shop's.
void require_schema(Connection& connection, const std::string& schema) {
  if (schema.empty()) return;
  const auto there =
      connection.execute("SELECT to_regclass(quote_ident($1) || '.daily_performance') IS NOT NULL", {schema});
  if (there.boolean(0, 0)) return;
  throw Error("3F000", "the schema " + connection.quote_identifier(schema) + " of DB_SCHEMA has no shop in it",
              "performance_tracker migrate --schema makes it.");
}

void append_copy_field(std::string& out, const std::string& value) {
  for (const char c : value) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace

ConnectOptions reader_options(const Config& config) {
  auto options = common_options(config, config.reader);
  options.read_only = true;
  options.statement_timeout = config.statement_timeout;
  return options;
}

ConnectOptions loader_options(const Config& config) { return common_options(config, config.loader); }

// Without the schema, which migrate makes first.
ConnectOptions owner_options(const Config& config) {
  auto options = common_options(config, config.owner);
  options.schema.clear();
  return options;
}

// --- Result

void Result::Deleter::operator()(pg_result* result) const { PQclear(result); }

Result::Result(pg_result* result) : result_(result) {}

int Result::rows() const { return PQntuples(result_.get()); }

int Result::columns() const { return PQnfields(result_.get()); }

std::int64_t Result::affected_rows() const {
  const std::string_view text = PQcmdTuples(result_.get());
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

void Result::check(int row, int column) const {
  if (row < 0 || row >= rows() || column < 0 || column >= columns())
    throw std::out_of_range("no row " + std::to_string(row) + ", column " + std::to_string(column) + " in a result");
}

std::string_view Result::column_name(int column) const {
  const char* name = PQfname(result_.get(), column);
  if (name == nullptr) throw std::out_of_range("no column " + std::to_string(column) + " in a result");
  return name;
}

std::uint32_t Result::column_type(int column) const { return PQftype(result_.get(), column); }

bool Result::is_null(int row, int column) const {
  check(row, column);
  return PQgetisnull(result_.get(), row, column) != 0;
}

std::string_view Result::text(int row, int column) const {
  check(row, column);
  return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::optional<std::string> Result::string(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  return std::string(text(row, column));
}

std::optional<std::int64_t> Result::integer(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  const auto value = text(row, column);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size())
    throw std::invalid_argument("'" + std::string(value) + "' is no 64-bit integer");
  return number;
}

std::optional<double> Result::number(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  const auto value = text(row, column);
  if (value == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (value == "Infinity") return std::numeric_limits<double>::infinity();
  if (value == "-Infinity") return -std::numeric_limits<double>::infinity();
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size())
    throw std::invalid_argument("'" + std::string(value) + "' is no number");
  return number;
}

bool Result::boolean(int row, int column) const { return text(row, column) == "t"; }

// --- Canceller

void Canceller::Deleter::operator()(pg_cancel* handle) const { PQfreeCancel(handle); }

Canceller::Canceller(pg_conn* connection) : handle_(PQgetCancel(connection)) {}

void Canceller::cancel() const noexcept {
  std::array<char, 256> message{};
  // A cancel that does not arrive is no error: the statement may be over already.
  if (handle_) PQcancel(handle_.get(), message.data(), static_cast<int>(message.size()));
}

// --- Connection

void Connection::Deleter::operator()(pg_conn* connection) const { PQfinish(connection); }

Connection::Connection(const ConnectOptions& options) {
  const auto settings = connection_settings(options);
  std::vector<const char*> keys;
  std::vector<const char*> values;
  for (const auto& [key, value] : settings) {
    keys.push_back(key);
    values.push_back(value.c_str());
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);

  // expand_dbname = 0: a database name is a name, never a connection string.
  connection_.reset(PQconnectdbParams(keys.data(), values.data(), 0));
  if (!connection_) throw std::bad_alloc();
  if (PQstatus(connection_.get()) != CONNECTION_OK)
    throw Error("08001", trim_newlines(PQerrorMessage(connection_.get())),
                "Check DB_HOST, DB_PORT, DB_NAME, the login and its password, and that PostgreSQL runs.");
  require_schema(*this, options.schema);
  // Notices (an existing table skipped, …) are the server's small talk.
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
}

Result Connection::check(pg_result* raw) const {
  if (raw == nullptr) {
    const bool lost = PQstatus(connection_.get()) == CONNECTION_BAD;
    throw Error(lost ? "08006" : "53200", trim_newlines(PQerrorMessage(connection_.get())));
  }
  Result result(raw);
  switch (PQresultStatus(raw)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
    case PGRES_COPY_IN:
      return result;
    default:
      throw_result_error(raw, connection_.get());
  }
}

Result Connection::execute(const std::string& sql, std::span<const Param> params) {
  std::vector<const char*> values;
  values.reserve(params.size());
  for (const auto& param : params) {
    // libpq would cut the text at the NUL and bind a different value.
    if (param && param->find('\0') != std::string::npos) throw Error("22021", "a parameter contains a NUL byte");
    values.push_back(param ? param->c_str() : nullptr);
  }
  return check(PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(params.size()), nullptr, values.data(),
                            nullptr, nullptr, 0));
}

void Connection::execute_script(const std::string& sql) { check(PQexec(connection_.get(), sql.c_str())); }

std::string Connection::quote_identifier(std::string_view name) const {
  const std::unique_ptr<char, decltype(&PQfreemem)> quoted(
      PQescapeIdentifier(connection_.get(), name.data(), name.size()), &PQfreemem);
  if (!quoted) throw Error("22021", trim_newlines(PQerrorMessage(connection_.get())));
  return quoted.get();
}

bool Connection::healthy() const { return PQstatus(connection_.get()) == CONNECTION_OK; }

int Connection::server_version() const { return PQserverVersion(connection_.get()); }

Canceller Connection::canceller() const { return Canceller(connection_.get()); }

// --- Transaction

Transaction::Transaction(Connection& connection) : connection_(connection) { connection_.execute("BEGIN"); }

Transaction::~Transaction() {
  if (!open_) return;
  try {
    connection_.execute("ROLLBACK");
  } catch (const std::exception&) {
    // The connection is gone, and the server rolls back by itself.
  }
}

void Transaction::commit() {
  // COMMIT of a failed transaction answers "ROLLBACK" without an error; ask for the truth.
  if (PQtransactionStatus(connection_.connection_.get()) == PQTRANS_INERROR)
    throw Error("25P02", "the transaction had failed before its commit");
  connection_.execute("COMMIT");
  open_ = false;
}

// --- CopyIn

CopyIn::CopyIn(Connection& connection, const std::string& sql) : connection_(connection) {
  connection_.execute(sql);
  if (PQtransactionStatus(connection_.connection_.get()) != PQTRANS_ACTIVE)
    throw std::logic_error("not a COPY … FROM STDIN: " + sql);
  buffer_.reserve(copy_buffer_bytes + 4096);
}

CopyIn::~CopyIn() {
  if (!open_) return;
  PGconn* connection = connection_.connection_.get();
  PQputCopyEnd(connection, "aborted by the client");
  while (PGresult* result = PQgetResult(connection)) PQclear(result);
}

void CopyIn::row(std::span<const Param> fields) {
  bool first = true;
  for (const auto& value : fields) {
    if (!first) buffer_ += '\t';
    first = false;
    if (value)
      append_copy_field(buffer_, *value);
    else
      buffer_ += "\\N";
  }
  buffer_ += '\n';
  if (buffer_.size() >= copy_buffer_bytes) flush();
}

void CopyIn::line(std::string_view text) {
  buffer_ += text;
  buffer_ += '\n';
  if (buffer_.size() >= copy_buffer_bytes) flush();
}

void CopyIn::flush() {
  PGconn* connection = connection_.connection_.get();
  if (!buffer_.empty() && PQputCopyData(connection, buffer_.data(), static_cast<int>(buffer_.size())) != 1)
    throw Error("08006", trim_newlines(PQerrorMessage(connection)));
  buffer_.clear();
}

std::int64_t CopyIn::finish() {
  flush();
  PGconn* connection = connection_.connection_.get();
  if (PQputCopyEnd(connection, nullptr) != 1) throw Error("08006", trim_newlines(PQerrorMessage(connection)));
  open_ = false;
  PGresult* raw = PQgetResult(connection);
  // libpq wants to be read until nothing is left before the next command.
  while (PGresult* rest = PQgetResult(connection)) PQclear(rest);
  return connection_.check(raw).affected_rows();
}

}  // namespace performance_tracker::db
