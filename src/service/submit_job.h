// SubmitJob: rows to be scored later, taken in as they come.
//
// What is submitted is stored as it is, in chunks, of which only the last ones are in memory; the job is there, and
// waits for a worker, with the last of them. What never came to its end dies by TTL, seen by nobody.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/sha256.h"
#include "jobs/job.h"
#include "registry/model_names.h"
#include "service/service.h"
#include "store/queue.h"

namespace scoreway {

struct SubmitRequest {
  Reference model;
  std::string tenant = kAnonymous;
  RowForm form = RowForm::kJson;
  int64_t priority = 0;
  std::vector<std::string> outputs = {};
  std::string webhook = {};
  std::chrono::seconds time_max{0};  // from now on; later it fails. 0: as long as it takes
  // Submitting again with the same key gives the same job.
  std::string idempotency_key = {};
};

class JobSubmission {
 public:
  struct Answer {
    Job job;
    bool is_new = true;
  };

  // The service needs registry and jobs. Does not block.
  JobSubmission(const Service& service, SubmitRequest request);

  // The next bytes. kInvalidArgument: the request is wrong, kNotFound: there is no such model, kResourceExhausted: too
  // much is submitted, kUnavailable: too many jobs wait; or the Store's errors. Then the submission has failed.
  Status Append(std::string_view bytes);
  // All is there: the job is durable when ok. kConflict: the key was used for something else.
  Result<Answer> Finish();

 private:
  Status Begin();
  Status Check() const;
  Result<Answer> AnswerExisting();

  const Service service_;
  const SubmitRequest request_;
  Job job_;
  bool has_begun_ = false;
  Sha256 digest_;
  std::string chunk_;  // not yet stored
};

// The submission of a text that is whole.
Result<JobSubmission::Answer> SubmitJob(const Service& service, SubmitRequest request, std::string_view rows);

// The queue's entry for running the job.
QueueEntry RunEntry(const Job& job);

}  // namespace scoreway
