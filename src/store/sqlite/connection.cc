#include "store/sqlite/connection.h"

#include <sqlite3.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

namespace scoreway::sqlite {

struct BusyWait {
  std::chrono::milliseconds time_max;
  std::chrono::steady_clock::time_point end = {};
};

namespace {

// SQLite's own handler waits longer and longer between its tries and so starves beside a process that writes without
// pause; short steps meet the gap between two commits.
int WaitWhileBusy(void* busy, int calls_before) {
  auto& wait = *static_cast<BusyWait*>(busy);
  const auto now = std::chrono::steady_clock::now();
  if (calls_before == 0) wait.end = now + wait.time_max;
  if (now >= wait.end) return 0;
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return 1;
}

Status DiskFull(const std::string& path) {
  return Status(Code::kResourceExhausted, "the disk or the database's size limit is full: nothing was stored", path);
}

Status Damaged(const std::string& path, const char* detail) {
  return Status(Code::kCorrupt,
                "the database is damaged or is no database (" + std::string(detail) +
                    "): restore it from a backup, or move it away to start with an empty one",
                path);
}

Status IoError(const std::string& path, int system_errno, const char* detail) {
  if (system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG) return DiskFull(path);
  const std::string cause = system_errno != 0 ? std::strerror(system_errno) : detail;
  return Status(Code::kInternal, "reading or writing the database failed: " + cause, path);
}

Status CannotOpen(const std::string& path, int system_errno) {
  if (system_errno == ENOENT || system_errno == ENOTDIR) {
    return Status(Code::kNotFound, "the database cannot be opened: its folder does not exist", path);
  }
  if (system_errno == ENOSPC) return DiskFull(path);
  const std::string cause = system_errno != 0 ? std::strerror(system_errno) : "unable to open";
  return Status(Code::kPermissionDenied, "the database cannot be opened: " + cause, path);
}

Status ErrorOf(sqlite3* database, const std::string& path) {
  const int code = sqlite3_extended_errcode(database);
  const int system_errno = sqlite3_system_errno(database);
  const char* message = sqlite3_errmsg(database);
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Status(Code::kUnavailable, "the database is locked by another process: try again later", path);
    case SQLITE_FULL: return DiskFull(path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Damaged(path, message);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return Status(Code::kPermissionDenied, "the database is not writable", path);
    case SQLITE_CANTOPEN: return CannotOpen(path, system_errno);
    case SQLITE_IOERR: return IoError(path, system_errno, message);
    case SQLITE_NOMEM: return Status(Code::kResourceExhausted, "memory is exhausted", path);
    default: return Status(Code::kInternal, std::string("the database reports: ") + message, path);
  }
}

}  // namespace

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void Statement::BindBytes(int parameter, std::string_view bytes) {
  // An empty view may have no address, which SQLite would take for NULL.
  const char* data = bytes.empty() ? "" : bytes.data();
  sqlite3_bind_blob64(statement_.get(), parameter, data, bytes.size(), SQLITE_STATIC);
}

void Statement::BindInt(int parameter, int64_t value) { sqlite3_bind_int64(statement_.get(), parameter, value); }

void Statement::BindNull(int parameter) { sqlite3_bind_null(statement_.get(), parameter); }

Result<bool> Statement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return ErrorOf(sqlite3_db_handle(statement_.get()), path_);
}

Status Statement::Run() {
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool has_row, Step());
    if (!has_row) return {};
  }
}

std::string_view Statement::Bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(data), size);
}

int64_t Statement::Int(int column) const { return sqlite3_column_int64(statement_.get(), column); }

bool Statement::IsNull(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

void Statement::Reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

void Connection::Closer::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

void Connection::BusyDeleter::operator()(BusyWait* busy) const { delete busy; }

Result<Connection> Connection::Open(const std::string& path, int busy_ms) {
  Connection connection;
  connection.path_ = path;
  connection.busy_.reset(new BusyWait{std::chrono::milliseconds(busy_ms)});
  sqlite3* database = nullptr;
  // NOMUTEX: each connection is used by one thread at a time, so SQLite's own lock would be paid for nothing.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  connection.database_.reset(database);
  if (database == nullptr) return Status(Code::kResourceExhausted, "memory is exhausted", path);
  if (code != SQLITE_OK) return ErrorOf(database, path);
  sqlite3_busy_handler(database, WaitWhileBusy, connection.busy_.get());
  return connection;
}

Status Connection::Exec(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return ErrorOf(database_.get(), path_);
}

Result<Statement> Connection::Prepare(std::string_view sql) {
  sqlite3_stmt* compiled = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &compiled, nullptr);
  if (code != SQLITE_OK) return ErrorOf(database_.get(), path_);
  Statement statement;
  statement.statement_.reset(compiled);
  statement.path_ = path_;
  return statement;
}

Result<int64_t> Connection::QueryInt(std::string_view sql) {
  SCOREWAY_ASSIGN_OR_RETURN(Statement statement, Prepare(sql));
  SCOREWAY_ASSIGN_OR_RETURN(const bool has_row, statement.Step());
  return has_row ? statement.Int(0) : 0;
}

int64_t Connection::changed_rows() const { return sqlite3_changes64(database_.get()); }

bool Connection::is_in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

}  // namespace scoreway::sqlite
