// NameThread: what ps, top and debuggers call the calling thread.
#pragma once

#include <algorithm>
#include <string_view>

#if defined(__linux__)
#include <pthread.h>
#endif

namespace scoreway {

// At most 15 bytes of it, as Linux keeps no more; nothing elsewhere.
inline void NameThread([[maybe_unused]] std::string_view name) {
#if defined(__linux__)
  char kept[16] = {};
  std::copy_n(name.begin(), std::min(name.size(), sizeof kept - 1), kept);
  (void)::pthread_setname_np(::pthread_self(), kept);
#endif
}

}  // namespace scoreway
