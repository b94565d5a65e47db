#include "databases/postgres/pg_session.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <utility>

namespace scoreway::postgres {
namespace {

constexpr size_t kCopyBytesMax = size_t{1} << 20;  // of one message to the server

// Numbers, times and texts are written in one way, whatever the server is set to.
constexpr char kSettings[] =
    "SET client_encoding = 'UTF8'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'iso_8601'; SET timezone = 'UTC'; "
    "SET extra_float_digits = 1; SET bytea_output = 'hex'";
// What nobody waits for ends, where the server is of version 14 or later.
constexpr char kEndsAlone[] = "SET client_connection_check_interval = '1s'";

Code CodeOf(std::string_view state) {
  struct Rule {
    std::string_view begin;
    Code code;
  };
  static constexpr Rule kRules[] = {
      {"08", Code::kUnavailable},       {"57P", Code::kUnavailable},        {"53300", Code::kUnavailable},
      {"55P03", Code::kUnavailable},    {"40", Code::kUnavailable},         {"53", Code::kResourceExhausted},
      {"54", Code::kResourceExhausted}, {"28", Code::kPermissionDenied},    {"42501", Code::kPermissionDenied},
      {"42P01", Code::kNotFound},       {"3D000", Code::kNotFound},         {"3F000", Code::kNotFound},
      {"21", Code::kInvalidArgument},   {"22", Code::kInvalidArgument},     {"23", Code::kInvalidArgument},
      {"42", Code::kInvalidArgument},   {"25006", Code::kPermissionDenied},
  };
  for (const Rule& rule : kRules) {
    if (state.starts_with(rule.begin)) return rule.code;
  }
  return state.empty() ? Code::kUnavailable : Code::kInternal;
}

std::string OneLine(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  std::string line(text);
  std::ranges::replace(line, '\n', ' ');
  return line;
}

Error ConnectFault(PGconn* connection) {
  const std::string said = connection == nullptr ? "out of memory" : OneLine(PQerrorMessage(connection));
  Code code = Code::kUnavailable;
  if (said.find("does not exist") != std::string::npos) code = Code::kNotFound;
  if (said.find("authentication") != std::string::npos || said.find("password") != std::string::npos) {
    code = Code::kPermissionDenied;
  }
  return {code, said, "PostgreSQL"};
}

}  // namespace

std::string QuotedPgName(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

void PgRows::Free::operator()(pg_result* result) const { PQclear(result); }
void PgSession::Close::operator()(pg_conn* connection) const { PQfinish(connection); }

size_t PgRows::size() const { return static_cast<size_t>(PQntuples(result_.get())); }

std::optional<std::string_view> PgRows::Cell(size_t row, size_t column) const {
  const int r = static_cast<int>(row), c = static_cast<int>(column);
  if (PQgetisnull(result_.get(), r, c) != 0) return std::nullopt;
  return std::string_view(PQgetvalue(result_.get(), r, c), static_cast<size_t>(PQgetlength(result_.get(), r, c)));
}

Result<std::unique_ptr<PgSession>> PgSession::Connect(const PostgresOptions& options) {
  const std::string seconds = std::to_string((options.connect_ms + 999) / 1000);
  const std::array<std::pair<const char*, std::string>, 11> wanted = {{
      {"host", options.hosts},
      {"port", options.ports},
      {"dbname", options.database},
      {"user", options.user},
      {"password", options.password},
      {"sslmode", options.is_tls ? "verify-full" : ""},
      {"sslrootcert", options.tls_authority},
      {"sslcert", options.tls_certificate},
      {"sslkey", options.tls_key},
      {"connect_timeout", seconds},
      {"application_name", "scoreway"},
  }};
  std::vector<const char*> names, values;
  for (const auto& [name, value] : wanted) {
    if (value.empty()) continue;
    names.push_back(name);
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  PGconn* const connection = PQconnectdbParams(names.data(), values.data(), 0);
  auto session = std::unique_ptr<PgSession>(new PgSession(connection));
  if (PQstatus(connection) != CONNECTION_OK) return ConnectFault(connection);
  SCOREWAY_RETURN_IF_ERROR(session->Check(PQexec(connection, kSettings), PGRES_COMMAND_OK));
  (void)session->Check(PQexec(connection, kEndsAlone), PGRES_COMMAND_OK);
  (void)PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
  return session;
}

Error PgSession::Fault(const pg_result* result) const {
  const char* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* const main = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const char* const detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
  const char* const context = PQresultErrorField(result, PG_DIAG_CONTEXT);
  std::string said = main != nullptr ? main : OneLine(PQerrorMessage(connection_.get()));
  if (detail != nullptr) said += std::string(": ") + detail;
  if (context != nullptr) said += std::string(" (") + context + ")";
  return {CodeOf(state != nullptr ? state : ""), OneLine(said), "PostgreSQL"};
}

// Takes the result over.
Status PgSession::Check(pg_result* result, int expected) {
  const PgRows owned(result);
  return PQresultStatus(result) == expected ? Status() : Fault(result);
}

Result<PgRows> PgSession::Run(const std::string& sql, const std::vector<std::string>& values) {
  std::vector<const char*> texts;
  texts.reserve(values.size());
  for (const std::string& value : values) texts.push_back(value.c_str());
  PGresult* const result = PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(texts.size()), nullptr,
                                        texts.data(), nullptr, nullptr, 0);
  PgRows rows(result);
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return Fault(result);
  return rows;
}

Status PgSession::BeginCopyOut(const std::string& sql) {
  return Check(PQexec(connection_.get(), sql.c_str()), PGRES_COPY_OUT);
}

Result<bool> PgSession::NextPiece(std::string_view* piece) {
  char* bytes = nullptr;
  const int size = PQgetCopyData(connection_.get(), &bytes, 0);
  piece_ = {bytes, [](char* memory) { PQfreemem(memory); }};
  if (size > 0) {
    *piece = std::string_view(bytes, static_cast<size_t>(size));
    return true;
  }
  SCOREWAY_RETURN_IF_ERROR(Check(PQgetResult(connection_.get()), PGRES_COMMAND_OK));
  return false;
}

Status PgSession::CopyIn(const std::string& sql, std::string_view rows) {
  SCOREWAY_RETURN_IF_ERROR(Check(PQexec(connection_.get(), sql.c_str()), PGRES_COPY_IN));
  while (!rows.empty()) {
    const std::string_view message = rows.substr(0, kCopyBytesMax);
    rows.remove_prefix(message.size());
    if (PQputCopyData(connection_.get(), message.data(), static_cast<int>(message.size())) != 1) break;
  }
  (void)PQputCopyEnd(connection_.get(), nullptr);  // what went wrong is said by the result
  return Check(PQgetResult(connection_.get()), PGRES_COMMAND_OK);
}

Result<std::string> PgSession::Literal(std::string_view text) {
  char* const quoted = PQescapeLiteral(connection_.get(), text.data(), text.size());
  if (quoted == nullptr) return Error{Code::kInvalidArgument, OneLine(PQerrorMessage(connection_.get())), "PostgreSQL"};
  std::string literal(quoted);
  PQfreemem(quoted);
  return literal;
}

}  // namespace scoreway::postgres
