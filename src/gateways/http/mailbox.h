// Mailbox: how other threads reach an I/O thread, whose io_context runs without locks and so must not be touched by
// them. May outlive the thread: what is posted after Close is dropped.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

namespace scoreway::http {

class Mailbox {
 public:
  Mailbox();
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // Readable (an eventfd) while there is something to take.
  int descriptor() const { return descriptor_; }

  // Any thread. False if closed.
  bool Post(std::function<void()> work);
  // The I/O thread: what has been posted so far, in order.
  std::vector<std::function<void()>> Take();
  void Close();

 private:
  const int descriptor_;
  std::mutex mutex_;
  bool closed_ = false;                      // guarded by mutex_
  std::vector<std::function<void()>> work_;  // guarded by mutex_
};

}  // namespace scoreway::http
