#include "jobs/job.h"

#include <algorithm>
#include <array>

#include "base/code_name.h"
#include "data/codec/json_members.h"
#include "data/codec/json_times.h"

namespace scoreway {
namespace {

constexpr std::array<std::string_view, 6> kStateNames = {"queued", "running",   "succeeded",
                                                         "failed", "cancelled", "dead"};
constexpr std::array<std::string_view, 4> kFormNames = {"json", "csv", "jsonl", "arrow"};

template <size_t N>
bool IndexOf(const std::array<std::string_view, N>& names, std::string_view name, size_t* index) {
  const auto found = std::ranges::find(names, name);
  *index = static_cast<size_t>(found - names.begin());
  return found != names.end();
}

void WriteError(const Error& error, JsonWriter* json) {
  json->BeginObject();
  json->StringField("code", CodeName(error.code));
  json->StringField("message", error.message);
  json->StringField("place", error.place);
  json->EndObject();
}

void WriteTexts(std::string_view key, const std::vector<std::string>& texts, JsonWriter* json) {
  json->Key(key);
  json->BeginArray();
  for (const std::string& text : texts) json->String(text);
  json->EndArray();
}

void ReadError(JsonMembers& members, Error* error) {
  simdjson::dom::element element;
  simdjson::dom::object object;
  if (!members.Find("error", &element) || element.is_null()) return;
  if (element.get_object().get(object)) return members.Fail("error", "an object");
  std::string code;
  JsonMembers fields(object);
  fields.Read("code", &code);
  fields.Read("message", &error->message);
  fields.Read("place", &error->place);
  error->code = CodeFromName(code);
}

// From 0 to 1; nothing is known of a job whose input is empty.
double FractionOf(const Job& job, const JobProgress& progress) {
  if (job.input_bytes <= 0) return 0;
  return std::clamp(static_cast<double>(progress.input_bytes) / static_cast<double>(job.input_bytes), 0.0, 1.0);
}

// What jobs have in one form, stored and in answers of servers. False: it, or something read before, is not right.
bool ReadJob(JsonMembers& members, Job* job) {
  std::string form, state;
  size_t form_index = 0;
  members.Read("id", &job->id);
  members.Read("model", &job->model);
  members.Read("version", &job->version);
  members.Read("tenant", &job->tenant);
  members.Read("priority", &job->priority);
  members.Read("form", &form);
  members.Read("outputs", &job->outputs);
  members.Read("webhook", &job->webhook);
  members.Read("input_bytes", &job->input_bytes);
  members.Read("state", &state);
  members.Read("attempts", &job->attempts);
  members.Read("rows", &job->rows);
  ReadError(members, &job->error);
  if (!members.status().ok() || !JobStateFromName(state, &job->state) || !IndexOf(kFormNames, form, &form_index)) {
    return false;
  }
  job->form = static_cast<RowForm>(form_index);
  return true;
}

}  // namespace

std::string_view JobStateName(JobState state) { return kStateNames[static_cast<size_t>(state)]; }

bool JobStateFromName(std::string_view name, JobState* state) {
  size_t index = 0;
  if (!IndexOf(kStateNames, name, &index)) return false;
  *state = static_cast<JobState>(index);
  return true;
}

std::string_view RowFormName(RowForm form) { return kFormNames[static_cast<size_t>(form)]; }

std::string EncodeJob(const Job& job) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.StringField("id", job.id);
  json.StringField("model", job.model);
  json.IntField("version", job.version);
  json.StringField("tenant", job.tenant);
  json.IntField("priority", job.priority);
  json.StringField("form", RowFormName(job.form));
  WriteTexts("outputs", job.outputs, &json);
  json.StringField("webhook", job.webhook);
  json.StringField("input", job.input);
  json.IntField("input_bytes", job.input_bytes);
  json.IntField("input_chunks", job.input_chunks);
  json.StringField("input_digest", job.input_digest);
  json.IntField("created", job.created_micros);
  json.IntField("deadline", job.deadline_micros);
  json.StringField("state", JobStateName(job.state));
  json.IntField("finished", job.finished_micros);
  json.IntField("attempts", job.attempts);
  json.IntField("rows", job.rows);
  json.IntField("parts", job.parts);
  json.Key("error");
  job.error.code == Code::kOk ? json.Null() : WriteError(job.error, &json);
  json.EndObject();
  return text;
}

Result<Job> DecodeJob(std::string_view text) {
  Job job;
  JsonMembers members(text);
  members.Read("input", &job.input);
  members.Read("input_chunks", &job.input_chunks);
  members.Read("input_digest", &job.input_digest);
  members.Read("created", &job.created_micros);
  members.Read("deadline", &job.deadline_micros);
  members.Read("finished", &job.finished_micros);
  members.Read("parts", &job.parts);
  if (!ReadJob(members, &job)) return Error{Code::kCorrupt, "a stored job cannot be read", {}};
  return job;
}

std::string EncodeProgress(const JobProgress& progress) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.IntField("started", progress.started_micros);
  json.IntField("attempt", progress.attempt);
  json.IntField("rows", progress.rows);
  json.IntField("parts", progress.parts);
  json.IntField("input_bytes", progress.input_bytes);
  json.EndObject();
  return text;
}

Result<JobProgress> DecodeProgress(std::string_view text) {
  JobProgress progress;
  JsonMembers members(text);
  members.Read("started", &progress.started_micros);
  members.Read("attempt", &progress.attempt);
  members.Read("rows", &progress.rows);
  members.Read("parts", &progress.parts);
  members.Read("input_bytes", &progress.input_bytes);
  if (!members.status().ok()) return Error{Code::kCorrupt, "the stored progress of a job cannot be read", {}};
  return progress;
}

void WriteJson(const Job& job, const JobProgress* progress, JsonWriter* json) {
  json->BeginObject();
  json->StringField("id", job.id);
  json->StringField("state", JobStateName(job.state));
  json->StringField("model", job.model);
  json->IntField("version", job.version);
  json->StringField("tenant", job.tenant);
  json->IntField("priority", job.priority);
  json->StringField("form", RowFormName(job.form));
  WriteTexts("outputs", job.outputs, json);
  json->IntField("input_bytes", job.input_bytes);
  WriteTime("created", job.created_micros, json);
  WriteTime("deadline", job.deadline_micros, json);
  WriteTime("started", progress == nullptr ? 0 : progress->started_micros, json);
  WriteTime("finished", job.finished_micros, json);
  json->IntField("attempts", progress == nullptr ? job.attempts : progress->attempt);
  json->IntField("rows", progress == nullptr ? job.rows : progress->rows);
  json->DoubleField("progress", job.state == JobState::kSucceeded ? 1
                                : progress == nullptr             ? 0
                                                                  : FractionOf(job, *progress));
  json->Key("webhook");
  job.webhook.empty() ? json->Null() : json->String(job.webhook);
  json->Key("error");
  job.error.code == Code::kOk ? json->Null() : WriteError(job.error, json);
  json->EndObject();
}

Result<JobAnswer> ParseJob(std::string_view text) {
  JobAnswer answer;
  Job& job = answer.job;
  JobProgress& progress = answer.progress;
  double fraction = 0;
  JsonMembers members(text);
  ReadTime(members, "created", &job.created_micros);
  ReadTime(members, "deadline", &job.deadline_micros);
  ReadTime(members, "started", &progress.started_micros);
  ReadTime(members, "finished", &job.finished_micros);
  members.Read("progress", &fraction);
  if (!ReadJob(members, &job)) return Error{Code::kUnavailable, "the answer is no job", {}};
  answer.has_progress = progress.started_micros > 0;
  progress.attempt = job.attempts;
  progress.rows = job.rows;
  progress.input_bytes = static_cast<int64_t>(fraction * static_cast<double>(job.input_bytes));
  return answer;
}

}  // namespace scoreway
