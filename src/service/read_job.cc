#include "service/read_job.h"

#include "data/codec/json_lines_reader.h"

namespace scoreway {

Result<JobView> ReadJob(JobService& jobs, std::string_view tenant, const std::string& id) {
  SCOREWAY_ASSIGN_OR_RETURN(StoredJob stored, jobs.store.Get(id));
  if (!tenant.empty() && stored.job.tenant != tenant) {
    return Error{Code::kNotFound, "there is no such job, or it was removed when its time was up", "job '" + id + "'"};
  }
  JobView view{std::move(stored.job), false, {}};
  if (IsFinal(view.job.state)) return view;
  SCOREWAY_ASSIGN_OR_RETURN(view.has_progress, jobs.store.GetProgress(id, &view.progress));
  if (view.has_progress) view.job.state = JobState::kRunning;
  return view;
}

// The job is read before its answers: what ends in between is seen as not yet complete.
Result<JobAnswers> ReadJobAnswers(JobService& jobs, std::string_view tenant, const std::string& id,
                                  const std::string& page_token, size_t rows_max) {
  SCOREWAY_ASSIGN_OR_RETURN(const JobView view, ReadJob(jobs, tenant, id));
  JobAnswers answers;
  SCOREWAY_ASSIGN_OR_RETURN(answers.page, jobs.store.ReadAnswers(id, page_token, rows_max));
  answers.is_complete = IsFinal(view.job.state) && answers.page.rows < rows_max;
  const bool is_empty = answers.page.rows == 0 && page_token.empty();
  if (!is_empty || view.job.state == JobState::kSucceeded) return answers;
  const std::string place = "job '" + id + "'";
  if (!IsFinal(view.job.state)) return Error{Code::kConflict, "no answer is there yet: the job waits or runs", place};
  const std::string reason = view.job.error.code == Code::kOk ? "" : ": " + view.job.error.ToString();
  return Error{Code::kNotFound,
               "there are no answers: the job is " + std::string(JobStateName(view.job.state)) + reason, place};
}

Result<Batch> ReadAnswerBatch(JobService& jobs, const std::string& id, const AnswerPage& page) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Schema> schema, jobs.store.GetAnswerSchema(id));
  Batch batch(schema);
  if (page.rows == 0) return batch;
  TextSource source(page.lines);
  JsonReadOptions options;
  options.may_be_absent.assign(schema->size(), true);
  JsonLinesReader reader(&source, schema, options);
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool more, reader.Next(&batch, page.rows));
    if (!more) return batch;
  }
}

}  // namespace scoreway
