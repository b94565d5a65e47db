#include "service/job_workers.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/name_thread.h"
#include "service/job_service.h"

namespace scoreway {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kTakeWait{250};
constexpr size_t kTakeMax = 64;
// Of the jobs taken at once, together.
constexpr double kTakeSeconds = 0.02;
// Answers wait so long for those of the jobs behind them.
constexpr milliseconds kSettleAfter{5};
// While the store does not answer.
constexpr milliseconds kPause{200};
constexpr milliseconds kKeepInterval{200};
constexpr unsigned kWebhookThreads = 4;
constexpr size_t kWebhookQueueMax = 256;

}  // namespace

JobWorkers::JobWorkers(const Service& service, unsigned threads, unsigned first_slot, SendWebhook send)
    : service_(service),
      jobs_(*service.jobs),
      send_(std::move(send)),
      webhook_pool_(WorkerPoolOptions{.name = "webhook", .threads = kWebhookThreads, .waiting_max = kWebhookQueueMax}),
      keeper_([this] { KeepLeases(); }) {
  for (unsigned i = 0; i < threads; ++i) workers_.emplace_back([this, slot = first_slot + i] { Work(slot); });
}

JobWorkers::~JobWorkers() {
  Stop();
  for (std::thread& worker : workers_) worker.join();
  {
    const std::lock_guard lock(mutex_);
    is_keeper_stopping_ = true;
  }
  stop_changed_.notify_all();
  keeper_.join();
}

void JobWorkers::Stop() {
  is_stopping_ = true;
  const std::lock_guard lock(mutex_);
  for (const HeldPtr& held : held_) held->is_wanted_back = true;
}

void JobWorkers::Work(unsigned slot) {
  NameThread("jobs");
  JobRunner runner(service_, slot);
  double seconds_of_one = kTakeSeconds;
  while (!is_stopping_) {
    const auto count =
        static_cast<size_t>(std::clamp(kTakeSeconds / seconds_of_one, 1.0, static_cast<double>(kTakeMax)));
    const auto leases = jobs_.queue->Take(count, jobs_.options.lease, kTakeWait);
    if (!leases.ok()) {
      std::this_thread::sleep_for(kPause);
      continue;
    }
    if (leases->empty()) continue;
    std::vector<HeldPtr> taken;
    for (const Lease& lease : *leases) taken.push_back(std::make_shared<HeldLease>(lease, jobs_.clock.NowMicros()));
    const auto start = SteadyClock::now();
    Hold(taken);
    RunAll(runner, taken);
    Release(taken);
    const std::chrono::duration<double> spent = SteadyClock::now() - start;
    seconds_of_one = std::max(seconds_of_one * 0.7 + spent.count() / static_cast<double>(taken.size()) * 0.3, 1e-6);
  }
}

void JobWorkers::RunAll(JobRunner& runner, const std::vector<HeldPtr>& taken) {
  std::vector<Ended> ended;
  auto last = SteadyClock::now();
  for (const HeldPtr& held : taken) {
    if (held->is_lost) continue;
    if (IsNotifyEntry(held->lease)) {
      Notify(held);
      continue;
    }
    Settlement settlement;
    try {
      settlement = runner.Run(*held);
    } catch (const std::exception&) {  // out of memory, most likely: it comes back when the lease is over
      continue;
    }
    if (settlement.lease == nullptr) continue;
    ended.push_back({held, std::move(settlement)});
    if (SteadyClock::now() - last < kSettleAfter) continue;
    Settle(runner, std::exchange(ended, {}));
    last = SteadyClock::now();
  }
  Settle(runner, std::move(ended));
}

// Until all is settled or the leases are over: what is not settled is done again.
void JobWorkers::Settle(JobRunner& runner, std::vector<Ended> ended) {
  const auto end = SteadyClock::now() + jobs_.options.lease;
  while (!ended.empty() && SteadyClock::now() < end) {
    std::vector<Settlement> settlements;
    for (Ended& one : ended) settlements.push_back(std::move(one.settlement));
    const std::vector<Status> statuses = jobs_.queue->Settle(settlements);
    std::vector<Ended> left;
    bool has_failed = false;
    for (size_t i = 0; i < ended.size(); ++i) {
      Ended& one = ended[i];
      const Code code = statuses[i].code();
      if (code == Code::kOk) {
        Count(settlements[i], one.held->lease);
      } else if (code == Code::kConflict && !one.is_second) {  // else the lease itself is lost
        left.push_back({one.held, runner.AfterConflict(*one.held), true});
      } else if (code == Code::kUnavailable || code == Code::kDeadlineExceeded) {
        has_failed = true;
        left.push_back({one.held, std::move(settlements[i]), one.is_second});
      }
    }
    ended = std::move(left);
    if (has_failed) std::this_thread::sleep_for(kPause);
  }
}

void JobWorkers::Count(const Settlement& settlement, const Lease& lease) {
  JobCounters& counters = jobs_.counters;
  const auto add = [](std::atomic<uint64_t>& counter) { counter.fetch_add(1, std::memory_order_relaxed); };
  if (settlement.kind == Settlement::Kind::kRetry) return add(counters.retries);
  if (settlement.kind == Settlement::Kind::kDead) return add(counters.dead);
  const bool ends_job = settlement.kind == Settlement::Kind::kDone && !settlement.first.empty();
  if (IsNotifyEntry(lease) || !ends_job) return;
  add(settlement.reason.empty() ? counters.succeeded : counters.failed);
}

// Apart, as the one who is called may take its time.
void JobWorkers::Notify(HeldPtr held) {
  const auto call = [this, held] {
    const Settlement settlement = NotifyJobEnd(jobs_, send_, held->lease);
    const std::vector<Status> statuses = jobs_.queue->Settle({&settlement, 1});
    if (statuses[0].ok()) Count(settlement, held->lease);
  };
  if (webhook_pool_.Submit(call)) return;
  const Settlement later{.lease = &held->lease, .kind = Settlement::Kind::kRetry, .delay = std::chrono::seconds(1)};
  (void)jobs_.queue->Settle({&later, 1});
}

void JobWorkers::Hold(const std::vector<HeldPtr>& held) {
  const std::lock_guard lock(mutex_);
  held_.insert(held.begin(), held.end());
  for (const HeldPtr& one : held) one->is_wanted_back = is_stopping_.load();
}

void JobWorkers::Release(const std::vector<HeldPtr>& held) {
  const std::lock_guard lock(mutex_);
  for (const HeldPtr& one : held) held_.erase(one);
}

void JobWorkers::KeepLeases() {
  NameThread("job leases");
  std::unique_lock lock(mutex_);
  while (!stop_changed_.wait_for(lock, kKeepInterval, [this] { return is_keeper_stopping_; })) {
    const std::vector<HeldPtr> all(held_.begin(), held_.end());
    lock.unlock();
    for (const HeldPtr& held : all) Keep(*held);
    lock.lock();
  }
}

// Says of a job that takes its time that it is running, and keeps its lease.
void JobWorkers::Keep(HeldLease& held) {
  const int64_t now = jobs_.clock.NowMicros();
  const int64_t started = held.started_micros;
  const bool is_slow = started != 0 && now - started > std::chrono::microseconds(kKeepInterval).count();
  const bool is_due = now - held.extended_micros > std::chrono::microseconds(jobs_.options.lease).count() / 3;
  if (held.is_lost || !(is_due || (is_slow && !held.is_shown))) return;
  std::vector<WriteBatch> progress;
  if (started != 0) progress.push_back(jobs_.store.Progress(held.lease.id, held.progress(), jobs_.options.lease));
  const Status status = jobs_.queue->Extend(held.lease, jobs_.options.lease, progress);
  if (status.code() == Code::kConflict) held.is_lost = true;
  if (!status.ok()) return;
  held.extended_micros = now;
  held.is_shown = held.is_shown || started != 0;
}

}  // namespace scoreway
