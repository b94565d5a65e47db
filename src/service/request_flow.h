// RequestFlow: whether requests come thick: one soon after the other, and for a while.
#pragma once

#include <atomic>
#include <chrono>

namespace scoreway {

// Thread-safe, and cheap where many threads note requests: most of them only look.
class RequestFlow {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void Note(Time now) {
    const Time::duration at = now.time_since_epoch(), since = at - last_.load(std::memory_order_relaxed);
    if (since < kStep) return;
    if (since > kGapMax) first_.store(at, std::memory_order_relaxed);
    last_.store(at, std::memory_order_relaxed);
  }

  bool IsThick(Time now) const {
    const Time::duration last = last_.load(std::memory_order_relaxed);
    return now.time_since_epoch() - last <= kGapMax && last - first_.load(std::memory_order_relaxed) >= kWhile;
  }

 private:
  // Some five hundred a second.
  static constexpr Time::duration kGapMax = std::chrono::milliseconds(2);
  static constexpr Time::duration kWhile = std::chrono::milliseconds(10);
  static constexpr Time::duration kStep = std::chrono::microseconds(200);

  std::atomic<Time::duration> first_{}, last_{};  // of those that come one soon after the other
};

}  // namespace scoreway
