#include "service/run_job.h"

#include <algorithm>
#include <utility>

#include "data/codec/json_batch_writer.h"
#include "service/find_model.h"
#include "service/job_rows.h"
#include "service/job_service.h"
#include "service/notify_job_end.h"
#include "service/output_columns.h"
#include "service/random_pause.h"

namespace scoreway {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Cells, inputs and outputs together, that are scored at once.
constexpr size_t kPartCells = 65'536;
constexpr size_t kPartRowsMax = 4096;
// Answers wait for each other so long before they are stored, while the job goes on.
constexpr std::chrono::milliseconds kFlushAfter{250};
constexpr size_t kFlushBytes = size_t{1} << 20;

size_t PartRows(const LoadedModel& model) {
  const size_t cells = model.scorer->input_schema()->size() + model.scorer->output_schema()->size();
  return std::clamp<size_t>(kPartCells / std::max<size_t>(cells, 1), 1, kPartRowsMax);
}

bool IsTooLate(const Job& job, const Clock& clock) {
  return job.deadline_micros != 0 && clock.NowMicros() > job.deadline_micros;
}

}  // namespace

struct JobRunner::Try {
  Try(HeldLease& its_lease, StoredJob its_job, JobStore* store)
      : held(its_lease), stored(std::move(its_job)), rows(store, stored.job) {}

  HeldLease& held;
  const StoredJob stored;
  JobRows rows;
  int64_t parts_stored = 0;  // by earlier tries
  int64_t parts = 0;
  int64_t row_count = 0;
  std::vector<size_t> columns;
  bool has_columns = false;
  bool is_broken_off = false;        // for another worker to go on with
  std::string lines;                 // of a part
  std::vector<WriteBatch> to_store;  // parts
  size_t bytes_to_store = 0;
  SteadyClock::time_point last_flush = SteadyClock::now();
};

JobRunner::JobRunner(const Service& service, unsigned slot)
    : service_(service), reader_(service.serving), predictor_(slot, service.features) {}

Settlement JobRunner::Run(HeldLease& held) {
  JobService& jobs = *service_.jobs;
  const Lease& lease = held.lease;
  const auto retry = [&] {
    return Settlement{
        .lease = &lease, .kind = Settlement::Kind::kRetry, .delay = RandomPause(jobs.options.retry, lease.attempt)};
  };
  Result<StoredJob> stored = jobs.store.Get(lease.id);
  if (!stored.ok() && stored.code() == Code::kNotFound) return {.lease = &lease};
  if (!stored.ok()) return retry();
  if (IsFinal(stored->job.state)) return {.lease = &lease};
  if (lease.attempt == 1) {
    jobs.counters.wait.Add(std::max<int64_t>(jobs.clock.NowMicros() - stored->job.created_micros, 0) * 1000);
  }

  const auto start = SteadyClock::now();
  held.started_micros = jobs.clock.NowMicros();
  Try attempt(held, std::move(*stored), &jobs.store);
  const int64_t attempts_max = jobs.options.retry.attempts_max;
  if (lease.attempt > attempts_max) {
    return End(attempt, JobState::kDead,
               {Code::kUnavailable,
                "its workers were lost, or lost their lease, " + std::to_string(attempts_max) + " times",
                {}},
               Settlement::Kind::kDead);
  }
  const Status status = Score(attempt);
  jobs.counters.run.Add(std::chrono::duration_cast<std::chrono::nanoseconds>(SteadyClock::now() - start).count());
  if (held.is_lost) return {};
  if (attempt.is_broken_off) return GiveBack(attempt);
  return status.ok() ? Succeed(attempt) : Fail(attempt, status.error());
}

Status JobRunner::Score(Try& attempt) {
  JobService& jobs = *service_.jobs;
  const Job& job = attempt.stored.job;
  Handle model = reader_.Find(job.model, {}, job.version);
  if (model == nullptr) {
    Result<Handle> loaded = service_.serving->LoadNow({job.model, {}, job.version});
    if (!loaded.ok()) return AsLoadError(loaded.error());
    model = std::move(*loaded);
  }
  if (attempt.held.lease.attempt > 1) {
    SCOREWAY_ASSIGN_OR_RETURN(attempt.parts_stored, jobs.store.CountParts(job.id));
  }
  const size_t part_rows = PartRows(*model);
  while (true) {
    if (attempt.held.is_lost) return Status(Code::kConflict, "the lease is lost");
    if (IsTooLate(job, jobs.clock)) return Status(Code::kDeadlineExceeded, "the time that the job was given is over");
    attempt.is_broken_off = attempt.held.is_wanted_back;
    if (attempt.is_broken_off) return {};
    const Predictor::Rows rows = predictor_.Input(model);
    SCOREWAY_ASSIGN_OR_RETURN(const bool more, attempt.rows.Next(rows, part_rows));
    if (!more) break;
    const auto count = static_cast<int64_t>(rows.batch->rows());
    if (attempt.parts >= attempt.parts_stored) SCOREWAY_RETURN_IF_ERROR(ScorePart(attempt, model));
    ++attempt.parts;
    attempt.row_count += count;
    attempt.held.rows = attempt.row_count;
    attempt.held.input_bytes = attempt.rows.bytes_read();
    if (attempt.bytes_to_store >= kFlushBytes || SteadyClock::now() - attempt.last_flush > kFlushAfter) {
      SCOREWAY_RETURN_IF_ERROR(Flush(attempt));
    }
  }
  // An answer of no rows has columns, too.
  return attempt.parts_stored == 0 ? ChooseColumns(attempt, *model->scorer->output_schema()) : Status();
}

Status JobRunner::ChooseColumns(Try& attempt, const Schema& outputs) {
  if (attempt.has_columns) return {};
  const Job& job = attempt.stored.job;
  SCOREWAY_RETURN_IF_ERROR(
      FindOutputs(outputs, job.outputs.empty() ? attempt.rows.outputs() : job.outputs, &attempt.columns));
  std::vector<Field> fields;
  for (const size_t column : attempt.columns) fields.push_back(outputs.field(column));
  if (fields.empty()) fields = outputs.fields();
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Schema> schema, Schema::Make(std::move(fields)));
  attempt.to_store.push_back(service_.jobs->store.AnswerSchema(job.id, *schema));
  attempt.has_columns = true;
  return {};
}

Status JobRunner::ScorePart(Try& attempt, const Handle& model) {
  SCOREWAY_ASSIGN_OR_RETURN(const Batch* const answers,
                            predictor_.Run(model, {}, static_cast<uint64_t>(attempt.row_count)));
  SCOREWAY_RETURN_IF_ERROR(ChooseColumns(attempt, answers->schema()));
  attempt.lines.clear();
  AppendJsonLines(*answers, attempt.columns, &attempt.lines);
  SCOREWAY_ASSIGN_OR_RETURN(WriteBatch part,
                            service_.jobs->store.Part(attempt.stored.job.id, attempt.parts, attempt.lines));
  attempt.bytes_to_store += attempt.lines.size();
  attempt.to_store.push_back(std::move(part));
  return {};
}

Status JobRunner::Flush(Try& attempt) {
  JobService& jobs = *service_.jobs;
  attempt.held.parts = attempt.parts;
  attempt.to_store.push_back(jobs.store.Progress(attempt.stored.job.id, attempt.held.progress(), jobs.options.lease));
  Status extended = jobs.queue->Extend(attempt.held.lease, jobs.options.lease, attempt.to_store);
  if (extended.code() == Code::kConflict) attempt.held.is_lost = true;
  SCOREWAY_RETURN_IF_ERROR(std::move(extended));
  attempt.to_store.clear();
  attempt.bytes_to_store = 0;
  attempt.last_flush = SteadyClock::now();
  // Somebody may have cancelled it; a queue that is not one with the store does not tell.
  SCOREWAY_ASSIGN_OR_RETURN(const StoredJob now, jobs.store.Get(attempt.stored.job.id));
  if (!IsFinal(now.job.state)) return {};
  attempt.held.is_lost = true;
  return Status(Code::kConflict, "the job was cancelled");
}

Settlement JobRunner::End(Try& attempt, JobState state, Error error, Settlement::Kind kind) {
  JobService& jobs = *service_.jobs;
  Job job = attempt.stored.job;
  job.state = state;
  job.error = std::move(error);
  job.finished_micros = jobs.clock.NowMicros();
  job.attempts = attempt.held.lease.attempt;
  job.rows = attempt.row_count;
  job.parts = attempt.parts;
  Settlement settlement{.lease = &attempt.held.lease, .kind = kind, .reason = job.error.ToString()};
  if (state == JobState::kSucceeded) settlement.first = std::move(attempt.to_store);
  settlement.first.push_back(jobs.store.Change(attempt.stored, job));
  if (!job.webhook.empty()) settlement.follow_up.push_back(NotifyEntry(job));
  return settlement;
}

Settlement JobRunner::Succeed(Try& attempt) {
  service_.jobs->counters.rows.fetch_add(static_cast<uint64_t>(attempt.row_count), std::memory_order_relaxed);
  return End(attempt, JobState::kSucceeded, {Code::kOk, {}, {}}, Settlement::Kind::kDone);
}

Settlement JobRunner::Fail(Try& attempt, Error error) {
  JobService& jobs = *service_.jobs;
  const int64_t attempts = attempt.held.lease.attempt;
  if (!IsPassing(error.code) || IsTooLate(attempt.stored.job, jobs.clock))
    return End(attempt, JobState::kFailed, std::move(error), Settlement::Kind::kDone);
  if (attempts >= jobs.options.retry.attempts_max) {
    return End(attempt, JobState::kDead, std::move(error), Settlement::Kind::kDead);
  }
  Job job = attempt.stored.job;
  job.attempts = attempts;
  job.error = std::move(error);
  return {.lease = &attempt.held.lease,
          .kind = Settlement::Kind::kRetry,
          .delay = RandomPause(jobs.options.retry, attempts),
          .first = {jobs.store.Change(attempt.stored, job), jobs.store.NoProgress(job.id)}};
}

Settlement JobRunner::GiveBack(Try& attempt) {
  Settlement settlement{
      .lease = &attempt.held.lease, .kind = Settlement::Kind::kGiveBack, .first = std::move(attempt.to_store)};
  settlement.first.push_back(service_.jobs->store.NoProgress(attempt.stored.job.id));
  return settlement;
}

Settlement JobRunner::AfterConflict(const HeldLease& held) {
  const Result<StoredJob> stored = service_.jobs->store.Get(held.lease.id);
  const bool is_over = stored.ok() ? IsFinal(stored->job.state) : stored.code() == Code::kNotFound;
  if (is_over) return {.lease = &held.lease};
  return {.lease = &held.lease, .kind = Settlement::Kind::kRetry, .delay = service_.jobs->options.retry.first_pause};
}

}  // namespace scoreway
