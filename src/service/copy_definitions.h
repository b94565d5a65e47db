// CopyDefinitions: what people have set beside their models, from one registry's store to another: API keys, traffic
// policies, feature views and which models use them, trainers. Not what goes on by itself, streams and stored batches,
// which would begin in both places; nor what lies with the predictions, as watches do. Rows of views come after them
// (features/copy_feature_rows.h).
#pragma once

#include <cstdint>

#include "base/result.h"
#include "store/store.h"

namespace scoreway {

struct DefinitionCounts {
  uint64_t copied = 0;
  uint64_t there = 0;  // the same already
};

// kConflict names the first that the target has in another form; nothing is replaced. Run again, it goes on.
Result<DefinitionCounts> CopyDefinitions(Store& from, Store& to);

}  // namespace scoreway
