// CheckpointCursor: the checkpoints of a run in the order of their steps, or the last first. Reads the store in pages;
// for the sources of this folder, one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "registry/run_rows.h"
#include "store/store.h"

namespace scoreway {

// The buckets of a run that have rows, in order or the last first.
class BucketCursor {
 public:
  // Begins with the first bucket not before `from`; if reverse, not after it.
  BucketCursor(Store& store, std::string_view name, int64_t run, int64_t from, bool reverse);

  // Nothing at the end.
  Result<std::optional<int64_t>> Next();

 private:
  Store& store_;
  const Partition partition_;
  ScanRange range_;
  ScanPage page_;
  size_t next_ = 0;
  bool is_begun_ = false;
};

class CheckpointCursor {
 public:
  // Begins with the first step not before `from`; if reverse, not after it.
  CheckpointCursor(Store& store, std::string_view name, int64_t run, int64_t from, bool reverse);

  // Nothing at the end.
  Result<std::optional<CheckpointRow>> Next();

 private:
  Result<bool> NextBucket();

  Store& store_;
  const std::string name_;
  const int64_t run_;
  BucketCursor buckets_;
  Partition partition_;
  ScanRange range_;
  ScanPage page_;
  size_t next_ = 0;
  bool is_bucket_open_ = false;
};

}  // namespace scoreway
