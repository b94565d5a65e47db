// ChallengeKeeper: a thread that looks at every challenge again and again (evaluate_challenge.h). Several processes may
// have one over the same registry.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "service/service.h"

namespace scoreway {

class ChallengeKeeper {
 public:
  // The service must outlive this. `tell` is called by the thread.
  ChallengeKeeper(const Service& service, std::chrono::milliseconds interval,
                  std::function<void(const std::string&)> tell);
  // Waits until the look that is under way is over.
  ~ChallengeKeeper();
  ChallengeKeeper(const ChallengeKeeper&) = delete;
  ChallengeKeeper& operator=(const ChallengeKeeper&) = delete;

 private:
  void Run();

  const Service service_;
  const std::chrono::milliseconds interval_;
  const std::function<void(const std::string&)> tell_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace scoreway
