// CheckRegistry: reads all that a registry promises to have, and says what is not so.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "registry/registry.h"
#include "store/store.h"

namespace scoreway {

struct CheckReport {
  uint64_t models = 0;
  uint64_t versions = 0;
  uint64_t runs = 0;
  uint64_t checkpoints = 0;
  uint64_t artifact_bytes = 0;  // read and checked
  uint64_t old_uploads = 0;     // begun over a day ago and never finished; Registry::Collect removes them
  std::vector<std::string> faults;
};

using CheckProgress = std::function<void(const CheckReport& report)>;

// The metadata of every version and checkpoint is read and, with `read_artifacts`, their bytes against their SHA-256. A
// fault that one of them has goes into the report; an error is of the store as a whole.
Result<CheckReport> CheckRegistry(Registry& registry, Store& store, const Clock& clock, bool read_artifacts,
                                  const CheckProgress& on_progress);

}  // namespace scoreway
