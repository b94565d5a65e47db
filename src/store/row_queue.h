// RowQueue: the Queue in rows of any Store with conditional writes (queue_rows.h).
//
// What counts is the entry's own row: it is leased, extended and settled by compare-and-set. What goes with it and lies
// in the same partition, as the row of a job does, is written in the same batch; the rest before. Entries are found by
// an index of one partition for each priority and minute of putting, which is a hint: it is written before the entry
// and removed after it, and no row of it is believed. Each process looks at it some times a second, less often when it
// is long, and at once after a Put of its own.
//
// Two processes may want the same entry; the one that comes second takes others, from here and there among the first
// ones. So with several processes the order is kept within some tens of entries. The tenants' turns are counted by each
// process that puts, from the turn that all have come to. The clocks of the processes should differ by less than some
// minutes.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "store/fair_turns.h"
#include "store/queue.h"
#include "store/queue_rows.h"

namespace scoreway {

class RowQueue final : public Queue {
 public:
  // Store and clock must outlive this. The entries lie in `table`, which takes conditions.
  RowQueue(Store& store, const Clock& clock, std::string table);

  // Priorities are 0 to kQueuePriorityMax; else kInvalidArgument.
  Status Put(const QueueEntry& entry, std::span<const WriteBatch> first) override;
  Result<std::vector<Lease>> Take(size_t count, std::chrono::milliseconds lease,
                                  std::chrono::milliseconds wait) override;
  Result<std::vector<Lease>> TakeThese(std::span<const std::string> ids, std::chrono::milliseconds lease) override;
  Status Extend(const Lease& lease, std::chrono::milliseconds time, std::span<const WriteBatch> first) override;
  std::vector<Status> Settle(std::span<const Settlement> settlements) override;
  Status Remove(std::string_view id, std::span<const WriteBatch> first) override;
  // As of a second ago at most, but for what this process did.
  Result<QueueCounts> Counts() override;
  uint64_t leases_lost() const override { return leases_lost_.load(std::memory_order_relaxed); }

 private:
  using SteadyClock = std::chrono::steady_clock;
  // What is known of an entry by its row in the index, or better.
  struct Known {
    EntryState state = EntryState::kReady;
    int64_t due_micros = 0;
    std::string value = {};                    // of the row
    uint64_t look = 0;                         // that saw it last
    SteadyClock::time_point held_off_to = {};  // not worth a try before
  };
  struct Bucket {
    bool is_empty = false;
    SteadyClock::time_point looked = {};
  };
  using Held = std::pair<EntryRow, std::string>;  // and the text of its row
  using FoundRows = std::vector<std::pair<IndexKey, std::string>>;

  Partition EntryPartition(const std::string& id) const { return {table_, id}; }
  // Those of `first` that lie elsewhere than the entry, which are written before it.
  Status ApplyOthers(const std::string& id, std::span<const WriteBatch> first);
  // Those that lie with it, and a write of the entry, if any.
  Status ApplyOwn(const std::string& id, std::span<const WriteBatch> first, std::vector<Write> entry_writes);
  Result<std::optional<std::string>> ReadEntry(const std::string& id);

  Result<IndexKey> NewKey(const QueueEntry& entry);
  Status PutIndex(const IndexKey& key);
  void RemoveIndex(const IndexKey& key);
  // False where an entry of the id is alive; `there` is then its key.
  Result<bool> PutNew(const QueueEntry& entry, std::span<const WriteBatch> first, const IndexKey& key, IndexKey* there);

  Status LookIfDue(SteadyClock::duration age);
  Status Look(uint64_t look);
  Result<FoundRows> ReadBucket(int64_t priority, const std::string& name);
  void Learn(const FoundRows& found, const std::vector<std::string>& looked_at, uint64_t look);
  std::vector<IndexKey> Choose(size_t count);
  Result<std::vector<Lease>> Claim(const std::vector<IndexKey>& keys, std::chrono::milliseconds lease);
  // A lease without an id where it cannot be had.
  Result<Lease> ClaimOne(const IndexKey& key, const std::optional<std::string>& text, int64_t lease_micros);
  void NoteClaims(const std::vector<IndexKey>& claimed, int64_t due_micros);
  // For so long, or a little.
  void HoldOff(const IndexKey& key, std::chrono::microseconds time);
  // Another has it, or it waits.
  void Learn(const IndexKey& key, const EntryRow& entry);
  void Note(const IndexKey& key, EntryState state, int64_t due_micros);
  void Forget(const IndexKey& key);

  // kConflict where the lease is not held.
  Result<Held> ReadHeld(const Lease& lease);
  // Changes an entry that is leased, by what `change` makes of it.
  Status ChangeHeld(const Lease& lease, std::span<const WriteBatch> first,
                    const std::function<Write(const Held& held)>& change, IndexKey* key);
  Status SettleOne(const Settlement& settlement);

  Store& store_;
  const Clock& clock_;
  const std::string table_;
  std::atomic<uint64_t> leases_lost_{0};

  std::map<std::string, Bucket> buckets_;  // by name; of the one who looks

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  std::map<IndexKey, Known> known_;
  FairTurns turns_;
  uint64_t looks_ = 0;
  bool is_looking_ = false;
  SteadyClock::time_point looked_ = {};  // the last look's end
  SteadyClock::duration look_time_{0};
  uint64_t calls_ = 0;  // what may be taken has come
  size_t spread_ = 0;   // among so many the next are chosen, as others take, too
  SteadyClock::time_point turns_read_ = {}, turns_written_ = {};
  std::map<std::string, SteadyClock::time_point> buckets_noted_;
};

}  // namespace scoreway
