#include "service/change_job.h"

#include "service/submit_job.h"

namespace scoreway {
namespace {

// Two who change a job at once: the one who comes second looks again.
constexpr int kTriesMax = 5;

Result<StoredJob> Find(JobService& jobs, std::string_view tenant, const std::string& id) {
  SCOREWAY_ASSIGN_OR_RETURN(StoredJob stored, jobs.store.Get(id));
  if (tenant.empty() || stored.job.tenant == tenant) return stored;
  return Error{Code::kNotFound, "there is no such job, or it was removed when its time was up", "job '" + id + "'"};
}

Error StillChanging(const std::string& id) {
  return {Code::kUnavailable, "the job is changed by others at this moment; try again", "job '" + id + "'"};
}

}  // namespace

Result<Job> CancelJob(JobService& jobs, std::string_view tenant, const std::string& id) {
  for (int i = 0; i < kTriesMax; ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const StoredJob stored, Find(jobs, tenant, id));
    if (IsFinal(stored.job.state)) return stored.job;
    Job cancelled = stored.job;
    cancelled.state = JobState::kCancelled;
    cancelled.finished_micros = jobs.clock.NowMicros();
    const WriteBatch change = jobs.store.Change(stored, cancelled);
    const Status status = jobs.queue->Remove(id, {&change, 1});
    if (status.ok()) {
      jobs.counters.cancelled.fetch_add(1, std::memory_order_relaxed);
      return cancelled;
    }
    if (status.code() != Code::kConflict) return status.error();
  }
  return StillChanging(id);
}

Result<Job> RetryJob(JobService& jobs, std::string_view tenant, const std::string& id) {
  for (int i = 0; i < kTriesMax; ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const StoredJob stored, Find(jobs, tenant, id));
    if (!IsFinal(stored.job.state) || stored.job.state == JobState::kSucceeded) {
      return Error{Code::kConflict,
                   "the job is " + std::string(JobStateName(stored.job.state)) + ": there is nothing to retry",
                   "job '" + id + "'"};
    }
    Job queued = stored.job;
    queued.state = JobState::kQueued;
    queued.finished_micros = 0;
    queued.attempts = 0;
    queued.error = {Code::kOk, {}, {}};
    const WriteBatch changes[] = {jobs.store.Change(stored, queued), jobs.store.NoProgress(id)};
    const Status status = jobs.queue->Put(RunEntry(queued), changes);
    if (status.ok()) return queued;
    if (status.code() != Code::kConflict) return status.error();
  }
  return StillChanging(id);
}

}  // namespace scoreway
