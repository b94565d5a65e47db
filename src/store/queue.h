// Queue: work handed out under leases, each entry until somebody says that it is done.
//
// At least once: an entry whose lease runs out is handed out again, so work must bear being done twice. What the work
// writes goes through the queue (`first`), so that it counts once: a queue of the store itself does it in one step with
// the entry's own change and only under a lease that still holds; any other queue does it before.
//
// Order: a higher priority goes first; within a priority the tenants take turns, by what their entries cost; within a
// tenant what was put first. An entry that fails waits and lets others pass.
//
// Entries are ready, waiting (for their time), leased or dead: a dead one stays, with its reason, until it is put again
// or removed.
//
// Errors are those of the Store. Thread-safe; several processes may share one Queue.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace scoreway {

struct QueueEntry {
  std::string id;  // one entry has it at a time
  std::string payload = {};
  std::string tenant = {};  // whose turn it uses
  int64_t priority = 0;
  int64_t cost = 1;  // of a turn, at least 1
};

// An entry in the hands of a worker.
struct Lease {
  std::string id, payload;
  int64_t attempt = 1;     // how often it was handed out since it was put, this time with it
  int64_t token = 0;       // of this lease
  int64_t put_micros = 0;  // when it was put
};

// What became of a leased entry.
struct Settlement {
  enum class Kind : uint8_t { kDone, kRetry, kGiveBack, kDead };  // kGiveBack: as if it had not been taken

  const Lease* lease = nullptr;
  Kind kind = Kind::kDone;
  std::chrono::microseconds delay{0};      // kRetry: until it is ready again
  std::string reason = {};                 // why it has not succeeded; stays with what is dead
  std::vector<WriteBatch> first = {};      // written with it
  std::vector<QueueEntry> follow_up = {};  // put with it
};

struct QueueCounts {
  int64_t ready = 0, waiting = 0, leased = 0, dead = 0;
  int64_t oldest_micros = 0;  // when the ready entry that waits longest was put; 0: none is ready
};

class Queue {
 public:
  virtual ~Queue() = default;

  // Durable when ok. An entry of that id that is there already stays as it is, unless it is dead. kConflict: a
  // condition in `first` did not hold, nothing was put.
  virtual Status Put(const QueueEntry& entry, std::span<const WriteBatch> first) = 0;

  // Up to `count` entries, each leased for so long; waits up to `wait` for the first one.
  virtual Result<std::vector<Lease>> Take(size_t count, std::chrono::milliseconds lease,
                                          std::chrono::milliseconds wait) = 0;

  // Of these entries those that can be taken now, each leased for so long; the order is theirs.
  virtual Result<std::vector<Lease>> TakeThese(std::span<const std::string> ids, std::chrono::milliseconds lease) = 0;

  // The lease runs from now on anew, and `first` is written. kConflict: it is no longer held, or a condition did not
  // hold; nothing was written. What is written may be lost with power, and the lease with it.
  virtual Status Extend(const Lease& lease, std::chrono::milliseconds time, std::span<const WriteBatch> first) = 0;

  // Settles each by itself and gives what came of it, in their order. kConflict as for Extend.
  virtual std::vector<Status> Settle(std::span<const Settlement> settlements) = 0;

  // Takes the entry out, whoever holds it; kConflict as for Put. Where there is none `first` is written all the same.
  virtual Status Remove(std::string_view id, std::span<const WriteBatch> first) = 0;

  virtual Result<QueueCounts> Counts() = 0;
  // Leases that ran out since this process opened the queue, as far as it has seen.
  virtual uint64_t leases_lost() const = 0;
};

}  // namespace scoreway
