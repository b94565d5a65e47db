// PgSession: one connection to PostgreSQL, over libpq; statements, and rows copied out and in.
//
// Errors: kUnavailable, the server is not there, or busy with what excludes this; kPermissionDenied for credentials and
// rights; kNotFound for what does not exist; kInvalidArgument for values and rules of the table; kResourceExhausted for
// its limits. One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "databases/postgres/postgres_options.h"

struct pg_conn;
struct pg_result;

namespace scoreway::postgres {

class PgRows {
 public:
  explicit PgRows(pg_result* result) : result_(result) {}

  size_t size() const;
  // Nothing where it is null. The view lives as long as this.
  std::optional<std::string_view> Cell(size_t row, size_t column) const;
  std::string TextAt(size_t row, size_t column) const { return std::string(Cell(row, column).value_or("")); }
  bool FlagAt(size_t row, size_t column) const { return Cell(row, column).value_or("f") == "t"; }

 private:
  struct Free {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Free> result_;
};

class PgSession {
 public:
  static Result<std::unique_ptr<PgSession>> Connect(const PostgresOptions& options);

  // One statement, its $1 and on from the texts.
  Result<PgRows> Run(const std::string& sql, const std::vector<std::string>& values = {});

  // COPY ... TO STDOUT, read piece by piece.
  Status BeginCopyOut(const std::string& sql);
  // The next piece, a row or the head or the end; false behind the last. The view lives until the next call.
  Result<bool> NextPiece(std::string_view* piece);

  // COPY ... FROM STDIN, whole.
  Status CopyIn(const std::string& sql, std::string_view rows);

  // A text within single quotes.
  Result<std::string> Literal(std::string_view text);

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  explicit PgSession(pg_conn* connection) : connection_(connection) {}
  Error Fault(const pg_result* result) const;
  Status Check(pg_result* result, int expected);

  const std::unique_ptr<pg_conn, Close> connection_;
  std::unique_ptr<char, void (*)(char*)> piece_{nullptr, nullptr};
};

// "name", so that case and reserved words do not matter.
std::string QuotedPgName(std::string_view name);

}  // namespace scoreway::postgres
