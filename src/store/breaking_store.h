// BreakingStore: for tests of what a crash between two writes leaves behind, and of a store that does not answer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "store/store.h"

namespace scoreway {

// Passes everything on until it is told to fail: the crash of a process between two writes.
class BreakingStore final : public Store {
 public:
  explicit BreakingStore(Store& store) : store_(store) {}

  // So many batches are done yet; after them every Apply fails.
  void BreakAfter(size_t batches) { batches_left_ = batches; }
  // From now on every Get fails.
  void BreakReads() { reads_broken_ = true; }

  Result<std::optional<std::string>> Get(const Partition& partition, std::string_view sort) override {
    if (reads_broken_) return Error{Code::kUnavailable, "broken on purpose", {}};
    return store_.Get(partition, sort);
  }
  Result<ScanPage> Scan(const Partition& partition, const ScanRange& range) override {
    return store_.Scan(partition, range);
  }
  Status Apply(std::span<const WriteBatch> batches, size_t* applied) override {
    size_t done = 0;
    const size_t allowed = std::min(batches.size(), batches_left_);
    Status status = store_.Apply(batches.first(allowed), &done);
    batches_left_ -= done;
    if (applied != nullptr) *applied = done;
    if (status.ok() && done < batches.size()) return Status(Code::kUnavailable, "broken on purpose");
    return status;
  }
  Result<uint64_t> ChangeCount(const Partition& partition) override { return store_.ChangeCount(partition); }
  Result<uint64_t> ChangeCount() override { return store_.ChangeCount(); }

 private:
  Store& store_;
  size_t batches_left_ = SIZE_MAX;
  bool reads_broken_ = false;
};

}  // namespace scoreway
