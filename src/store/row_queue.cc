#include "store/row_queue.h"

#include <algorithm>
#include <random>
#include <thread>

#include "store/store_rules.h"

namespace scoreway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kLookEvery{100};
// A look that took its time is not made again sooner than that many times it.
constexpr int kLookTimes = 10;
constexpr milliseconds kLookTimeMax{500};
constexpr seconds kCountsAge{1};
// A minute that is over and empty is looked at so often, and no more when its time is up.
constexpr seconds kOldBucketEvery{5};
constexpr int64_t kFreshMinutes = 2;
constexpr int64_t kBucketMinutes = 10;
constexpr seconds kNoteBucketEvery{20};
// Rows of the index without an entry are left over after this time; until then their entry may be on its way.
constexpr int64_t kLeftOverMicros = int64_t{600} * 1'000'000;
constexpr milliseconds kHoldOff{100};
// The longer an entry has been missing, the less often it is looked for: after each such part of the time.
constexpr int64_t kMissingTries = 8;
// One whose writes were so far apart writes the index once more, as it may have been taken for left over.
constexpr seconds kPutSlow{60};
constexpr int64_t kDeadMicros = int64_t{30} * 24 * 3600 * 1'000'000;
constexpr milliseconds kTurnsEvery{200};
constexpr size_t kSpreadMax = 64;
constexpr size_t kAtOnce = 8;
constexpr int kTriesMax = 5;
constexpr size_t kDeadCountMax = 10'000;
constexpr size_t kScanRows = 1000;

std::mt19937_64& Random() {
  thread_local std::mt19937_64 random{std::random_device()()};
  return random;
}

int64_t NewToken() { return static_cast<int64_t>(Random()() >> 1); }

Error NotHeld(const Lease& lease) {
  return {Code::kConflict, "the lease is no longer held", "queue entry '" + lease.id + "'"};
}

Error ChangesTooOften(std::string_view id) {
  return {Code::kUnavailable, "too many change the same entry at once", "queue entry '" + std::string(id) + "'"};
}

// Calls the function with 0 to count - 1, some at once, as each waits for the store.
void ForEachAtOnce(size_t count, const std::function<void(size_t)>& function) {
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t i = next++; i < count; i = next++) function(i);
  };
  std::vector<std::thread> helpers;
  for (size_t i = 1; i < std::min(count, kAtOnce); ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
}

WriteBatch OneWrite(Partition partition, Write write) { return {std::move(partition), {std::move(write)}, true}; }

}  // namespace

RowQueue::RowQueue(Store& store, const Clock& clock, std::string table)
    : store_(store), clock_(clock), table_(std::move(table)) {}

Status RowQueue::ApplyOthers(const std::string& id, std::span<const WriteBatch> first) {
  const Partition own = EntryPartition(id);
  std::vector<WriteBatch> others;
  for (const WriteBatch& batch : first) {
    if (batch.partition != own) others.push_back(batch);
  }
  return others.empty() ? Status() : store_.Apply(others, nullptr);
}

Status RowQueue::ApplyOwn(const std::string& id, std::span<const WriteBatch> first, std::vector<Write> entry_writes) {
  WriteBatch batch{EntryPartition(id), std::move(entry_writes)};
  for (const WriteBatch& each : first) {
    if (each.partition == batch.partition)
      batch.writes.insert(batch.writes.end(), each.writes.begin(), each.writes.end());
  }
  return batch.writes.empty() ? Status() : store_.Apply(batch);
}

Result<std::optional<std::string>> RowQueue::ReadEntry(const std::string& id) {
  return store_.Get(EntryPartition(id), kEntrySort);
}

// The turn that all have come to is looked up now and then.
Result<IndexKey> RowQueue::NewKey(const QueueEntry& entry) {
  bool must_read = false;
  {
    const std::lock_guard lock(mutex_);
    must_read = SteadyClock::now() - turns_read_ > kTurnsEvery;
    if (must_read) turns_read_ = SteadyClock::now();
  }
  std::optional<std::string> present;
  if (must_read) {
    SCOREWAY_ASSIGN_OR_RETURN(present, store_.Get(TurnPartition(), std::to_string(entry.priority)));
  }
  const std::lock_guard lock(mutex_);
  if (present) turns_.Reach(entry.priority, std::atoll(present->c_str()));
  return IndexKey{entry.priority, turns_.Next(entry.priority, entry.tenant, entry.cost), clock_.NowMicros(), entry.id};
}

Status RowQueue::PutIndex(const IndexKey& key) {
  const std::string bucket = BucketName(key.priority, key.minute());
  std::vector<WriteBatch> writes;
  bool is_noted = false;
  {
    const std::lock_guard lock(mutex_);
    const auto noted = buckets_noted_.find(bucket);
    is_noted = noted != buckets_noted_.end() && SteadyClock::now() - noted->second < kNoteBucketEvery;
  }
  if (!is_noted) writes.push_back(OneWrite(BucketPartition(), scoreway::Put(bucket, {})));
  writes.push_back(OneWrite(IndexPartition(bucket), scoreway::Put(IndexSort(key), IndexValue(EntryState::kReady, 0))));
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(writes, nullptr));
  if (is_noted) return {};
  const std::lock_guard lock(mutex_);
  std::erase_if(buckets_noted_, [](const auto& each) { return SteadyClock::now() - each.second > kNoteBucketEvery; });
  buckets_noted_[bucket] = SteadyClock::now();
  return {};
}

// Should it stay, it is found to be left over.
void RowQueue::RemoveIndex(const IndexKey& key) {
  Forget(key);
  (void)store_.Apply(IndexPartition(BucketName(key.priority, key.minute())), Delete(IndexSort(key)));
}

Result<bool> RowQueue::PutNew(const QueueEntry& entry, std::span<const WriteBatch> first, const IndexKey& key,
                              IndexKey* there) {
  const EntryRow row{.tenant = entry.tenant,
                     .priority = entry.priority,
                     .turn = key.turn,
                     .put_micros = key.put_micros,
                     .payload = entry.payload};
  const std::string text = EncodeEntry(row);
  std::optional<std::string> seen;  // at first it is taken for granted that there is none
  for (int i = 0; i < kTriesMax; ++i) {
    const Status status = ApplyOwn(entry.id, first, {PutIfUnchanged(kEntrySort, text, seen)});
    if (status.ok() && seen) (void)store_.Apply(DeadPartition(), Delete(entry.id));
    if (status.ok()) return true;
    if (status.code() != Code::kConflict) return status.error();
    SCOREWAY_ASSIGN_OR_RETURN(std::optional<std::string> now, ReadEntry(entry.id));
    if (now) {
      SCOREWAY_ASSIGN_OR_RETURN(const EntryRow other, DecodeEntry(*now));
      *there = KeyOf(entry.id, other);
      if (other.state != EntryState::kDead) return false;
    }
    if (now == seen) return status.error();  // a condition of what goes with it
    seen = std::move(now);
  }
  return ChangesTooOften(entry.id);
}

Status RowQueue::Put(const QueueEntry& entry, std::span<const WriteBatch> first) {
  if (entry.priority < 0 || entry.priority > kQueuePriorityMax) {
    return Status(Code::kInvalidArgument, "not a number from 0 to " + std::to_string(kQueuePriorityMax), "priority");
  }
  SCOREWAY_RETURN_IF_ERROR(CheckWriteBatches(first));
  const auto start = SteadyClock::now();
  SCOREWAY_RETURN_IF_ERROR(ApplyOthers(entry.id, first));
  SCOREWAY_ASSIGN_OR_RETURN(const IndexKey key, NewKey(entry));
  SCOREWAY_RETURN_IF_ERROR(PutIndex(key));
  IndexKey there;
  const Result<bool> is_new = PutNew(entry, first, key, &there);
  if (!is_new.ok()) {
    // Where nobody knows whether it happened the index keeps it.
    if (is_new.code() != Code::kDeadlineExceeded) RemoveIndex(key);
    return is_new.status();
  }
  if (!*is_new) {
    if (IndexSort(there) != IndexSort(key)) RemoveIndex(key);
    return ApplyOwn(entry.id, first, {});
  }
  if (SteadyClock::now() - start > kPutSlow) {
    {
      const std::lock_guard lock(mutex_);
      buckets_noted_.clear();
    }
    SCOREWAY_RETURN_IF_ERROR(PutIndex(key));
  }
  Note(key, EntryState::kReady, 0);
  return {};
}

Result<RowQueue::FoundRows> RowQueue::ReadBucket(int64_t priority, const std::string& name) {
  FoundRows found;
  ScanRange range;
  range.row_count_max = kScanRows;
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(store_, IndexPartition(name), range, [&](const Row& row) -> Status {
    IndexKey key;
    if (ParseIndexSort(priority, row.sort, &key)) found.emplace_back(std::move(key), row.value);
    return {};
  }));
  return found;
}

Status RowQueue::Look(uint64_t look) {
  const int64_t this_minute = clock_.NowMicros() / 60'000'000;
  std::vector<std::string> names;
  ScanRange range;
  range.row_count_max = kScanRows;
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(store_, BucketPartition(), range, [&](const Row& row) -> Status {
    names.push_back(row.sort);
    return {};
  }));
  std::erase_if(buckets_, [&](const auto& each) { return !std::ranges::binary_search(names, each.first); });
  FoundRows found;
  std::vector<std::string> looked_at;
  for (const std::string& name : names) {
    int64_t priority = 0, minute = 0;
    if (!ParseBucketName(name, &priority, &minute)) continue;
    Bucket& bucket = buckets_[name];
    const bool is_fresh = this_minute - minute <= kFreshMinutes;
    if (!is_fresh && bucket.is_empty && SteadyClock::now() - bucket.looked < kOldBucketEvery) continue;
    SCOREWAY_ASSIGN_OR_RETURN(FoundRows rows, ReadBucket(priority, name));
    bucket = {rows.empty(), SteadyClock::now()};
    if (rows.empty() && this_minute - minute > kBucketMinutes) (void)store_.Apply(BucketPartition(), Delete(name));
    looked_at.push_back(name);
    found.insert(found.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
  }
  Learn(found, looked_at, look);
  return {};
}

void RowQueue::Learn(const FoundRows& found, const std::vector<std::string>& looked_at, uint64_t look) {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, value] : found) {
    Known& known = known_[key];
    if (known.value != value && known.look < look) {
      known.value = value;
      known.held_off_to = {};
      if (!ParseIndexValue(value, &known.state, &known.due_micros)) known.state = EntryState::kReady;
    }
    known.look = std::max(known.look, look);
  }
  std::erase_if(known_, [&](const auto& each) {
    return each.second.look < look &&
           std::ranges::binary_search(looked_at, BucketName(each.first.priority, each.first.minute()));
  });
}

// One at a time; the others wait for what comes of it.
Status RowQueue::LookIfDue(SteadyClock::duration age) {
  std::unique_lock lock(mutex_);
  const uint64_t seen = looks_;
  changed_.wait(lock, [&] { return !is_looking_; });
  const bool is_due =
      looked_ == SteadyClock::time_point() || SteadyClock::now() - looked_ >= std::max(age, kLookTimes * look_time_);
  if (looks_ != seen || !is_due) return {};
  is_looking_ = true;
  const uint64_t look = ++looks_;
  lock.unlock();
  const auto start = SteadyClock::now();
  Status status = Look(look);
  lock.lock();
  is_looking_ = false;
  looked_ = SteadyClock::now();
  look_time_ = status.ok() ? std::min<SteadyClock::duration>(looked_ - start, kLookTimeMax) : SteadyClock::duration(0);
  changed_.notify_all();
  return status;
}

std::vector<IndexKey> RowQueue::Choose(size_t count) {
  const std::lock_guard lock(mutex_);
  const int64_t now = clock_.NowMicros();
  const SteadyClock::time_point steady_now = SteadyClock::now();
  const size_t wanted = std::max(count, spread_);
  std::vector<IndexKey> chosen;
  for (auto it = known_.begin(); it != known_.end() && chosen.size() < wanted; ++it) {
    const Known& known = it->second;
    if (known.state != EntryState::kReady && known.due_micros > now) continue;
    if (known.held_off_to > steady_now) continue;
    if (chosen.size() >= count && it->first.priority != chosen.front().priority) break;
    chosen.push_back(it->first);
  }
  if (chosen.size() > count) {
    std::ranges::shuffle(chosen, Random());
    chosen.resize(count);
    std::sort(chosen.begin(), chosen.end());
  }
  // For the others of this process; what comes of it will be noted.
  for (const IndexKey& key : chosen) known_[key].held_off_to = steady_now + kHoldOff;
  return chosen;
}

Result<Lease> RowQueue::ClaimOne(const IndexKey& key, const std::optional<std::string>& text, int64_t lease_micros) {
  const int64_t now = clock_.NowMicros();
  EntryRow entry{.state = EntryState::kDead};
  if (text) {
    SCOREWAY_ASSIGN_OR_RETURN(entry, DecodeEntry(*text));
  }
  if (entry.state == EntryState::kDead || entry.put_micros != key.put_micros) {
    const int64_t age = now - key.put_micros;
    age > kLeftOverMicros ? RemoveIndex(key) : HoldOff(key, std::chrono::microseconds(age / kMissingTries));
    return Lease{};
  }
  const bool was_leased = entry.state == EntryState::kLeased;
  if (entry.state != EntryState::kReady && entry.due_micros > now) {
    Learn(key, entry);
    return Lease{};
  }
  entry.state = EntryState::kLeased;
  entry.due_micros = now + lease_micros;
  ++entry.attempts;
  entry.token = NewToken();
  const Status status = store_.Apply(EntryPartition(key.id), PutIfEquals(kEntrySort, EncodeEntry(entry), *text));
  if (status.code() == Code::kConflict) {
    const std::lock_guard lock(mutex_);
    spread_ = kSpreadMax;
    return Lease{};
  }
  if (!status.ok()) return status.error();
  if (was_leased) leases_lost_.fetch_add(1, std::memory_order_relaxed);
  return Lease{key.id, std::move(entry.payload), entry.attempts, entry.token, entry.put_micros};
}

Result<std::vector<Lease>> RowQueue::Claim(const std::vector<IndexKey>& keys, milliseconds lease) {
  std::vector<RowAddress> rows;
  for (const IndexKey& key : keys) rows.push_back({EntryPartition(key.id), kEntrySort});
  SCOREWAY_ASSIGN_OR_RETURN(const auto texts, store_.GetEach(rows));
  const int64_t lease_micros = std::chrono::microseconds(lease).count();
  const int64_t due = clock_.NowMicros() + lease_micros;
  std::vector<Lease> leases(keys.size());
  std::vector<Status> statuses(keys.size());
  ForEachAtOnce(keys.size(), [&](size_t i) {
    Result<Lease> claimed = ClaimOne(keys[i], texts[i], lease_micros);
    claimed.ok() ? void(leases[i] = std::move(*claimed)) : void(statuses[i] = claimed.status());
  });
  std::vector<Lease> taken;
  std::vector<IndexKey> claimed;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (leases[i].id.empty()) continue;
    taken.push_back(std::move(leases[i]));
    claimed.push_back(keys[i]);
  }
  if (!claimed.empty()) NoteClaims(claimed, due);
  if (!taken.empty()) return taken;
  for (Status& status : statuses) SCOREWAY_RETURN_IF_ERROR(std::move(status));
  return taken;
}

// Hints for the others; without them they find out when they try.
void RowQueue::NoteClaims(const std::vector<IndexKey>& claimed, int64_t due_micros) {
  std::vector<WriteBatch> writes;
  const std::string value = IndexValue(EntryState::kLeased, due_micros);
  for (const IndexKey& key : claimed) {
    Note(key, EntryState::kLeased, due_micros);
    writes.push_back(
        OneWrite(IndexPartition(BucketName(key.priority, key.minute())), scoreway::Put(IndexSort(key), value)));
  }
  {
    const std::lock_guard lock(mutex_);
    spread_ = claimed.size() == 1 ? spread_ / 2 : spread_ * 3 / 4;
    for (const IndexKey& key : claimed) turns_.Reach(key.priority, key.turn);
    const IndexKey& last = claimed.back();
    if (SteadyClock::now() - turns_written_ > kTurnsEvery) {
      turns_written_ = SteadyClock::now();
      writes.push_back(OneWrite(TurnPartition(), scoreway::Put(std::to_string(last.priority),
                                                               std::to_string(turns_.present(last.priority)))));
    }
  }
  (void)store_.Apply(writes, nullptr);
}

Result<std::vector<Lease>> RowQueue::Take(size_t count, milliseconds lease, milliseconds wait) {
  const auto end = SteadyClock::now() + wait;
  while (true) {
    uint64_t calls = 0;
    {
      const std::lock_guard lock(mutex_);
      calls = calls_;
    }
    SCOREWAY_RETURN_IF_ERROR(LookIfDue(kLookEvery));
    const std::vector<IndexKey> chosen = Choose(count);
    if (!chosen.empty()) {
      SCOREWAY_ASSIGN_OR_RETURN(std::vector<Lease> taken, Claim(chosen, lease));
      if (!taken.empty()) return taken;
    }
    const auto now = SteadyClock::now();
    // What cannot be had is held off, and may hide others: all of it is passed before nothing is said to be there.
    if (now >= end + kHoldOff || (now >= end && chosen.empty())) return std::vector<Lease>();
    if (!chosen.empty()) continue;
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, std::min(end, SteadyClock::now() + kLookEvery), [&] { return calls_ != calls; });
  }
}

Result<std::vector<Lease>> RowQueue::TakeThese(std::span<const std::string> ids, milliseconds lease) {
  std::vector<RowAddress> rows;
  for (const std::string& id : ids) rows.push_back({EntryPartition(id), kEntrySort});
  SCOREWAY_ASSIGN_OR_RETURN(const auto texts, store_.GetEach(rows));
  std::vector<IndexKey> keys;
  const int64_t now = clock_.NowMicros();
  for (size_t i = 0; i < ids.size(); ++i) {
    if (!texts[i]) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const EntryRow entry, DecodeEntry(*texts[i]));
    const bool can_be_taken =
        entry.state == EntryState::kReady || (entry.state != EntryState::kDead && entry.due_micros <= now);
    if (can_be_taken) keys.push_back(KeyOf(ids[i], entry));
  }
  return keys.empty() ? std::vector<Lease>() : Claim(keys, lease);
}

void RowQueue::HoldOff(const IndexKey& key, std::chrono::microseconds time) {
  const std::lock_guard lock(mutex_);
  const auto known = known_.find(key);
  if (known == known_.end()) return;
  known->second.held_off_to = SteadyClock::now() + std::max<std::chrono::microseconds>(time, kHoldOff);
}

void RowQueue::Learn(const IndexKey& key, const EntryRow& entry) {
  const std::lock_guard lock(mutex_);
  if (entry.state == EntryState::kLeased) spread_ = kSpreadMax;
  const auto known = known_.find(key);
  if (known == known_.end()) return;
  known->second.state = entry.state;
  known->second.due_micros = entry.due_micros;
}

void RowQueue::Note(const IndexKey& key, EntryState state, int64_t due_micros) {
  {
    const std::lock_guard lock(mutex_);
    // As if the look that may be under way had seen it so.
    known_[key] = {state, due_micros, IndexValue(state, due_micros), looks_, {}};
    if (state == EntryState::kReady) ++calls_;
  }
  if (state == EntryState::kReady) changed_.notify_all();
}

void RowQueue::Forget(const IndexKey& key) {
  const std::lock_guard lock(mutex_);
  known_.erase(key);
}

Result<RowQueue::Held> RowQueue::ReadHeld(const Lease& lease) {
  SCOREWAY_ASSIGN_OR_RETURN(std::optional<std::string> text, ReadEntry(lease.id));
  if (!text) return NotHeld(lease);
  SCOREWAY_ASSIGN_OR_RETURN(EntryRow entry, DecodeEntry(*text));
  if (entry.state != EntryState::kLeased || entry.token != lease.token) return NotHeld(lease);
  return Held{std::move(entry), std::move(*text)};
}

// Where the entry itself changed in between, as by an Extend of the same lease, it is tried again.
Status RowQueue::ChangeHeld(const Lease& lease, std::span<const WriteBatch> first,
                            const std::function<Write(const Held& held)>& change, IndexKey* key) {
  SCOREWAY_RETURN_IF_ERROR(CheckWriteBatches(first));
  SCOREWAY_ASSIGN_OR_RETURN(Held held, ReadHeld(lease));
  *key = KeyOf(lease.id, held.first);
  SCOREWAY_RETURN_IF_ERROR(ApplyOthers(lease.id, first));
  for (int i = 0; i < kTriesMax; ++i) {
    Status status = ApplyOwn(lease.id, first, {change(held)});
    if (status.code() != Code::kConflict) return status;
    SCOREWAY_ASSIGN_OR_RETURN(Held now, ReadHeld(lease));
    if (now.second == held.second) return status;  // a condition of what goes with it
    held = std::move(now);
  }
  return ChangesTooOften(lease.id);
}

Status RowQueue::Extend(const Lease& lease, milliseconds time, std::span<const WriteBatch> first) {
  IndexKey key;
  const auto longer = [&](const Held& held) {
    EntryRow entry = held.first;
    entry.due_micros = clock_.NowMicros() + std::chrono::microseconds(time).count();
    return PutIfEquals(kEntrySort, EncodeEntry(entry), held.second);
  };
  return ChangeHeld(lease, first, longer, &key);
}

Status RowQueue::SettleOne(const Settlement& settlement) {
  using Kind = Settlement::Kind;
  // Before the end, so that it is not lost with this process; one who finds that the end did not come waits for it.
  if (!settlement.follow_up.empty()) SCOREWAY_RETURN_IF_ERROR(ReadHeld(*settlement.lease).status());
  for (const QueueEntry& entry : settlement.follow_up) SCOREWAY_RETURN_IF_ERROR(Put(entry, {}));
  EntryRow changed;
  const auto change = [&](const Held& held) -> Write {
    if (settlement.kind == Kind::kDone) return DeleteIfEquals(kEntrySort, held.second);
    changed = held.first;
    changed.token = 0;
    if (settlement.kind == Kind::kGiveBack) {
      changed.state = EntryState::kReady;
      --changed.attempts;
    } else if (settlement.kind == Kind::kRetry) {
      changed.state = EntryState::kWaiting;
      changed.due_micros = clock_.NowMicros() + settlement.delay.count();
    } else {
      changed.state = EntryState::kDead;
      changed.reason = settlement.reason;
    }
    Write write = PutIfEquals(kEntrySort, EncodeEntry(changed), held.second);
    if (settlement.kind == Kind::kDead) write.ttl_micros = kDeadMicros;
    return write;
  };
  IndexKey key;
  SCOREWAY_RETURN_IF_ERROR(ChangeHeld(*settlement.lease, settlement.first, change, &key));
  if (settlement.kind == Kind::kDone || settlement.kind == Kind::kDead) {
    if (settlement.kind == Kind::kDead) (void)store_.Apply(DeadPartition(), PutWithTtl(key.id, {}, kDeadMicros));
    RemoveIndex(key);
    return {};
  }
  const int64_t due = changed.state == EntryState::kReady ? clock_.NowMicros() : changed.due_micros;
  (void)store_.Apply(IndexPartition(BucketName(key.priority, key.minute())),
                     scoreway::Put(IndexSort(key), IndexValue(changed.state, due)));
  Note(key, changed.state, due);
  return {};
}

std::vector<Status> RowQueue::Settle(std::span<const Settlement> settlements) {
  std::vector<Status> statuses(settlements.size());
  ForEachAtOnce(settlements.size(), [&](size_t i) { statuses[i] = SettleOne(settlements[i]); });
  return statuses;
}

Status RowQueue::Remove(std::string_view entry_id, std::span<const WriteBatch> first) {
  const std::string id(entry_id);
  SCOREWAY_RETURN_IF_ERROR(CheckWriteBatches(first));
  SCOREWAY_RETURN_IF_ERROR(ApplyOthers(id, first));
  std::optional<std::string> seen;
  for (int i = 0; i < kTriesMax; ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(std::optional<std::string> text, ReadEntry(id));
    if (!text) return ApplyOwn(id, first, {});
    if (text == seen)
      return Status(Code::kConflict, "what goes with the entry has changed", "queue entry '" + id + "'");
    SCOREWAY_ASSIGN_OR_RETURN(const EntryRow entry, DecodeEntry(*text));
    Status status = ApplyOwn(id, first, {DeleteIfEquals(kEntrySort, *text)});
    if (status.ok()) {
      if (entry.state == EntryState::kDead) (void)store_.Apply(DeadPartition(), Delete(id));
      RemoveIndex(KeyOf(id, entry));
    }
    if (status.code() != Code::kConflict) return status;
    seen = std::move(text);
  }
  return ChangesTooOften(id);
}

Result<QueueCounts> RowQueue::Counts() {
  SCOREWAY_RETURN_IF_ERROR(LookIfDue(kCountsAge));
  QueueCounts counts;
  ScanRange range;
  range.row_count_max = kDeadCountMax;
  SCOREWAY_ASSIGN_OR_RETURN(const ScanPage dead, store_.Scan(DeadPartition(), range));
  counts.dead = static_cast<int64_t>(dead.rows.size());
  const std::lock_guard lock(mutex_);
  for (const auto& [key, known] : known_) {
    if (known.state == EntryState::kLeased) {
      ++counts.leased;
    } else if (known.state == EntryState::kWaiting && known.due_micros > clock_.NowMicros()) {
      ++counts.waiting;
    } else {
      ++counts.ready;
      counts.oldest_micros =
          counts.oldest_micros == 0 ? key.put_micros : std::min(counts.oldest_micros, key.put_micros);
    }
  }
  return counts;
}

}  // namespace scoreway
