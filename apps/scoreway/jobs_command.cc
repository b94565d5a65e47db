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
#include "job_access.h"
#include "printing.h"
#include "progress.h"
#include "table.h"

namespace scoreway {
namespace {

constexpr size_t kPieceBytes = size_t{1} << 20;
constexpr std::chrono::milliseconds kLook{100};

RowForm FormOf(const std::string& asked, const std::string& path, RowForm otherwise) {
  const std::string ending = asked.empty() ? path.substr(path.rfind('.') + 1) : asked;
  if (ending == "json") return RowForm::kJson;
  if (ending == "csv") return RowForm::kCsv;
  if (ending == "jsonl" || ending == "ndjson") return RowForm::kJsonLines;
  return ending == "arrow" || ending == "arrows" ? RowForm::kArrow : otherwise;
}

void ShowJob(const JobAnswer& view, bool as_json) {
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

Result<Job> WaitFor(JobAccess& jobs, const std::string& id, bool quiet) {
  Progress progress("rows", quiet);
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const JobAnswer view, jobs.Read(id));
    if (IsFinal(view.job.state)) return view.job;
    const double read = static_cast<double>(view.progress.input_bytes) / static_cast<double>(view.job.input_bytes);
    progress.Update(static_cast<uint64_t>(view.progress.rows), view.has_progress ? read : -1);
    std::this_thread::sleep_for(kLook);
  }
}

Status WriteAnswers(JobAccess& jobs, const std::string& id, const std::string& output, const std::string& format) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> file, OutputFile::Open(output));
  const RowForm form = FormOf(format, output, RowForm::kJsonLines);
  std::string token, text;
  bool is_first = true;
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(JobAnswersPage page,
                              jobs.Answers(id, token, form == RowForm::kCsv || form == RowForm::kArrow));
    token = page.next_page_token;
    text.clear();
    if (form == RowForm::kCsv) {
      if (is_first) AppendCsvHeader(page.columns->schema(), {}, &text);
      AppendCsvRows(*page.columns, {}, &text);
    } else if (form == RowForm::kArrow) {
      if (is_first) AppendArrowSchema(page.columns->schema(), &text);
      SCOREWAY_RETURN_IF_ERROR(AppendArrowBatch(*page.columns, &text));
    } else {
      text = page.lines;
    }
    is_first = false;
    if (page.is_complete && form == RowForm::kArrow) AppendArrowEnd(&text);
    SCOREWAY_RETURN_IF_ERROR(file->Write(text));
    if (page.is_complete) return file->Commit();
    if (page.rows() == 0) std::this_thread::sleep_for(kLook);
  }
}

Status List(JobAccess& jobs, const JobsOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Job> found, jobs.List(options));
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
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<JobAccess> jobs, OpenJobs(options.registry, options.server));
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<FileSource> file, FileSource::Open(options.input));
  const auto next_piece = [&]() -> Result<std::string> {
    std::string piece(kPieceBytes, '\0');
    SCOREWAY_ASSIGN_OR_RETURN(const size_t size, file->Read(piece.data(), piece.size()));
    piece.resize(size);
    return piece;
  };
  SCOREWAY_ASSIGN_OR_RETURN(const Job job,
                            jobs->Submit(options, FormOf(options.format, options.input, RowForm::kCsv), next_piece));
  if (options.output.empty()) {
    options.json ? ShowJob({job, false, {}}, true) : Print(job.id + "\n");
    if (!options.wait) return {};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Job ended, WaitFor(*jobs, job.id, options.quiet));
  SCOREWAY_RETURN_IF_ERROR(AsStatus(ended));
  return options.output.empty() ? Status() : WriteAnswers(*jobs, ended.id, options.output, options.output_format);
}

Status RunJobs(const JobsOptions& options) {
  using Action = JobsOptions::Action;
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<JobAccess> jobs, OpenJobs(options.registry, options.server));
  if (options.action == Action::kList) return List(*jobs, options);
  if (options.action == Action::kResult) return WriteAnswers(*jobs, options.ids[0], options.output, options.format);
  for (const std::string& id : options.ids) {
    if (options.action == Action::kCancel) SCOREWAY_RETURN_IF_ERROR(jobs->Cancel(id));
    if (options.action == Action::kRetry) SCOREWAY_RETURN_IF_ERROR(jobs->Retry(id));
    SCOREWAY_ASSIGN_OR_RETURN(const JobAnswer view, jobs->Read(id));
    ShowJob(view, options.json);
  }
  return {};
}

}  // namespace scoreway
