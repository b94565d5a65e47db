// What ends an instance of the engine in WebAssembly, where nothing is caught: it keeps its last words for the
// JavaScript around it, which makes an error of them, and stops.
#include <cstddef>
#include <cstring>
#include <typeinfo>

namespace {

char last_words[256];

void Say(const char* words) { std::strncpy(last_words, words, sizeof last_words - 1); }

alignas(std::max_align_t) std::byte thrown[512];

}  // namespace

extern "C" {

const char* scoreway_last_words() { return last_words; }

// What our code throws, or a template of the standard library within it: memory, or a size beyond every limit.
void* __cxa_allocate_exception(size_t size) noexcept {
  if (size > sizeof thrown) __builtin_trap();
  return thrown;
}
void __cxa_free_exception(void*) noexcept {}
// An instance has one thread, which does not end before it.
int __cxa_thread_atexit(void (*)(void*), void*, void*) noexcept { return 0; }
[[noreturn]] void __cxa_throw(void*, std::type_info* type, void (*)(void*)) {
  Say(type->name());
  __builtin_trap();
}
}

// The standard library's compiled part calls it where it would throw.
namespace std {
inline namespace __1 {

[[noreturn]] void __libcpp_verbose_abort(char const* format, ...) noexcept {
  Say(format);  // which names the exception
  __builtin_trap();
}

}  // namespace __1
}  // namespace std
