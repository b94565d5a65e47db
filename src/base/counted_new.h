// Counts what is allocated: replaces operator new of the program. For tests, one source of a program each.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

std::atomic<size_t> allocations{0};

// Out of line, as the compiler warns where it sees both free and a new that it takes for another allocator.
[[gnu::noinline]] void Release(void* memory) { std::free(memory); }

void* Counted(size_t size, size_t alignment) {
  ++allocations;
  void* memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

void* operator new(size_t size) { return Counted(size, alignof(std::max_align_t)); }
// Also without exceptions, as std::stable_sort asks: a sanitizer's own would not come here, but its memory would be
// released here.
void* operator new(size_t size, const std::nothrow_t&) noexcept { return Counted(size, alignof(std::max_align_t)); }
void* operator new(size_t size, std::align_val_t alignment) { return Counted(size, static_cast<size_t>(alignment)); }
void operator delete(void* memory) noexcept { Release(memory); }
void operator delete(void* memory, size_t) noexcept { Release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { Release(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { Release(memory); }
