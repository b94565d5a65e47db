// PromoteCheckpoint: an iteration of a training becomes the next version of its model.
#pragma once

#include "base/result.h"
#include "service/push.h"
#include "service/service.h"

namespace scoreway {

struct PromoteCheckpointRequest {
  int64_t run = 0;
  int64_t step = 0;
  // Name, aliases, who and why, description, tags, sample and parity. Run, step, metrics and parameters come from the
  // run; tags of the run are kept where the push has none of that name.
  PushModelRequest push;
};

// Doing it again gives the same version. Errors are those of PushModel, so that what cannot be served is refused, and
// NOT_FOUND if the checkpoint's bytes are not here.
Result<PushModelAnswer> PromoteCheckpoint(const Service& service, PromoteCheckpointRequest request);

}  // namespace scoreway
