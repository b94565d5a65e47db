#include "service/run_firing.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <mutex>
#include <thread>
#include <utility>

#include "databases/database_grant.h"
#include "service/batch_places.h"
#include "service/batch_service.h"
#include "service/deliver_answers.h"
#include "service/find_model.h"
#include "service/random_pause.h"
#include "service/rows_wanted.h"
#include "service/run_batch.h"
#include "service/set_aside_rows.h"
#include "tables/table_reader.h"

namespace scoreway {
namespace {

namespace fs = std::filesystem;

// Keeps a claim while its firing is worked on, and shows how far it is.
class ClaimKeeper {
 public:
  ClaimKeeper(BatchService& batches, std::string name, StoredFiring claimed, std::chrono::milliseconds lease)
      : batches_(batches), name_(std::move(name)), held_(std::move(claimed)), lease_(lease), thread_([this] {
          Run();
        }) {}
  ~ClaimKeeper() { (void)Stop(); }
  ClaimKeeper(const ClaimKeeper&) = delete;
  ClaimKeeper& operator=(const ClaimKeeper&) = delete;

  void NoteRows(uint64_t rows) { rows_.store(static_cast<int64_t>(rows), std::memory_order_relaxed); }

  // The firing as it stands in the store, where the claim still holds.
  StoredFiring Stop() {
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    stop_changed_.notify_all();
    if (thread_.joinable()) thread_.join();
    return held_;
  }

 private:
  void Run() {
    std::unique_lock lock(mutex_);
    while (!stop_changed_.wait_for(lock, lease_ / 3, [this] { return is_stopping_; })) {
      lock.unlock();
      Firing next = held_.firing;
      next.lease_until_micros = batches_.clock.NowMicros() + std::chrono::microseconds(lease_).count();
      next.scored_rows = rows_.load(std::memory_order_relaxed);
      Result<StoredFiring> extended = batches_.store.ChangeFiring(name_, held_, next);
      lock.lock();
      if (extended.ok()) held_ = std::move(*extended);
      if (extended.code() == Code::kConflict) return;  // lost; the end of it will find out
    }
  }

  BatchService& batches_;
  const std::string name_;
  StoredFiring held_;  // of the thread, and of whoever has stopped it
  const std::chrono::milliseconds lease_;
  std::atomic<int64_t> rows_{0};
  std::mutex mutex_;
  std::condition_variable stop_changed_;
  bool is_stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

// Where the answers of a firing grow, and where the rows that have none are named.
struct FiringFiles {
  std::string target, answers, errors;
};

Result<FiringFiles> FilesOf(const FiringOptions& options, const StoredBatch& batch, const BatchOutput& output,
                            int64_t firing) {
  FiringFiles files;
  const std::string own = options.folder + "/." + batch.name + "-" + std::to_string(firing);
  files.target = output.is_own() ? options.folder + "/" + output.PathOf(firing) : own;
  files.answers = output.kind == BatchOutput::Kind::kFile ? files.target : own + ".arrow";
  files.errors = own + ".bad.csv";
  std::error_code fault;
  fs::create_directories(fs::path(files.target).parent_path(), fault);
  if (fault) return Error{Code::kPermissionDenied, "cannot be made: " + fault.message(), files.target};
  return files;
}

// What RunBatch writes: the output itself, or a file of ours from which all is put there at once.
Result<BatchTarget> TargetOf(const FiringOptions& options, const StoredBatch& batch, const BatchOutput& output,
                             const FiringFiles& files, int64_t firing) {
  if (output.kind == BatchOutput::Kind::kTable) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string url, GrantedTable(options.databases, output.url));
    return DatabaseTarget(url, batch.name + "/" + std::to_string(firing));
  }
  return FileTarget(files.answers, TableFormatOfPath(files.answers).value_or(TableFormat::kCsv));
}

Status Deliver(const FiringOptions& options, const BatchOutput& output, const FiringFiles& files,
               const FiringAnswers& answers) {
  switch (output.kind) {
    case BatchOutput::Kind::kFile:
    case BatchOutput::Kind::kTable: return {};
    case BatchOutput::Kind::kSqlite:
      SCOREWAY_RETURN_IF_ERROR(PutAnswersIntoSqlite(answers, files.target, output.table));
      break;
    case BatchOutput::Kind::kTopic: SCOREWAY_RETURN_IF_ERROR(SendAnswers(answers, options.kafka, output.url)); break;
  }
  std::error_code ignored;
  fs::remove(files.answers, ignored);
  return {};
}

Result<BatchSummary> ScoreAndDeliver(const Service& service, const FiringOptions& options, const StoredBatch& batch,
                                     const Firing& firing, ClaimKeeper& keeper) {
  BatchStore& store = service.batches->store;
  SCOREWAY_ASSIGN_OR_RETURN(const BatchOutput output, ParseBatchOutput(batch.output));
  SCOREWAY_ASSIGN_OR_RETURN(const Reference reference, ParseReference(batch.model));
  SCOREWAY_ASSIGN_OR_RETURN(const VersionInfo version, service.registry->GetVersion(reference.name, firing.version));
  Result<Handle> loaded = service.serving->LoadNow({reference.name, {}, firing.version});
  if (!loaded.ok()) return AsLoadError(loaded.error());
  const Handle model = std::move(*loaded);
  std::shared_ptr<const Scorer> scorer = model->scorer;
  if (!batch.outputs.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(scorer, service.engines->MakeScorer(model->model, {.outputs = batch.outputs}));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const BatchRowsWanted wanted, RowsWantedOf(service, model));
  SCOREWAY_ASSIGN_OR_RETURN(const FiringFiles files, FilesOf(options, batch, output, firing.number));

  SCOREWAY_ASSIGN_OR_RETURN(std::unique_ptr<TableReader> rows,
                            OpenTable(store.Rows(batch.name, firing), TableFormat::kJsonLines));
  BatchSource source{.table = std::move(rows),
                     .place = "batch '" + batch.name + "', firing " + std::to_string(firing.number),
                     .identity = batch.name + " " + std::to_string(firing.number),
                     .types = KeptFields(batch)};
  BatchSettings settings;
  for (const Field& kept : source.types) settings.keep.push_back(kept.name);
  settings.errors = files.errors;
  settings.model_digest = version.artifact_sha256;
  settings.leftover = BatchJournal::Leftover::kTakeUpOwn;
  // Of rows that stand under one key the last one of the firing is to stay.
  if (output.kind == BatchOutput::Kind::kTable) settings.threads = 1;
  SCOREWAY_ASSIGN_OR_RETURN(const BatchTarget target, TargetOf(options, batch, output, files, firing.number));
  SCOREWAY_ASSIGN_OR_RETURN(
      const BatchSummary summary,
      RunBatch(*scorer, wanted, std::move(source), target, settings,
               {.on_start = [](const BatchSummary&) {},
                .on_progress = [&](const BatchProgress& progress) { keeper.NoteRows(progress.rows); }}));

  SCOREWAY_RETURN_IF_ERROR(Deliver(options, output, files, {batch, firing, files.answers}));
  if (summary.bad_rows > 0) {
    SCOREWAY_RETURN_IF_ERROR(SetAsideRows(store, batch.name, firing, files.errors));
  }
  std::error_code ignored;
  fs::remove(files.errors, ignored);
  return summary;
}

}  // namespace

Result<StoredFiring> ClaimFiring(const Service& service, const FiringOptions& options, const std::string& batch,
                                 const Firing& firing) {
  BatchService& batches = *service.batches;
  SCOREWAY_ASSIGN_OR_RETURN(const StoredFiring read, batches.store.GetFiring(batch, firing.number));
  const int64_t now = batches.clock.NowMicros();
  const bool waits = read.firing.state == FiringState::kWaiting && read.firing.next_try_micros <= now;
  const bool is_lost = read.firing.state == FiringState::kRunning && read.firing.lease_until_micros <= now;
  if (!waits && !is_lost) return Error{Code::kConflict, "another has it, or it is over", {}};
  Firing claimed = read.firing;
  claimed.state = FiringState::kRunning;
  claimed.instance = options.instance;
  claimed.lease_until_micros = now + std::chrono::microseconds(options.lease).count();
  claimed.scored_rows = 0;
  ++claimed.attempts;
  if (claimed.attempts > options.retry.attempts_max) {
    claimed.state = FiringState::kFailed;
    claimed.finished_micros = now;
    if (claimed.error.empty()) claimed.error = "its servers were lost each time";
    SCOREWAY_RETURN_IF_ERROR(batches.store.ChangeFiring(batch, read, claimed).status());
    return Error{Code::kConflict, "it was tried too often", {}};
  }
  return batches.store.ChangeFiring(batch, read, claimed);
}

Status RunFiring(const Service& service, const FiringOptions& options, const StoredBatch& batch, StoredFiring claimed) {
  BatchService& batches = *service.batches;
  const Firing begun = claimed.firing;
  ClaimKeeper keeper(batches, batch.name, std::move(claimed), options.lease);
  Result<BatchSummary> delivered = Error{};
  try {
    delivered = ScoreAndDeliver(service, options, batch, begun, keeper);
  } catch (const std::exception& error) {  // out of memory, most likely
    delivered = Error{Code::kUnavailable, error.what(), {}};
  }
  const StoredFiring held = keeper.Stop();
  Firing ended = held.firing;
  const int64_t now = batches.clock.NowMicros();
  if (delivered.ok()) {
    ended.state = FiringState::kDelivered;
    ended.scored_rows = static_cast<int64_t>(delivered->rows - delivered->bad_rows);
    ended.bad_rows = static_cast<int64_t>(delivered->bad_rows);
    ended.error.clear();
    ended.finished_micros = now;
  } else {
    const bool is_over = !IsPassing(delivered.code()) || ended.attempts >= options.retry.attempts_max;
    ended.state = is_over ? FiringState::kFailed : FiringState::kWaiting;
    ended.error = delivered.error().ToString();
    if (is_over) ended.finished_micros = now;
    if (!is_over)
      ended.next_try_micros = now + std::chrono::microseconds(RandomPause(options.retry, ended.attempts)).count();
  }
  SCOREWAY_ASSIGN_OR_RETURN(const StoredFiring stored, batches.store.ChangeFiring(batch.name, held, ended));
  return delivered.ok() ? batches.store.RemoveRows(batch.name, stored) : Status();
}

}  // namespace scoreway
