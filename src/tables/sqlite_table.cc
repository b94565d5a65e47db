#include "tables/sqlite_table.h"

#include <sqlite3.h>

namespace scoreway {
namespace {

constexpr int kBusyMillis = 10'000;

using Database = std::unique_ptr<sqlite3, decltype([](sqlite3* database) { sqlite3_close(database); })>;
using Statement = std::unique_ptr<sqlite3_stmt, decltype([](sqlite3_stmt* statement) { sqlite3_finalize(statement); })>;

std::string Quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

const char* SqlTypeOf(Type type) {
  switch (type) {
    case Type::kFloat32:
    case Type::kFloat64: return "REAL";
    case Type::kInt64:
    case Type::kBool: return "INTEGER";
    case Type::kString:
    case Type::kList: return "TEXT";
  }
  return "";
}

class Table {
 public:
  Table(const std::string& path, std::string name) : path_(path), name_(Quoted(std::move(name))) {}

  Status Put(const SqliteRows& rows) {
    sqlite3* opened = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    const int result = sqlite3_open_v2(path_.c_str(), &opened, flags, nullptr);
    database_.reset(opened);
    if (result != SQLITE_OK) return Fault(result);
    (void)sqlite3_busy_timeout(opened, kBusyMillis);
    SCOREWAY_RETURN_IF_ERROR(Run("BEGIN IMMEDIATE"));
    SCOREWAY_RETURN_IF_ERROR(MakeTable(*rows.schema));
    SCOREWAY_RETURN_IF_ERROR(Run("DELETE FROM " + name_ + " WHERE scoreway_firing = " + std::to_string(rows.firing)));
    SCOREWAY_RETURN_IF_ERROR(Insert(rows));
    return Run("COMMIT");  // what has not come so far is rolled back when the file is closed
  }

 private:
  Status Run(const std::string& sql) {
    const int result = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    return result == SQLITE_OK ? Status() : Fault(result);
  }

  Status MakeTable(const Schema& schema) {
    std::string sql = "CREATE TABLE IF NOT EXISTS " + name_ +
                      " (scoreway_firing INTEGER NOT NULL, scoreway_row INTEGER NOT NULL, scoreway_version INTEGER NOT "
                      "NULL";
    for (const Field& field : schema.fields()) sql += ", " + Quoted(field.name) + " " + SqlTypeOf(field.type);
    return Run(sql + ", PRIMARY KEY (scoreway_firing, scoreway_row))");
  }

  Status Insert(const SqliteRows& rows) {
    std::string names = "scoreway_firing, scoreway_row, scoreway_version", marks = "?, ?, ?";
    for (const Field& field : rows.schema->fields()) {
      names += ", " + Quoted(field.name);
      marks += ", ?";
    }
    const std::string sql = "INSERT INTO " + name_ + " (" + names + ") VALUES (" + marks + ")";
    sqlite3_stmt* prepared = nullptr;
    const int result = sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &prepared, nullptr);
    const Statement statement(prepared);
    if (result != SQLITE_OK) return Fault(result);
    Batch batch(rows.schema);
    for (int64_t number = 0;;) {
      batch.Clear();
      SCOREWAY_ASSIGN_OR_RETURN(const bool any, rows.next(&batch));
      if (!any) return {};
      for (size_t row = 0; row < batch.rows(); ++row) {
        (void)sqlite3_bind_int64(prepared, 1, rows.firing);
        (void)sqlite3_bind_int64(prepared, 2, ++number);
        (void)sqlite3_bind_int64(prepared, 3, rows.version);
        for (size_t i = 0; i < batch.column_count(); ++i) Bind(prepared, static_cast<int>(i) + 4, batch.column(i), row);
        if (const int step = sqlite3_step(prepared); step != SQLITE_DONE) return Fault(step);
        (void)sqlite3_reset(prepared);
      }
    }
  }

  static void Bind(sqlite3_stmt* statement, int at, const Column& column, size_t row) {
    if (!column.valid(row)) {
      (void)sqlite3_bind_null(statement, at);
    } else if (IsText(column.type())) {
      const std::string_view text = column.string_at(row);
      (void)sqlite3_bind_text64(statement, at, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    } else if (column.type() == Type::kInt64) {
      (void)sqlite3_bind_int64(statement, at, column.int64s()[row]);
    } else if (column.type() == Type::kBool) {
      (void)sqlite3_bind_int64(statement, at, column.bools()[row]);
    } else {
      (void)sqlite3_bind_double(statement, at, column.NumberAt(row));
    }
  }

  Status Fault(int result) const {
    Code code = Code::kUnavailable;
    switch (result & 0xff) {
      case SQLITE_ERROR:  // the table has other columns
      case SQLITE_NOTADB: code = Code::kInvalidArgument; break;
      case SQLITE_FULL: code = Code::kResourceExhausted; break;
      case SQLITE_CORRUPT: code = Code::kCorrupt; break;
      case SQLITE_PERM:
      case SQLITE_READONLY:
      case SQLITE_CANTOPEN: code = Code::kPermissionDenied; break;
      default: break;
    }
    const char* const said = database_ == nullptr ? sqlite3_errstr(result) : sqlite3_errmsg(database_.get());
    return Status(code, std::string("SQLite says: ") + said, path_);
  }

  const std::string& path_;
  const std::string name_;
  Database database_;
};

}  // namespace

Status PutIntoSqlite(const std::string& path, const std::string& table, const SqliteRows& rows) {
  return Table(path, table).Put(rows);
}

}  // namespace scoreway
