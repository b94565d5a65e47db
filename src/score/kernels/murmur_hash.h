// MurmurHash3 by Austin Appleby, the 32-bit variant for any processor, with the seed 0.
#pragma once

#include <cstdint>
#include <string_view>

namespace scoreway {

uint32_t MurmurHash3(std::string_view bytes);

}  // namespace scoreway
