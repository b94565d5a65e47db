#include "service/challenge_keeper.h"

#include <utility>

#include "base/name_thread.h"
#include "service/evaluate_challenge.h"

namespace scoreway {

ChallengeKeeper::ChallengeKeeper(const Service& service, std::chrono::milliseconds interval,
                                 std::function<void(const std::string&)> tell)
    : service_(service), interval_(interval), tell_(std::move(tell)), thread_([this] { Run(); }) {}

ChallengeKeeper::~ChallengeKeeper() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void ChallengeKeeper::Run() {
  NameThread("challenges");
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, interval_, [this] { return stopping_; })) {
    lock.unlock();
    EvaluateChallenges(service_, tell_);
    lock.lock();
  }
}

}  // namespace scoreway
