// CopyFeatureRows: the rows of all feature views, from one store to another that has the same views already.
#pragma once

#include <cstdint>
#include <functional>

#include "base/clock.h"
#include "base/result.h"
#include "store/store.h"

namespace scoreway {

struct FeatureCopyCounts {
  uint64_t copied = 0;
  uint64_t there = 0;    // the target has the same or a later row of the key
  uint64_t expired = 0;  // past the view's TTL
};

// As with writes, of two rows of one key the one with the later event time stays. Done again it copies what has come
// since; what has been removed since stays. After an error part of the rows is copied.
Result<FeatureCopyCounts> CopyFeatureRows(Store& from, Store& to, const Clock& clock,
                                          const std::function<void(const FeatureCopyCounts&)>& on_progress = {});

}  // namespace scoreway
