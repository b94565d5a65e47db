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

WorkerPool::WorkerPool(const WorkerPoolOptions& options)
    : options_(options), queue_(options.threads, options.waiting_max) {
  for (unsigned i = 0; i < options.threads; ++i) {
    threads_.emplace_back([this, i] {
      NameThread(options_.name + " " + std::to_string(i));
      Loop(options_.others_are_busy && i > 0 && i + 1 == options_.threads);
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

bool WorkerPool::StandAside(std::unique_lock<std::mutex>& lock) {
  if (stopping_ || queue_.waiting() == 0 || !options_.others_are_busy()) return false;
  if (SteadyClock::now() - got_on_ > options_.gets_on_max) return false;
  changed_.notify_one();  // which may have been for this thread
  stopped_.wait_for(lock, kAsidePause);
  return true;
}

void WorkerPool::Loop(bool may_stand_aside) {
  StandBack(options_.niceness);
  std::unique_lock lock(mutex_);
  for (;;) {
    if (may_stand_aside && StandAside(lock)) continue;
    FairQueue::Started started = queue_.Pop();
    if (started.task == nullptr) {
      if (stopping_ && queue_.waiting() == 0) return;
      changed_.wait(lock);
      got_on_ = SteadyClock::now();
      continue;
    }
    lock.unlock();
    const SteadyClock::time_point start = SteadyClock::now();
    started.task->Run();
    started.task.reset();
    const SteadyClock::time_point end = SteadyClock::now();
    lock.lock();
    queue_.Done(started, std::chrono::duration_cast<std::chrono::nanoseconds>(end - start).count());
    if (!may_stand_aside) got_on_ = end;
    if (stopping_) changed_.notify_all();
  }
}

}  // namespace scoreway
