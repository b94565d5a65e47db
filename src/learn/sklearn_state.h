// From an estimator that scikit-learn saved to the state that its learner begins with.
#pragma once

#include <string_view>

#include "base/result.h"
#include "learn/learner_state.h"

namespace scoreway::learn {

// The estimator that learns: the whole saved object, the last step of a Pipeline (the steps before it stay as they
// are), or the best estimator of a finished search. `artifact` is a pickle that ImportModel reads. UNSUPPORTED names an
// estimator that does not learn on, or a setting with which it would not.
Result<LearnerState> ReadSklearnState(std::string_view artifact);

}  // namespace scoreway::learn
