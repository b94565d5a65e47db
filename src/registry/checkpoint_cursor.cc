#include "registry/checkpoint_cursor.h"

#include <utility>

#include "registry/registry_rows.h"

namespace scoreway {
namespace {

constexpr size_t kPageRows = 500;

// The keys from `from` on; if reverse, up to and with it.
ScanRange RangeFrom(std::string_view prefix, const std::string& from, bool reverse) {
  ScanRange range = ScanPrefix(prefix);
  range.reverse = reverse;
  range.row_count_max = kPageRows;
  if (reverse) {
    range.end = from + '\0';
  } else {
    range.begin = from;
  }
  return range;
}

}  // namespace

BucketCursor::BucketCursor(Store& store, std::string_view name, int64_t run, int64_t from, bool reverse)
    : store_(store), partition_(RunPartition(name, run)), range_(RangeFrom(kBucketPrefix, BucketSort(from), reverse)) {}

Result<std::optional<int64_t>> BucketCursor::Next() {
  while (next_ == page_.rows.size()) {
    if (is_begun_ && page_.next_page_token.empty()) return std::optional<int64_t>();
    range_.page_token = page_.next_page_token;
    SCOREWAY_ASSIGN_OR_RETURN(page_, store_.Scan(partition_, range_));
    next_ = 0;
    is_begun_ = true;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t bucket, NumberOfSort(partition_, page_.rows[next_++].sort, kBucketPrefix));
  return std::optional(bucket);
}

CheckpointCursor::CheckpointCursor(Store& store, std::string_view name, int64_t run, int64_t from, bool reverse)
    : store_(store),
      name_(name),
      run_(run),
      buckets_(store, name, run, from / kStepsPerBucket, reverse),
      range_(RangeFrom(kCheckpointPrefix, CheckpointSort(from), reverse)) {}

Result<bool> CheckpointCursor::NextBucket() {
  SCOREWAY_ASSIGN_OR_RETURN(const auto bucket, buckets_.Next());
  if (!bucket) return false;
  partition_ = CheckpointPartition(name_, run_, *bucket);
  is_bucket_open_ = true;
  range_.page_token.clear();
  return true;
}

Result<std::optional<CheckpointRow>> CheckpointCursor::Next() {
  while (next_ == page_.rows.size()) {
    if (is_bucket_open_ && page_.next_page_token.empty()) is_bucket_open_ = false;
    if (!is_bucket_open_) {
      SCOREWAY_ASSIGN_OR_RETURN(const bool has_bucket, NextBucket());
      if (!has_bucket) return std::optional<CheckpointRow>();
    } else {
      range_.page_token = page_.next_page_token;
    }
    SCOREWAY_ASSIGN_OR_RETURN(page_, store_.Scan(partition_, range_));
    next_ = 0;
  }
  const Row& row = page_.rows[next_++];
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t step, NumberOfSort(partition_, row.sort, kCheckpointPrefix));
  auto checkpoint = CheckpointRow::Decode(step, row.value);
  if (!checkpoint.ok()) return DamagedRow(partition_, row.sort, checkpoint.error());
  return std::optional(std::move(*checkpoint));
}

}  // namespace scoreway
