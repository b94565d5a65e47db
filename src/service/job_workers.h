// JobWorkers: the threads of a process that run jobs, one that keeps their leases, and some that call webhooks.
//
// A worker takes as many jobs at once as it does in some milliseconds, and settles them together, so that short jobs
// share the flush of the disk. A process that is lost loses its leases in time, and others go on with its jobs.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "service/notify_job_end.h"
#include "service/run_job.h"
#include "service/worker_pool.h"

namespace scoreway {

class JobWorkers {
 public:
  // The service, which needs serving and jobs, must outlive this. `first_slot` as of a Predictor, then one a thread.
  JobWorkers(const Service& service, unsigned threads, unsigned first_slot, SendWebhook send);
  // Stops, and waits for the jobs at hand.
  ~JobWorkers();
  JobWorkers(const JobWorkers&) = delete;
  JobWorkers& operator=(const JobWorkers&) = delete;

  // Takes no more jobs, and breaks those at hand off after the part that is being scored. Thread-safe.
  void Stop();

 private:
  using HeldPtr = std::shared_ptr<HeldLease>;

  void Work(unsigned slot);
  // Runs what was taken and settles it.
  void RunAll(JobRunner& runner, const std::vector<HeldPtr>& taken);
  struct Ended {
    HeldPtr held;
    Settlement settlement;
    bool is_second = false;  // the first one met a conflict
  };
  void Settle(JobRunner& runner, std::vector<Ended> ended);
  void Count(const Settlement& settlement, const Lease& lease);
  void Notify(HeldPtr held);

  void Hold(const std::vector<HeldPtr>& held);
  void Release(const std::vector<HeldPtr>& held);
  void KeepLeases();
  void Keep(HeldLease& held);

  const Service service_;
  JobService& jobs_;
  const SendWebhook send_;
  std::atomic<bool> is_stopping_{false};

  std::mutex mutex_;
  std::condition_variable stop_changed_;
  bool is_keeper_stopping_ = false;  // guarded by mutex_
  std::set<HeldPtr> held_;           // guarded by mutex_

  WorkerPool webhook_pool_;
  std::thread keeper_;
  std::vector<std::thread> workers_;
};

}  // namespace scoreway
