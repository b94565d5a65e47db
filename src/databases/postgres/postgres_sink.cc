#include "databases/postgres/postgres_sink.h"

#include <algorithm>
#include <utility>

#include "data/codec/column_names.h"
#include "databases/key_of_answers.h"
#include "databases/postgres/copy_text.h"
#include "databases/postgres/pg_table.h"

namespace scoreway {
namespace {

using postgres::PgColumn;
using postgres::PgRows;
using postgres::PgSession;
using postgres::PgTable;
using postgres::QuotedPgName;

constexpr char kProgressTable[] = "scoreway_batch_progress";
constexpr std::string_view kPartialEnding = "_partial";
constexpr char kPlaceColumn[] = "scoreway_place";  // of a row among those that came; where the last of a key stays
constexpr size_t kNameBytesMax = 63;               // PostgreSQL cuts longer ones

std::string List(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + QuotedPgName(name);
  return list;
}

class CopyTextEncoder final : public PartEncoder {
 public:
  Status Append(const Batch& batch) override {
    postgres::AppendCopyText(batch, &text_);
    return {};
  }
  Result<EncodedPart> Finish() override { return EncodedPart{.bytes = std::exchange(text_, {}), .trail = {}}; }

 private:
  std::string text_;
};

// The table of answers, and the names of what lies beside it.
struct Answers {
  std::string place;                           // of errors
  std::string schema, target, part, progress;  // quoted
  std::string table;                           // as people say it
  bool is_there = false;
  bool keeps_last = false;
  std::vector<std::string> columns, types, key;
};

class PostgresSink final : public TableSink {
 public:
  PostgresSink(std::unique_ptr<PgSession> session, Answers answers)
      : session_(std::move(session)), answers_(std::move(answers)) {}

  // What an earlier run left.
  Status Load() {
    SCOREWAY_ASSIGN_OR_RETURN(const PgRows rows, session_->Run("SELECT lines, part FROM " + answers_.progress +
                                                                   " WHERE output = $1 ORDER BY part",
                                                               {answers_.table}));
    for (size_t row = 0; row < rows.size(); ++row) {
      const std::string text = rows.TextAt(row, 0);
      for (size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
        lines_.push_back(text.substr(begin, end - begin));
      }
      next_part_ = std::stoll(rows.TextAt(row, 1)) + 1;
    }
    return {};
  }

  std::string place() const override { return answers_.place; }
  const std::vector<std::string>& lines() const override { return lines_; }

  Status Begin(const std::string& identity) override {
    std::string columns;
    for (size_t i = 0; i < answers_.columns.size(); ++i) {
      columns += (i == 0 ? "" : ", ") + QuotedPgName(answers_.columns[i]) + " " + answers_.types[i];
    }
    if (answers_.keeps_last) columns += std::string(", ") + kPlaceColumn + " bigserial";
    next_part_ = 0;
    SCOREWAY_RETURN_IF_ERROR(BeginTransaction());
    SCOREWAY_RETURN_IF_ERROR(Run("DELETE FROM " + answers_.progress + " WHERE output = $1", {answers_.table}));
    SCOREWAY_RETURN_IF_ERROR(Run("DROP TABLE IF EXISTS " + answers_.part));
    SCOREWAY_RETURN_IF_ERROR(Run("CREATE TABLE " + answers_.part + " (" + columns + ")"));
    return Keep(identity + "\n");
  }

  Result<bool> TakeUp(uint64_t) override {
    SCOREWAY_ASSIGN_OR_RETURN(const PgRows rows, session_->Run("SELECT to_regclass($1) IS NOT NULL", {answers_.part}));
    return rows.FlagAt(0, 0);
  }

  uint64_t size() const override { return 0; }
  std::unique_ptr<PartEncoder> NewEncoder() override { return std::make_unique<CopyTextEncoder>(); }

  Status Put(std::string_view bytes) override {
    if (bytes.empty()) return {};
    SCOREWAY_RETURN_IF_ERROR(BeginTransaction());
    Status copied = session_->CopyIn("COPY " + answers_.part + " (" + List(answers_.columns) + ") FROM STDIN", bytes);
    return copied.ok() ? std::move(copied) : AtPlace(answers_.place, std::move(copied).error());
  }

  Status Keep(std::string_view lines) override {
    if (lines.empty()) return {};
    SCOREWAY_RETURN_IF_ERROR(BeginTransaction());
    SCOREWAY_RETURN_IF_ERROR(Run("INSERT INTO " + answers_.progress + " (output, part, lines) VALUES ($1, $2, $3)",
                                 {answers_.table, std::to_string(next_part_++), std::string(lines)}));
    return Commit();
  }

  Status Finish(std::span<const PlacedPart>) override {
    SCOREWAY_RETURN_IF_ERROR(BeginTransaction());
    SCOREWAY_RETURN_IF_ERROR(answers_.is_there ? PutIntoTable() : MakeTable());
    SCOREWAY_RETURN_IF_ERROR(Run("DELETE FROM " + answers_.progress + " WHERE output = $1", {answers_.table}));
    return Commit();
  }

  void Discard() override {
    (void)session_->Run("ROLLBACK");
    (void)session_->Run("DROP TABLE IF EXISTS " + answers_.part);
    (void)session_->Run("DELETE FROM " + answers_.progress + " WHERE output = $1", {answers_.table});
  }

 private:
  Status MakeTable() {
    if (answers_.keeps_last) {
      std::string same;
      for (const std::string& name : answers_.key) {
        same += "earlier." + QuotedPgName(name) + " = later." + QuotedPgName(name) + " AND ";
      }
      SCOREWAY_RETURN_IF_ERROR(Run("DELETE FROM " + answers_.part + " AS earlier USING " + answers_.part +
                                   " AS later WHERE " + same + "earlier." + kPlaceColumn + " < later." + kPlaceColumn));
      SCOREWAY_RETURN_IF_ERROR(Run("ALTER TABLE " + answers_.part + " DROP COLUMN " + kPlaceColumn));
    }
    SCOREWAY_RETURN_IF_ERROR(Run("ALTER TABLE " + answers_.part + " ADD PRIMARY KEY (" + List(answers_.key) + ")"));
    const std::string name = answers_.target.substr(answers_.schema.size() + 1);
    return Run("ALTER TABLE " + answers_.part + " RENAME TO " + name);
  }

  Status PutIntoTable() {
    std::string changes;
    for (const std::string& column : answers_.columns) {
      if (std::ranges::find(answers_.key, column) != answers_.key.end()) continue;
      changes += (changes.empty() ? "" : ", ") + QuotedPgName(column) + " = EXCLUDED." + QuotedPgName(column);
    }
    const std::string columns = List(answers_.columns), key = List(answers_.key);
    const std::string rows = answers_.keeps_last ? "DISTINCT ON (" + key + ") " + columns + " FROM " + answers_.part +
                                                       " ORDER BY " + key + ", " + kPlaceColumn + " DESC"
                                                 : columns + " FROM " + answers_.part;
    SCOREWAY_RETURN_IF_ERROR(Run("INSERT INTO " + answers_.target + " (" + columns + ") SELECT " + rows +
                                 " ON CONFLICT (" + key + ") DO " +
                                 (changes.empty() ? "NOTHING" : "UPDATE SET " + changes)));
    return Run("DROP TABLE " + answers_.part);
  }

  Status Run(const std::string& sql, const std::vector<std::string>& values = {}) {
    Status status = session_->Run(sql, values).status();
    return status.ok() ? std::move(status) : AtPlace(answers_.place, std::move(status).error());
  }
  Status BeginTransaction() { return std::exchange(is_open_, true) ? Status() : Run("BEGIN"); }
  Status Commit() {
    is_open_ = false;
    return Run("COMMIT");
  }

  const std::unique_ptr<PgSession> session_;
  const Answers answers_;
  std::vector<std::string> lines_;
  int64_t next_part_ = 0;
  bool is_open_ = false;  // a transaction
};

// A table that is there: that its columns can hold the cells, and its key keeps rows apart.
Status FitAnswers(const PgTable& table, const SinkColumns& columns, Answers* answers) {
  for (size_t i = 0; i < columns.schema->size(); ++i) {
    const Field& field = columns.schema->field(i);
    const auto at = std::ranges::find(table.columns, field.name, &PgColumn::name);
    const std::string place = "column " + Quoted(field.name);
    if (at == table.columns.end()) return Status(Code::kInvalidArgument, "is missing in the table", place);
    const bool is_same = i < columns.kept.size() && columns.stored_types == "postgresql" &&
                         columns.kept[i].stored_type == at->type_name && !at->is_computed;
    if (!is_same && !CanWrite(field.type, *at)) {
      return Status(
          Code::kInvalidArgument,
          "is of the type " + at->type_name + ", which cannot hold every " + std::string(TypeName(field.type)), place);
    }
    answers->types.push_back(at->type_name);
  }
  for (const PgColumn& column : table.columns) {
    if (!column.is_required || columns.schema->Find(column.name)) continue;
    return Status(Code::kInvalidArgument, "must have a value, but is neither kept nor an output",
                  "column " + Quoted(column.name));
  }
  if (table.key.empty()) {
    return Status(Code::kInvalidArgument, "the table has no primary key, by which each row would have one answer");
  }
  for (const std::string& name : table.key) {
    if (columns.schema->Find(name)) continue;
    return Status(Code::kInvalidArgument, "is part of the key of the answers, but neither kept nor an output",
                  "column " + Quoted(name));
  }
  answers->key = table.key;
  return CheckKeepsApart(columns.input_key, {.columns = table.key, .partition_columns = table.key.size()});
}

Status PlanTable(const SinkColumns& columns, Answers* answers) {
  SCOREWAY_ASSIGN_OR_RETURN(const TableKey key, KeyOfAnswers(columns));
  answers->key = key.columns;
  for (size_t i = 0; i < columns.schema->size(); ++i) {
    const bool is_known = i < columns.kept.size() && columns.stored_types == "postgresql";
    answers->types.emplace_back(is_known ? columns.kept[i].stored_type
                                         : std::string(postgres::NewPgType(columns.schema->field(i).type)));
  }
  return {};
}

// Waits a while for a process that has just been killed.
Status LockOutput(PgSession& session, const Answers& answers) {
  SCOREWAY_RETURN_IF_ERROR(session.Run("SET lock_timeout = '10s'").status());
  Status locked =
      session.Run("SELECT pg_advisory_lock(hashtextextended('scoreway batch ' || $1, 0))", {answers.target}).status();
  if (locked.code() == Code::kUnavailable) return Status(Code::kUnavailable, "another process is writing it");
  SCOREWAY_RETURN_IF_ERROR(std::move(locked));
  return session.Run("SET lock_timeout = 0").status();
}

}  // namespace

Result<std::unique_ptr<TableSink>> OpenPostgresSink(const std::string& url, Environment environment,
                                                    const SinkColumns& columns) {
  SCOREWAY_ASSIGN_OR_RETURN(const PostgresOptions options, ParsePostgresUrl(url, environment));
  SCOREWAY_ASSIGN_OR_RETURN(std::unique_ptr<PgSession> session, PgSession::Connect(options));
  SCOREWAY_ASSIGN_OR_RETURN(const PgTable table, DescribePgTable(*session, options));
  Answers answers;
  answers.place = PostgresPlace(options);
  answers.table = options.table;
  answers.target = table.name;
  answers.schema = table.name.substr(0, table.name.size() - QuotedPgName(options.table).size() - 1);
  answers.part = answers.schema + "." + QuotedPgName(options.table + std::string(kPartialEnding));
  answers.progress = answers.schema + "." + kProgressTable;
  answers.is_there = !table.id.empty();
  answers.keeps_last = columns.keeps_last;
  if (options.table.size() + kPartialEnding.size() > kNameBytesMax) {
    return Error{
        Code::kInvalidArgument, "its name is too long: " + std::string(kPartialEnding) + " has to fit behind it", {}};
  }
  for (const Field& field : columns.schema->fields()) answers.columns.push_back(field.name);
  SCOREWAY_RETURN_IF_ERROR(answers.is_there ? FitAnswers(table, columns, &answers) : PlanTable(columns, &answers));
  SCOREWAY_RETURN_IF_ERROR(LockOutput(*session, answers));
  SCOREWAY_RETURN_IF_ERROR(session
                               ->Run("CREATE TABLE IF NOT EXISTS " + answers.progress +
                                     " (output text, part bigint, lines text NOT NULL, PRIMARY KEY (output, part))")
                               .status());
  auto sink = std::make_unique<PostgresSink>(std::move(session), std::move(answers));
  SCOREWAY_RETURN_IF_ERROR(sink->Load());
  return std::unique_ptr<TableSink>(std::move(sink));
}

}  // namespace scoreway
