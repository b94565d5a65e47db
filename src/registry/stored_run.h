// Reading a run's rows: what was stored, kept beside what it means, so that a write can ask for it to be unchanged.
// For the sources of this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "registry/run_rows.h"
#include "store/store.h"

namespace scoreway {

struct StoredRun {
  std::string text;
  RunInfo run;
};
// kNotFound if there is no such run.
Result<StoredRun> ReadStoredRun(Store& store, std::string_view name, int64_t run);

// Those of these numbers that there are, in their order; asked for at once.
Result<std::vector<RunInfo>> ReadRuns(Store& store, std::string_view name, std::span<const int64_t> numbers);

struct StoredCheckpoint {
  std::optional<std::string> text;  // nothing: there is no such checkpoint
  CheckpointRow row;
};
Result<StoredCheckpoint> ReadStoredCheckpoint(Store& store, std::string_view name, int64_t run, int64_t step);
// kNotFound if there is none.
Result<StoredCheckpoint> ReadPresentCheckpoint(Store& store, std::string_view name, int64_t run, int64_t step);

// The checkpoints of these steps that there are, in their order; asked for at once.
Result<std::vector<CheckpointRow>> ReadCheckpoints(Store& store, std::string_view name, int64_t run,
                                                   std::span<const int64_t> steps);

// The partition of the step's bucket.
Partition PartitionOfStep(std::string_view name, int64_t run, int64_t step);

}  // namespace scoreway
