// WorkerPool: a fixed number of threads and a bounded queue before them, for work that would hold up an I/O thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace scoreway {

class WorkerPool {
 public:
  WorkerPool(unsigned threads, size_t queue_max);
  // Finishes what was submitted.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False, and the work is not done, if the queue is full. Work must not throw. Thread-safe.
  bool Submit(std::function<void()> work);

 private:
  void Loop();

  const size_t queue_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;  // guarded by mutex_
  bool stopping_ = false;                    // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace scoreway
