// scoreway submit and scoreway jobs: rows to be scored later by the workers of `scoreway serve`, and what became of
// them.

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "base/utc_time.h"
#include "commands.h"
#include "data/codec/arrow_writer.h"
#include "data/codec/csv_writer.h"
#include "files.h"
#include "open_registry.h"
#include "open_store.h"
#include "printing.h"
#include "progress.h"
#include "service/change_job.h"
#include "service/read_job.h"
#include "service/submit_job.h"
#include "table.h"

namespace scoreway {
namespace {

constexpr size_t kPieceBytes = size_t{1} << 20;
constexpr size_t kAnswerRows = 10'000;
constexpr std::chrono::milliseconds kLook{100};

struct OpenedJobs {
  OpenedRegistry registry;
  std::unique_ptr<JobService> jobs;
};

Result<OpenedJobs> Open(const RegistryOptions& options) {
  OpenedJobs opened;
  SCOREWAY_ASSIGN_OR_RETURN(opened.registry, OpenRegistry(options));
  Queue* const queue = opened.registry.store->queue();
  if (queue == nullptr) {
    return Error{Code::kUnsupported, "this registry has no queue for jobs", StorePlace(options)};
  }
  opened.jobs = std::make_unique<JobService>(*opened.registry.store, queue, SystemClock(), JobOptions());
  return opened;
}

RowForm FormOf(const std::string& asked, const std::string& path, RowForm otherwise) {
  const std::string ending = asked.empty() ? path.substr(path.rfind('.') + 1) : asked;
  if (ending == "json") return RowForm::kJson;
  if (ending == "csv") return RowForm::kCsv;
  if (ending == "jsonl" || ending == "ndjson") return RowForm::kJsonLines;
  return ending == "arrow" || ending == "arrows" ? RowForm::kArrow : otherwise;
}

void ShowJob(const JobView& view, bool as_json) {
  const Job& job = view.job;
  if (as_json) {
    std::string text;
    JsonWriter json(&text);
    WriteJson(job, view.has_progress ? &view.progress : nullptr, &json);
    return Print(text + "\n");
  }
  std::string text = "job       " + job.id + "\nstate     " + std::string(JobStateName(job.state)) + "\nmodel     " +
                     job.model + "/" + std::to_string(job.version) + "\nsubmitted " + FormatUtc(job.created_micros) +
                     " by " + job.tenant + "\n";
  if (view.has_progress) text += "scored    " + std::to_string(view.progress.rows) + " rows so far\n";
  if (IsFinal(job.state))
    text += "ended     " + FormatUtc(job.finished_micros) + ", " + std::to_string(job.rows) + " rows\n";
  if (job.error.code != Code::kOk) text += "error     " + job.error.ToString() + "\n";
  Print(text);
}

// An error where the job has ended otherwise than it should.
Status AsStatus(const Job& job) {
  if (job.state == JobState::kSucceeded) return {};
  const std::string place = "job '" + job.id + "'";
  if (job.error.code == Code::kOk) return Status(Code::kUnavailable, "the job was cancelled", place);
  return AtPlace(place, job.error);
}

Result<Job> WaitFor(JobService& jobs, const std::string& id, bool quiet) {
  Progress progress("rows", quiet);
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const JobView view, ReadJob(jobs, {}, id));
    if (IsFinal(view.job.state)) return view.job;
    const double read = static_cast<double>(view.progress.input_bytes) / static_cast<double>(view.job.input_bytes);
    progress.Update(static_cast<uint64_t>(view.progress.rows), view.has_progress ? read : -1);
    std::this_thread::sleep_for(kLook);
  }
}

Status WriteAnswers(JobService& jobs, const std::string& id, const std::string& output, const std::string& format) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> file, OutputFile::Open(output));
  const RowForm form = FormOf(format, output, RowForm::kJsonLines);
  std::string token, text;
  bool is_first = true;
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(JobAnswers answers, ReadJobAnswers(jobs, {}, id, token, kAnswerRows));
    token = answers.page.next_page_token;
    text.clear();
    if (form == RowForm::kCsv || form == RowForm::kArrow) {
      SCOREWAY_ASSIGN_OR_RETURN(const Batch batch, ReadAnswerBatch(jobs, id, answers.page));
      if (form == RowForm::kCsv) {
        if (is_first) AppendCsvHeader(batch.schema(), {}, &text);
        AppendCsvRows(batch, {}, &text);
      } else {
        if (is_first) AppendArrowSchema(batch.schema(), &text);
        SCOREWAY_RETURN_IF_ERROR(AppendArrowBatch(batch, &text));
      }
    } else {
      text = std::move(answers.page.lines);
    }
    is_first = false;
    if (answers.is_complete && form == RowForm::kArrow) AppendArrowEnd(&text);
    SCOREWAY_RETURN_IF_ERROR(file->Write(text));
    if (answers.is_complete) return file->Commit();
    if (answers.page.rows == 0) std::this_thread::sleep_for(kLook);
  }
}

Status List(JobService& jobs, const JobsOptions& options) {
  JobFilter filter{.model = options.model, .count_max = options.count};
  filter.has_state = !options.state.empty();
  if (filter.has_state) (void)JobStateFromName(options.state, &filter.state);
  std::vector<Job> found;
  do {
    SCOREWAY_ASSIGN_OR_RETURN(JobPage page, jobs.store.List(filter));
    for (Job& job : page.jobs) found.push_back(std::move(job));
    filter.page_token = std::move(page.next_page_token);
    filter.count_max = options.count - std::min(found.size(), options.count);
  } while (!filter.page_token.empty() && filter.count_max > 0);
  if (options.json) {
    PrintJson([&](JsonWriter& json) {
      json.Key("jobs");
      json.BeginArray();
      for (const Job& job : found) WriteJson(job, &json);
      json.EndArray();
    });
    return {};
  }
  Table table({"JOB", "STATE", "MODEL", "ROWS", "TRIES", "SUBMITTED (UTC)", "ERROR"});
  for (const Job& job : found) {
    table.Add({job.id, std::string(JobStateName(job.state)), job.model + "/" + std::to_string(job.version),
               std::to_string(job.rows), std::to_string(job.attempts), FormatUtc(job.created_micros).substr(0, 19),
               job.error.message.substr(0, 60)});
  }
  Print(table.empty() ? "no such jobs\n" : table.ToString());
  return {};
}

}  // namespace

Status RunSubmit(const SubmitOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedJobs opened, Open(options.registry));
  const Service service{.registry = opened.registry.registry.get(), .jobs = opened.jobs.get()};
  SubmitRequest request;
  SCOREWAY_ASSIGN_OR_RETURN(request.model, ParseReference(options.model));
  request.form = FormOf(options.format, options.input, RowForm::kCsv);
  request.priority = options.priority;
  request.outputs = options.outputs;
  request.time_max = std::chrono::seconds(options.deadline_seconds);
  request.idempotency_key = options.idempotency_key;

  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<FileSource> file, FileSource::Open(options.input));
  JobSubmission submission(service, std::move(request));
  std::string piece(kPieceBytes, '\0');
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t size, file->Read(piece.data(), piece.size()));
    if (size == 0) break;
    SCOREWAY_RETURN_IF_ERROR(submission.Append(std::string_view(piece).substr(0, size)));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const JobSubmission::Answer answer, submission.Finish());
  if (options.output.empty()) {
    options.json ? ShowJob({answer.job, false, {}}, true) : Print(answer.job.id + "\n");
    if (!options.wait) return {};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Job ended, WaitFor(*opened.jobs, answer.job.id, options.quiet));
  SCOREWAY_RETURN_IF_ERROR(AsStatus(ended));
  return options.output.empty() ? Status()
                                : WriteAnswers(*opened.jobs, ended.id, options.output, options.output_format);
}

Status RunJobs(const JobsOptions& options) {
  using Action = JobsOptions::Action;
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedJobs opened, Open(options.registry));
  JobService& jobs = *opened.jobs;
  if (options.action == Action::kList) return List(jobs, options);
  if (options.action == Action::kResult) return WriteAnswers(jobs, options.ids[0], options.output, options.format);
  for (const std::string& id : options.ids) {
    if (options.action == Action::kCancel) SCOREWAY_RETURN_IF_ERROR(CancelJob(jobs, {}, id).status());
    if (options.action == Action::kRetry) SCOREWAY_RETURN_IF_ERROR(RetryJob(jobs, {}, id).status());
    SCOREWAY_ASSIGN_OR_RETURN(const JobView view, ReadJob(jobs, {}, id));
    ShowJob(view, options.json);
  }
  return {};
}

}  // namespace scoreway
