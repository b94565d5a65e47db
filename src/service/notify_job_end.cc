#include "service/notify_job_end.h"

#include "base/sha256.h"
#include "service/random_pause.h"

namespace scoreway {
namespace {

constexpr char kPayload[] = "notify";
constexpr char kSuffix[] = "/webhook";

}  // namespace

QueueEntry NotifyEntry(const Job& job) {
  return {.id = job.id + kSuffix, .payload = kPayload, .tenant = job.tenant, .priority = job.priority};
}

bool IsNotifyEntry(const Lease& lease) { return lease.payload == kPayload; }

std::string SignWebhook(const std::string& secret, int64_t seconds, const std::string& body) {
  const std::string time = std::to_string(seconds);
  return "t=" + time + ",v1=" + HmacSha256Hex(secret, time + "." + body);
}

Settlement NotifyJobEnd(JobService& jobs, const SendWebhook& send, const Lease& lease) {
  const RetryPolicy& policy = jobs.options.webhook_retry;
  Status status;
  const Result<StoredJob> stored = jobs.store.Get(lease.id.substr(0, lease.id.find('/')));
  if (!stored.ok() && stored.code() == Code::kNotFound) return {.lease = &lease};
  // The queue may be told of the call before the end, which may have been broken off then.
  if (stored.ok() && !IsFinal(stored->job.state)) {
    return {.lease = &lease, .kind = Settlement::Kind::kRetry, .delay = RandomPause(policy, lease.attempt)};
  }
  if (stored.ok()) {
    WebhookCall call{.url = stored->job.webhook, .body = {}, .signature = {}};
    JsonWriter json(&call.body);
    WriteJson(stored->job, &json);
    if (!jobs.options.webhook_secret.empty()) {
      call.signature = SignWebhook(jobs.options.webhook_secret, jobs.clock.NowMicros() / 1'000'000, call.body);
    }
    const Result<int> answer = send(call);
    if (answer.ok() && *answer >= 200 && *answer < 300) {
      jobs.counters.webhooks.fetch_add(1, std::memory_order_relaxed);
      return {.lease = &lease};
    }
    status =
        answer.ok() ? Status(Code::kUnavailable, "the webhook answered " + std::to_string(*answer)) : answer.status();
  } else {
    status = stored.status();
  }
  jobs.counters.webhook_failures.fetch_add(1, std::memory_order_relaxed);
  if (lease.attempt >= policy.attempts_max) {
    return {.lease = &lease, .kind = Settlement::Kind::kDead, .reason = status.ToString()};
  }
  return {.lease = &lease, .kind = Settlement::Kind::kRetry, .delay = RandomPause(policy, lease.attempt)};
}

}  // namespace scoreway
