#include "service/trainer_keeper.h"

#include <cmath>
#include <exception>
#include <utility>

#include "base/name_thread.h"
#include "service/line_splitter.h"
#include "service/measure_performance.h"
#include "service/retrain.h"
#include "service/start_challenge.h"
#include "service/watch_store.h"
#include "service/work_folder.h"

namespace scoreway {
namespace {

constexpr int64_t kSecondMicros = 1'000'000;
constexpr int64_t kClaimBeyondSeconds = 300;  // for reading the log before the training, and pushing after it
constexpr size_t kLabelsAtOnce = 10'000;
// Until the predictions of labels are in the log, whichever server answered them.
constexpr int64_t kSettleMicros = 5 * kSecondMicros;
constexpr char kWho[] = "trainer";

// What a claim gives up with when another was quicker; never seen outside.
Status Claimed() { return {Code::kConflict, "another has claimed it"}; }

Result<bool> IsInAlarm(const Service& service, const std::string& model) {
  WatchStore watches(*service.records);
  SCOREWAY_ASSIGN_OR_RETURN(const WatchState state, watches.GetState(model));
  return state.alarm.severity == Severity::kAlarm;
}

Result<TrainerFacts::Range> RangeOf(const Service& service, const Trainer& trainer, const std::string& metric) {
  SCOREWAY_ASSIGN_OR_RETURN(
      const Performance performance,
      MeasurePerformance(service, {trainer.model, {}, 0}, {.window = trainer.triggers.metric_window}));
  const Measure* const measure = performance.labelled == 0 ? nullptr : FindMeasure(performance, metric);
  if (measure == nullptr) return TrainerFacts::Range{kNotKnown, kNotKnown};
  return TrainerFacts::Range{measure->interval.low, measure->interval.high};
}

// Labels that a training would find with their predictions.
Result<bool> HasLabels(const Service& service, const std::string& model, int64_t count, int64_t since_micros) {
  const TimeRange range{.from_micros = since_micros, .to_micros = service.records->clock.NowMicros() - kSettleMicros};
  std::string token;
  int64_t found = 0;
  do {
    const auto wanted = static_cast<size_t>(std::min<int64_t>(count - found, kLabelsAtOnce));
    SCOREWAY_ASSIGN_OR_RETURN(const LabelStore::Page page, service.records->labels.List(model, range, wanted, token));
    found += static_cast<int64_t>(page.labels.size());
    token = page.next_page_token;
  } while (!token.empty() && found < count);
  return found >= count;
}

}  // namespace

TrainerKeeper::TrainerKeeper(const Service& service, Trainers& trainers, std::chrono::milliseconds interval,
                             std::function<void(const std::string&)> tell)
    : service_(service), trainers_(trainers), interval_(interval), tell_(std::move(tell)) {
  if (interval_.count() > 0) thread_ = std::thread([this] { Run(); });
}

TrainerKeeper::~TrainerKeeper() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void TrainerKeeper::Run() {
  NameThread("trainers");
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, interval_, [this] { return is_stopping_.load(); })) {
    lock.unlock();
    try {
      Round();
    } catch (const std::exception& fault) {
      tell_(std::string("trainers: ") + fault.what());
    }
    lock.lock();
  }
}

void TrainerKeeper::Round() {
  const auto trainers = trainers_.List();
  if (!trainers.ok()) return tell_("trainers: " + trainers.status().ToString());
  for (const Trainer& trainer : *trainers) {
    if (is_stopping_) return;
    if (Status status = LookAt(trainer); !status.ok()) {
      tell_("trainer of '" + trainer.model + "': " + status.ToString());
    }
  }
}

Status TrainerKeeper::LookAt(const Trainer& trainer) {
  const std::string& model = trainer.model;
  const int64_t now = service_.records->clock.NowMicros();
  SCOREWAY_ASSIGN_OR_RETURN(const TrainerState state, trainers_.GetState(model));
  if (state.claimed_until_micros > now) return {};
  const TrainerFacts facts{
      .now_micros = now,
      .is_in_alarm = [&] { return IsInAlarm(service_, model); },
      .metric = [&](const std::string& metric) { return RangeOf(service_, trainer, metric); },
      .has_labels = [&](int64_t count, int64_t since) { return HasLabels(service_, model, count, since); }};
  SCOREWAY_ASSIGN_OR_RETURN(const std::string reason,
                            DueReason(trainer.triggers, state, trainer.changed_micros, facts));
  if (reason.empty()) return {};
  const int64_t until = now + (trainer.seconds_max + kClaimBeyondSeconds) * kSecondMicros;
  const auto claimed = trainers_.UpdateState(model, [&](TrainerState* current) -> Status {
    if (current->claimed_until_micros > now || current->started_micros != state.started_micros) return Claimed();
    current->claimed_until_micros = until;
    current->asked.clear();
    return {};
  });
  if (!claimed.ok()) return claimed.code() == Code::kConflict ? Status() : claimed.status();

  tell_("trainer of '" + model + "': begins, as " + reason);
  const Result<int64_t> made = Train(trainer, reason);
  const bool is_cut_off = !made.ok() && is_stopping_;
  const std::string outcome = made.ok() ? "version " + std::to_string(*made) : made.status().ToString();
  tell_("trainer of '" + model + "': " + outcome);
  return trainers_
      .UpdateState(model,
                   [&](TrainerState* current) -> Status {
                     current->claimed_until_micros = 0;
                     if (is_cut_off) {
                       if (current->asked.empty()) current->asked = state.asked;
                       return {};
                     }
                     current->started_micros = now;
                     current->ended_micros = service_.records->clock.NowMicros();
                     current->reason = reason;
                     current->outcome = outcome;
                     current->version = made.ok() ? *made : 0;
                     return {};
                   })
      .status();
}

Result<int64_t> TrainerKeeper::Train(const Trainer& trainer, const std::string& reason) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<WorkFolder> folder, WorkFolder::Make());
  RetrainRequest request;
  request.trainer = trainer;
  request.folder = folder->path();
  request.who = kWho;
  request.why = reason;
  request.is_stopping = [this] { return is_stopping_.load(); };
  SCOREWAY_ASSIGN_OR_RETURN(request.parent, service_.registry->Resolve({trainer.model, {}, 0}));
  SCOREWAY_ASSIGN_OR_RETURN(const Handle parent, service_.serving->LoadNow({trainer.model, {}, request.parent}));
  SCOREWAY_RETURN_IF_ERROR(TakeLabelledLog(service_, *parent->model, trainer.triggers.since, &request));
  LineSplitter lines([&](std::string_view line) { tell_("trainer of '" + trainer.model + "': " + std::string(line)); });
  SCOREWAY_ASSIGN_OR_RETURN(const PushModelAnswer answer,
                            Retrain(service_, request, [&](std::string_view output) { lines.Add(output); }));
  if (!trainer.triggers.challenge.empty()) SCOREWAY_RETURN_IF_ERROR(StartChallengeOf(trainer, reason));
  return answer.version.number;
}

// A challenge of that alias that is under way sees by itself that it points at another version.
Status TrainerKeeper::StartChallengeOf(const Trainer& trainer, const std::string& reason) {
  SCOREWAY_ASSIGN_OR_RETURN(const ChallengePolicy policy, ParseChallengePolicy(trainer.triggers.challenge));
  Status status = StartChallenge(service_, trainer.model, trainer.alias, policy, {kWho, reason}).status();
  if (status.code() == Code::kConflict) return {};
  return status;
}

}  // namespace scoreway
