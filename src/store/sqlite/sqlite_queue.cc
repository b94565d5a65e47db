#include "store/sqlite/sqlite_queue.h"

#include <algorithm>
#include <random>
#include <utility>

#include "store/sqlite/batch_writer.h"
#include "store/sqlite/open.h"
#include "store/store_rules.h"

namespace scoreway::sqlite {
namespace {

// In the column `state`, and in the conditions of the indexes (open.cc).
enum State : int64_t { kReady = 0, kWaiting = 1, kLeased = 2, kDead = 3 };

// What is dead is forgotten when nobody has put it again for so long.
constexpr int64_t kDeadMicros = int64_t{30} * 24 * 3600 * 1'000'000;

// Who sleeps looks up at least so often, should a call be lost.
constexpr int64_t kSleepMicrosMax = 100'000;

int64_t NewToken() {
  thread_local std::mt19937_64 random{std::random_device()()};
  return static_cast<int64_t>(random() >> 1);
}

Status NotHeld(const Lease& lease) {
  return Status(Code::kConflict, "the lease is no longer held", "queue entry '" + lease.id + "'");
}

Status WriteAll(BatchWriter& writer, std::span<const WriteBatch> batches) {
  for (const WriteBatch& batch : batches) SCOREWAY_RETURN_IF_ERROR(writer.Write(batch));
  return {};
}

// Of the columns id, payload, attempts, put.
Lease LeaseFrom(Statement& row) {
  return {std::string(row.Bytes(0)), std::string(row.Bytes(1)), row.Int(2) + 1, NewToken(), row.Int(3)};
}

Result<int64_t> IntOf(Statement& statement, int64_t otherwise) {
  SCOREWAY_ASSIGN_OR_RETURN(const bool has_row, statement.Step());
  return has_row && !statement.IsNull(0) ? statement.Int(0) : otherwise;
}

}  // namespace

// The statements of the writer's connection.
struct SqliteQueue::Writes {
  Statement find, put, turn, set_turn, forget_turns, end_waits, end_leases, next, find_ready, take, held, extend, retry,
      bury, forget_dead, give_back, remove;

  static Result<std::unique_ptr<Writes>> Prepare(Connection& connection);
  Status Put(BatchWriter& writer, const QueueEntry& entry);
  Result<bool> Holds(const Lease& lease);
  Status Settle(BatchWriter& writer, const Settlement& settlement);
  Status RunFor(Statement& statement, const std::string& id);
  Status Take(BatchWriter& writer, const Lease& lease, int64_t lease_micros);
  Status Reach(int64_t priority, int64_t its_turn);
};

Result<std::unique_ptr<SqliteQueue::Writes>> SqliteQueue::Writes::Prepare(Connection& connection) {
  auto writes = std::make_unique<Writes>();
  const std::pair<Statement*, const char*> statements[] = {
      {&writes->find, "SELECT state FROM queue WHERE id = ?1"},
      {&writes->put,
       "INSERT INTO queue (id, tenant, priority, turn, state, due, attempts, lease, put, payload, reason) "
       "VALUES (?1, ?2, ?3, ?4, 0, ?5, 0, 0, ?5, ?6, NULL) ON CONFLICT DO UPDATE SET tenant = ?2, priority = ?3, "
       "turn = ?4, state = 0, due = ?5, attempts = 0, lease = 0, put = ?5, payload = ?6, reason = NULL"},
      {&writes->turn, "SELECT max(turn) FROM queue_turns WHERE priority = ?1 AND tenant IN (?2, x'')"},
      {&writes->set_turn,
       "INSERT INTO queue_turns (priority, tenant, turn) VALUES (?1, ?2, ?3) "
       "ON CONFLICT DO UPDATE SET turn = max(turn, ?3)"},
      {&writes->forget_turns, "DELETE FROM queue_turns WHERE priority = ?1 AND turn <= ?2 AND tenant != x''"},
      {&writes->end_waits, "UPDATE queue SET state = 0 WHERE state > 0 AND state = 1 AND due <= ?1"},
      {&writes->end_leases, "UPDATE queue SET state = 0, lease = 0 WHERE state > 0 AND state = 2 AND due <= ?1"},
      {&writes->next,
       "SELECT id, payload, attempts, put, priority, turn FROM queue WHERE state = 0 "
       "ORDER BY priority DESC, turn, put LIMIT ?1"},
      {&writes->find_ready, "SELECT id, payload, attempts, put, priority, turn FROM queue WHERE id = ?1 AND state = 0"},
      {&writes->take, "UPDATE queue SET state = 2, due = ?2, attempts = attempts + 1, lease = ?3 WHERE id = ?1"},
      {&writes->held, "SELECT 1 FROM queue WHERE id = ?1 AND lease = ?2 AND state = 2"},
      {&writes->extend, "UPDATE queue SET due = ?2 WHERE id = ?1"},
      {&writes->retry, "UPDATE queue SET state = 1, due = ?2, lease = 0 WHERE id = ?1"},
      {&writes->bury, "UPDATE queue SET state = 3, lease = 0, reason = ?2 WHERE id = ?1"},
      {&writes->forget_dead, "DELETE FROM queue WHERE state > 0 AND state = 3 AND due <= ?1"},
      {&writes->give_back, "UPDATE queue SET state = 0, lease = 0, attempts = attempts - 1 WHERE id = ?1"},
      {&writes->remove, "DELETE FROM queue WHERE id = ?1"},
  };
  for (const auto& [statement, sql] : statements) {
    SCOREWAY_ASSIGN_OR_RETURN(*statement, connection.Prepare(sql));
  }
  return writes;
}

Status SqliteQueue::Writes::Put(BatchWriter& writer, const QueueEntry& entry) {
  {
    StatementUse use(find);
    use->BindBytes(1, entry.id);
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t state, IntOf(find, kDead));
    if (state != kDead) return {};
  }
  int64_t its_turn = 0;
  {
    StatementUse use(turn);
    use->BindInt(1, entry.priority);
    use->BindBytes(2, entry.tenant);
    SCOREWAY_ASSIGN_OR_RETURN(its_turn, IntOf(turn, 0));
  }
  if (!entry.tenant.empty()) {
    StatementUse use(set_turn);
    use->BindInt(1, entry.priority);
    use->BindBytes(2, entry.tenant);
    use->BindInt(3, its_turn + std::max<int64_t>(entry.cost, 1));
    SCOREWAY_RETURN_IF_ERROR(use->Run());
  }
  StatementUse use(put);
  use->BindBytes(1, entry.id);
  use->BindBytes(2, entry.tenant);
  use->BindInt(3, entry.priority);
  use->BindInt(4, its_turn);
  use->BindInt(5, writer.now_micros());
  use->BindBytes(6, entry.payload);
  return use->Run();
}

Result<bool> SqliteQueue::Writes::Holds(const Lease& lease) {
  StatementUse use(held);
  use->BindBytes(1, lease.id);
  use->BindInt(2, lease.token);
  return use->Step();
}

Status SqliteQueue::Writes::RunFor(Statement& statement, const std::string& id) {
  StatementUse use(statement);
  use->BindBytes(1, id);
  return use->Run();
}

Status SqliteQueue::Writes::Take(BatchWriter& writer, const Lease& lease, int64_t lease_micros) {
  StatementUse use(take);
  use->BindBytes(1, lease.id);
  use->BindInt(2, writer.now_micros() + lease_micros);
  use->BindInt(3, lease.token);
  return use->Run();
}

// It is the turn of what was handed out.
Status SqliteQueue::Writes::Reach(int64_t priority, int64_t its_turn) {
  {
    StatementUse use(set_turn);
    use->BindInt(1, priority);
    use->BindBytes(2, {});
    use->BindInt(3, its_turn);
    SCOREWAY_RETURN_IF_ERROR(use->Run());
  }
  StatementUse use(forget_turns);
  use->BindInt(1, priority);
  use->BindInt(2, its_turn);
  return use->Run();
}

Status SqliteQueue::Writes::Settle(BatchWriter& writer, const Settlement& settlement) {
  const std::string& id = settlement.lease->id;
  switch (settlement.kind) {
    case Settlement::Kind::kDone: return RunFor(remove, id);
    case Settlement::Kind::kGiveBack: return RunFor(give_back, id);
    case Settlement::Kind::kRetry: {
      StatementUse use(retry);
      use->BindBytes(1, id);
      use->BindInt(2, writer.now_micros() + settlement.delay.count());
      return use->Run();
    }
    case Settlement::Kind::kDead: break;
  }
  {
    StatementUse use(forget_dead);
    use->BindInt(1, writer.now_micros() - kDeadMicros);
    SCOREWAY_RETURN_IF_ERROR(use->Run());
  }
  StatementUse use(bury);
  use->BindBytes(1, id);
  use->BindBytes(2, settlement.reason);
  return use->Run();
}

Result<std::unique_ptr<SqliteQueue>> SqliteQueue::Open(const std::string& path, int busy_ms, const Clock& clock,
                                                       GroupCommit* writer) {
  SCOREWAY_ASSIGN_OR_RETURN(Connection reader, OpenAnother(path, busy_ms));
  SCOREWAY_ASSIGN_OR_RETURN(auto wake_up, WakeUp::Open(path + "-queue"));
  std::unique_ptr<SqliteQueue> queue(new SqliteQueue(std::move(reader), clock, writer, std::move(wake_up)));
  const std::pair<Statement*, const char*> statements[] = {
      {&queue->is_ready_, "SELECT 1 FROM queue WHERE state = 0 LIMIT 1"},
      {&queue->next_due_, "SELECT min(due) FROM queue WHERE state > 0 AND state < 3"},
      {&queue->counts_, "SELECT state, count(*) FROM queue GROUP BY state"},
      {&queue->oldest_, "SELECT min(put) FROM queue WHERE state = 0"},
  };
  for (const auto& [statement, sql] : statements) {
    SCOREWAY_ASSIGN_OR_RETURN(*statement, queue->reader_.Prepare(sql));
  }
  return queue;
}

SqliteQueue::SqliteQueue(Connection reader, const Clock& clock, GroupCommit* writer, std::unique_ptr<WakeUp> wake_up)
    : clock_(clock), writer_(writer), wake_up_(std::move(wake_up)), reader_(std::move(reader)) {}

SqliteQueue::~SqliteQueue() = default;

Result<SqliteQueue::Writes*> SqliteQueue::WritesOf(BatchWriter& writer) {
  if (writes_ == nullptr) {
    SCOREWAY_ASSIGN_OR_RETURN(writes_, Writes::Prepare(writer.connection()));
  }
  return writes_.get();
}

Status SqliteQueue::Put(const QueueEntry& entry, std::span<const WriteBatch> first) {
  SCOREWAY_RETURN_IF_ERROR(CheckWriteBatches(first));
  Status status = writer_->Do(
      [&](BatchWriter& writer) -> Status {
        SCOREWAY_ASSIGN_OR_RETURN(Writes* const writes, WritesOf(writer));
        SCOREWAY_RETURN_IF_ERROR(WriteAll(writer, first));
        return writes->Put(writer, entry);
      },
      true);
  if (status.ok()) wake_up_->Call(1);
  return status;
}

Result<int64_t> SqliteQueue::MicrosUntilReady(int64_t time_max) {
  const std::lock_guard lock(mutex_);
  {
    StatementUse use(is_ready_);
    SCOREWAY_ASSIGN_OR_RETURN(const bool is_ready, use->Step());
    if (is_ready) return 0;
  }
  StatementUse use(next_due_);
  const int64_t now = clock_.NowMicros();
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t due, IntOf(next_due_, now + time_max));
  return std::clamp<int64_t>(due - now, 0, time_max);
}

Result<std::vector<Lease>> SqliteQueue::Take(size_t count, std::chrono::milliseconds lease,
                                             std::chrono::milliseconds wait) {
  const auto end = std::chrono::steady_clock::now() + wait;
  while (true) {
    const uint32_t number = wake_up_->number();
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t pause, MicrosUntilReady(kSleepMicrosMax));
    if (pause == 0) {
      std::vector<Lease> taken;
      const GroupCommit::Work take = [&](BatchWriter& writer) -> Status {
        SCOREWAY_ASSIGN_OR_RETURN(taken, TakeNow(writer, count, std::chrono::microseconds(lease).count()));
        return {};
      };
      SCOREWAY_RETURN_IF_ERROR(writer_->Do(take, false));
      if (!taken.empty()) return taken;
    }
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return std::vector<Lease>();
    wake_up_->Wait(number, std::min(left, std::chrono::microseconds(std::max<int64_t>(pause, 100))));
  }
}

Result<std::vector<Lease>> SqliteQueue::TakeThese(std::span<const std::string> ids, std::chrono::milliseconds lease) {
  std::vector<Lease> taken;
  const GroupCommit::Work take = [&](BatchWriter& writer) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(taken, TakeTheseNow(writer, ids, std::chrono::microseconds(lease).count()));
    return {};
  };
  SCOREWAY_RETURN_IF_ERROR(writer_->Do(take, false));
  return taken;
}

Result<std::vector<Lease>> SqliteQueue::TakeTheseNow(BatchWriter& writer, std::span<const std::string> ids,
                                                     int64_t lease_micros) {
  SCOREWAY_RETURN_IF_ERROR(EndWaits(writer));
  SCOREWAY_ASSIGN_OR_RETURN(Writes* const writes, WritesOf(writer));
  std::vector<Lease> taken;
  int64_t priority = 0, turn = 0;
  for (const std::string& id : ids) {
    StatementUse use(writes->find_ready);
    use->BindBytes(1, id);
    SCOREWAY_ASSIGN_OR_RETURN(const bool is_ready, use->Step());
    if (!is_ready) continue;
    taken.push_back(LeaseFrom(writes->find_ready));
    priority = use->Int(4);
    turn = use->Int(5);
    SCOREWAY_RETURN_IF_ERROR(writes->Take(writer, taken.back(), lease_micros));
  }
  if (!taken.empty()) SCOREWAY_RETURN_IF_ERROR(writes->Reach(priority, turn));
  return taken;
}

// Those whose time has come, or whose lease is over, are ready.
Status SqliteQueue::EndWaits(BatchWriter& writer) {
  SCOREWAY_ASSIGN_OR_RETURN(Writes* const writes, WritesOf(writer));
  for (Statement* const statement : {&writes->end_waits, &writes->end_leases}) {
    StatementUse use(*statement);
    use->BindInt(1, writer.now_micros());
    SCOREWAY_RETURN_IF_ERROR(use->Run());
    if (statement == &writes->end_leases) leases_lost_ += static_cast<uint64_t>(writer.connection().changed_rows());
  }
  return {};
}

Result<std::vector<Lease>> SqliteQueue::TakeNow(BatchWriter& writer, size_t count, int64_t lease_micros) {
  SCOREWAY_RETURN_IF_ERROR(EndWaits(writer));
  SCOREWAY_ASSIGN_OR_RETURN(Writes* const writes, WritesOf(writer));
  std::vector<Lease> taken;
  int64_t priority = 0, turn = 0;
  {
    StatementUse use(writes->next);
    use->BindInt(1, static_cast<int64_t>(count));
    while (true) {
      SCOREWAY_ASSIGN_OR_RETURN(const bool has_row, use->Step());
      if (!has_row) break;
      taken.push_back(LeaseFrom(writes->next));
      priority = use->Int(4);
      turn = use->Int(5);
    }
  }
  for (const Lease& lease : taken) SCOREWAY_RETURN_IF_ERROR(writes->Take(writer, lease, lease_micros));
  if (!taken.empty()) SCOREWAY_RETURN_IF_ERROR(writes->Reach(priority, turn));
  return taken;
}

Status SqliteQueue::Extend(const Lease& lease, std::chrono::milliseconds time, std::span<const WriteBatch> first) {
  SCOREWAY_RETURN_IF_ERROR(CheckWriteBatches(first));
  return writer_->Do(
      [&](BatchWriter& writer) -> Status {
        SCOREWAY_ASSIGN_OR_RETURN(Writes* const writes, WritesOf(writer));
        SCOREWAY_ASSIGN_OR_RETURN(const bool holds, writes->Holds(lease));
        if (!holds) return NotHeld(lease);
        SCOREWAY_RETURN_IF_ERROR(WriteAll(writer, first));
        StatementUse use(writes->extend);
        use->BindBytes(1, lease.id);
        use->BindInt(2, writer.now_micros() + std::chrono::microseconds(time).count());
        return use->Run();
      },
      false);
}

Status SqliteQueue::SettleOne(BatchWriter& writer, const Settlement& settlement) {
  SCOREWAY_ASSIGN_OR_RETURN(Writes* const writes, WritesOf(writer));
  SCOREWAY_ASSIGN_OR_RETURN(const bool holds, writes->Holds(*settlement.lease));
  if (!holds) return NotHeld(*settlement.lease);
  SCOREWAY_RETURN_IF_ERROR(WriteAll(writer, settlement.first));
  for (const QueueEntry& entry : settlement.follow_up) SCOREWAY_RETURN_IF_ERROR(writes->Put(writer, entry));
  return writes->Settle(writer, settlement);
}

// All in one transaction, each in a savepoint of its own.
std::vector<Status> SqliteQueue::Settle(std::span<const Settlement> settlements) {
  std::vector<Status> statuses(settlements.size());
  size_t follow_ups = 0;
  for (size_t i = 0; i < settlements.size(); ++i) {
    statuses[i] = CheckWriteBatches(settlements[i].first);
    follow_ups += settlements[i].follow_up.size();
  }
  std::vector<Status> outcomes;
  const Status status = writer_->Do(
      [&](BatchWriter& writer) -> Status {
        outcomes = std::vector<Status>(settlements.size());
        for (size_t i = 0; i < settlements.size(); ++i) {
          if (!statuses[i].ok()) continue;
          SCOREWAY_RETURN_IF_ERROR(writer.connection().Exec("SAVEPOINT settlement"));
          outcomes[i] = SettleOne(writer, settlements[i]);
          if (!outcomes[i].ok() && outcomes[i].code() != Code::kConflict) return outcomes[i].error();
          SCOREWAY_RETURN_IF_ERROR(writer.connection().Exec(
              outcomes[i].ok() ? "RELEASE settlement" : "ROLLBACK TO settlement; RELEASE settlement"));
        }
        return {};
      },
      true);
  for (size_t i = 0; i < settlements.size(); ++i) {
    if (!statuses[i].ok()) continue;
    statuses[i] = status.ok() ? std::move(outcomes[i]) : Status(status.error());
  }
  if (follow_ups > 0) wake_up_->Call(static_cast<int>(follow_ups));
  return statuses;
}

Status SqliteQueue::Remove(std::string_view id, std::span<const WriteBatch> first) {
  SCOREWAY_RETURN_IF_ERROR(CheckWriteBatches(first));
  return writer_->Do(
      [&](BatchWriter& writer) -> Status {
        SCOREWAY_ASSIGN_OR_RETURN(Writes* const writes, WritesOf(writer));
        SCOREWAY_RETURN_IF_ERROR(WriteAll(writer, first));
        StatementUse use(writes->remove);
        use->BindBytes(1, id);
        return use->Run();
      },
      true);
}

Result<QueueCounts> SqliteQueue::Counts() {
  const std::lock_guard lock(mutex_);
  QueueCounts counts;
  int64_t* const of_state[] = {&counts.ready, &counts.waiting, &counts.leased, &counts.dead};
  {
    StatementUse use(counts_);
    while (true) {
      SCOREWAY_ASSIGN_OR_RETURN(const bool has_row, use->Step());
      if (!has_row) break;
      const int64_t state = use->Int(0);
      if (state >= kReady && state <= kDead) *of_state[state] = use->Int(1);
    }
  }
  StatementUse use(oldest_);
  SCOREWAY_ASSIGN_OR_RETURN(counts.oldest_micros, IntOf(oldest_, 0));
  return counts;
}

}  // namespace scoreway::sqlite
