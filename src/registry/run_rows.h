// The rows of runs and checkpoints: where they lie (runs.h draws the table) and what their values hold, as JSON.
// For the sources of this folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/run_info.h"
#include "store/store.h"

namespace scoreway {

constexpr int64_t kStepsPerBucket = 10'000;

Partition RunNumbersPartition(std::string_view name);
Partition RunPartition(std::string_view name, int64_t run);
Partition CheckpointPartition(std::string_view name, int64_t run, int64_t bucket);

inline constexpr char kLastRunSort[] = "last";
inline constexpr char kRunInfoSort[] = "info";
inline constexpr char kBucketPrefix[] = "b/";      // in a run's partition
inline constexpr char kCheckpointPrefix[] = "c/";  // in a bucket's partition, as the two below
inline constexpr char kKeptPrefix[] = "k/";
inline constexpr char kUnfinishedPrefix[] = "x/";
std::string RunKeySort(std::string_view idempotency_key);
std::string BucketSort(int64_t bucket);
std::string CheckpointSort(int64_t step);
std::string KeptSort(int64_t step);
std::string UnfinishedSort(std::string_view log_id);
// The number behind the prefix of a sort key of our own writing.
Result<int64_t> NumberOfSort(const Partition& partition, std::string_view sort, std::string_view prefix);

// The name that a checkpoint's bytes have in the blob store.
std::string CheckpointReference(std::string_view name, int64_t run, std::string_view log_id);

std::string RunPlace(std::string_view name, int64_t run);
std::string CheckpointPlace(std::string_view name, int64_t run, int64_t step);

std::string EncodeRun(const RunInfo& run);
Result<RunInfo> DecodeRun(std::string_view name, int64_t number, std::string_view json);

struct CheckpointRow {
  CheckpointInfo info;
  std::string log_id;  // of the log that brought the bytes

  std::string Encode() const;
  static Result<CheckpointRow> Decode(int64_t step, std::string_view json);
};

}  // namespace scoreway
