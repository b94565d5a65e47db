#include "take_in_loop.h"

#include <cstdio>

#include "files/model_file.h"

namespace scoreway {

TakeInLoop::TakeInLoop(const Service& service, Intake& intake, std::chrono::seconds interval)
    : service_(service), intake_(intake), thread_([this, interval] { Run(interval); }) {}

TakeInLoop::~TakeInLoop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

void TakeInLoop::Run(std::chrono::seconds interval) {
  std::string last_error;  // said once, however long it lasts
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, interval, [this] { return is_stopping_; })) {
    lock.unlock();
    const Status status = TakeIn(service_, intake_, kModelFileBytesMax, [](const TakenIn& taken) {
      std::fprintf(stderr, "scoreway: %s\n", TakenInText(taken).c_str());
    });
    const std::string error = status.ok() ? std::string() : status.ToString();
    if (!error.empty() && error != last_error) std::fprintf(stderr, "scoreway: taking in: %s\n", error.c_str());
    last_error = error;
    lock.lock();
  }
}

std::string TakenInText(const TakenIn& taken) {
  if (taken.version == 0) return "refused: intake " + taken.id + ": " + taken.reason;
  return taken.name + "/" + std::to_string(taken.version) + " from intake " + taken.id;
}

}  // namespace scoreway
