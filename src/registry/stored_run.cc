#include "registry/stored_run.h"

#include <utility>

#include "registry/model_names.h"
#include "registry/registry_rows.h"

namespace scoreway {

Partition PartitionOfStep(std::string_view name, int64_t run, int64_t step) {
  return CheckpointPartition(name, run, step / kStepsPerBucket);
}

Result<StoredRun> ReadStoredRun(Store& store, std::string_view name, int64_t number) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  const Partition partition = RunPartition(name, number);
  SCOREWAY_ASSIGN_OR_RETURN(auto text, store.Get(partition, kRunInfoSort));
  if (!text) return Status(Code::kNotFound, "there is no such run", RunPlace(name, number));
  auto run = DecodeRun(name, number, *text);
  if (!run.ok()) return DamagedRow(partition, kRunInfoSort, run.error());
  return StoredRun{std::move(*text), std::move(*run)};
}

Result<std::vector<RunInfo>> ReadRuns(Store& store, std::string_view name, std::span<const int64_t> numbers) {
  std::vector<RowAddress> rows;
  for (const int64_t number : numbers) rows.push_back({RunPartition(name, number), kRunInfoSort});
  SCOREWAY_ASSIGN_OR_RETURN(const auto texts, store.GetEach(rows));
  std::vector<RunInfo> runs;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (!texts[i]) continue;
    auto run = DecodeRun(name, numbers[i], *texts[i]);
    if (!run.ok()) return DamagedRow(rows[i].partition, rows[i].sort, run.error());
    runs.push_back(std::move(*run));
  }
  return runs;
}

Result<std::vector<CheckpointRow>> ReadCheckpoints(Store& store, std::string_view name, int64_t run,
                                                   std::span<const int64_t> steps) {
  std::vector<RowAddress> rows;
  for (const int64_t step : steps) rows.push_back({PartitionOfStep(name, run, step), CheckpointSort(step)});
  SCOREWAY_ASSIGN_OR_RETURN(const auto texts, store.GetEach(rows));
  std::vector<CheckpointRow> checkpoints;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (!texts[i]) continue;
    auto row = CheckpointRow::Decode(steps[i], *texts[i]);
    if (!row.ok()) return DamagedRow(rows[i].partition, rows[i].sort, row.error());
    checkpoints.push_back(std::move(*row));
  }
  return checkpoints;
}

Result<StoredCheckpoint> ReadStoredCheckpoint(Store& store, std::string_view name, int64_t run, int64_t step) {
  StoredCheckpoint stored;
  stored.row.info.step = step;
  if (step < 0 || step > kStepMax) return stored;
  const Partition partition = PartitionOfStep(name, run, step);
  const std::string sort = CheckpointSort(step);
  SCOREWAY_ASSIGN_OR_RETURN(stored.text, store.Get(partition, sort));
  if (!stored.text) return stored;
  auto row = CheckpointRow::Decode(step, *stored.text);
  if (!row.ok()) return DamagedRow(partition, sort, row.error());
  stored.row = std::move(*row);
  return stored;
}

Result<StoredCheckpoint> ReadPresentCheckpoint(Store& store, std::string_view name, int64_t run, int64_t step) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(name));
  SCOREWAY_ASSIGN_OR_RETURN(StoredCheckpoint stored, ReadStoredCheckpoint(store, name, run, step));
  if (stored.text) return stored;
  SCOREWAY_RETURN_IF_ERROR(ReadStoredRun(store, name, run));
  return Status(Code::kNotFound, "the run has no checkpoint of this step", CheckpointPlace(name, run, step));
}

}  // namespace scoreway
