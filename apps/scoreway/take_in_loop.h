// TakeInLoop: takes in what waits in the store's intake every so often, beside a server.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "service/service.h"
#include "service/take_in.h"
#include "store/intake.h"

namespace scoreway {

class TakeInLoop {
 public:
  // What the service points at, and the intake, must outlive this.
  TakeInLoop(const Service& service, Intake& intake, std::chrono::seconds interval);
  ~TakeInLoop();  // after the model that is being taken in
  TakeInLoop(const TakeInLoop&) = delete;
  TakeInLoop& operator=(const TakeInLoop&) = delete;

 private:
  void Run(std::chrono::seconds interval);

  const Service service_;
  Intake& intake_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool is_stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

// How a model that was taken in, or refused, is told of.
std::string TakenInText(const TakenIn& taken);

}  // namespace scoreway
