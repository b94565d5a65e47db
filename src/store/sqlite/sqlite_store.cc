#include "store/sqlite/sqlite_store.h"

#include <mutex>
#include <utility>
#include <vector>

#include "store/sqlite/group_commit.h"
#include "store/sqlite/open.h"
#include "store/sqlite/sqlite_queue.h"
#include "store/store_rules.h"

namespace scoreway {
namespace {

using sqlite::Connection;
using sqlite::GroupCommit;
using sqlite::SqliteQueue;
using sqlite::Statement;
using sqlite::StatementUse;

constexpr char kAlive[] = "(rows.expires IS NULL OR rows.expires > ?4)";

// A connection with the statements of every read.
struct Reader {
  Connection connection;
  Statement get, scan, scan_reverse, changes, all_changes;

  static Result<std::unique_ptr<Reader>> Open(const std::string& path, int busy_ms);
};

Result<std::unique_ptr<Reader>> Reader::Open(const std::string& path, int busy_ms) {
  SCOREWAY_ASSIGN_OR_RETURN(Connection connection, sqlite::OpenAnother(path, busy_ms));
  std::unique_ptr<Reader> reader(new Reader{std::move(connection), {}, {}, {}, {}, {}});
  const std::string value = "coalesce(rows.value, big.value) FROM rows LEFT JOIN big ON big.id = rows.big ";
  const std::string in_range = "SELECT sort, " + value +
                               "WHERE tbl = ?1 AND part = ?2 AND sort >= ?3 AND sort < ?5 AND " + kAlive +
                               " ORDER BY sort ";
  const std::pair<Statement*, std::string> statements[] = {
      {&reader->get, "SELECT " + value + "WHERE tbl = ?1 AND part = ?2 AND sort = ?3 AND " + kAlive},
      {&reader->scan, in_range + "ASC"},
      {&reader->scan_reverse, in_range + "DESC"},
      {&reader->changes, "SELECT sequence FROM changes WHERE tbl = ?1 AND part = ?2"},
      {&reader->all_changes, "SELECT value FROM meta WHERE name = 'sequence'"},
  };
  for (const auto& [statement, sql] : statements) {
    SCOREWAY_ASSIGN_OR_RETURN(*statement, reader->connection.Prepare(sql));
  }
  return reader;
}

// Readers not in use. A reader that failed is not given back.
class ReaderPool {
 public:
  ReaderPool(std::string path, const SqliteOptions& options)
      : path_(std::move(path)), busy_ms_(options.busy_ms), idle_max_(options.idle_readers_max) {}

  Result<std::unique_ptr<Reader>> Take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<Reader> reader = std::move(idle_.back());
        idle_.pop_back();
        return reader;
      }
    }
    return Reader::Open(path_, busy_ms_);
  }

  void GiveBack(std::unique_ptr<Reader> reader) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < idle_max_) idle_.push_back(std::move(reader));
  }

 private:
  const std::string path_;
  const int busy_ms_;
  const size_t idle_max_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Reader>> idle_;  // guarded by mutex_
};

class SqliteStore final : public Store {
 public:
  SqliteStore(std::string path, const Clock& clock, const SqliteOptions& options, std::unique_ptr<GroupCommit> writer,
              std::unique_ptr<SqliteQueue> queue)
      : clock_(clock), readers_(std::move(path), options), writer_(std::move(writer)), queue_(std::move(queue)) {}

  Result<std::optional<std::string>> Get(const Partition& partition, std::string_view sort) override;
  Result<ScanPage> Scan(const Partition& partition, const ScanRange& range) override;
  Status Apply(std::span<const WriteBatch> batches, size_t* applied) override;
  Result<uint64_t> ChangeCount(const Partition& partition) override;
  Result<uint64_t> ChangeCount() override;
  Queue* queue() override { return queue_.get(); }

 private:
  const Clock& clock_;
  ReaderPool readers_;
  std::unique_ptr<GroupCommit> writer_;
  std::unique_ptr<SqliteQueue> queue_;  // null: it has none
};

Result<std::optional<std::string>> SqliteStore::Get(const Partition& partition, std::string_view sort) {
  SCOREWAY_ASSIGN_OR_RETURN(auto reader, readers_.Take());
  std::optional<std::string> value;
  {
    StatementUse use(reader->get);
    use->BindBytes(1, partition.table);
    use->BindBytes(2, partition.key);
    use->BindBytes(3, sort);
    use->BindInt(4, clock_.NowMicros());
    SCOREWAY_ASSIGN_OR_RETURN(const bool has_row, use->Step());
    if (has_row) value = use->Bytes(0);
  }
  readers_.GiveBack(std::move(reader));
  return value;
}

Result<ScanPage> SqliteStore::Scan(const Partition& partition, const ScanRange& range) {
  SCOREWAY_RETURN_IF_ERROR(CheckScanRange(range));
  // A page token narrows the range: from just after its key, or up to it.
  std::string begin = range.begin;
  std::string end = range.end.empty() ? std::string(kKeyBytesMax + 1, '\xFF') : range.end;
  if (!range.page_token.empty() && range.reverse) end = ResumeKey(range);
  if (!range.page_token.empty() && !range.reverse) begin = std::string(ResumeKey(range)) + '\0';

  SCOREWAY_ASSIGN_OR_RETURN(auto reader, readers_.Take());
  ScanPage page;
  {
    StatementUse use(range.reverse ? reader->scan_reverse : reader->scan);
    use->BindBytes(1, partition.table);
    use->BindBytes(2, partition.key);
    use->BindBytes(3, begin);
    use->BindInt(4, clock_.NowMicros());
    use->BindBytes(5, end);
    size_t bytes = 0;
    while (true) {
      SCOREWAY_ASSIGN_OR_RETURN(const bool has_row, use->Step());
      if (!has_row || EndPageBefore(range, use->Bytes(1).size(), &page, &bytes)) break;
      page.rows.push_back({std::string(use->Bytes(0)), std::string(use->Bytes(1))});
    }
  }
  readers_.GiveBack(std::move(reader));
  return page;
}

Status SqliteStore::Apply(std::span<const WriteBatch> batches, size_t* applied) {
  if (applied != nullptr) *applied = 0;
  SCOREWAY_RETURN_IF_ERROR(CheckWriteBatches(batches));
  return writer_->Apply(batches, applied);
}

Result<uint64_t> SqliteStore::ChangeCount(const Partition& partition) {
  SCOREWAY_ASSIGN_OR_RETURN(auto reader, readers_.Take());
  uint64_t count = 0;
  {
    StatementUse use(reader->changes);
    use->BindBytes(1, partition.table);
    use->BindBytes(2, partition.key);
    SCOREWAY_ASSIGN_OR_RETURN(const bool has_row, use->Step());
    if (has_row) count = static_cast<uint64_t>(use->Int(0));
  }
  readers_.GiveBack(std::move(reader));
  return count;
}

Result<uint64_t> SqliteStore::ChangeCount() {
  SCOREWAY_ASSIGN_OR_RETURN(auto reader, readers_.Take());
  uint64_t count = 0;
  {
    StatementUse use(reader->all_changes);
    SCOREWAY_ASSIGN_OR_RETURN(const bool has_row, use->Step());
    if (has_row) count = static_cast<uint64_t>(use->Int(0));
  }
  readers_.GiveBack(std::move(reader));
  return count;
}

}  // namespace

Result<std::unique_ptr<Store>> OpenSqliteStore(const std::string& path, const Clock& clock,
                                               const SqliteOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(Connection connection, sqlite::OpenDatabase(path, options.busy_ms, options.page_bytes));
  if (options.file_bytes_max > 0) {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t page_bytes, connection.QueryInt("PRAGMA page_size"));
    const std::string limit = "PRAGMA max_page_count = " + std::to_string(options.file_bytes_max / page_bytes);
    SCOREWAY_RETURN_IF_ERROR(connection.Exec(limit.c_str()));
  }
  SCOREWAY_ASSIGN_OR_RETURN(auto writer, GroupCommit::Start(std::move(connection), clock));
  std::unique_ptr<SqliteQueue> queue;
  if (options.has_queue) {
    SCOREWAY_ASSIGN_OR_RETURN(queue, SqliteQueue::Open(path, options.busy_ms, clock, writer.get()));
  }
  return std::unique_ptr<Store>(
      std::make_unique<SqliteStore>(path, clock, options, std::move(writer), std::move(queue)));
}

}  // namespace scoreway
