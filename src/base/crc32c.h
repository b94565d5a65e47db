// CRC-32C (Castagnoli): the quick checksum of a stored chunk. Finds damage, not malice.
#pragma once

#include <cstdint>
#include <string_view>

namespace scoreway {

uint32_t Crc32c(std::string_view bytes);

}  // namespace scoreway
