#include "databases/cassandra/cassandra_sink.h"

#include <map>
#include <utility>

#include "databases/cassandra/answers_table.h"
#include "store/cassandra/cql_value.h"
#include "store/random_id.h"

namespace scoreway {
namespace {

using cassandra::CqlCall;
using cassandra::CqlRequest;
using cassandra::CqlRows;
using cassandra::CqlSession;
using cassandra::CqlTable;
using cassandra::CqlTableName;
using cassandra::WrittenTable;

constexpr char kProgressTable[] = "scoreway_batch_progress";
// A change of the schema waits until all nodes know it.
constexpr std::chrono::milliseconds kSchemaTimeout{60'000};

class CassandraSink final : public TableSink {
 public:
  CassandraSink(std::unique_ptr<CqlSession> session, CqlTableName name, const std::string& work, WrittenTable written,
                uint16_t serial)
      : session_(std::move(session)),
        name_(std::move(name)),
        output_(work.empty() ? name_.table : name_.table + " " + work),
        written_(std::move(written)),
        serial_(serial) {}

  // What an earlier run left.
  Status Load() {
    CqlRequest request;
    request.calls
        .emplace_back("SELECT identity, current, holder, run, part, lines FROM " + Progress() + " WHERE output = ?")
        .View(output_);
    request.is_repeatable = true;
    request.consistency = serial_;
    SCOREWAY_ASSIGN_OR_RETURN(const CqlRows rows, session_->Run(request, session_->Deadline()));
    std::map<int32_t, std::string> parts;
    for (size_t row = 0; row < rows.size(); ++row) {
      const auto text = [&](std::string_view column) { return std::string(rows.Cell(row, column).value_or("")); };
      identity_ = text("identity");
      run_ = text("current");
      holder_ = text("holder");
      if (!run_.empty() && text("run") == run_) {
        parts[cassandra::DecodeInt(rows.Cell(row, "part").value_or(""))] = text("lines");
      }
    }
    if (run_.empty()) return {};
    lines_.push_back(identity_);
    for (const auto& [part, text] : parts) {
      for (size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
        lines_.push_back(text.substr(begin, end - begin));
      }
      next_part_ = part + 1;
    }
    return {};
  }

  std::string place() const override { return written_.place; }
  const std::vector<std::string>& lines() const override { return lines_; }

  Status Begin(const std::string& identity) override {
    const std::string old_run = run_;
    const std::string run = RandomId();
    CqlCall call("UPDATE " + Progress() + " SET identity = ?, current = ?, holder = ? WHERE output = ? IF holder = ?");
    call.View(identity).View(run).View(run).View(output_);
    SCOREWAY_RETURN_IF_ERROR(Hold(std::move(call), run));
    run_ = run;
    next_part_ = 1;
    return old_run.empty() ? Status() : RemoveLines(old_run);
  }

  // The rows are there: they were before the lines.
  Result<bool> TakeUp(uint64_t) override {
    const std::string holder = RandomId();
    CqlCall call("UPDATE " + Progress() + " SET holder = ? WHERE output = ? IF holder = ?");
    call.View(holder).View(output_);
    SCOREWAY_RETURN_IF_ERROR(Hold(std::move(call), holder));
    return true;
  }

  uint64_t size() const override { return 0; }
  std::unique_ptr<PartEncoder> NewEncoder() override { return MakeCqlRowsWriter(*session_, written_); }
  Status Put(std::string_view) override { return {}; }  // its rows are there

  Status Keep(std::string_view lines) override {
    if (lines.empty()) return {};
    CqlCall call("UPDATE " + Progress() + " SET lines = ? WHERE output = ? AND run = ? AND part = ? IF holder = ?");
    call.View(lines).View(output_).View(run_).Int(next_part_++).View(holder_);
    return Change(std::move(call), holder_);
  }

  Status Finish(std::span<const PlacedPart>) override {
    CqlCall call("DELETE identity, current, holder FROM " + Progress() + " WHERE output = ? IF holder = ?");
    call.View(output_).View(holder_);
    SCOREWAY_RETURN_IF_ERROR(Change(std::move(call), {}));
    return RemoveLines(run_);
  }
  void Discard() override { (void)Finish({}); }

 private:
  std::string Progress() const { return cassandra::QuotedCqlName(name_.cluster.keyspace) + "." + kProgressTable; }

  // Makes the process the holder, if it is still the one that was seen.
  Status Hold(CqlCall call, const std::string& holder) {
    if (holder_.empty()) {
      call.Null();
    } else {
      call.View(holder_);
    }
    SCOREWAY_RETURN_IF_ERROR(Change(std::move(call), holder));
    holder_ = holder;
    return {};
  }

  // A conditional write; kConflict if the condition does not hold. Where an answer was lost the second try finds the
  // holder that the first has left.
  Status Change(CqlCall call, const std::string& left_holder) {
    SCOREWAY_ASSIGN_OR_RETURN(const CqlRows rows, session_->Run(std::move(call)));
    if (rows.is_applied()) return {};
    const std::string held(rows.size() > 0 ? rows.Cell(0, "holder").value_or("") : "");
    if (held == left_holder) return {};
    return Status(Code::kConflict, "another run writes this table, and has taken the place of this one", place());
  }

  Status RemoveLines(const std::string& run) {
    CqlCall call("DELETE FROM " + Progress() + " WHERE output = ? AND run = ?");
    call.View(output_).View(run);
    return session_->Run(std::move(call)).status();
  }

  const std::unique_ptr<CqlSession> session_;
  const CqlTableName name_;
  const std::string output_;  // under which the lines stand
  const WrittenTable written_;
  const uint16_t serial_;  // the consistency that sees conditional writes
  std::vector<std::string> lines_;
  std::string identity_, run_, holder_;  // as they stand; empty: none
  int32_t next_part_ = 1;
};

Status MakeTables(CqlSession& session, const CqlTableName& name, const SinkColumns& columns, CqlTable* table) {
  if (table->columns.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string cql, CreateAnswersCql(name, columns));
    SCOREWAY_RETURN_IF_ERROR(session.RunText(cql, kSchemaTimeout).status());
    SCOREWAY_ASSIGN_OR_RETURN(*table, DescribeCqlTable(session, name));
  }
  CqlTableName progress = name;
  progress.table = kProgressTable;
  SCOREWAY_ASSIGN_OR_RETURN(const CqlTable there, DescribeCqlTable(session, progress));
  if (!there.columns.empty()) return {};
  const std::string cql = "CREATE TABLE IF NOT EXISTS " + progress.Quoted() +
                          " (output text, run text, part int, identity text static, current text static, holder text "
                          "static, lines text, PRIMARY KEY (output, run, part))";
  return session.RunText(cql, kSchemaTimeout).status();
}

}  // namespace

Result<std::unique_ptr<TableSink>> OpenCassandraSink(const std::string& url, Environment environment,
                                                     const SinkColumns& columns) {
  SCOREWAY_ASSIGN_OR_RETURN(CqlTableName name, cassandra::ParseCqlTableUrl(url, environment));
  SCOREWAY_ASSIGN_OR_RETURN(const uint16_t serial, ConsistencyCode(name.cluster.serial_consistency));
  SCOREWAY_ASSIGN_OR_RETURN(std::unique_ptr<CqlSession> session,
                            CqlSession::Connect(name.cluster, name.cluster.keyspace));
  SCOREWAY_ASSIGN_OR_RETURN(CqlTable table, DescribeCqlTable(*session, name));
  SCOREWAY_RETURN_IF_ERROR(MakeTables(*session, name, columns, &table));
  SCOREWAY_ASSIGN_OR_RETURN(WrittenTable written, FitAnswers(name, table, columns));
  auto sink =
      std::make_unique<CassandraSink>(std::move(session), std::move(name), columns.work, std::move(written), serial);
  SCOREWAY_RETURN_IF_ERROR(sink->Load());
  return std::unique_ptr<TableSink>(std::move(sink));
}

}  // namespace scoreway
