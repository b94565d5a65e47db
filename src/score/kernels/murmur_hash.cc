#include "score/kernels/murmur_hash.h"

#include <bit>

namespace scoreway {
namespace {

uint32_t Mix(uint32_t block) { return std::rotl(block * 0xcc9e2d51u, 15) * 0x1b873593u; }

// Up to four bytes, the first the lowest.
uint32_t Little(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i) value |= uint32_t{static_cast<uint8_t>(bytes[i])} << (8 * i);
  return value;
}

}  // namespace

uint32_t MurmurHash3(std::string_view bytes) {
  uint32_t hash = 0;
  const auto length = static_cast<uint32_t>(bytes.size());
  for (; bytes.size() >= 4; bytes.remove_prefix(4)) {
    hash = std::rotl(hash ^ Mix(Little(bytes.substr(0, 4))), 13) * 5 + 0xe6546b64u;
  }
  if (!bytes.empty()) hash ^= Mix(Little(bytes));
  hash ^= length;
  hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
  return hash ^ (hash >> 16);
}

}  // namespace scoreway
