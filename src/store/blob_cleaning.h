// Removing the chunks of an upload. For the sources of Blobs.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "store/store.h"

namespace scoreway {

// Removes chunks [0, count), the last bucket first, so that an upload whose removal was broken off still has its chunks
// from 0 on without a hole, which CountChunkBuckets relies on.
Status RemoveChunks(Store& store, std::string_view upload_id, uint32_t count);

// How many buckets of the upload have chunks, found by looking.
Result<uint32_t> CountChunkBuckets(Store& store, std::string_view upload_id);

}  // namespace scoreway
