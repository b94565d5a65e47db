#include "databases/cassandra/cassandra_table.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "data/codec/column_names.h"
#include "databases/cassandra/cql_table.h"
#include "store/cassandra/cql_value.h"
#include "tables/find_columns.h"

namespace scoreway {
namespace {

using cassandra::CqlAnswer;
using cassandra::CqlCall;
using cassandra::CqlColumn;
using cassandra::CqlRequest;
using cassandra::CqlRows;
using cassandra::CqlSession;
using cassandra::CqlTable;
using cassandra::CqlTableName;
using cassandra::CqlType;

constexpr uint32_t kPageRows = 5000;
constexpr double kPartRows = 20'000;  // wanted
constexpr uint64_t kFirstStep = uint64_t{1} << 54;
constexpr std::string_view kPartitioner = "org.apache.cassandra.dht.Murmur3Partitioner";

// A column of the schema that the table has: its place in the answer.
struct ReadColumn {
  size_t target = 0;
  size_t cell = 0;
  CqlType type = CqlType::kText;
  std::string name;
};

// How many rows lie in how many tokens, of the parts read so far.
struct Density {
  std::atomic<uint64_t> rows{0};
  std::atomic<double> tokens{0};
};

// Cassandra counts tokens from -2^63, we from 0.
int64_t TokenAt(uint64_t offset) { return static_cast<int64_t>(offset ^ (uint64_t{1} << 63)); }

class TokenRangeRows final : public RowStream {
 public:
  TokenRangeRows(CqlSession& session, const std::string& cql, const std::vector<ReadColumn>& columns,
                 size_t column_count, const TablePart& part, Density* density)
      : session_(session),
        columns_(columns),
        column_count_(column_count),
        tokens_(static_cast<double>(part.end.offset - part.begin.offset)),
        density_(density),
        begin_(TokenAt(part.begin.offset)),
        end_(TokenAt(part.end.offset)),
        cql_(cql) {
    answer_ = Ask({});
  }

  Result<bool> Next(Batch* batch, size_t rows_max) override {
    can_go_on_ = false;
    size_t taken = 0;
    while (taken < rows_max) {
      if (page_ != nullptr && row_ < page_->size()) {
        can_go_on_ = true;
        SCOREWAY_RETURN_IF_ERROR(TakeRow(row_++, batch));
        ++taken;
        continue;
      }
      if (answer_ == nullptr) break;
      SCOREWAY_RETURN_IF_ERROR(TakePage());
    }
    if (taken == 0) NoteEnd();
    return taken > 0;
  }
  bool can_go_on() const override { return can_go_on_; }

 private:
  CqlRequest RequestOf(std::string_view paging_state) const {
    CqlRequest request;
    request.calls.emplace_back(cql_).Bigint(begin_).Bigint(end_);
    request.is_repeatable = true;
    request.page_rows = kPageRows;
    request.paging_state = paging_state;
    return request;
  }
  std::unique_ptr<CqlAnswer> Ask(std::string_view paging_state) {
    asked_ = paging_state;
    return std::make_unique<CqlAnswer>(session_.Send(RequestOf(paging_state), session_.Deadline()));
  }

  // The page that was asked for, while the one behind it is on its way.
  Status TakePage() {
    Result<CqlRows> page = std::exchange(answer_, nullptr)->Wait();
    if (page.code() == Code::kDeadlineExceeded || page.code() == Code::kUnavailable) {
      page = session_.Run(RequestOf(asked_), session_.Deadline());
    }
    if (!page.ok()) return std::move(page).error();
    page_ = std::make_unique<CqlRows>(std::move(page).value());
    row_ = 0;
    rows_ += page_->size();
    if (const auto next = page_->paging_state()) answer_ = Ask(*next);
    return {};
  }

  Status TakeRow(size_t row, Batch* batch) {
    size_t next = 0;  // of columns_, which is in the order of the batch
    for (size_t i = 0; i < column_count_; ++i) {
      Column& column = batch->column(i);
      if (next == columns_.size() || columns_[next].target != i) {
        column.AppendNull();
        continue;
      }
      const ReadColumn& read = columns_[next++];
      const std::optional<std::string_view> cell = page_->CellAt(row, read.cell);
      if (!cell) {
        column.AppendNull();
      } else if (Status status = AppendCqlCell(read.type, *cell, &column); !status.ok()) {
        return AtPlace("column " + Quoted(read.name), std::move(status).error());
      }
    }
    return {};
  }

  void NoteEnd() {
    if (std::exchange(is_noted_, true)) return;
    density_->rows += rows_;
    density_->tokens += tokens_;
  }

  CqlSession& session_;
  const std::vector<ReadColumn>& columns_;
  const size_t column_count_;
  const double tokens_;
  Density* const density_;
  const int64_t begin_, end_;  // behind the one, up to the other
  const std::string& cql_;
  std::string asked_;                  // the state of the page that is on its way
  std::unique_ptr<CqlAnswer> answer_;  // null: there is no further page
  std::unique_ptr<CqlRows> page_;      // null: none has come
  size_t row_ = 0;
  uint64_t rows_ = 0;
  bool can_go_on_ = false, is_noted_ = false;
};

class CassandraTable final : public TableReader {
 public:
  CassandraTable(std::unique_ptr<CqlSession> session, CqlTableName name, CqlTable table)
      : session_(std::move(session)), name_(std::move(name)), table_(std::move(table)) {
    for (const CqlColumn& column : table_.columns) {
      TableColumn& added = columns_.emplace_back(TableColumn{.name = column.name, .stored_type = column.type_name});
      added.is_readable = column.type.has_value();
      if (column.type) {
        added.type = CellTypeOf(*column.type);
      } else {
        added.fault = "is of the type " + column.type_name + ", which is not read";
      }
    }
  }

  const std::vector<TableColumn>& columns() const override { return columns_; }

  Status Bind(std::shared_ptr<const Schema> schema, std::vector<bool> may_be_absent) override {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::optional<size_t>> found,
                              FindTableColumns(columns_, *schema, may_be_absent));
    column_count_ = schema->size();
    std::string names;
    for (size_t i = 0; i < found.size(); ++i) {
      if (!found[i]) continue;
      const CqlColumn& column = table_.columns[*found[i]];
      if (!CanRead(*column.type, schema->field(i).type)) {
        return Status(Code::kInvalidArgument,
                      "is of the type " + column.type_name + ", not " + std::string(TypeName(schema->field(i).type)),
                      "column " + Quoted(column.name));
      }
      read_.push_back({.target = i, .cell = read_.size(), .type = *column.type, .name = column.name});
      names += (names.empty() ? "" : ", ") + cassandra::QuotedCqlName(column.name);
    }
    std::string key;
    for (const CqlColumn& column : table_.columns) {
      if (column.kind != CqlColumn::Kind::kPartition) continue;
      key += (key.empty() ? "" : ", ") + cassandra::QuotedCqlName(column.name);
    }
    cql_ = "SELECT " + (names.empty() ? key : names) + " FROM " + name_.Quoted() + " WHERE token(" + key +
           ") > ? AND token(" + key + ") <= ?";
    return {};
  }

  // Steps grow to what holds the wanted number of rows.
  Result<bool> Cut(const TablePosition& begin, TablePart* part) override {
    if (begin.offset == UINT64_MAX) return false;
    const auto rows = static_cast<double>(density_.rows.load());
    const double tokens = density_.tokens.load();
    if (tokens > 0) {
      const double wanted = rows > 0 ? tokens / rows * kPartRows : tokens * 2;
      const double most = static_cast<double>(step_) * 2;
      step_ = static_cast<uint64_t>(std::clamp(wanted, 1.0, std::min(most, 0x1p62)));
    }
    part->begin = part->end = begin;
    part->end.offset = begin.offset + std::min(step_, UINT64_MAX - begin.offset);
    return true;
  }

  std::unique_ptr<RowStream> Rows(const TablePart& part) const override {
    return std::make_unique<TokenRangeRows>(*session_, cql_, read_, column_count_, part, &density_);
  }
  double FractionBefore(const TablePosition& position) const override {
    return static_cast<double>(position.offset) / 0x1p64;
  }

  TableKey key() const override {
    TableKey key;
    for (const CqlColumn& column : table_.columns) {
      if (!column.is_key()) break;
      key.columns.push_back(column.name);
      key.partition_columns += column.kind == CqlColumn::Kind::kPartition ? 1 : 0;
    }
    return key;
  }
  std::string_view stored_types() const override { return "cassandra"; }

 private:
  const std::unique_ptr<CqlSession> session_;
  const CqlTableName name_;
  const CqlTable table_;
  std::vector<TableColumn> columns_;
  size_t column_count_ = 0;  // of the schema
  std::vector<ReadColumn> read_;
  std::string cql_;
  uint64_t step_ = kFirstStep;
  mutable Density density_;
};

// Tokens are numbers only where Cassandra places rows by its own hash.
Status CheckPartitioner(CqlSession& session) {
  SCOREWAY_ASSIGN_OR_RETURN(const CqlRows rows, session.Run(CqlCall("SELECT partitioner FROM system.local")));
  const std::string partitioner(rows.size() > 0 ? rows.Cell(0, "partitioner").value_or("") : "");
  if (partitioner == kPartitioner) return {};
  return Status(Code::kUnsupported,
                "the cluster's partitioner is '" + partitioner + "'; only " + std::string(kPartitioner) + " is read");
}

}  // namespace

Result<DatabaseTable> OpenCassandraTable(const std::string& url, Environment environment) {
  SCOREWAY_ASSIGN_OR_RETURN(CqlTableName name, cassandra::ParseCqlTableUrl(url, environment));
  SCOREWAY_ASSIGN_OR_RETURN(std::unique_ptr<CqlSession> session,
                            CqlSession::Connect(name.cluster, name.cluster.keyspace));
  SCOREWAY_RETURN_IF_ERROR(CheckPartitioner(*session));
  SCOREWAY_ASSIGN_OR_RETURN(CqlTable table, DescribeCqlTable(*session, name));
  if (table.columns.empty()) return Error{Code::kNotFound, "there is no such table", {}};
  DatabaseTable opened;
  opened.identity = table.id;
  opened.reader = std::make_unique<CassandraTable>(std::move(session), std::move(name), std::move(table));
  return opened;
}

}  // namespace scoreway
