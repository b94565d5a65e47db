// The bodies of requests about runs.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/run_info.h"
#include "service/promote_checkpoint.h"

namespace scoreway::http {

// INVALID_ARGUMENT names a member that is unknown or of the wrong type; an empty text is an object without members.

// {"parameters": {...}, "tags": {...}, "who", "source", "parent_run", "parent_step", "retention": {...}}; values of
// parameters and tags may be texts, numbers, true, false and null.
Result<RunInfo> ReadStartRequest(std::string_view json);

// {"state": "finished" or "failed", "message"}
struct FinishRequest {
  RunInfo::State state = RunInfo::State::kFinished;
  std::string message;
};
Result<FinishRequest> ReadFinishRequest(std::string_view json);

// {"keep_last", "keep_best", "metric", "goal", "keep_every"}
Result<RetentionRules> ReadRetentionRules(std::string_view json);

// {"aliases": [...], "description", "tags": {...}, "who", "why", "require_parity", "tolerance",
//  "rows": CSV, "expected": CSV}
Result<PromoteCheckpointRequest> ReadPromoteRequest(std::string_view json);

}  // namespace scoreway::http
