// ReadJob: where a job stands, and its answers as far as they are there. A caller sees the jobs of its tenant.
#pragma once

#include <string>
#include <string_view>

#include "data/batch.h"
#include "service/job_service.h"

namespace scoreway {

struct JobView {
  Job job;  // kRunning if a worker has it
  bool has_progress = false;
  JobProgress progress;
};

// `tenant`: empty for one who sees all. kNotFound if there is no such job for the tenant.
Result<JobView> ReadJob(JobService& jobs, std::string_view tenant, const std::string& id);

struct JobAnswers {
  AnswerPage page;
  bool is_complete = false;  // these were the last
};

// kConflict while nothing is there and more may come; kNotFound if there never will be.
Result<JobAnswers> ReadJobAnswers(JobService& jobs, std::string_view tenant, const std::string& id,
                                  const std::string& page_token, size_t rows_max);

// Such answers as columns.
Result<Batch> ReadAnswerBatch(JobService& jobs, const std::string& id, const AnswerPage& page);

}  // namespace scoreway
