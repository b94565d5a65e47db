// TrainerKeeper: fires the trainers whose triggers say so, one after the other.
//
// Several servers may have one over the same registry: a training is claimed by compare-and-set, so that one of them
// makes it. A claim ends with the training, or, where its server was lost, some minutes after the trainer's longest
// time; then another begins anew. What a server's end cuts off counts as not begun.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "registry/trainers.h"
#include "service/service.h"

namespace scoreway {

class TrainerKeeper {
 public:
  // Service and trainers must outlive this; the service needs registry, serving, records and challenges. `interval`
  // from round to round; 0: no thread, Round is called. `tell` hears of what was done, and line by line what trainers
  // print.
  TrainerKeeper(const Service& service, Trainers& trainers, std::chrono::milliseconds interval,
                std::function<void(const std::string&)> tell);
  // Ends a training that is under way.
  ~TrainerKeeper();
  TrainerKeeper(const TrainerKeeper&) = delete;
  TrainerKeeper& operator=(const TrainerKeeper&) = delete;

  // Looks at every trainer, and makes the trainings that are due. One thread at a time. Errors are told.
  void Round();

 private:
  void Run();
  Status LookAt(const Trainer& trainer);
  Result<int64_t> Train(const Trainer& trainer, const std::string& reason);
  Status StartChallengeOf(const Trainer& trainer, const std::string& reason);

  const Service service_;
  Trainers& trainers_;
  const std::chrono::milliseconds interval_;
  const std::function<void(const std::string&)> tell_;
  std::atomic<bool> is_stopping_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace scoreway
