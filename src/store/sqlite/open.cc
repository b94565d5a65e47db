#include "store/sqlite/open.h"

#include <sqlite3.h>

#include <array>
#include <chrono>

namespace scoreway::sqlite {
namespace {

constexpr int64_t kApplicationId = 0x53435759;  // "SCWY", in the header of our files

// migrations[n] brings a file of version n to n + 1. Only ever appended to.
constexpr std::array kMigrations = {
    "CREATE TABLE rows (tbl BLOB NOT NULL, part BLOB NOT NULL, sort BLOB NOT NULL, value BLOB, big INTEGER,"
    "  expires INTEGER, PRIMARY KEY (tbl, part, sort)) WITHOUT ROWID;"
    "CREATE INDEX rows_by_expiry ON rows (expires) WHERE expires IS NOT NULL;"
    "CREATE TABLE big (id INTEGER PRIMARY KEY, value BLOB NOT NULL);"
    "CREATE TABLE changes (tbl BLOB NOT NULL, part BLOB NOT NULL, sequence INTEGER NOT NULL,"
    "  PRIMARY KEY (tbl, part)) WITHOUT ROWID;"
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
    "INSERT INTO meta VALUES ('sequence', 0);",
};

Status CheckOwnerInSnapshot(Connection& connection) {
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t id, connection.QueryInt("PRAGMA application_id"));
  if (id == kApplicationId) return {};
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t tables, connection.QueryInt("SELECT count(*) FROM sqlite_schema"));
  if (id == 0 && tables == 0) return {};
  return Status(Code::kInvalidArgument, "the file is a database of another program", connection.path());
}

// In one snapshot: a process that makes the same new file at this moment must not be seen by halves.
Status CheckOwner(Connection& connection) {
  SCOREWAY_RETURN_IF_ERROR(connection.Exec("BEGIN"));
  Status status = CheckOwnerInSnapshot(connection);
  if (connection.is_in_transaction()) (void)connection.Exec("ROLLBACK");
  return status;
}

Status CheckVersion(const Connection& connection, int64_t version) {
  if (version <= static_cast<int64_t>(kMigrations.size())) return {};
  return Status(Code::kUnsupported,
                "the database has schema version " + std::to_string(version) + ", this program reads up to " +
                    std::to_string(kMigrations.size()) + ": use the newer program that wrote it",
                connection.path());
}

Status MigrateLocked(Connection& connection) {
  // Another process may have been first.
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t version, connection.QueryInt("PRAGMA user_version"));
  SCOREWAY_RETURN_IF_ERROR(CheckVersion(connection, version));
  for (size_t next = static_cast<size_t>(version); next < kMigrations.size(); ++next) {
    SCOREWAY_RETURN_IF_ERROR(connection.Exec(kMigrations[next]));
  }
  const std::string marks = "PRAGMA application_id = " + std::to_string(kApplicationId) +
                            "; PRAGMA user_version = " + std::to_string(kMigrations.size());
  SCOREWAY_RETURN_IF_ERROR(connection.Exec(marks.c_str()));
  return connection.Exec("COMMIT");
}

Status Migrate(Connection& connection) {
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t version, connection.QueryInt("PRAGMA user_version"));
  SCOREWAY_RETURN_IF_ERROR(CheckVersion(connection, version));
  if (version == static_cast<int64_t>(kMigrations.size())) return {};
  SCOREWAY_RETURN_IF_ERROR(connection.Exec("BEGIN IMMEDIATE"));
  Status status = MigrateLocked(connection);
  if (connection.is_in_transaction()) (void)connection.Exec("ROLLBACK");
  return status;
}

// Every page of every table but big, whose values carry checksums of their own where it matters and may be gigabytes.
Status CheckWhole(Connection& connection) {
  for (const char* table : {"rows", "changes", "meta"}) {
    SCOREWAY_ASSIGN_OR_RETURN(Statement check, connection.Prepare("PRAGMA quick_check('" + std::string(table) + "')"));
    SCOREWAY_ASSIGN_OR_RETURN(const bool has_row, check.Step());
    const std::string verdict(has_row ? check.Bytes(0) : "no answer");
    if (verdict == "ok") continue;
    return Status(Code::kCorrupt,
                  "the database is damaged (" + verdict.substr(0, 200) +
                      "): restore it from a backup, or move it away to start with an empty one",
                  connection.path());
  }
  return {};
}

Status SetUp(Connection& connection) {
  // FULL: a commit that was acknowledged survives the loss of power.
  return connection.Exec("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -1024");
}

Result<Connection> OpenOnce(const std::string& path, int busy_ms) {
  SCOREWAY_ASSIGN_OR_RETURN(Connection connection, Connection::Open(path, busy_ms));
  SCOREWAY_RETURN_IF_ERROR(CheckOwner(connection));
  SCOREWAY_RETURN_IF_ERROR(connection.Exec("PRAGMA journal_mode = WAL"));
  SCOREWAY_RETURN_IF_ERROR(SetUp(connection));
  SCOREWAY_RETURN_IF_ERROR(Migrate(connection));
  SCOREWAY_RETURN_IF_ERROR(CheckWhole(connection));
  return connection;
}

}  // namespace

// SQLite waits for a lock, but not where two that wait would wait for each other, as when several make the same new
// file and switch it to WAL: then it says busy at once, and the whole is tried again.
Result<Connection> OpenDatabase(const std::string& path, int busy_ms) {
  constexpr int kPauseMs = 2;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(busy_ms);
  while (true) {
    Result<Connection> connection = OpenOnce(path, busy_ms);
    if (connection.ok() || connection.code() != Code::kUnavailable) return connection;
    if (std::chrono::steady_clock::now() >= deadline) return connection;
    sqlite3_sleep(kPauseMs);
  }
}

Result<Connection> OpenAnother(const std::string& path, int busy_ms) {
  SCOREWAY_ASSIGN_OR_RETURN(Connection connection, Connection::Open(path, busy_ms));
  SCOREWAY_RETURN_IF_ERROR(SetUp(connection));
  return connection;
}

}  // namespace scoreway::sqlite
