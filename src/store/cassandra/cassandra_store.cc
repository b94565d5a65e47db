#include "store/cassandra/cassandra_store.h"

#include <algorithm>
#include <array>
#include <functional>
#include <mutex>

#include "store/cassandra/cassandra_catalogue.h"
#include "store/cassandra/cassandra_intake.h"
#include "store/cassandra/change_announcer.h"
#include "store/cassandra/conditional_batch.h"
#include "store/cassandra/cql_session.h"
#include "store/cassandra/random_marker.h"
#include "store/cassandra/request_window.h"
#include "store/cassandra/row_cells.h"
#include "store/cassandra/schema.h"
#include "store/cassandra/table_layout.h"
#include "store/row_queue.h"
#include "store/store_rules.h"

namespace scoreway {
namespace cassandra {
namespace {

// A fetch for a scan begins with so many rows and asks for more at once when they turn out small.
constexpr int32_t kFetchRowsFirst = 16;
// Of jobs: their entries lie beside them, so that one conditional batch changes both.
constexpr char kJobTable[] = "job";

class CassandraStore final : public Store {
 public:
  CassandraStore(std::unique_ptr<CqlSession> session, const Clock& clock)
      : session_(std::move(session)),
        clock_(clock),
        announcer_(*session_),
        catalogue_(*session_),
        intake_(*session_),
        queue_(*this, clock, kJobTable) {}

  Result<std::optional<std::string>> Get(const Partition& partition, std::string_view sort) override;
  Result<std::vector<std::optional<std::string>>> GetEach(std::span<const RowAddress> rows,
                                                          std::chrono::milliseconds timeout) override;
  Result<ScanPage> Scan(const Partition& partition, const ScanRange& range) override;
  Status Apply(std::span<const WriteBatch> batches, size_t* applied) override;
  Result<uint64_t> ChangeCount(const Partition& partition) override;
  Result<uint64_t> ChangeCount() override { return announcer_.Count(); }
  Catalogue* catalogue() override { return &catalogue_; }
  Intake* intake() override { return &intake_; }
  Queue* queue() override { return &queue_; }

 private:
  // A write that is announced while it is under way.
  template <typename Work>
  Status Announced(Work work) {
    SCOREWAY_RETURN_IF_ERROR(announcer_.Enter());
    Status status = work();
    announcer_.Leave();
    return status;
  }

  Result<std::optional<std::string>> TakeValue(const CqlRows& rows) const;
  Status ApplyConditional(const WriteBatch& batch);
  Result<CqlRequest> PlainRequest(const WriteBatch& batch) const;
  // Batches without conditions, several at once; sets how many were done from the first on.
  Status ApplyPlain(std::span<const WriteBatch> batches, size_t* applied);

  const std::unique_ptr<CqlSession> session_;
  const Clock& clock_;
  ChangeAnnouncer announcer_;
  CassandraCatalogue catalogue_;
  CassandraIntake intake_;
  RowQueue queue_;
  // Conditional batches of one partition go one after another in this process.
  std::array<std::mutex, 256> partition_locks_;
};

Result<std::optional<std::string>> CassandraStore::TakeValue(const CqlRows& rows) const {
  if (rows.size() == 0) return std::optional<std::string>();
  const RowCells cells = ReadCells(rows, 0);
  if (!cells.IsAlive(clock_.NowMicros())) return std::optional<std::string>();
  return std::optional<std::string>(cells.value);
}

Result<std::optional<std::string>> CassandraStore::Get(const Partition& partition, std::string_view sort) {
  SCOREWAY_ASSIGN_OR_RETURN(const TableLayout layout, TableLayout::Of(partition));
  SCOREWAY_ASSIGN_OR_RETURN(const CqlRows rows, session_->Run(layout.Get(sort)));
  return TakeValue(rows);
}

Result<std::vector<std::optional<std::string>>> CassandraStore::GetEach(std::span<const RowAddress> rows,
                                                                        std::chrono::milliseconds timeout) {
  const SteadyClock::time_point own = session_->Deadline();
  const SteadyClock::time_point deadline = timeout.count() == 0 ? own : std::min(own, SteadyClock::now() + timeout);
  RequestWindow window(*session_);
  std::vector<std::optional<std::string>> values;
  for (size_t next = 0; values.size() < rows.size();) {
    for (; next < rows.size() && !window.is_full(); ++next) {
      SCOREWAY_ASSIGN_OR_RETURN(const TableLayout layout, TableLayout::Of(rows[next].partition));
      CqlRequest request;
      request.calls.push_back(layout.Get(rows[next].sort));
      request.is_repeatable = true;
      window.Send(std::move(request), deadline);
    }
    SCOREWAY_ASSIGN_OR_RETURN(const CqlRows answer, window.TakeFirst());
    SCOREWAY_ASSIGN_OR_RETURN(auto value, TakeValue(answer));
    values.push_back(std::move(value));
  }
  return values;
}

Result<ScanPage> CassandraStore::Scan(const Partition& partition, const ScanRange& range) {
  SCOREWAY_RETURN_IF_ERROR(CheckScanRange(range));
  SCOREWAY_ASSIGN_OR_RETURN(const TableLayout layout, TableLayout::Of(partition));
  ScanPage page;
  if (!range.end.empty() && range.end <= range.begin) return page;
  const int64_t now = clock_.NowMicros();
  // [begin, end) narrows from the side that the scan has come to.
  std::string begin = range.begin;
  std::string end = range.end;
  const auto pass = [&](std::string_view key) {
    (range.reverse ? end : begin) = key;
    if (!range.reverse) begin.push_back('\0');  // the next key there can be
  };
  bool is_done = false;
  if (!range.page_token.empty()) {
    const std::string_view key = ResumeKey(range);
    is_done = range.reverse && key.empty();  // nothing is before the empty key
    pass(key);
  }
  size_t bytes = 0;
  int32_t fetch = std::min(kFetchRowsFirst, layout.fetch_rows_max());
  while (!is_done) {
    // One row beyond the page tells whether another page follows.
    const size_t wanted = std::min(range.row_count_max - page.rows.size() + 1, static_cast<size_t>(fetch));
    const auto limit = static_cast<int32_t>(wanted);
    SCOREWAY_ASSIGN_OR_RETURN(const CqlRows rows, session_->Run(layout.Scan(begin, end, range.reverse, limit)));
    for (size_t row = 0; row < rows.size(); ++row) {
      const std::string_view sort = rows.Cell(row, "sort").value_or("");
      const RowCells cells = ReadCells(rows, row);
      if (!cells.IsAlive(now)) continue;
      if (EndPageBefore(range, cells.value.size(), &page, &bytes)) return page;
      page.rows.push_back({std::string(sort), std::string(cells.value)});
    }
    is_done = rows.size() < wanted;
    if (rows.size() > 0) {
      const std::string last(rows.Cell(rows.size() - 1, "sort").value_or(""));
      is_done = is_done || (range.reverse && last.empty());
      pass(last);
    }
    fetch = std::min(fetch * 4, layout.fetch_rows_max());
  }
  return page;
}

Status CassandraStore::ApplyConditional(const WriteBatch& batch) {
  const size_t slot = std::hash<std::string>()(batch.partition.key) % partition_locks_.size();
  const std::lock_guard lock(partition_locks_[slot]);
  const auto write = [&] { return ApplyConditionally(*session_, clock_, batch); };
  return IsLogTable(batch.partition.table) ? write() : Announced(write);
}

Result<CqlRequest> CassandraStore::PlainRequest(const WriteBatch& batch) const {
  SCOREWAY_ASSIGN_OR_RETURN(const TableLayout layout, TableLayout::Of(batch.partition));
  CqlRequest request;
  request.is_batch = true;
  request.is_repeatable = true;
  request.calls.push_back(layout.SetMarker(RandomMarker()));
  for (const Write& write : batch.writes) {
    if (write.condition != Write::If::kAlways) {
      return Status(Code::kInvalidArgument, "in Cassandra this table takes no conditions",
                    RowPlace(batch.partition, write.sort));
    }
    if (write.kind == Write::Kind::kDelete) request.calls.push_back(layout.Delete(write.sort, {}));
    if (write.kind != Write::Kind::kPut) continue;
    request.calls.push_back(layout.Put(write.sort, write.value, LifeFrom(clock_.NowMicros(), write.ttl_micros), {}));
  }
  return request;
}

Status CassandraStore::ApplyPlain(std::span<const WriteBatch> batches, size_t* applied) {
  const SteadyClock::time_point deadline = session_->Deadline();
  RequestWindow window(*session_);
  Status status;
  const auto finish_first = [&] {
    const auto answer = window.TakeFirst();
    if (!status.ok()) return;
    status = answer.status();
    if (answer.ok()) ++*applied;
  };
  for (const WriteBatch& batch : batches) {
    if (window.is_full()) finish_first();
    if (!status.ok()) break;
    auto request = PlainRequest(batch);
    if (!request.ok()) {
      while (!window.is_empty()) finish_first();
      return status.ok() ? std::move(request).error() : std::move(status);
    }
    window.Send(std::move(*request), deadline);
  }
  while (!window.is_empty()) finish_first();
  return status;
}

Status CassandraStore::Apply(std::span<const WriteBatch> batches, size_t* applied) {
  size_t ignored = 0;
  if (applied == nullptr) applied = &ignored;
  *applied = 0;
  SCOREWAY_RETURN_IF_ERROR(CheckWriteBatches(batches));
  while (!batches.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const TableLayout layout, TableLayout::Of(batches.front().partition));
    size_t count = 1;
    if (layout.is_conditional()) {
      SCOREWAY_RETURN_IF_ERROR(ApplyConditional(batches.front()));
      ++*applied;
    } else {
      // Those in a row that may be done in any order.
      while (count < batches.size() && batches[count - 1].any_order && batches[count].any_order &&
             batches[count].partition.table == batches.front().partition.table) {
        ++count;
      }
      const auto write = [&] { return ApplyPlain(batches.first(count), applied); };
      SCOREWAY_RETURN_IF_ERROR(IsLogTable(batches.front().partition.table) ? write() : Announced(write));
    }
    batches = batches.subspan(count);
  }
  return {};
}

Result<uint64_t> CassandraStore::ChangeCount(const Partition& partition) {
  SCOREWAY_ASSIGN_OR_RETURN(const TableLayout layout, TableLayout::Of(partition));
  SCOREWAY_ASSIGN_OR_RETURN(const CqlRows rows, session_->Run(layout.GetMarker()));
  if (rows.size() == 0 || !rows.Cell(0, "sort")) return 0;
  // A partition without conditions may have lost its marker to its TTL.
  const auto marker = rows.Cell(0, "marker");
  return marker ? static_cast<uint64_t>(DecodeBigint(*marker)) : 1;
}

}  // namespace
}  // namespace cassandra

Result<std::unique_ptr<Store>> OpenCassandraStore(const CassandraOptions& options, const Clock& clock) {
  auto session = cassandra::CqlSession::Connect(options, options.keyspace);
  if (session.code() == Code::kNotFound) {
    return Status(Code::kNotFound, "there is no such keyspace; 'scoreway store init' makes it",
                  CassandraPlace(options));
  }
  if (!session.ok()) return std::move(session).error();
  SCOREWAY_RETURN_IF_ERROR(cassandra::CheckSchema(**session, CassandraPlace(options)));
  return std::unique_ptr<Store>(std::make_unique<cassandra::CassandraStore>(std::move(*session), clock));
}

}  // namespace scoreway
