// MurmurHash3 by Austin Appleby, the 32-bit variant for any processor.
#pragma once

#include <cstdint>
#include <string_view>

namespace scoreway {

uint32_t MurmurHash3(std::string_view bytes, uint32_t seed = 0);

// As Spark had it before 3.0: each of the last bytes that fill no block counts as a block, with its sign.
uint32_t MurmurHash3ByTailBytes(std::string_view bytes, uint32_t seed);

}  // namespace scoreway
