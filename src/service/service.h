// Service: what the use cases work with. One file per use case stands beside it.
#pragma once

#include "engines/engines.h"
#include "registry/registry.h"
#include "registry/runs.h"
#include "registry/version_profiles.h"
#include "service/key_ring.h"
#include "service/online_features.h"
#include "service/records.h"
#include "service/serving_set.h"
#include "service/shadow_scorer.h"
#include "service/traffic.h"

namespace scoreway {

struct BatchService;
class CallCounts;
class Challenges;
class JobService;
class StreamEvents;
class StreamService;
class Trainers;

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
  // Null where no use case of streams is called.
  StreamService* streams = nullptr;
  StreamEvents* stream_events = nullptr;
  // Null where no use case of stored batches is called.
  BatchService* batches = nullptr;
  // Null where nothing is logged and no use case of labels is called.
  Records* records = nullptr;
  // Null where every plain name is answered by what it means.
  Traffic* traffic = nullptr;
  // Null where predictions are not logged.
  ShadowScorer* shadows = nullptr;
  // Null where no use case of drift is called.
  VersionProfiles* profiles = nullptr;
  // What is counted of calls over gRPC; null where there are none.
  CallCounts* grpc_calls = nullptr;
  // Null where no use case of challenges is called.
  Challenges* challenges = nullptr;
  // Null where no use case of trainers is called.
  Trainers* trainers = nullptr;
};

}  // namespace scoreway
