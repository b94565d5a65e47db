// Job: asynchronous work with an id: rows that a version shall score, put on the Queue, leased by a worker, its answers
// stored as they are made.
//
// The version is settled when the job is submitted: whoever runs the job, and however often, the same rows get the same
// version's answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/codec/json_writer.h"
#include "data/codec/row_form.h"

namespace scoreway {

enum class JobState : uint8_t {
  kQueued,     // waits for a worker, or to be tried again
  kRunning,    // a worker has it
  kSucceeded,  // all answers are there
  kFailed,     // what was submitted cannot be scored; the error says why
  kCancelled,
  kDead,  // tried as often as it may be; the error is the last one
};

// "queued", ...; the names used on the wire.
std::string_view JobStateName(JobState state);
// False if there is no such state.
bool JobStateFromName(std::string_view name, JobState* state);
// Whether nothing more happens by itself.
inline bool IsFinal(JobState state) { return state != JobState::kQueued && state != JobState::kRunning; }

constexpr int64_t kJobPriorityMax = 9;
constexpr size_t kWebhookBytesMax = 2048;
inline constexpr char kAnonymous[] = "anonymous";  // the tenant where no API key is asked for

struct Job {
  std::string id;
  std::string model;
  int64_t version = 0;
  std::string tenant = kAnonymous;        // the name of the API key
  int64_t priority = 0;                   // 0 .. kJobPriorityMax, the highest first
  RowForm form = RowForm::kJson;          // of what was submitted
  std::vector<std::string> outputs = {};  // the columns asked for; empty: all
  std::string webhook = {};               // the URL to call when the job has ended
  std::string input = {};                 // which submission's bytes are its own; empty: those stored under its id
  int64_t input_bytes = 0;
  int64_t input_chunks = 0;
  std::string input_digest = {};  // SHA-256
  int64_t created_micros = 0;
  int64_t deadline_micros = 0;  // not run later than that; 0: none

  JobState state = JobState::kQueued;  // stored: never kRunning
  int64_t finished_micros = 0;
  int64_t attempts = 0;  // that it took
  int64_t rows = 0;      // scored
  int64_t parts = 0;     // of the answers
  Error error = {Code::kOk, {}, {}};
};

// How far a running job is.
struct JobProgress {
  int64_t started_micros = 0;
  int64_t attempt = 0;
  int64_t rows = 0;
  int64_t parts = 0;        // stored
  int64_t input_bytes = 0;  // read
};

// As rows of the store.
std::string EncodeJob(const Job& job);
Result<Job> DecodeJob(std::string_view text);
std::string EncodeProgress(const JobProgress& progress);
Result<JobProgress> DecodeProgress(std::string_view text);

// As an answer; `progress` of a running job, else null.
void WriteJson(const Job& job, const JobProgress* progress, JsonWriter* json);
inline void WriteJson(const Job& job, JsonWriter* json) { WriteJson(job, nullptr, json); }

struct JobAnswer {
  Job job;
  bool has_progress = false;
  JobProgress progress;
};
// Such an answer; of the progress what it says. kUnavailable if it is none.
Result<JobAnswer> ParseJob(std::string_view json);

// "application/json" and so on.
std::string_view RowFormName(RowForm form);

}  // namespace scoreway
