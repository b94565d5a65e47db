#include "service/admission.h"

#include <algorithm>

namespace scoreway {

Lane LaneOf(const LoadedModel& model, std::string_view caller, const AdmissionOptions& options,
            const WorkerPool& pool) {
  unsigned running_max = options.model_running_max == 0 ? pool.threads() : options.model_running_max;
  if (model.model->program()) running_max = std::min(running_max, std::max(pool.threads() / 2, 1U));
  return {model.name, caller, running_max, options.model_waiting_max};
}

Error AsError(const Refusal& refusal) {
  if (refusal.reason == Refusal::Reason::kModelBusy) {
    return {Code::kResourceExhausted, "too many requests for this model wait already; try again", {}};
  }
  return {Code::kUnavailable, "too many requests wait already; try again", {}};
}

}  // namespace scoreway
