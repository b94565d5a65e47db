// JobStore: jobs, what was submitted with them and their answers, over any Store.
//
//     table         partition        sort                       value
//     job           job id           "job"                      the job, as JSON
//     job_progress  job id           "now"                      how far it is, as JSON; dies soon after its worker
//     job_input     input/bucket     chunk "00000000"           what was submitted, in chunks of at most 1 MiB, 32 a
//     bucket job_result    job id           "!schema"                  the answers' columns, as JSON
//                                    part "00000000/0000"       answers as JSON lines, at most 1 MiB of whole lines
//     job_list      hour "2026013117"  time and id, newest first  tenant and model
//
// All rows die by TTL. A job changes by compare-and-set. Of two submissions with one id each has an input of its own,
// and the list's row of the one that came second does not count: it says another time than the job. The answers of a
// part are written as one batch, so that a part is there whole or not at all; writing it again changes nothing. Answers
// can be read by the database's own tools: a view `job_answers` in SQLite; SELECT blobAsText(value) in Cassandra.
//
// The writes that go with changes of the Queue are given as batches for it to do. Errors are those of the Store.
// Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "data/schema.h"
#include "jobs/job.h"
#include "store/store.h"

namespace scoreway {

constexpr size_t kJobChunkBytes = size_t{1} << 20;
// The answers of one part.
constexpr size_t kJobPartBytesMax = size_t{7} << 20;

struct StoredJob {
  Job job;
  std::string text;  // as it was read, to compare with
};

struct JobFilter {
  std::string tenant = {};  // empty: of all tenants
  std::string model = {};   // empty: of all models
  bool has_state = false;
  JobState state = JobState::kQueued;
  size_t count_max = 100;
  std::string page_token = {};
};

struct JobPage {
  std::vector<Job> jobs;
  std::string next_page_token;  // empty: these were the last
};

// Some of a job's answers, in the order of its rows.
struct AnswerPage {
  std::string lines;  // JSON lines
  size_t rows = 0;
  std::string next_page_token;  // where to go on, also for answers that are still to come
};

class JobStore {
 public:
  // Store and clock must outlive this. Jobs and their answers are kept for so long after they were submitted, and again
  // after they have ended.
  JobStore(Store& store, const Clock& clock, std::chrono::seconds keep) : store_(store), clock_(clock), keep_(keep) {}

  // The writes that make a job; they hold if there is no job of that id. The one that makes it visible comes last.
  std::vector<WriteBatch> Create(const Job& job) const;
  WriteBatch InputChunk(const Job& job, int64_t number, std::string bytes) const;
  Status PutInputChunk(const Job& job, int64_t number, std::string bytes);
  // The write that changes it; it holds if the job is as it was read.
  WriteBatch Change(const StoredJob& read, const Job& job) const;
  WriteBatch Progress(const std::string& id, const JobProgress& progress, std::chrono::milliseconds life) const;
  WriteBatch NoProgress(const std::string& id) const;
  // The answers of one part, JSON lines. kResourceExhausted if a row takes more than a chunk or all more than
  // kJobPartBytesMax.
  Result<WriteBatch> Part(const std::string& id, int64_t part, std::string_view lines) const;
  WriteBatch AnswerSchema(const std::string& id, const Schema& schema) const;

  // kNotFound if there is no such job.
  Result<StoredJob> Get(const std::string& id);
  // True if a worker has it now.
  Result<bool> GetProgress(const std::string& id, JobProgress* progress);
  // kNotFound if it is gone, kCorrupt if a chunk is.
  Result<std::string> GetInputChunk(const Job& job, int64_t number);

  // The newest first. A page may be empty and yet not the last.
  Result<JobPage> List(const JobFilter& filter);
  // From the token of the page before, or the first row.
  Result<AnswerPage> ReadAnswers(const std::string& id, const std::string& page_token, size_t rows_max);
  // How many parts of the answers are there; they are written in their order.
  Result<int64_t> CountParts(const std::string& id);
  // kNotFound while no answer is there.
  Result<std::shared_ptr<const Schema>> GetAnswerSchema(const std::string& id);

 private:
  int64_t keep_micros() const { return std::chrono::microseconds(keep_).count(); }

  Store& store_;
  const Clock& clock_;
  const std::chrono::seconds keep_;
};

}  // namespace scoreway
