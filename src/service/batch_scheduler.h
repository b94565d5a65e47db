// BatchScheduler: fires stored batches when their triggers say so, and works off what has fired.
//
// Several processes may have one over the same registry, and any of them may be lost at any moment: a firing is one
// conditional write, so that one of them makes it, and the work on it is claimed by another, so that one does it; when
// that one is lost, its claim runs out and another goes on. Two threads: one looks, one works.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "batches/cron.h"
#include "service/run_firing.h"
#include "service/service.h"

namespace scoreway {

struct BatchSchedulerOptions {
  FiringOptions firing = {};
  std::chrono::milliseconds tick{500};  // from look to look; 0: no threads, the rounds are called
};

class BatchScheduler {
 public:
  // The service, which needs registry, serving and batches, must outlive this. `tell` is called by either thread.
  BatchScheduler(const Service& service, BatchSchedulerOptions options, std::function<void(const std::string&)> tell);
  // Waits for the firing at hand.
  ~BatchScheduler();
  BatchScheduler(const BatchScheduler&) = delete;
  BatchScheduler& operator=(const BatchScheduler&) = delete;

  // No firing is begun any more. Thread-safe.
  void Stop();

  // Looks at all batches, and fires those that are due. One thread at a time.
  void Look();
  // Works off what has fired and nobody has. One thread at a time.
  void Work();

 private:
  // A batch's trigger made ready.
  struct Timetable {
    std::string cron, timezone;
    std::optional<Cron> line;
    TimeZone zone;
  };

  void Run(void (BatchScheduler::*round)());
  Status LookAtOne(const StoredBatch& batch);
  Status WorkOnOne(const StoredBatch& batch);
  Result<const Timetable*> TimetableOf(const StoredBatch& batch);
  void TellOnce(const std::string& batch, const Status& status);
  bool is_stopping();

  const Service service_;
  const BatchSchedulerOptions options_;
  const std::function<void(const std::string&)> tell_;
  std::map<std::string, Timetable> timetables_;  // of the looking thread
  std::mutex mutex_;
  std::condition_variable stop_changed_;
  bool is_stopping_ = false;                 // guarded by mutex_
  std::map<std::string, std::string> told_;  // the last fault of each batch; guarded by mutex_
  std::thread looks_, works_;
};

}  // namespace scoreway
