// Admission: how much of one model's work a pool takes, and what is said to a request that it does not take.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "service/loaded_model.h"
#include "service/worker_pool.h"

namespace scoreway {

// A limit for every model, but for those that have their own. Set from texts, "COUNT" or "MODEL=COUNT", of which the
// last one counts.
class ModelLimit {
 public:
  explicit ModelLimit(unsigned all) : all_(all) {}

  // kInvalidArgument: it is neither, or not within these bounds.
  Status Set(std::string_view text, unsigned least, unsigned most);
  unsigned Of(std::string_view model) const;

 private:
  unsigned all_;
  std::map<std::string, unsigned, std::less<>> own_;
};

struct AdmissionOptions {
  ModelLimit waiting_max{128};
  ModelLimit running_max{0};  // 0: as many as the pool has threads
};

// The lane of a model's work; a view of both. A model that another process computes, for which a thread merely waits,
// has half of the threads at most.
Lane LaneOf(const LoadedModel& model, std::string_view caller, const AdmissionOptions& options, const WorkerPool& pool);

// RESOURCE_EXHAUSTED: too much of this model or caller; UNAVAILABLE: of all.
Error AsError(const Refusal& refusal);

}  // namespace scoreway
