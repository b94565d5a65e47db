// CopyRegistry: all that a registry holds, from one store to another: names, versions with their numbers, metadata and
// artifacts, aliases and their history, idempotency keys, tombstones, reference profiles, runs with their checkpoints.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "store/store.h"

namespace scoreway {

struct CopyCounts {
  uint64_t models = 0;
  uint64_t versions = 0;
  uint64_t artifacts = 0;        // copied now
  uint64_t artifacts_there = 0;  // that the target had already
  uint64_t bytes = 0;            // of those copied
};

// Told now and then of what is done so far.
using CopyProgress = std::function<void(const CopyCounts& counts)>;

// Copies every model whose copy is not complete, so that a copy that broke off goes on where it was; every artifact is
// checked against its SHA-256 on the way. A model becomes visible in the target when all of it is there. kConflict if
// the target has a model of the same name that is no copy of the source's, or if the source changes meanwhile: copy
// again.
Result<CopyCounts> CopyRegistry(Store& from, Store& to, const Clock& clock, const CopyProgress& on_progress);

}  // namespace scoreway
