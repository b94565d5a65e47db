// Starting and ending runs, and looking them up.
#include <algorithm>
#include <utility>

#include "base/number_text.h"
#include "registry/model_names.h"
#include "registry/named_values.h"
#include "registry/registry_model.h"
#include "registry/registry_rows.h"
#include "registry/runs.h"
#include "registry/stored_run.h"

namespace scoreway {
namespace {

constexpr int kTriesMax = 1000;
constexpr int64_t kIdempotencyMicros = int64_t{7} * 24 * 3600 * 1'000'000;
constexpr size_t kIdempotencyBytesMax = 200;
constexpr size_t kRunsPerRead = 100;

Status CheckStart(const RunInfo& run, std::string_view idempotency_key) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(run.name));
  SCOREWAY_RETURN_IF_ERROR(CheckRunTexts(run));
  SCOREWAY_RETURN_IF_ERROR(CheckRetention(run.retention));
  if (idempotency_key.size() > kIdempotencyBytesMax) {
    return Status(Code::kInvalidArgument,
                  "the idempotency key has more than " + std::to_string(kIdempotencyBytesMax) + " bytes");
  }
  if (EncodeRun(run).size() <= kValueBytesMax / 2) return {};
  return Status(Code::kResourceExhausted, "what is said about a run is larger than is stored",
                "model '" + run.name + "'");
}

struct LastRun {
  std::optional<std::string> text;
  int64_t number = 0;
};

Result<int64_t> ParseRunNumber(const Partition& partition, const std::string& sort, const std::string& text) {
  int64_t number = 0;
  if (ParseInt64(text, &number) == NumberParse::kOk && number > 0) return number;
  return DamagedRow(partition, sort, Error{Code::kCorrupt, "no number of a run", {}});
}

Result<LastRun> ReadLast(Store& store, std::string_view name) {
  const Partition partition = RunNumbersPartition(name);
  LastRun last;
  SCOREWAY_ASSIGN_OR_RETURN(last.text, store.Get(partition, kLastRunSort));
  if (!last.text) return last;
  SCOREWAY_ASSIGN_OR_RETURN(last.number, ParseRunNumber(partition, kLastRunSort, *last.text));
  return last;
}

// A number for the run, or the one that the key was given before. Numbers may have gaps where a start was broken off.
Result<int64_t> TakeNumber(Store& store, std::string_view name, std::string_view idempotency_key) {
  const Partition partition = RunNumbersPartition(name);
  const std::string key_sort = RunKeySort(idempotency_key);
  for (int tries = 0; tries < kTriesMax; ++tries) {
    if (!idempotency_key.empty()) {
      SCOREWAY_ASSIGN_OR_RETURN(const auto earlier, store.Get(partition, key_sort));
      if (earlier) return ParseRunNumber(partition, key_sort, *earlier);
    }
    SCOREWAY_ASSIGN_OR_RETURN(const LastRun last, ReadLast(store, name));
    const std::string number = std::to_string(last.number + 1);
    WriteBatch batch{partition, {}};
    batch.writes.push_back(PutIfUnchanged(kLastRunSort, number, last.text));
    if (!idempotency_key.empty()) {
      Write key = PutIfAbsent(key_sort, number);
      key.ttl_micros = kIdempotencyMicros;
      batch.writes.push_back(std::move(key));
    }
    const Status status = store.Apply(batch);
    if (status.ok()) return last.number + 1;
    if (status.code() != Code::kConflict) return status.error();
  }
  return Status(Code::kUnavailable, "too many start runs of the same model at once",
                "model '" + std::string(name) + "'");
}

}  // namespace

Result<StartAnswer> Runs::Start(const RunInfo& said, std::string_view idempotency_key) {
  SCOREWAY_RETURN_IF_ERROR(CheckStart(said, idempotency_key));
  if (said.parent_run != 0) {
    SCOREWAY_RETURN_IF_ERROR(GetCheckpoint(said.name, said.parent_run, said.parent_step).status());
  }
  StartAnswer answer{said, true};
  answer.run.state = RunInfo::State::kRunning;
  answer.run.created_micros = clock_.NowMicros();
  answer.run.ended_micros = 0;
  answer.run.message.clear();
  // Whoever goes through all names finds the runs of those without versions too.
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(NamesPartition(NameBucket(said.name)), Put(said.name, "")));
  SCOREWAY_ASSIGN_OR_RETURN(answer.run.number, TakeNumber(store_, said.name, idempotency_key));
  const Status status =
      store_.Apply(RunPartition(said.name, answer.run.number), PutIfAbsent(kRunInfoSort, EncodeRun(answer.run)));
  if (status.ok()) return answer;
  if (status.code() != Code::kConflict) return status.error();
  SCOREWAY_ASSIGN_OR_RETURN(answer.run, GetRun(said.name, answer.run.number));
  answer.is_new = false;
  return answer;
}

Result<RunInfo> Runs::GetRun(std::string_view name, int64_t number) {
  SCOREWAY_ASSIGN_OR_RETURN(StoredRun stored, ReadStoredRun(store_, name, number));
  return std::move(stored.run);
}

Result<ListPage<RunInfo>> Runs::ListRuns(std::string_view name, const ListOptions& options) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  SCOREWAY_RETURN_IF_ERROR(CheckListOptions(options));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t below, ParseNumberToken(options.page_token));
  SCOREWAY_ASSIGN_OR_RETURN(const LastRun last, ReadLast(store_, name));
  ListPage<RunInfo> page;
  int64_t number = below > 0 ? std::min(below - 1, last.number) : last.number;
  while (number > 0) {
    std::vector<int64_t> numbers;
    for (; number > 0 && numbers.size() < kRunsPerRead; --number) numbers.push_back(number);
    // Where a start was broken off there is none.
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<RunInfo> runs, ReadRuns(store_, name, numbers));
    for (RunInfo& run : runs) {
      if (page.items.size() == options.count_max) {
        page.next_page_token = std::to_string(page.items.back().number);
        return page;
      }
      page.items.push_back(std::move(run));
    }
  }
  return page;
}

Result<RunInfo> Runs::Finish(std::string_view name, int64_t number, RunInfo::State state, std::string_view message) {
  if (state == RunInfo::State::kRunning) {
    return Error{Code::kInvalidArgument, "a run ends as finished or failed", RunPlace(name, number)};
  }
  SCOREWAY_RETURN_IF_ERROR(CheckText("message", message));
  for (int tries = 0; tries < kTriesMax; ++tries) {
    SCOREWAY_ASSIGN_OR_RETURN(StoredRun stored, ReadStoredRun(store_, name, number));
    RunInfo& run = stored.run;
    if (run.state == state) return std::move(run);
    if (run.state != RunInfo::State::kRunning) {
      return Status(Code::kConflict, "the run has " + std::string(StateName(run.state)) + " already",
                    RunPlace(name, number));
    }
    run.state = state;
    run.message = message;
    run.ended_micros = clock_.NowMicros();
    const Status status =
        store_.Apply(RunPartition(name, number), PutIfEquals(kRunInfoSort, EncodeRun(run), stored.text));
    if (status.code() == Code::kConflict) continue;
    if (!status.ok()) return status.error();
    // The run has ended; should this fail, a later Prune does it.
    (void)Prune(name, number);
    return std::move(run);
  }
  return Status(Code::kUnavailable, "too many change the same run at once", RunPlace(name, number));
}

}  // namespace scoreway
