// Connection and Statement: the few calls of SQLite that the store needs, with their errors as Status.
// For the sources of this folder. A connection and its statements are for one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace scoreway::sqlite {

struct BusyWait;

// A compiled statement; must not outlive its connection.
class Statement {
 public:
  Statement() = default;

  // Parameters count from 1. The bytes must live until the next Reset.
  void BindBytes(int parameter, std::string_view bytes);
  void BindInt(int parameter, int64_t value);
  void BindNull(int parameter);

  // True: there is a row; false: the end.
  Result<bool> Step();
  // Runs to the end.
  Status Run();

  // Columns of the row count from 0. Bytes are valid until the next Step or Reset.
  std::string_view Bytes(int column) const;
  int64_t Int(int column) const;
  bool IsNull(int column) const;

  // Ready to be bound and run again; gives up the read lock.
  void Reset();

 private:
  friend class Connection;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };

  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
  std::string path_;
};

// Resets on leaving the scope, whatever happened in it.
class StatementUse {
 public:
  explicit StatementUse(Statement& statement) : statement_(statement) {}
  ~StatementUse() { statement_.Reset(); }
  StatementUse(const StatementUse&) = delete;
  StatementUse& operator=(const StatementUse&) = delete;
  Statement* operator->() { return &statement_; }

 private:
  Statement& statement_;
};

class Connection {
 public:
  // Opens or creates the file. Waits at most busy_ms for a lock that another process holds.
  static Result<Connection> Open(const std::string& path, int busy_ms);

  Status Exec(const char* sql);
  Result<Statement> Prepare(std::string_view sql);
  // The one integer that the statement gives.
  Result<int64_t> QueryInt(std::string_view sql);
  bool is_in_transaction() const;
  // Rows that the last statement changed.
  int64_t changed_rows() const;

  const std::string& path() const { return path_; }

 private:
  struct Closer {
    void operator()(sqlite3* database) const;
  };

  struct BusyDeleter {
    void operator()(BusyWait* busy) const;
  };

  std::unique_ptr<BusyWait, BusyDeleter> busy_;  // SQLite keeps its address, so it goes after the database
  std::unique_ptr<sqlite3, Closer> database_;
  std::string path_;
};

}  // namespace scoreway::sqlite
