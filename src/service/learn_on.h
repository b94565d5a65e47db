// LearnOn: a version goes on learning from labelled rows. What it becomes is kept as the checkpoints of a run; one of
// them, if wanted, becomes the next version, and aliases that point at the version it came from move there, after a
// look at how far its answers have moved (canary.h). Nothing that serves changes before that.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "learn/learner.h"
#include "service/canary.h"
#include "service/learning_rows.h"
#include "service/service.h"

namespace scoreway {

// A version and a learner made of its artifact.
struct OpenedLearner {
  VersionInfo version;
  std::shared_ptr<const Model> model;
  std::unique_ptr<learn::Learner> learner;
};

// NOT_FOUND if there is no such version; then the errors of Learner::Make, which takes these settings.
Result<OpenedLearner> OpenLearner(const Service& service, const Reference& reference,
                                  const std::map<std::string, double>& settings);

struct LearnOnRequest {
  std::string who, why;
  std::string source;  // what the rows are of, for people: a file, "log 2026-03-01T00:00:00Z ..."
  size_t batch_rows = 1000;
  // Rows between two checkpoints, besides the one at the end; 0: none.
  uint64_t checkpoint_every = 0;
  RetentionRules retention;  // of the checkpoints
  // Makes the last checkpoint a version.
  bool promote = false;
  // These move to it, each only if it is not set or points at the version that was learned on. They need a canary.
  std::vector<std::string> aliases;
  CanaryLimits limits;
};

struct LearnOnAnswer {
  int64_t run = 0;
  int64_t step = 0;   // of the last checkpoint: the rows learned, over all runs
  uint64_t rows = 0;  // of this run
  std::optional<CanaryReport> canary;
  std::optional<VersionInfo> version;
  std::vector<AliasEvent> moves;
};

// `canary`: rows that it does not learn from; null: none. `on_rows` is told the rows so far, now and then. Where the
// rows end in an error the run has failed and says why; its checkpoints stay. A candidate that the canary refuses is
// INVALID_ARGUMENT; the run, which has its bytes, is named.
Result<LearnOnAnswer> LearnOn(const Service& service, const OpenedLearner& opened, const LearnOnRequest& request,
                              LearningRows& rows, LearningRows* canary, const std::function<void(uint64_t)>& on_rows);

}  // namespace scoreway
