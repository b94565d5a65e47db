#include "store/memory/memory_store.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "store/store_rules.h"

namespace scoreway {
namespace {

struct Cell {
  std::string value;
  int64_t expires_micros = kNeverMicros;
};

struct Rows {
  std::map<std::string, Cell, std::less<>> cells;
  uint64_t change_count = 0;
  int64_t first_expiry_micros = kNeverMicros;  // no row dies before
};

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(const Clock& clock) : clock_(clock) {}

  Result<std::optional<std::string>> Get(const Partition& partition, std::string_view sort) override;
  Result<ScanPage> Scan(const Partition& partition, const ScanRange& range) override;
  Status Apply(std::span<const WriteBatch> batches, size_t* applied) override;
  Result<uint64_t> ChangeCount(const Partition& partition) override;
  Result<uint64_t> ChangeCount() override;

 private:
  // Null where the row is absent or past its TTL.
  static const Cell* Find(const Rows& rows, std::string_view sort, int64_t now);
  Status ApplyOne(const WriteBatch& batch, int64_t now);
  // Removes the dead rows of the partition, and the partition if nothing is left.
  void Sweep(const Partition& partition, int64_t now);

  const Clock& clock_;
  std::mutex mutex_;
  // Guarded by mutex_:
  std::map<Partition, Rows> partitions_;
  uint64_t change_count_ = 0;
};

const Cell* MemoryStore::Find(const Rows& rows, std::string_view sort, int64_t now) {
  const auto at = rows.cells.find(sort);
  return at == rows.cells.end() || at->second.expires_micros <= now ? nullptr : &at->second;
}

Result<std::optional<std::string>> MemoryStore::Get(const Partition& partition, std::string_view sort) {
  const int64_t now = clock_.NowMicros();
  const std::lock_guard lock(mutex_);
  const auto rows = partitions_.find(partition);
  const Cell* cell = rows == partitions_.end() ? nullptr : Find(rows->second, sort, now);
  return cell == nullptr ? std::nullopt : std::optional(cell->value);
}

Result<ScanPage> MemoryStore::Scan(const Partition& partition, const ScanRange& range) {
  SCOREWAY_RETURN_IF_ERROR(CheckScanRange(range));
  ScanPage page;
  const int64_t now = clock_.NowMicros();
  const std::lock_guard lock(mutex_);
  const auto rows = partitions_.find(partition);
  if (rows == partitions_.end()) return page;
  const auto& cells = rows->second.cells;
  if (!range.end.empty() && range.end <= range.begin) return page;

  // [first, last) narrows from the side the scan has come to; the token is the last key given out.
  auto first = cells.lower_bound(range.begin);
  auto last = range.end.empty() ? cells.end() : cells.lower_bound(range.end);
  if (!range.page_token.empty()) {
    const std::string_view key = ResumeKey(range);
    (range.reverse ? last : first) = range.reverse ? cells.lower_bound(key) : cells.upper_bound(key);
  }
  size_t bytes = 0;
  while (first != last) {
    const auto at = range.reverse ? std::prev(last) : first;
    if (at->second.expires_micros > now) {
      if (EndPageBefore(range, at->second.value.size(), &page, &bytes)) break;
      page.rows.push_back({at->first, at->second.value});
    }
    (range.reverse ? last : first) = range.reverse ? at : std::next(at);
  }
  return page;
}

Status MemoryStore::ApplyOne(const WriteBatch& batch, int64_t now) {
  Rows& rows = partitions_[batch.partition];
  for (const Write& write : batch.writes) {
    if (write.condition == Write::If::kAlways) continue;
    const Cell* cell = Find(rows, write.sort, now);
    const bool holds =
        write.condition == Write::If::kAbsent ? cell == nullptr : cell != nullptr && cell->value == write.expected;
    if (!holds) return WriteConflict(batch.partition, write);
  }
  bool changed = false;
  for (const Write& write : batch.writes) {
    if (write.kind == Write::Kind::kCheck) continue;
    changed = true;
    if (write.kind == Write::Kind::kDelete) {
      rows.cells.erase(write.sort);
    } else {
      const int64_t expires = ExpiryMicros(now, write.ttl_micros);
      rows.cells[write.sort] = {write.value, expires};
      rows.first_expiry_micros = std::min(rows.first_expiry_micros, expires);
    }
  }
  if (changed) rows.change_count = ++change_count_;
  return {};
}

void MemoryStore::Sweep(const Partition& partition, int64_t now) {
  const auto rows = partitions_.find(partition);
  auto& [cells, change_count, first_expiry] = rows->second;
  if (first_expiry <= now) {
    std::erase_if(cells, [now](const auto& cell) { return cell.second.expires_micros <= now; });
    first_expiry = kNeverMicros;
    for (const auto& [sort, cell] : cells) first_expiry = std::min(first_expiry, cell.expires_micros);
  }
  if (cells.empty()) partitions_.erase(rows);
}

Status MemoryStore::Apply(std::span<const WriteBatch> batches, size_t* applied) {
  if (applied != nullptr) *applied = 0;
  SCOREWAY_RETURN_IF_ERROR(CheckWriteBatches(batches));
  const int64_t now = clock_.NowMicros();
  const std::lock_guard lock(mutex_);
  for (const WriteBatch& batch : batches) {
    Status status = ApplyOne(batch, now);
    Sweep(batch.partition, now);
    if (!status.ok()) return status;
    if (applied != nullptr) ++*applied;
  }
  return {};
}

Result<uint64_t> MemoryStore::ChangeCount(const Partition& partition) {
  const std::lock_guard lock(mutex_);
  const auto rows = partitions_.find(partition);
  return rows == partitions_.end() ? 0 : rows->second.change_count;
}

Result<uint64_t> MemoryStore::ChangeCount() {
  const std::lock_guard lock(mutex_);
  return change_count_;
}

}  // namespace

std::unique_ptr<Store> NewMemoryStore(const Clock& clock) { return std::make_unique<MemoryStore>(clock); }

}  // namespace scoreway
