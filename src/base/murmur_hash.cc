#include "base/murmur_hash.h"

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

uint32_t Add(uint32_t hash, uint32_t block) { return std::rotl(hash ^ Mix(block), 13) * 5 + 0xe6546b64u; }

// All of the bytes but the last ones that fill no block, which stay.
uint32_t AddBlocks(std::string_view* bytes, uint32_t hash) {
  for (; bytes->size() >= 4; bytes->remove_prefix(4)) hash = Add(hash, Little(bytes->substr(0, 4)));
  return hash;
}

uint32_t Finish(uint32_t hash, size_t length) {
  hash ^= static_cast<uint32_t>(length);
  hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
  return hash ^ (hash >> 16);
}

}  // namespace

uint32_t MurmurHash3(std::string_view bytes, uint32_t seed) {
  const size_t length = bytes.size();
  uint32_t hash = AddBlocks(&bytes, seed);
  if (!bytes.empty()) hash ^= Mix(Little(bytes));
  return Finish(hash, length);
}

uint32_t MurmurHash3ByTailBytes(std::string_view bytes, uint32_t seed) {
  const size_t length = bytes.size();
  uint32_t hash = AddBlocks(&bytes, seed);
  for (const char byte : bytes) hash = Add(hash, static_cast<uint32_t>(int32_t{static_cast<signed char>(byte)}));
  return Finish(hash, length);
}

}  // namespace scoreway
