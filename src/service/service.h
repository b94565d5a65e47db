// Service: what the use cases work with. One file per use case stands beside it.
#pragma once

#include "engines/engines.h"
#include "registry/registry.h"
#include "registry/runs.h"
#include "service/key_ring.h"
#include "service/online_features.h"
#include "service/serving_set.h"

namespace scoreway {

class JobService;

struct Service {
  Registry* registry = nullptr;
  // Told of changes at once; null where nothing is served, as in a command.
  ServingSet* serving = nullptr;
  const Engines* engines = &NativeEngines();
  // Null where no use case of runs is called.
  Runs* runs = nullptr;
  // Null where no use case of feature views is called; predictions then do without.
  OnlineFeatures* features = nullptr;
  // Null where nobody asks who calls.
  KeyRing* keys = nullptr;
  // Null where there are none.
  JobService* jobs = nullptr;
};

}  // namespace scoreway
