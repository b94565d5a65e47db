#include "databases/postgres/postgres_table.h"

#include <algorithm>
#include <utility>

#include "data/codec/column_names.h"
#include "databases/postgres/pg_row_cells.h"
#include "databases/postgres/pg_table.h"
#include "tables/find_columns.h"

namespace scoreway {
namespace {

using postgres::PgColumn;
using postgres::PgKind;
using postgres::PgSession;
using postgres::PgTable;
using postgres::PgWire;
using postgres::QuotedPgName;

constexpr size_t kPartBytes = size_t{4} << 20;
constexpr uint64_t kPartRows = 16'384;

using Cells = std::vector<std::optional<std::string_view>>;

// How a column is asked for, and how it comes.
struct ReadColumn {
  std::string name;
  std::optional<PgWire> wire;  // nothing: it is absent
};

std::string AskFor(const PgColumn& column, Type wanted, PgWire* wire) {
  const std::string name = QuotedPgName(column.name);
  if (IsText(wanted)) {
    *wire = PgWire::kText;
    return name + "::text";
  }
  const bool is_flag = column.kind == PgKind::kBoolean;
  switch (wanted) {
    case Type::kInt64: *wire = PgWire::kInt8; return (is_flag ? name + "::int4" : name) + "::int8";
    case Type::kBool: *wire = PgWire::kBool; return is_flag ? name : "(" + name + " <> 0)";
    default: *wire = PgWire::kFloat8; return (is_flag ? name + "::int4" : name) + "::float8";
  }
}

class CopiedRows final : public RowStream {
 public:
  CopiedRows(std::string_view bytes, const std::vector<ReadColumn>& columns, size_t cell_count)
      : bytes_(bytes), columns_(columns), cell_count_(cell_count) {}

  Result<bool> Next(Batch* batch, size_t rows_max) override {
    size_t taken = 0;
    for (; taken < rows_max && !bytes_.empty(); ++taken) {
      SCOREWAY_RETURN_IF_ERROR(postgres::TakeCopyRow(&bytes_, cell_count_, &cells_));
      size_t cell = 0;
      for (size_t i = 0; i < columns_.size(); ++i) {
        Column& column = batch->column(i);
        const ReadColumn& read = columns_[i];
        if (!read.wire || !cells_[cell++]) {
          column.AppendNull();
        } else if (Status status = AppendPgCell(*read.wire, *cells_[cell - 1], &column); !status.ok()) {
          return AtPlace("column " + Quoted(read.name), std::move(status).error());
        }
      }
    }
    return taken > 0;
  }

 private:
  std::string_view bytes_;
  const std::vector<ReadColumn>& columns_;
  const size_t cell_count_;
  Cells cells_;
};

// The texts of a key as one text, and back.
std::string PackKey(const Cells& cells, size_t begin) {
  std::string key;
  for (size_t i = begin; i < cells.size(); ++i) {
    const std::string_view text = cells[i].value_or("");
    key += std::to_string(text.size()) + ":";
    key += text;
  }
  return key;
}

Result<std::vector<std::string>> UnpackKey(std::string_view key) {
  std::vector<std::string> texts;
  while (!key.empty()) {
    const size_t colon = key.find(':');
    size_t size = 0;
    for (const char digit : key.substr(0, colon)) {
      if (digit < '0' || digit > '9' || size > key.size()) return Error{Code::kCorrupt, "the progress is damaged", {}};
      size = size * 10 + static_cast<size_t>(digit - '0');
    }
    if (colon == std::string_view::npos || size > key.size() - colon - 1) {
      return Error{Code::kCorrupt, "the progress is damaged", {}};
    }
    texts.emplace_back(key.substr(colon + 1, size));
    key.remove_prefix(colon + 1 + size);
  }
  return texts;
}

class PostgresTable final : public TableReader {
 public:
  PostgresTable(std::unique_ptr<PgSession> session, PgTable table)
      : session_(std::move(session)), table_(std::move(table)) {
    for (const PgColumn& column : table_.columns) {
      TableColumn& added = columns_.emplace_back(TableColumn{.name = column.name, .stored_type = column.type_name});
      added.type = CellTypeOf(column.kind);
      added.is_readable = column.kind != PgKind::kOther;
      if (!added.is_readable) added.fault = "is of the type " + column.type_name + ", which is not read";
    }
  }

  const std::vector<TableColumn>& columns() const override { return columns_; }

  Status Bind(std::shared_ptr<const Schema> schema, std::vector<bool> may_be_absent) override {
    std::vector<TableColumn> columns = columns_;
    for (size_t i = 0; i < columns.size(); ++i) {
      // Digits where texts are wanted, numbers where numbers are.
      const auto target = schema->Find(columns[i].name);
      if (target && table_.columns[i].kind == PgKind::kNumeric) columns[i].type = schema->field(*target).type;
    }
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::optional<size_t>> found,
                              FindTableColumns(columns, *schema, may_be_absent));
    std::string asked;
    const auto ask = [&](const std::string& expression) {
      asked += (asked.empty() ? "" : ", ") + expression;
      ++cell_count_;
    };
    for (size_t i = 0; i < found.size(); ++i) {
      ReadColumn& read = read_.emplace_back(ReadColumn{.name = schema->field(i).name, .wire = {}});
      if (!found[i]) continue;
      const PgColumn& column = table_.columns[*found[i]];
      const Type wanted = schema->field(i).type;
      if (!CanRead(column.kind, wanted)) {
        return Status(Code::kInvalidArgument,
                      "is of the type " + column.type_name + ", not " + std::string(TypeName(wanted)),
                      "column " + Quoted(column.name));
      }
      PgWire wire = PgWire::kText;
      ask(AskFor(column, wanted, &wire));
      read.wire = wire;
    }
    for (const std::string& name : table_.key) ask(QuotedPgName(name) + "::text");
    if (cell_count_ == 0) ask("NULL::text");
    asked_ = std::move(asked);
    return {};
  }

  Result<bool> Cut(const TablePosition& begin, TablePart* part) override {
    part->begin = part->end = begin;
    part->bytes.clear();
    if (!is_copying_) SCOREWAY_RETURN_IF_ERROR(BeginCopy(begin));
    size_t last_bytes = 0;
    while (!is_over_ && part->bytes.size() < kPartBytes && part->end.rows < begin.rows + kPartRows) {
      std::string_view piece;
      SCOREWAY_ASSIGN_OR_RETURN(const bool any, session_->NextPiece(&piece));
      if (!any) is_over_ = true;
      if (any && !std::exchange(has_head_, true)) SCOREWAY_RETURN_IF_ERROR(postgres::TakeCopyHead(&piece));
      if (!any || piece.empty() || postgres::IsCopyEnd(piece)) continue;
      part->bytes += piece;
      last_bytes = piece.size();
      ++part->end.rows;
    }
    if (part->bytes.empty()) return false;
    std::string_view last = std::string_view(part->bytes).substr(part->bytes.size() - last_bytes);
    Cells cells;
    SCOREWAY_RETURN_IF_ERROR(postgres::TakeCopyRow(&last, cell_count_, &cells));
    part->end.key = PackKey(cells, cell_count_ - table_.key.size());
    return true;
  }

  std::unique_ptr<RowStream> Rows(const TablePart& part) const override {
    return std::make_unique<CopiedRows>(part.bytes, read_, cell_count_);
  }
  // By the number of rows that the server has counted lately.
  double FractionBefore(const TablePosition& position) const override {
    if (table_.rows <= 0) return -1;
    return std::min(static_cast<double>(position.rows) / static_cast<double>(table_.rows), 1.0);
  }

  TableKey key() const override { return {.columns = table_.key, .partition_columns = table_.key.size()}; }
  std::string_view stored_types() const override { return "postgresql"; }
  bool is_resumable() const override { return !table_.key.empty(); }

 private:
  Status BeginCopy(const TablePosition& begin) {
    std::string sql = "COPY (SELECT " + asked_ + " FROM " + table_.name + " AS r";
    std::string names;
    for (const std::string& name : table_.key) names += (names.empty() ? "r." : ", r.") + QuotedPgName(name);
    if (!begin.key.empty()) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> texts, UnpackKey(begin.key));
      if (texts.size() != table_.key.size()) return Status(Code::kCorrupt, "the progress is of another key");
      std::string values;
      for (size_t i = 0; i < texts.size(); ++i) {
        SCOREWAY_ASSIGN_OR_RETURN(const std::string literal, session_->Literal(texts[i]));
        values += (values.empty() ? "" : ", ") + literal + "::" + TypeOf(table_.key[i]);
      }
      sql += " WHERE (" + names + ") > (" + values + ")";
    }
    if (!names.empty()) sql += " ORDER BY " + names;
    is_copying_ = true;
    return session_->BeginCopyOut(sql + ") TO STDOUT (FORMAT binary)");
  }

  const std::string& TypeOf(const std::string& name) const {
    return std::ranges::find(table_.columns, name, &PgColumn::name)->type_name;
  }

  const std::unique_ptr<PgSession> session_;
  const PgTable table_;
  std::vector<TableColumn> columns_;
  std::vector<ReadColumn> read_;  // a column of the schema each
  size_t cell_count_ = 0;         // of a row that comes: what is read, then the texts of the key
  std::string asked_;
  bool is_copying_ = false, has_head_ = false, is_over_ = false;
};

}  // namespace

Result<DatabaseTable> OpenPostgresTable(const std::string& url, Environment environment) {
  SCOREWAY_ASSIGN_OR_RETURN(const PostgresOptions options, ParsePostgresUrl(url, environment));
  SCOREWAY_ASSIGN_OR_RETURN(std::unique_ptr<PgSession> session, PgSession::Connect(options));
  SCOREWAY_ASSIGN_OR_RETURN(PgTable table, DescribePgTable(*session, options));
  if (table.id.empty()) return Error{Code::kNotFound, "there is no such table", {}};
  DatabaseTable opened;
  opened.identity = table.id;
  opened.reader = std::make_unique<PostgresTable>(std::move(session), std::move(table));
  return opened;
}

}  // namespace scoreway
