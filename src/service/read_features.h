// ReadFeatures: what a view holds for some keys, as a table.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "features/feature_store.h"

namespace scoreway {

// The view's keys alone, as rows are asked for.
std::shared_ptr<const Schema> KeySchema(const FeatureView& view);

// For each row of `keys` (of KeySchema): the key, the columns asked for (none: all) and the event time as text. All but
// the key is null where the view has no row, or one past its TTL. kInvalidArgument for a key that is missing or no key,
// and for a column that the view lacks.
Result<Batch> ReadFeatures(FeatureStore& features, const Clock& clock, const FeatureView& view, const Batch& keys,
                           const std::vector<std::string>& columns);

}  // namespace scoreway
