#include "gateways/http/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "base/check.h"

namespace scoreway::http {

Mailbox::Mailbox() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) { SCOREWAY_CHECK(descriptor_ >= 0); }

Mailbox::~Mailbox() { ::close(descriptor_); }

bool Mailbox::Post(std::function<void()> work) {
  std::lock_guard lock(mutex_);
  if (closed_) return false;
  work_.push_back(std::move(work));
  const uint64_t one = 1;
  // Fails only when the counter is full, and then the descriptor is readable anyway.
  if (work_.size() == 1) [[maybe_unused]]
    const ssize_t written = ::write(descriptor_, &one, sizeof one);
  return true;
}

std::vector<std::function<void()>> Mailbox::Take() {
  std::vector<std::function<void()>> taken;
  std::lock_guard lock(mutex_);
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t read = ::read(descriptor_, &count, sizeof count);
  taken.swap(work_);
  return taken;
}

void Mailbox::Close() {
  std::vector<std::function<void()>> dropped;
  std::lock_guard lock(mutex_);
  closed_ = true;
  dropped.swap(work_);
}

}  // namespace scoreway::http
