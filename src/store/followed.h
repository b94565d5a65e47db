// Followed: what is read from a Store, held in memory and followed by polling.
//
// Looking (a Reader, one per thread) takes no lock and reads no store: immutable snapshots are published, and a Reader
// copies the pointer to the newest when their number has changed.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "base/name_thread.h"
#include "base/result.h"

namespace scoreway {

template <typename T>
class Followed {
 public:
  struct Source {
    std::function<Result<uint64_t>()> change_count;  // differs after every change
    std::function<Result<T>()> read;
  };

  // Empty until the first Refresh. `poll_interval` 0: never polls; Refresh is the only way.
  Followed(Source source, std::chrono::milliseconds poll_interval)
      : source_(std::move(source)), value_(std::make_shared<const T>()) {
    if (poll_interval.count() > 0) poller_ = std::thread([this, poll_interval] { PollLoop(poll_interval); });
  }
  ~Followed() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    stop_changed_.notify_all();
    if (poller_.joinable()) poller_.join();
  }
  Followed(const Followed&) = delete;
  Followed& operator=(const Followed&) = delete;

  // Looks now; the error of the store if it cannot, and what was known stays. Thread-safe.
  Status Refresh() {
    const std::lock_guard refreshing(refresh_mutex_);
    // Counted before reading: what changes meanwhile is seen next time.
    SCOREWAY_ASSIGN_OR_RETURN(const uint64_t changes, source_.change_count());
    if (has_looked_ && changes == seen_changes_) return {};
    SCOREWAY_ASSIGN_OR_RETURN(T value, source_.read());
    seen_changes_ = changes;
    has_looked_ = true;
    const std::lock_guard lock(mutex_);
    value_ = std::make_shared<const T>(std::move(value));
    number_.fetch_add(1, std::memory_order_release);
    return {};
  }

  // The newest snapshot, at the price of a lock: for those who have no Reader.
  std::shared_ptr<const T> Newest() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }

  // A thread's view. One thread at a time.
  class Reader {
   public:
    // Null where there is nothing to follow; then nothing may be asked.
    explicit Reader(const Followed* followed) : followed_(followed) {}

    // Goes on to the newest snapshot. Its number, which is never 0.
    uint64_t Follow() {
      const uint64_t number = followed_->number_.load(std::memory_order_acquire);
      if (number != number_) {
        const std::lock_guard lock(followed_->mutex_);
        value_ = followed_->value_;
        number_ = number;
      }
      return number_;
    }
    // As the last Follow found it.
    const T& value() const { return *value_; }

   private:
    const Followed* followed_;
    std::shared_ptr<const T> value_;
    uint64_t number_ = 0;
  };

 private:
  void PollLoop(std::chrono::milliseconds interval) {
    NameThread("store poll");
    auto wait = interval;
    std::unique_lock lock(mutex_);
    while (!stop_changed_.wait_for(lock, wait, [this] { return stopping_; })) {
      lock.unlock();
      // A store that does not answer is asked again, ever more rarely.
      wait = Refresh().ok() ? interval : std::min(wait * 2, std::chrono::milliseconds(10'000));
      lock.lock();
    }
  }

  const Source source_;
  std::mutex refresh_mutex_;
  uint64_t seen_changes_ = 0;  // guarded by refresh_mutex_
  bool has_looked_ = false;    // guarded by refresh_mutex_
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;  // guarded by mutex_
  std::atomic<uint64_t> number_{1};
  bool stopping_ = false;  // guarded by mutex_
  std::condition_variable stop_changed_;
  std::thread poller_;
};

}  // namespace scoreway
