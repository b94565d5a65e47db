// EventBuffer: server-sent events on their way to one client. What does not fit ends it: the client is told why, and
// nobody else waits for it. Thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace scoreway {

class EventBuffer {
 public:
  explicit EventBuffer(size_t bytes_max) : bytes_max_(bytes_max) {}

  // False: it has ended, perhaps just now, as the event does not fit.
  bool Push(std::string_view event) {
    return Change([&] {
      if (text_.size() + event.size() <= bytes_max_) {
        text_ += event;
      } else {
        text_ += "event: dropped\ndata: {\"reason\":\"the client reads too slowly: " + std::to_string(text_.size()) +
                 " bytes waited for it\"}\n\n";
        has_ended_ = true;
      }
    });
  }
  // The last event.
  void End(std::string_view event) {
    (void)Change([&] {
      text_ += event;
      has_ended_ = true;
    });
  }
  // The client has gone.
  void Leave() {
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
    ready_ = nullptr;
  }

  // Calls `ready` once, from any thread or from within, when there is something to take or it has ended.
  void Wait(std::function<void()> ready) {
    {
      const std::lock_guard lock(mutex_);
      if (text_.empty() && !has_ended_) {
        ready_ = std::move(ready);
        return;
      }
    }
    ready();
  }
  // What is there; empty: it has ended.
  std::string Take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(text_, {});
  }

 private:
  template <typename Work>
  bool Change(Work work) {
    std::function<void()> ready;
    bool goes_on = false;
    {
      const std::lock_guard lock(mutex_);
      if (has_ended_) return false;
      work();
      goes_on = !has_ended_;
      ready = std::exchange(ready_, nullptr);
    }
    if (ready) ready();
    return goes_on;
  }

  const size_t bytes_max_;
  std::mutex mutex_;
  std::string text_;             // guarded by mutex_
  bool has_ended_ = false;       // guarded by mutex_
  std::function<void()> ready_;  // guarded by mutex_
};

}  // namespace scoreway
