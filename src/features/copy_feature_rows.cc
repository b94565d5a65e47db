#include "features/copy_feature_rows.h"

#include <utility>
#include <vector>

#include "features/feature_row.h"
#include "features/feature_rows.h"
#include "features/feature_store.h"
#include "features/feature_writes.h"

namespace scoreway {
namespace {

class RowCopier {
 public:
  RowCopier(Store& from, Store& to, const Clock& clock, const FeatureView& view, FeatureCopyCounts* counts)
      : from_(from), to_(to), view_(view), now_(clock.NowMicros()), counts_(*counts) {}

  Status CopyBucket(uint32_t bucket) {
    const Partition partition = FeatureBucket(view_.id, bucket);
    ScanRange all;
    all.row_count_max = 1000;
    SCOREWAY_RETURN_IF_ERROR(ForEachRow(from_, partition, all, [&](const Row& row) -> Status {
      bytes_ += row.value.size();
      rows_.push_back(row);
      if (rows_.size() < FeatureWrites::kRowsMax && bytes_ < FeatureWrites::kBytesMax) return {};
      return Flush(partition);
    }));
    return Flush(partition);
  }

 private:
  Status Flush(const Partition& partition) {
    std::vector<RowAddress> addresses;
    addresses.reserve(rows_.size());
    for (const Row& row : rows_) addresses.push_back({partition, row.sort});
    SCOREWAY_ASSIGN_OR_RETURN(const auto there, to_.GetEach(addresses));
    FeatureWrites writes;
    for (size_t i = 0; i < rows_.size(); ++i) {
      SCOREWAY_RETURN_IF_ERROR(row_.Parse(rows_[i].value, view_.columns));
      const int64_t event_time = row_.event_time_micros();
      if (!IsFresh(view_, event_time, now_)) {
        ++counts_.expired;
        continue;
      }
      if (there[i]) {
        SCOREWAY_RETURN_IF_ERROR(row_.Parse(*there[i], view_.columns));
        if (row_.event_time_micros() >= event_time) {
          ++counts_.there;
          continue;
        }
      }
      ++counts_.copied;
      writes.Add(partition,
                 PutWithTtl(std::move(rows_[i].sort), std::move(rows_[i].value), TtlOf(view_, event_time, now_)));
    }
    rows_.clear();
    bytes_ = 0;
    return writes.Apply(to_);
  }

  Store& from_;
  Store& to_;
  const FeatureView& view_;
  const int64_t now_;
  FeatureCopyCounts& counts_;
  std::vector<Row> rows_;
  size_t bytes_ = 0;
  FeatureRow row_;
};

}  // namespace

Result<FeatureCopyCounts> CopyFeatureRows(Store& from, Store& to, const Clock& clock,
                                          const std::function<void(const FeatureCopyCounts&)>& on_progress) {
  FeatureCopyCounts counts;
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<FeatureView> views, FeatureStore(from, clock).List());
  for (const FeatureView& view : views) {
    RowCopier copier(from, to, clock, view, &counts);
    for (uint32_t bucket = 0; bucket < kFeatureBuckets; ++bucket) {
      Status copied = copier.CopyBucket(bucket);
      if (!copied.ok()) return AtPlace("feature view '" + view.name + "'", copied.error());
      if (on_progress) on_progress(counts);
    }
  }
  return counts;
}

}  // namespace scoreway
