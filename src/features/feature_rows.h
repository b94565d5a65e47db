// Where the rows of feature views lie. For the sources of this folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "features/feature_view.h"
#include "store/store.h"

namespace scoreway {

inline constexpr uint32_t kFeatureBuckets = 1024;
Partition FeatureBucket(std::string_view view_id, uint32_t bucket);
// The bucket of a key.
Partition FeaturePartition(std::string_view view_id, std::string_view key);

// For how long a fresh row (IsFresh) is kept from now on; 0: for ever.
int64_t TtlOf(const FeatureView& view, int64_t event_time_micros, int64_t now_micros);

// Removes all rows of a view that is deleted.
Status RemoveFeatureRows(Store& store, std::string_view view_id);

}  // namespace scoreway
