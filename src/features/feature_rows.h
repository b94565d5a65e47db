// Where the rows of feature views lie. For the sources of this folder.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/store.h"

namespace scoreway {

// The partition of a key.
Partition FeaturePartition(std::string_view view_id, std::string_view key);

// Removes all rows of a view that is deleted.
Status RemoveFeatureRows(Store& store, std::string_view view_id);

}  // namespace scoreway
