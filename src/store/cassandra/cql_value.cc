#include "store/cassandra/cql_value.h"

namespace scoreway::cassandra {
namespace {

// Big-endian.
template <typename Unsigned>
std::string Encode(Unsigned value) {
  std::string bytes;
  for (int shift = 8 * (static_cast<int>(sizeof value) - 1); shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(value >> shift));
  }
  return bytes;
}

template <typename Unsigned>
Unsigned Decode(std::string_view bytes) {
  if (bytes.size() != sizeof(Unsigned)) return 0;
  Unsigned value = 0;
  for (const char byte : bytes) value = static_cast<Unsigned>(value << 8 | static_cast<unsigned char>(byte));
  return value;
}

}  // namespace

std::string EncodeInt(int32_t value) { return Encode(static_cast<uint32_t>(value)); }

std::string EncodeBigint(int64_t value) { return Encode(static_cast<uint64_t>(value)); }

std::string EncodeBoolean(bool value) { return std::string(1, value ? '\1' : '\0'); }

std::string EncodeBlobs(const std::vector<std::string_view>& blobs) {
  std::string bytes = EncodeInt(static_cast<int32_t>(blobs.size()));
  for (const std::string_view blob : blobs) {
    bytes += EncodeInt(static_cast<int32_t>(blob.size()));
    bytes += blob;
  }
  return bytes;
}

int32_t DecodeInt(std::string_view bytes) { return static_cast<int32_t>(Decode<uint32_t>(bytes)); }

int64_t DecodeBigint(std::string_view bytes) { return static_cast<int64_t>(Decode<uint64_t>(bytes)); }

bool DecodeBoolean(std::string_view bytes) { return bytes.size() == 1 && bytes[0] != '\0'; }

}  // namespace scoreway::cassandra
