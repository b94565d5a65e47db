#include "store/blob_cleaning.h"

#include <algorithm>

#include "store/blob_layout.h"

namespace scoreway {

Status RemoveChunks(Store& store, std::string_view upload_id, uint32_t count) {
  uint32_t bucket = (count + kChunksPerBucket - 1) / kChunksPerBucket;
  while (bucket > 0) {
    --bucket;
    const uint32_t begin = bucket * kChunksPerBucket;
    const uint32_t end = std::min(count, begin + kChunksPerBucket);
    WriteBatch batch{ChunkPartition(upload_id, bucket), {}};
    for (uint32_t index = begin; index < end; ++index) batch.writes.push_back(Delete(ChunkSort(index)));
    SCOREWAY_RETURN_IF_ERROR(store.Apply(batch));
  }
  return {};
}

Result<uint32_t> CountChunkBuckets(Store& store, std::string_view upload_id) {
  uint32_t count = 0;
  ScanRange any;
  any.row_count_max = 1;
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const ScanPage page, store.Scan(ChunkPartition(upload_id, count), any));
    if (page.rows.empty()) return count;
    ++count;
  }
}

}  // namespace scoreway
