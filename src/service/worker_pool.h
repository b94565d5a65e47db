// WorkerPool: a fixed number of threads and a bounded, fair queue before them, for work that would hold up an I/O
// thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "service/fair_queue.h"

namespace scoreway {

struct WorkerPoolOptions {
  std::string name = "worker";  // of its threads, before their numbers
  unsigned threads = 1;
  size_t waiting_max = 1024;
  // How far its threads stand back for others (stand_back.h).
  int niceness = 0;
  // Asked by the last of several threads before it takes a task: while it is true, and the other threads get on, that
  // one takes none, and so leaves a processor to others. Null: they all work. Thread-safe.
  std::function<bool()> others_are_busy = nullptr;
  // After such a time without an end the other threads do not get on, as those do not that wait for an engine.
  std::chrono::milliseconds gets_on_max{100};
};

class WorkerPool {
 public:
  explicit WorkerPool(const WorkerPoolOptions& options);
  WorkerPool(unsigned threads, size_t waiting_max)
      : WorkerPool(WorkerPoolOptions{.threads = threads, .waiting_max = waiting_max}) {}
  // Finishes what was submitted.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False, and the work is not done, if the queue is full. Work must not throw. Thread-safe, as all that follows.
  bool Submit(std::function<void()> work);
  // Queues the task. A refusal: there is no place for it, and it has been destroyed. To make a place another's task may
  // be refused, on this thread.
  std::optional<Refusal> Submit(const Lane& lane, std::unique_ptr<Task> task);

  unsigned threads() const { return static_cast<unsigned>(threads_.size()); }
  std::vector<FairQueue::ModelState> models() const;

 private:
  void Loop(bool may_stand_aside);
  // Waits a little and is true, if the thread should leave its processor to others.
  bool StandAside(std::unique_lock<std::mutex>& lock);

  const WorkerPoolOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable stopped_;
  FairQueue queue_;        // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  // When a thread that does not stand aside ended a task, or one woke that had nothing to do; guarded by mutex_.
  std::chrono::steady_clock::time_point got_on_ = std::chrono::steady_clock::now();
  std::vector<std::thread> threads_;
};

}  // namespace scoreway
