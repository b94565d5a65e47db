// WakeUp: a number in a small file beside the database, by which processes on one machine wake each other at once.
//
// A process that waits sleeps in the kernel (a futex). A call that is lost, as when its caller is killed before it,
// only makes the others sleep until their time is up. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace scoreway::sqlite {

class WakeUp {
 public:
  // Makes the file if need be.
  static Result<std::unique_ptr<WakeUp>> Open(const std::string& path);
  ~WakeUp();
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;

  // Read it before looking for work; Wait returns at once where Call came in between.
  uint32_t number() const { return number_->load(std::memory_order_acquire); }
  void Wait(uint32_t number, std::chrono::microseconds time_max) const;
  // Wakes up to `sleepers` of all processes.
  void Call(int sleepers) const;

 private:
  explicit WakeUp(std::atomic<uint32_t>* number) : number_(number) {}

  std::atomic<uint32_t>* const number_;  // in the shared file
};

}  // namespace scoreway::sqlite
