#include "service/watcher.h"

#include <algorithm>
#include <exception>

#include "base/name_thread.h"

namespace scoreway {
namespace {

// However long the time of a window: so that a look takes a second at most.
constexpr uint64_t kRowsOfLookMax = 200'000;
// A call that was claimed and not settled, as its server ended, is made again after this.
constexpr int64_t kCallMicros = 60'000'000;

// What a claim gives up with when another was quicker; never seen outside.
Status Claimed() { return {Code::kConflict, "another has claimed it"}; }

WatchAlert* FindAlert(WatchState* state, int64_t number) {
  for (WatchAlert& alert : state->alerts) {
    if (alert.number == number) return &alert;
  }
  return nullptr;
}

// Learns the reference of a version that has none, as soon as enough rows are there.
Status LearnIfWanted(const Service& service, const Watch& watch) {
  if (watch.learn_rows == 0 || !watch.against.empty()) return {};
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t version, service.registry->Resolve({watch.model, {}, 0}));
  SCOREWAY_ASSIGN_OR_RETURN(const auto stored, service.profiles->Mark(watch.model, version));
  if (stored) return {};
  return LearnReference(service, watch.model, version, watch.learn_rows, "watch").status();
}

}  // namespace

Watcher::Watcher(const Service& service, WatcherOptions options, SendWebhook send_webhook, SendMail send_mail)
    : service_(service),
      watches_(*service.records),
      references_(*service.profiles),
      options_(std::move(options)),
      send_webhook_(std::move(send_webhook)),
      send_mail_(std::move(send_mail)) {
  if (options_.tick.count() > 0) thread_ = std::thread([this] { Run(); });
}

Watcher::~Watcher() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stop_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watcher::Run() {
  NameThread("watcher");
  std::unique_lock lock(mutex_);
  while (!stop_changed_.wait_for(lock, options_.tick, [this] { return is_stopping_; })) {
    lock.unlock();
    try {
      (void)Round();                   // a store that does not answer is asked again
    } catch (const std::exception&) {  // out of memory, most likely
    }
    lock.lock();
  }
}

Status Watcher::Round() {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Watch> watches, watches_.List());
  Status first;
  for (const Watch& watch : watches) {
    const int64_t now = service_.records->clock.NowMicros();
    Status status = LookAt(watch, now);
    if (status.ok()) status = Tell(watch, &WatchAlert::webhook, &Watcher::Call, now);
    if (status.ok()) status = Tell(watch, &WatchAlert::mail, &Watcher::Write, now);
    if (first.ok() && !status.ok()) first = std::move(status);
  }
  return first;
}

Status Watcher::LookAt(const Watch& watch, int64_t now_micros) {
  SCOREWAY_ASSIGN_OR_RETURN(const WatchState state, watches_.GetState(watch.model));
  if (state.next_look_micros > now_micros) return {};
  const auto claimed = watches_.Update(watch.model, [&](WatchState* current) -> Status {
    if (current->next_look_micros > now_micros) return Claimed();
    current->next_look_micros = now_micros + watch.interval_seconds * 1'000'000;
    return {};
  });
  if (!claimed.ok()) return claimed.code() == Code::kConflict ? Status() : claimed.status();

  const WatchFindings findings = Look(watch);
  return watches_
      .Update(watch.model,
              [&](WatchState* current) -> Status {
                *current = AfterLook(watch, *current, findings, now_micros);
                return {};
              })
      .status();
}

WatchFindings Watcher::Look(const Watch& watch) {
  WatchFindings findings;
  if (!watch.below.empty() || !watch.above.empty()) {
    const auto performance = MeasurePerformance(service_, {watch.model, {}, 0}, {.window = watch.metric_window});
    if (performance.ok()) {
      AddMetrics(watch, *performance, &findings);
    } else {
      AddFault(performance.error(), &findings);
    }
  }
  if (const Status learned = LearnIfWanted(service_, watch); !learned.ok()) {
    AddFault(learned.error(), &findings);
    return findings;
  }
  const auto drift = MeasureDrift(service_, {watch.model, {}, 0},
                                  {.window = watch.window,
                                   .against = watch.against,
                                   .bounds = watch.bounds,
                                   .exact_p_values = false,
                                   .rows_max = kRowsOfLookMax},
                                  &references_);
  if (drift.ok()) {
    AddDrift(*drift, &findings);
  } else {
    AddFault(drift.error(), &findings);
  }
  return findings;
}

Status Watcher::Tell(const Watch& watch, WatchNotice WatchAlert::*channel, Send send, int64_t now_micros) {
  SCOREWAY_ASSIGN_OR_RETURN(const WatchState state, watches_.GetState(watch.model));
  for (const WatchAlert& alert : state.alerts) {
    const int64_t due_micros = (alert.*channel).next_try_micros;
    if (due_micros == 0 || due_micros > now_micros) continue;
    const auto claimed = watches_.Update(watch.model, [&](WatchState* current) -> Status {
      WatchAlert* const one = FindAlert(current, alert.number);
      if (one == nullptr || (one->*channel).next_try_micros != due_micros) return Claimed();
      (one->*channel).next_try_micros = now_micros + kCallMicros;
      ++(one->*channel).attempts;
      return {};
    });
    if (claimed.code() == Code::kConflict) continue;
    if (!claimed.ok()) return claimed.status();
    const Outcome outcome = (this->*send)(watch, alert, now_micros);
    const auto settle = [&](WatchState* current) -> Status {
      WatchAlert* const one = FindAlert(current, alert.number);
      if (one == nullptr) return {};
      WatchNotice& notice = one->*channel;
      notice.outcome = outcome.text;
      const bool is_over = outcome.is_over || notice.attempts >= options_.retry.attempts_max;
      notice.next_try_micros = is_over ? 0 : now_micros + PauseAfter(options_.retry, notice.attempts, 0.5).count();
      return {};
    };
    SCOREWAY_RETURN_IF_ERROR(watches_.Update(watch.model, settle).status());
  }
  return {};
}

Watcher::Outcome Watcher::Call(const Watch& watch, const WatchAlert& alert, int64_t now_micros) {
  WebhookCall call{.url = watch.webhook, .body = AlertJson(watch.model, alert), .signature = {}};
  if (!options_.webhook_secret.empty()) {
    call.signature = SignWebhook(options_.webhook_secret, now_micros / 1'000'000, call.body);
  }
  const bool is_allowed = std::any_of(options_.webhook_prefixes.begin(), options_.webhook_prefixes.end(),
                                      [&](const std::string& prefix) { return watch.webhook.starts_with(prefix); });
  if (!is_allowed) return {true, "the server does not allow this webhook (--webhook-allow)"};
  const Result<int> answer = send_webhook_(call);
  if (!answer.ok()) return {false, answer.error().ToString()};
  if (*answer >= 200 && *answer < 300) return {true, "sent"};
  return {false, "the webhook answered " + std::to_string(*answer)};
}

Watcher::Outcome Watcher::Write(const Watch& watch, const WatchAlert& alert, int64_t /*now_micros*/) {
  if (send_mail_ == nullptr) return {true, "the server has no mail server (--smtp)"};
  for (const std::string& address : watch.mail) {
    if (!IsMailAllowed(address, options_.mail_allowed)) {
      return {true, "the server does not allow mail to " + address + " (--mail-allow)"};
    }
  }
  const Result<std::string> sent = send_mail_(AlertMail(watch, alert));
  if (sent.ok()) return {true, *sent};
  return {sent.code() != Code::kUnavailable, sent.error().ToString()};
}

}  // namespace scoreway
