// Clock: the time, passed in, so that it can stand still in a test.
#pragma once

#include <atomic>
#include <cstdint>

namespace scoreway {

class Clock {
 public:
  virtual ~Clock() = default;
  // Microseconds since 1970-01-01 UTC. Thread-safe.
  virtual int64_t NowMicros() const = 0;
};

// The machine's clock; never destroyed.
const Clock& SystemClock();

// Stands still until moved. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(int64_t now_micros = 0) : now_micros_(now_micros) {}
  int64_t NowMicros() const override { return now_micros_.load(std::memory_order_relaxed); }
  void Advance(int64_t micros) { now_micros_.fetch_add(micros, std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> now_micros_;
};

}  // namespace scoreway
