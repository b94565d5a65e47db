// Admission: how much of one model's work a pool takes, and what is said to a request that it does not take.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "service/loaded_model.h"
#include "service/worker_pool.h"

namespace scoreway {

struct AdmissionOptions {
  size_t model_waiting_max = 128;
  unsigned model_running_max = 0;  // 0: as many as the pool has threads
};

// The lane of a model's work; a view of both. A model that another process computes, for which a thread merely waits,
// has half of the threads at most.
Lane LaneOf(const LoadedModel& model, std::string_view caller, const AdmissionOptions& options, const WorkerPool& pool);

// RESOURCE_EXHAUSTED: too much of this model or caller; UNAVAILABLE: of all.
Error AsError(const Refusal& refusal);

}  // namespace scoreway
