// What runs tell of their checkpoints without changing anything.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/number_text.h"
#include "registry/checkpoint_cursor.h"
#include "registry/registry_model.h"
#include "registry/runs.h"
#include "registry/stored_run.h"

namespace scoreway {
namespace {

// The step behind which a listing goes on; nothing for its first page.
Result<std::optional<int64_t>> ParseStepToken(const std::string& token) {
  if (token.empty()) return std::optional<int64_t>();
  int64_t step = 0;
  if (ParseInt64(token, &step) == NumberParse::kOk && step >= 0 && step <= kStepMax) return std::optional(step);
  return Status(Code::kInvalidArgument, "the page token is not of this listing");
}

struct Rated {
  double value = 0;
  CheckpointInfo checkpoint;
};

Error BytesNotHere(const CheckpointInfo& checkpoint, std::string place) {
  switch (checkpoint.artifact) {
    case CheckpointInfo::Artifact::kPruned:
      return {Code::kNotFound, "the run's rules of retention have let the checkpoint's bytes go", std::move(place)};
    case CheckpointInfo::Artifact::kElsewhere:
      return {Code::kNotFound, "the checkpoint's bytes are elsewhere: " + checkpoint.reference, std::move(place)};
    default: return {Code::kNotFound, "the checkpoint was logged without bytes", std::move(place)};
  }
}

}  // namespace

Result<CheckpointInfo> Runs::GetCheckpoint(std::string_view name, int64_t run, int64_t step) {
  SCOREWAY_ASSIGN_OR_RETURN(StoredCheckpoint stored, ReadPresentCheckpoint(store_, name, run, step));
  return std::move(stored.row.info);
}

Result<ListPage<CheckpointInfo>> Runs::ListCheckpoints(std::string_view name, int64_t run, const ListOptions& options,
                                                       bool last_first) {
  SCOREWAY_RETURN_IF_ERROR(CheckListOptions(options));
  SCOREWAY_ASSIGN_OR_RETURN(const auto after, ParseStepToken(options.page_token));
  SCOREWAY_RETURN_IF_ERROR(ReadStoredRun(store_, name, run));
  ListPage<CheckpointInfo> page;
  if (last_first && after && *after == 0) return page;
  const int64_t from = last_first ? (after ? *after - 1 : kStepMax) : (after ? *after + 1 : 0);
  CheckpointCursor checkpoints(store_, name, run, from, last_first);
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(auto row, checkpoints.Next());
    if (!row) return page;
    if (page.items.size() == options.count_max) {
      page.next_page_token = std::to_string(page.items.back().step);
      return page;
    }
    page.items.push_back(std::move(row->info));
  }
}

Result<CheckpointInfo> Runs::Latest(std::string_view name, int64_t run, bool only_with_bytes) {
  SCOREWAY_RETURN_IF_ERROR(ReadStoredRun(store_, name, run));
  CheckpointCursor checkpoints(store_, name, run, kStepMax, true);
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(auto row, checkpoints.Next());
    if (!row) break;
    if (!only_with_bytes || row->info.has_bytes()) return std::move(row->info);
  }
  return Status(Code::kNotFound,
                only_with_bytes ? "the run has no checkpoint with bytes" : "the run has no checkpoint yet",
                RunPlace(name, run));
}

Result<std::vector<CheckpointInfo>> Runs::Best(std::string_view name, int64_t run, const BestOptions& options) {
  if (options.metric.empty()) return Error{Code::kInvalidArgument, "the best by which metric?", RunPlace(name, run)};
  SCOREWAY_RETURN_IF_ERROR(CheckListOptions({.count_max = options.count_max, .page_token = {}}));
  SCOREWAY_RETURN_IF_ERROR(ReadStoredRun(store_, name, run));
  // A heap whose front is the worst of the best so far.
  std::vector<Rated> best;
  const auto is_better = [&](const Rated& a, const Rated& b) {
    if (IsBetter(options.goal, a.value, b.value)) return true;
    return a.value == b.value && a.checkpoint.step < b.checkpoint.step;
  };
  CheckpointCursor checkpoints(store_, name, run, 0, false);
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(auto row, checkpoints.Next());
    if (!row) break;
    const auto metric = row->info.metrics.find(options.metric);
    if (metric == row->info.metrics.end() || std::isnan(metric->second)) continue;
    if (options.only_with_bytes && !row->info.has_bytes()) continue;
    Rated rated{metric->second, std::move(row->info)};
    if (best.size() == options.count_max) {
      if (!is_better(rated, best.front())) continue;
      std::ranges::pop_heap(best, is_better);
      best.pop_back();
    }
    best.push_back(std::move(rated));
    std::ranges::push_heap(best, is_better);
  }
  std::ranges::sort(best, is_better);
  std::vector<CheckpointInfo> checkpoints_found;
  for (Rated& each : best) checkpoints_found.push_back(std::move(each.checkpoint));
  return checkpoints_found;
}

Result<std::unique_ptr<BlobReader>> Runs::OpenArtifact(std::string_view name, int64_t run, int64_t step) {
  SCOREWAY_ASSIGN_OR_RETURN(const CheckpointInfo checkpoint, GetCheckpoint(name, run, step));
  const std::string place = CheckpointPlace(name, run, step);
  if (!checkpoint.has_bytes()) return BytesNotHere(checkpoint, place);
  auto reader = blobs_.Open(checkpoint.artifact_sha256);
  if (!reader.ok()) return AtPlace(place, reader.error());
  return reader;
}

Status Runs::ReadArtifact(std::string_view name, int64_t run, int64_t step,
                          const std::function<Status(std::string_view)>& sink) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<BlobReader> reader, OpenArtifact(name, run, step));
  while (true) {
    auto chunk = reader->Next();
    if (!chunk.ok()) return AtPlace(CheckpointPlace(name, run, step), chunk.error());
    if (chunk->empty()) return {};
    SCOREWAY_RETURN_IF_ERROR(sink(*chunk));
  }
}

Result<std::string> Runs::ReadArtifact(std::string_view name, int64_t run, int64_t step, uint64_t size_max) {
  SCOREWAY_ASSIGN_OR_RETURN(const CheckpointInfo checkpoint, GetCheckpoint(name, run, step));
  const std::string place = CheckpointPlace(name, run, step);
  if (!checkpoint.has_bytes()) return BytesNotHere(checkpoint, place);
  auto bytes = blobs_.ReadAll(checkpoint.artifact_sha256, size_max);
  if (!bytes.ok()) return AtPlace(place, bytes.error());
  return bytes;
}

}  // namespace scoreway
