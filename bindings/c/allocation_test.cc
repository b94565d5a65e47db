// After warm-up a row allocates nothing. A program of its own, as it replaces operator new.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include "bindings/c/scoreway.h"

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

namespace {

void Score(sw_session* session, const std::string& colour, double alcohol) {
  ASSERT_EQ(sw_row_set_number(session, 0, alcohol, nullptr), SW_OK);
  ASSERT_EQ(sw_row_set_text(session, 6, colour.data(), colour.size(), nullptr), SW_OK);
  ASSERT_EQ(sw_row_predict(session, nullptr), SW_OK);
}

TEST(RowInterface, AllocatesNothingAfterWarmUp) {
  sw_model* model = nullptr;
  sw_session* session = nullptr;
  const std::string path = std::string(SCOREWAY_SOURCE_DIR) + "/examples/wine/model.pkl";
  ASSERT_EQ(sw_model_load_path(path.c_str(), nullptr, &model, nullptr), SW_OK);
  ASSERT_EQ(sw_session_new(model, &session, nullptr), SW_OK);
  const std::string colours[] = {"deep", "a colour that no wine was ever seen to have, however long one looked"};
  for (const std::string& colour : colours) Score(session, colour, 12.5);
  const size_t before = allocations;
  double total = 0;
  for (int i = 0; i < 1000; ++i) {
    Score(session, colours[i % 2], 12 + i * 0.001);
    total += sw_row_number(session, 1);
  }
  EXPECT_EQ(allocations - before, 0u);
  EXPECT_GT(total, 0);
  sw_session_free(session);
  sw_model_free(model);
}

}  // namespace
