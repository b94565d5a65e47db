#include "service/batch_scheduler.h"

#include <exception>
#include <utility>

#include "base/name_thread.h"
#include "service/batch_service.h"
#include "service/manage_batches.h"
#include "service/zone_file.h"

namespace scoreway {

BatchScheduler::BatchScheduler(const Service& service, BatchSchedulerOptions options,
                               std::function<void(const std::string&)> tell)
    : service_(service), options_(std::move(options)), tell_(std::move(tell)) {
  if (options_.tick.count() == 0) return;
  looks_ = std::thread([this] { Run(&BatchScheduler::Look); });
  if (!options_.firing.folder.empty()) works_ = std::thread([this] { Run(&BatchScheduler::Work); });
}

BatchScheduler::~BatchScheduler() {
  Stop();
  if (looks_.joinable()) looks_.join();
  if (works_.joinable()) works_.join();
}

void BatchScheduler::Stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stop_changed_.notify_all();
}

bool BatchScheduler::is_stopping() {
  const std::lock_guard lock(mutex_);
  return is_stopping_;
}

void BatchScheduler::Run(void (BatchScheduler::*round)()) {
  NameThread("stored batches");
  std::unique_lock lock(mutex_);
  while (!stop_changed_.wait_for(lock, options_.tick, [this] { return is_stopping_; })) {
    lock.unlock();
    try {
      (this->*round)();
    } catch (const std::exception&) {  // out of memory, most likely
    }
    lock.lock();
  }
}

void BatchScheduler::TellOnce(const std::string& batch, const Status& status) {
  const std::string text = status.ok() ? "" : status.ToString();
  {
    const std::lock_guard lock(mutex_);
    std::string& last = told_[batch];
    if (last == text) return;
    last = text;
  }
  if (!text.empty()) tell_("batch '" + batch + "': " + text);
}

void BatchScheduler::Look() {
  const auto batches = service_.batches->definitions.Newest();
  std::erase_if(timetables_, [&](const auto& item) { return !batches->contains(item.first); });
  for (const auto& [name, batch] : *batches) {
    if (is_stopping()) return;
    TellOnce(name, LookAtOne(*batch));
  }
}

Result<const BatchScheduler::Timetable*> BatchScheduler::TimetableOf(const StoredBatch& batch) {
  const Trigger& trigger = batch.trigger;
  const auto known = timetables_.find(batch.name);
  if (known != timetables_.end() && known->second.cron == trigger.cron && known->second.timezone == trigger.timezone) {
    return &known->second;
  }
  Timetable made{.cron = trigger.cron, .timezone = trigger.timezone, .line = {}, .zone = {}};
  if (!trigger.cron.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(made.line, Cron::Parse(trigger.cron));
    SCOREWAY_ASSIGN_OR_RETURN(made.zone, LoadTimeZone(trigger.timezone));
  }
  return &timetables_.insert_or_assign(batch.name, std::move(made)).first->second;
}

Status BatchScheduler::LookAtOne(const StoredBatch& batch) {
  BatchService& batches = *service_.batches;
  SCOREWAY_ASSIGN_OR_RETURN(const Timetable* const timetable, TimetableOf(batch));
  SCOREWAY_ASSIGN_OR_RETURN(const BatchState state, batches.store.State(batch.name));
  BatchSurroundings around{.now_micros = batches.clock.NowMicros(),
                           .newest_version = state.newest_version,
                           .meant_version = state.meant_version,
                           .cron = timetable->line ? &*timetable->line : nullptr,
                           .zone = &timetable->zone};
  // What the model means is only asked where it matters.
  const bool asks = batch.trigger.after_version || batch.trigger.after_move;
  if (!asks && !LookAt(batch, state, around).has_changed) return {};
  SCOREWAY_ASSIGN_OR_RETURN(const BatchVersions versions, VersionsOf(service_, batch));
  around.newest_version = versions.newest;
  around.meant_version = versions.meant;
  if (!LookAt(batch, state, around).has_changed) return {};
  return batches.store
      .Change(batch.name, [&](const BatchState& now) -> Result<BatchLook> { return LookAt(batch, now, around); })
      .status();
}

void BatchScheduler::Work() {
  for (const auto& [name, batch] : *service_.batches->definitions.Newest()) {
    if (is_stopping()) return;
    const Status status = WorkOnOne(*batch);
    if (status.code() != Code::kConflict) TellOnce(name, status);
  }
}

Status BatchScheduler::WorkOnOne(const StoredBatch& batch) {
  BatchStore& store = service_.batches->store;
  SCOREWAY_ASSIGN_OR_RETURN(const BatchState state, store.State(batch.name));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Firing> firings, store.Unfinished(batch.name, state));
  for (const Firing& firing : firings) {
    if (is_stopping()) return {};
    if (firing.state == FiringState::kFailed) continue;
    if (firing.state == FiringState::kDelivered || firing.state == FiringState::kDone) {
      // Whoever delivered it may be about to do this; if not, it was lost.
      SCOREWAY_ASSIGN_OR_RETURN(const StoredFiring stored, store.GetFiring(batch.name, firing.number));
      SCOREWAY_RETURN_IF_ERROR(store.RemoveRows(batch.name, stored));
      continue;
    }
    Result<StoredFiring> claimed = ClaimFiring(service_, options_.firing, batch.name, firing);
    if (claimed.code() == Code::kConflict) continue;
    if (!claimed.ok()) return claimed.error();
    SCOREWAY_RETURN_IF_ERROR(RunFiring(service_, options_.firing, batch, std::move(*claimed)));
  }
  return {};
}

}  // namespace scoreway
