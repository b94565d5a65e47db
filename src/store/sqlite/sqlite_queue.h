// SqliteQueue: the Queue in the tables of a SqliteStore's file, through the same writer, so that an entry and the rows
// that go with it change in one transaction.
//
//     queue        id -> tenant, priority, turn, state, due, attempts, lease, put, payload, reason
//     queue_turns  (priority, tenant) -> the turn after the tenant's last entry; of the tenant "" the turn that it is
//
// The tenants' turns are those of start-time fair queueing: an entry's turn is the later of the present one and its
// tenant's, which then moves on by the entry's cost. So one who puts much waits for itself, not the others for it.
//
// Leases are written without a flush of the disk: what power takes away is a lease, which nobody then holds.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "store/queue.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/group_commit.h"
#include "store/sqlite/wake_up.h"

namespace scoreway::sqlite {

class SqliteQueue final : public Queue {
 public:
  // Of a file that is open; the writer must outlive this.
  static Result<std::unique_ptr<SqliteQueue>> Open(const std::string& path, int busy_ms, const Clock& clock,
                                                   GroupCommit* writer);
  ~SqliteQueue() override;

  Status Put(const QueueEntry& entry, std::span<const WriteBatch> first) override;
  Result<std::vector<Lease>> Take(size_t count, std::chrono::milliseconds lease,
                                  std::chrono::milliseconds wait) override;
  Result<std::vector<Lease>> TakeThese(std::span<const std::string> ids, std::chrono::milliseconds lease) override;
  Status Extend(const Lease& lease, std::chrono::milliseconds time, std::span<const WriteBatch> first) override;
  std::vector<Status> Settle(std::span<const Settlement> settlements) override;
  Status Remove(std::string_view id, std::span<const WriteBatch> first) override;
  Result<QueueCounts> Counts() override;
  uint64_t leases_lost() const override { return leases_lost_.load(std::memory_order_relaxed); }

 private:
  struct Writes;

  SqliteQueue(Connection reader, const Clock& clock, GroupCommit* writer, std::unique_ptr<WakeUp> wake_up);
  // Microseconds until an entry can be taken: 0: now, at most `time_max`.
  Result<int64_t> MicrosUntilReady(int64_t time_max);
  // On the writer's thread.
  Result<Writes*> WritesOf(BatchWriter& writer);
  Status EndWaits(BatchWriter& writer);
  Result<std::vector<Lease>> TakeNow(BatchWriter& writer, size_t count, int64_t lease_micros);
  Result<std::vector<Lease>> TakeTheseNow(BatchWriter& writer, std::span<const std::string> ids, int64_t lease_micros);
  Status SettleOne(BatchWriter& writer, const Settlement& settlement);

  const Clock& clock_;
  GroupCommit* const writer_;
  const std::unique_ptr<WakeUp> wake_up_;
  std::atomic<uint64_t> leases_lost_{0};
  std::unique_ptr<Writes> writes_;  // of the writer's thread

  std::mutex mutex_;
  // Guarded by mutex_:
  Connection reader_;
  Statement is_ready_, next_due_, counts_, oldest_;
};

}  // namespace scoreway::sqlite
