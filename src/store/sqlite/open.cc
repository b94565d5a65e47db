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
    // The states of an entry are in sqlite_queue.cc.
    "CREATE TABLE queue (id BLOB PRIMARY KEY, tenant BLOB NOT NULL, priority INTEGER NOT NULL, turn INTEGER NOT NULL,"
    "  state INTEGER NOT NULL, due INTEGER NOT NULL, attempts INTEGER NOT NULL, lease INTEGER NOT NULL,"
    "  put INTEGER NOT NULL, payload BLOB NOT NULL, reason BLOB) WITHOUT ROWID;"
    "CREATE INDEX queue_ready ON queue (priority DESC, turn, put) WHERE state = 0;"
    "CREATE INDEX queue_due ON queue (state, due) WHERE state > 0;"
    "CREATE TABLE queue_turns (priority INTEGER NOT NULL, tenant BLOB NOT NULL, turn INTEGER NOT NULL,"
    "  PRIMARY KEY (priority, tenant)) WITHOUT ROWID;"
    // For people: jobs and their answers (jobs/job_store.h).
    "CREATE VIEW jobs AS SELECT job, json_extract(value, '$.state') AS state, json_extract(value, '$.model') AS model,"
    "  json_extract(value, '$.version') AS version, json_extract(value, '$.tenant') AS tenant,"
    "  json_extract(value, '$.rows') AS rows, json_extract(value, '$.attempts') AS attempts,"
    "  strftime('%Y-%m-%dT%H:%M:%SZ', json_extract(value, '$.created') / 1000000, 'unixepoch') AS created,"
    "  json_extract(value, '$.error.message') AS error FROM"
    "  (SELECT CAST(rows.part AS TEXT) AS job, CAST(coalesce(rows.value, big.value) AS TEXT) AS value FROM rows"
    "   LEFT JOIN big ON big.id = rows.big WHERE rows.tbl = CAST('job' AS BLOB)"
    "   AND (rows.expires IS NULL OR rows.expires > strftime('%s', 'now') * 1000000));"
    "CREATE VIEW job_answers AS SELECT job, CAST(sort AS TEXT) AS part, lines.key AS row, lines.value AS answer FROM"
    "  (SELECT CAST(rows.part AS TEXT) AS job, rows.sort AS sort, CAST(coalesce(rows.value, big.value) AS TEXT) AS text"
    "   FROM rows LEFT JOIN big ON big.id = rows.big WHERE rows.tbl = CAST('job_result' AS BLOB)"
    "   AND rows.sort >= x'30' AND rows.sort < x'3A'"
    "   AND (rows.expires IS NULL OR rows.expires > strftime('%s', 'now') * 1000000)),"
    "  json_each('[' || replace(rtrim(text, char(10)), char(10), ',') || ']') AS lines;",
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
  for (const char* table : {"rows", "changes", "meta", "queue", "queue_turns"}) {
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

Result<Connection> OpenOnce(const std::string& path, int busy_ms, int page_bytes) {
  SCOREWAY_ASSIGN_OR_RETURN(Connection connection, Connection::Open(path, busy_ms));
  SCOREWAY_RETURN_IF_ERROR(CheckOwner(connection));
  // Of no effect on a file that has pages already.
  SCOREWAY_RETURN_IF_ERROR(connection.Exec(("PRAGMA page_size = " + std::to_string(page_bytes)).c_str()));
  SCOREWAY_RETURN_IF_ERROR(connection.Exec("PRAGMA journal_mode = WAL"));
  SCOREWAY_RETURN_IF_ERROR(SetUp(connection));
  SCOREWAY_RETURN_IF_ERROR(Migrate(connection));
  SCOREWAY_RETURN_IF_ERROR(CheckWhole(connection));
  return connection;
}

}  // namespace

// SQLite waits for a lock, but not where two that wait would wait for each other, as when several make the same new
// file and switch it to WAL: then it says busy at once, and the whole is tried again.
Result<Connection> OpenDatabase(const std::string& path, int busy_ms, int page_bytes) {
  constexpr int kPauseMs = 2;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(busy_ms);
  while (true) {
    Result<Connection> connection = OpenOnce(path, busy_ms, page_bytes);
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
