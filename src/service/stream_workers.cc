#include "service/stream_workers.h"

#include <utility>

#include "base/name_thread.h"

namespace scoreway {
namespace {

constexpr std::chrono::milliseconds kLook{100};
constexpr std::chrono::seconds kReportInterval{2};
constexpr std::chrono::seconds kReportLife{15};

}  // namespace

StreamWorkers::StreamWorkers(const Service& service, unsigned first_slot)
    : service_(service), streams_(*service.streams), next_slot_(first_slot), thread_([this] { Follow(); }) {}

StreamWorkers::~StreamWorkers() {
  Stop();
  thread_.join();
}

void StreamWorkers::Stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stop_changed_.notify_all();
}

void StreamWorkers::Follow() {
  NameThread("streams");
  auto reported = std::chrono::steady_clock::now() - kReportInterval;
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    lock.unlock();
    StartAndStop(*streams_.definitions.Newest());
    if (std::chrono::steady_clock::now() - reported >= kReportInterval) {
      Report();
      reported = std::chrono::steady_clock::now();
    }
    lock.lock();
    stop_changed_.wait_for(lock, kLook, [this] { return is_stopping_; });
  }
  lock.unlock();
  for (const auto& [name, runner] : runners_) runner->Stop();
  runners_.clear();
}

// A stream that has changed is begun anew when its old runner has ended: the two have one name in the cluster.
void StreamWorkers::StartAndStop(const StreamSet& wanted) {
  for (const auto& [name, runner] : runners_) {
    const auto found = wanted.find(name);
    const bool is_wanted =
        found != wanted.end() && found->second->state == StreamState::kRunning && *found->second == runner->stream();
    if (!is_wanted) runner->Stop();
  }
  std::erase_if(runners_, [](const auto& item) { return item.second->has_ended(); });
  for (const auto& [name, counters] : streams_.AllCounters()) {
    if (!wanted.contains(name) && !runners_.contains(name)) streams_.ForgetCounters(name);
  }
  for (const auto& [name, stream] : wanted) {
    if (stream->state != StreamState::kRunning || runners_.contains(name)) continue;
    runners_.emplace(name, std::make_unique<StreamRunner>(service_, next_slot_++, stream));
  }
}

void StreamWorkers::Report() {
  for (const auto& [name, runner] : runners_) {
    const std::shared_ptr<StreamCounters> counters = streams_.CountersOf(name);
    StreamReport report;
    report.instance = streams_.options.instance;
    report.error = counters->error();
    report.activity = !counters->is_running ? "starting" : (report.error.empty() ? "running" : "waiting");
    report.partitions = counters->partitions;
    report.lag = counters->lag;
    report.messages = counters->messages;
    report.bad = counters->bad;
    report.transactions = counters->transactions;
    report.restarts = counters->restarts;
    report.version = counters->version;
    report.time_micros = streams_.clock.NowMicros();
    // What cannot be said now is said with the next report.
    (void)streams_.store.PutReport(name, report, kReportLife);
  }
}

}  // namespace scoreway
