// Any bytes as the state of a learner, beside a model or alone: no crash, no allocation beyond what is there, and what
// was read is written as the same bytes read again.

#include <cstdint>
#include <string_view>

#include "learn/estimators.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace scoreway::learn;
  const auto state = LoadState({reinterpret_cast<const char*>(data), size});
  if (!state.ok()) return 0;
  const auto again = LoadState(SaveState(*state));
  if (!again.ok() || SaveState(*again) != SaveState(*state)) __builtin_trap();
  const auto estimator = MakeEstimator(*state, 3);
  if (!estimator.ok()) return 0;
  const double cells[] = {1, 0.5, 0, 2, 3, 0.25}, targets[] = {0, 0};
  (void)(*estimator)->Learn(Examples{3, cells, targets});
  scoreway::learn::LearnerState saved = *state;
  (*estimator)->Save(&saved);
  return 0;
}
