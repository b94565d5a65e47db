// Inflate: zlib's decompression with a limit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway::archive {

enum class Wrapping { kRaw, kZlib, kGzip };

// CORRUPT for damaged bytes, RESOURCE_EXHAUSTED for more than bytes_max.
Result<std::string> Inflate(std::string_view bytes, Wrapping wrapping, uint64_t bytes_max);

// Up to bytes_max of what a gzip begins with; shorter, or empty, where it is damaged.
std::string InflateBeginning(std::string_view gzip, size_t bytes_max);

}  // namespace scoreway::archive
