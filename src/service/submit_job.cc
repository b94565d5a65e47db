#include "service/submit_job.h"

#include <algorithm>
#include <utility>

#include "service/job_service.h"
#include "store/random_id.h"

namespace scoreway {
namespace {

constexpr int64_t kBytesOfOneTurn = 65'536;
constexpr size_t kIdDigits = 32;
constexpr size_t kIdempotencyKeyBytesMax = 256;

// The same for the same key: the second of two submissions finds the first.
std::string IdOf(const SubmitRequest& request) {
  if (request.idempotency_key.empty()) return RandomId();
  std::string text = request.tenant;
  for (const std::string& part : {request.model.name, request.idempotency_key}) text += '\0' + part;
  return Sha256::Hex(text).substr(0, kIdDigits);
}

Status CheckWebhook(const std::string& url, const std::vector<std::string>& prefixes) {
  const std::string place = "webhook";
  if (prefixes.empty()) return Status(Code::kInvalidArgument, "this server calls no webhooks", place);
  const bool is_plain =
      url.size() <= kWebhookBytesMax && std::ranges::all_of(url, [](char c) { return c > ' ' && c < 127; });
  const bool is_allowed =
      std::ranges::any_of(prefixes, [&](const std::string& prefix) { return url.starts_with(prefix); });
  if (is_plain && is_allowed) return {};
  return Status(Code::kInvalidArgument, "not a URL that this server may call", place);
}

}  // namespace

QueueEntry RunEntry(const Job& job) {
  return {.id = job.id,
          .payload = "run",
          .tenant = job.tenant,
          .priority = job.priority,
          .cost = 1 + job.input_bytes / kBytesOfOneTurn};
}

JobSubmission::JobSubmission(const Service& service, SubmitRequest request)
    : service_(service), request_(std::move(request)) {}

Status JobSubmission::Check() const {
  if (request_.priority < 0 || request_.priority > kJobPriorityMax) {
    return Status(Code::kInvalidArgument, "not a number from 0 to " + std::to_string(kJobPriorityMax), "priority");
  }
  if (request_.time_max.count() < 0 || request_.time_max > std::chrono::hours(24 * 365)) {
    return Status(Code::kInvalidArgument, "not a number of seconds up to a year", "deadline_seconds");
  }
  if (request_.idempotency_key.size() > kIdempotencyKeyBytesMax) {
    return Status(Code::kInvalidArgument, "longer than " + std::to_string(kIdempotencyKeyBytesMax) + " bytes",
                  "idempotency key");
  }
  return request_.webhook.empty() ? Status() : CheckWebhook(request_.webhook, service_.jobs->options.webhook_prefixes);
}

Status JobSubmission::Begin() {
  SCOREWAY_RETURN_IF_ERROR(Check());
  const JobOptions& options = service_.jobs->options;
  SCOREWAY_ASSIGN_OR_RETURN(const QueueCounts counts, service_.jobs->RecentCounts());
  if (counts.ready + counts.waiting >= options.queue_max) {
    return Status(Code::kUnavailable, "too many jobs wait already; try again later");
  }
  SCOREWAY_ASSIGN_OR_RETURN(job_.version, service_.registry->Resolve(request_.model));
  job_.id = IdOf(request_);
  job_.input = RandomId();
  job_.model = request_.model.name;
  job_.tenant = request_.tenant;
  job_.priority = request_.priority;
  job_.form = request_.form;
  job_.outputs = request_.outputs;
  job_.webhook = request_.webhook;
  job_.created_micros = service_.jobs->clock.NowMicros();
  if (request_.time_max.count() > 0) {
    job_.deadline_micros = job_.created_micros + std::chrono::microseconds(request_.time_max).count();
  }
  has_begun_ = true;
  return {};
}

Status JobSubmission::Append(std::string_view bytes) {
  if (!has_begun_) SCOREWAY_RETURN_IF_ERROR(Begin());
  const JobOptions& options = service_.jobs->options;
  const bool is_document = job_.form == RowForm::kJson || job_.form == RowForm::kArrow;
  const int64_t bytes_max = is_document ? options.document_bytes_max : options.input_bytes_max;
  job_.input_bytes += static_cast<int64_t>(bytes.size());
  if (job_.input_bytes > bytes_max) {
    return Status(Code::kResourceExhausted,
                  "more than " + std::to_string(bytes_max) + " bytes" +
                      (is_document ? " of JSON or Arrow, which is read whole; CSV and JSON lines may have more" : ""),
                  "body");
  }
  digest_.Update(bytes);
  while (!bytes.empty()) {
    if (chunk_.size() == kJobChunkBytes) {
      SCOREWAY_RETURN_IF_ERROR(
          service_.jobs->store.PutInputChunk(job_, job_.input_chunks++, std::exchange(chunk_, {})));
    }
    const size_t size = std::min(bytes.size(), kJobChunkBytes - chunk_.size());
    chunk_.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return {};
}

Result<JobSubmission::Answer> JobSubmission::Finish() {
  if (!has_begun_) SCOREWAY_RETURN_IF_ERROR(Begin());
  JobService& jobs = *service_.jobs;
  job_.input_digest = digest_.FinishHex();
  std::vector<WriteBatch> writes = {jobs.store.InputChunk(job_, job_.input_chunks++, std::move(chunk_))};
  for (WriteBatch& batch : jobs.store.Create(job_)) writes.push_back(std::move(batch));
  const Status put = jobs.queue->Put(RunEntry(job_), writes);
  if (put.code() == Code::kConflict) return AnswerExisting();
  if (!put.ok()) return put.error();
  jobs.counters.submitted.fetch_add(1, std::memory_order_relaxed);
  return Answer{std::move(job_), true};
}

Result<JobSubmission::Answer> JobSubmission::AnswerExisting() {
  JobService& jobs = *service_.jobs;
  SCOREWAY_ASSIGN_OR_RETURN(StoredJob stored, jobs.store.Get(job_.id));
  if (stored.job.input_digest != job_.input_digest || stored.job.form != job_.form ||
      stored.job.tenant != job_.tenant) {
    return Error{Code::kConflict, "the idempotency key was used for another job", "job '" + job_.id + "'"};
  }
  // Where the queue is not one with the store, the first submission may have ended between the two.
  if (stored.job.state == JobState::kQueued) SCOREWAY_RETURN_IF_ERROR(jobs.queue->Put(RunEntry(stored.job), {}));
  return Answer{std::move(stored.job), false};
}

Result<JobSubmission::Answer> SubmitJob(const Service& service, SubmitRequest request, std::string_view rows) {
  JobSubmission submission(service, std::move(request));
  SCOREWAY_RETURN_IF_ERROR(submission.Append(rows));
  return submission.Finish();
}

}  // namespace scoreway
