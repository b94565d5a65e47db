#include "store/sqlite/wake_up.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

namespace scoreway::sqlite {
namespace {

constexpr size_t kFileBytes = 4096;
static_assert(std::atomic<uint32_t>::is_always_lock_free && sizeof(std::atomic<uint32_t>) == sizeof(uint32_t));

long Futex(std::atomic<uint32_t>* number, int operation, uint32_t value, const timespec* time_max) {
  return ::syscall(SYS_futex, reinterpret_cast<uint32_t*>(number), operation, value, time_max, nullptr, 0);
}

}  // namespace

Result<std::unique_ptr<WakeUp>> WakeUp::Open(const std::string& path) {
  const auto failed = [&](int fault) {
    return Error{Code::kPermissionDenied,
                 "the file by which processes wake each other cannot be used: " + std::string(std::strerror(fault)),
                 path};
  };
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) return failed(errno);
  void* memory = MAP_FAILED;
  if (::ftruncate(file, kFileBytes) == 0) {
    memory = ::mmap(nullptr, kFileBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  }
  const int fault = errno;
  ::close(file);
  if (memory == MAP_FAILED) return failed(fault);
  return std::unique_ptr<WakeUp>(new WakeUp(static_cast<std::atomic<uint32_t>*>(memory)));
}

WakeUp::~WakeUp() { ::munmap(number_, kFileBytes); }

void WakeUp::Wait(uint32_t number, std::chrono::microseconds time_max) const {
  timespec time{};
  time.tv_sec = time_max.count() / 1'000'000;
  time.tv_nsec = time_max.count() % 1'000'000 * 1000;
  (void)Futex(number_, FUTEX_WAIT, number, &time);
}

void WakeUp::Call(int sleepers) const {
  number_->fetch_add(1, std::memory_order_release);
  (void)Futex(number_, FUTEX_WAKE, static_cast<uint32_t>(sleepers), nullptr);
}

}  // namespace scoreway::sqlite
