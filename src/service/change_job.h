// Changes that people make to a job: cancelling it, and having one that has ended tried again.
#pragma once

#include <string>
#include <string_view>

#include "service/job_service.h"

namespace scoreway {

// Gives the job as it is then; one that has ended stays as it is. A worker that has it stops at its next part.
Result<Job> CancelJob(JobService& jobs, std::string_view tenant, const std::string& id);

// Queues a job anew that failed, was cancelled or is dead; what it has answered is kept. kConflict if it waits, runs or
// has succeeded.
Result<Job> RetryJob(JobService& jobs, std::string_view tenant, const std::string& id);

}  // namespace scoreway
