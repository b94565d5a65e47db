// What reading one saved object may cost; beyond it the reader stops with RESOURCE_EXHAUSTED.
#pragma once

#include <cstddef>
#include <cstdint>

namespace scoreway::pickle {

struct Limits {
  // Decompressed bytes and the object tree together. The bytes passed in are the caller's and not counted.
  size_t memory_bytes = size_t{768} << 20;
  // Longest way from the root to a leaf, counted in containers and instances. Python's own pickler stops near 300
  // unless its recursion limit is raised.
  size_t depth = 1000;
  // Bytes looked at more than once. Real models come nowhere near; a file made of calls that scan one long text does.
  uint64_t work = uint64_t{1} << 32;
  // A compressed file may grow this many times, once it is beyond ratio_free_bytes. Arrays of real models seldom pass
  // 20; the limit stops a file that is made to explode long before memory_bytes does.
  size_t compression_ratio = 250;
  size_t ratio_free_bytes = size_t{64} << 20;
};

}  // namespace scoreway::pickle
