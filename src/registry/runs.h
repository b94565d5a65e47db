// Runs: the iterations of trainings over any Store. A run belongs to a model, whether that has versions yet or not; it
// takes checkpoints: a step, its metrics and, if wanted, the model's bytes as they then were. Bytes may be anything,
// also what no importer reads; the same bytes are stored once, whoever has them (store/blobs.h).
//
//     table       partition               sort          value
//     runs        model name              "last"        the last run's number
//                                         "i/" key      the run that this idempotency key started, for a week
//     run         name "/" run            "info"        the run
//                                         "b/" bucket   empty: there are, or were, checkpoints in the bucket
//     checkpoint  name "/" run "/" bucket "c/" step     the checkpoint                               at most 8 KiB each
//                                         "k/" step     empty: its bytes are kept, and a rule may let them go
//                                         "x/" log id   bytes without a checkpoint yet, or no more; released by Prune
//
// A bucket is 10,000 steps, so that no partition outgrows 100 MB. A log costs the same few operations whether it is the
// first of a run or the millionth, and concurrent ones disturb each other only at the same step. A checkpoint becomes
// visible by one conditional write, after its bytes are stored; what a crash leaves before is invisible and removed by
// Prune. Bytes that a version was promoted from are never let go.
//
// Errors: kNotFound names the run or checkpoint that does not exist, or whose bytes are not here; kAlreadyExists for a
// step logged before with something else; kConflict for a run that has ended; kInvalidArgument for bad names and
// values; the Store's own beside these. Thread-safe; several processes may log to the same run.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "registry/metric_goal.h"
#include "registry/registry.h"
#include "registry/run_info.h"
#include "registry/run_rows.h"
#include "store/blobs.h"
#include "store/store.h"

namespace scoreway {

struct StartAnswer {
  RunInfo run;
  bool is_new = true;  // false: an earlier start with this idempotency key made it
};

struct LogRequest {
  std::string name;
  int64_t run = 0;
  int64_t step = 0;  // 0 .. kStepMax
  std::map<std::string, double> metrics;
  std::string reference;  // where the bytes are, if not here
  std::string format;     // of the bytes, as far as it is known
  // What the step has already is overwritten; without it, only what it lacks may be added.
  bool replace = false;
  // The run's rules of retention are carried out now; without it now and then.
  bool prune_now = false;
};

struct LogAnswer {
  CheckpointInfo checkpoint;
  bool is_new = true;  // false: the step had all of this already
};

struct BestOptions {
  std::string metric;
  MetricGoal goal = MetricGoal::kMax;
  size_t count_max = 1;          // 1 .. ListOptions::kCountMax
  bool only_with_bytes = false;  // those that one can go on from
};

struct PruneCounts {
  size_t checkpoints = 0;  // whose bytes were let go
  uint64_t bytes = 0;      // of these; what others share stays stored for them
  size_t leftovers = 0;    // of broken logs
};

class Runs {
 public:
  static constexpr size_t kMetricsMax = 200;

  // The store and clock must outlive this.
  Runs(Store& store, const Clock& clock) : store_(store), clock_(clock), blobs_(store, clock) {}

  // Takes of `run` what its starter says: name, who, source, parent, parameters, tags, retention. kNotFound if the
  // parent is no checkpoint.
  Result<StartAnswer> Start(const RunInfo& run, std::string_view idempotency_key = {});
  // Ends it, with a message if it failed. Ending it again in the same way changes nothing; in another way is kConflict.
  Result<RunInfo> Finish(std::string_view name, int64_t run, RunInfo::State state, std::string_view message);
  Result<RunInfo> GetRun(std::string_view name, int64_t run);
  // The newest first.
  Result<ListPage<RunInfo>> ListRuns(std::string_view name, const ListOptions& options = {});

  // Stores the checkpoint of a running run. Safe to retry: the same again changes nothing. `artifact`, or null, has the
  // bytes appended.
  Result<LogAnswer> Log(const LogRequest& request, BlobWriter* artifact = nullptr);
  std::unique_ptr<BlobWriter> NewArtifact() { return std::make_unique<BlobWriter>(store_, clock_); }

  Result<CheckpointInfo> GetCheckpoint(std::string_view name, int64_t run, int64_t step);
  // In the order of their steps, or the last first.
  Result<ListPage<CheckpointInfo>> ListCheckpoints(std::string_view name, int64_t run, const ListOptions& options = {},
                                                   bool last_first = false);
  // The greatest step. kNotFound if there is none.
  Result<CheckpointInfo> Latest(std::string_view name, int64_t run, bool only_with_bytes = false);
  // The best by a metric, the best first; of equals the earliest. Those without the metric, or with NaN, are passed
  // over. Reads the whole run.
  Result<std::vector<CheckpointInfo>> Best(std::string_view name, int64_t run, const BestOptions& options);

  // The bytes, checked against their checksums.
  Status ReadArtifact(std::string_view name, int64_t run, int64_t step,
                      const std::function<Status(std::string_view)>& sink);
  Result<std::string> ReadArtifact(std::string_view name, int64_t run, int64_t step, uint64_t size_max);
  // The same for those who take them at their own pace; this must outlive the reader.
  Result<std::unique_ptr<BlobReader>> OpenArtifact(std::string_view name, int64_t run, int64_t step);

  // Notes that the checkpoint became this version; from now on its bytes stay. kConflict if it became another one.
  Result<CheckpointInfo> MarkPromoted(std::string_view name, int64_t run, int64_t step, int64_t version);

  // Lets go of the bytes that no rule keeps (of the run's rules, if none are given), and of what broken logs left.
  Result<PruneCounts> Prune(std::string_view name, int64_t run, const RetentionRules* rules = nullptr);

 private:
  struct LogPlan;

  // runs_log.cc
  Result<LogAnswer> LogOnce(LogPlan* plan);
  bool HasSeen(const Partition& bucket);
  void NoteSeen(const Partition& bucket);
  Status CheckPending(const LogPlan& plan);
  void PruneNowAndThen(const RunInfo& run, bool now);
  // runs_prune.cc
  Status ReleaseUnfinished(const Partition& bucket, std::string_view reference, std::string_view log_id,
                           std::string_view sha256);
  Status PruneStep(const RunInfo& run, int64_t step, PruneCounts* counts);
  Result<std::string> RestoreBytes(std::string_view name, int64_t run, CheckpointRow* row, WriteBatch* batch);
  Status CollectUnfinished(const RunInfo& run, int64_t bucket, PruneCounts* counts);

  Store& store_;
  const Clock& clock_;
  Blobs blobs_;
  std::mutex mutex_;
  // Guarded by mutex_:
  std::map<std::pair<std::string, int64_t>, int> logs_since_prune_;  // of runs with rules
  std::set<std::string> buckets_seen_;                               // whose row "b/" is there, some of them
};

}  // namespace scoreway
