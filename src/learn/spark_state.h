// From a model that Spark saved to the state that its learner begins with.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "learn/learner_state.h"

namespace scoreway::learn {

// The last stage, of a pipeline or by itself, is what learns; the stages before it stay as they are. `artifact` is an
// archive that ImportModel reads. What was learned is not in the state, but in the model's operators. UNSUPPORTED names
// a stage that does not learn on.
Result<LearnerState> ReadSparkState(std::string_view artifact, uint64_t unpacked_bytes_max);

}  // namespace scoreway::learn
