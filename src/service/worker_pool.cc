#include "service/worker_pool.h"

#include <chrono>
#include <string>
#include <utility>

#include "base/name_thread.h"
#include "service/stand_back.h"

namespace scoreway {
namespace {

using SteadyClock = std::chrono::steady_clock;

// How long a thread that leaves its processor to others does so before it asks again.
constexpr std::chrono::milliseconds kAsidePause{2};

class FunctionTask final : public Task {
 public:
  explicit FunctionTask(std::function<void()> work) : work_(std::move(work)) {}
  void Run() override { work_(); }
  void Refuse(const Refusal&) override {}

 private:
  std::function<void()> work_;
};

}  // namespace

WorkerPool::WorkerPool(const WorkerPoolOptions& options) : queue_(options.threads, options.waiting_max) {
  for (unsigned i = 0; i < options.threads; ++i) {
    const bool may_stand_aside = i > 0 && i + 1 == options.threads;
    threads_.emplace_back([this, name = options.name + " " + std::to_string(i), niceness = options.niceness,
                           others_are_busy = may_stand_aside ? options.others_are_busy : nullptr] {
      NameThread(name);
      Loop(niceness, others_are_busy);
    });
  }
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  stopped_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::Submit(std::function<void()> work) {
  return !Submit(Lane{}, std::make_unique<FunctionTask>(std::move(work)));
}

std::optional<Refusal> WorkerPool::Submit(const Lane& lane, std::unique_ptr<Task> task) {
  const Task* const submitted = task.get();
  FairQueue::Refused refused;
  {
    std::lock_guard lock(mutex_);
    refused = queue_.Push(lane, std::move(task));
  }
  if (refused.task.get() == submitted) return refused.refusal;
  if (refused.task != nullptr) refused.task->Refuse(refused.refusal);
  changed_.notify_one();
  return std::nullopt;
}

std::vector<FairQueue::ModelState> WorkerPool::models() const {
  std::lock_guard lock(mutex_);
  return queue_.models();
}

void WorkerPool::Loop(int niceness, const std::function<bool()>& others_are_busy) {
  StandBack(niceness);
  std::unique_lock lock(mutex_);
  for (;;) {
    if (others_are_busy && !stopping_ && queue_.waiting() > 0 && others_are_busy()) {
      changed_.notify_one();  // which may have been for this thread
      stopped_.wait_for(lock, kAsidePause);
      continue;
    }
    FairQueue::Started started = queue_.Pop();
    if (started.task == nullptr) {
      if (stopping_ && queue_.waiting() == 0) return;
      changed_.wait(lock);
      continue;
    }
    lock.unlock();
    const SteadyClock::time_point start = SteadyClock::now();
    started.task->Run();
    started.task.reset();
    const auto spent = std::chrono::duration_cast<std::chrono::nanoseconds>(SteadyClock::now() - start).count();
    lock.lock();
    queue_.Done(started, spent);
    if (stopping_) changed_.notify_all();
  }
}

}  // namespace scoreway
