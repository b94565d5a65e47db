#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/time_zone.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto zone = scoreway::TimeZone::Parse({reinterpret_cast<const char*>(data), size});
  if (!zone.ok()) return 0;
  for (const int64_t seconds : {int64_t{0}, int64_t{1774746000}, int64_t{-2524521600}, int64_t{2855865600}}) {
    const auto when = zone->WhenLocal(seconds + zone->OffsetAt(seconds));
    if (when.count < 0 || when.count > 2) __builtin_trap();
  }
  return 0;
}
