#include "store/cassandra/cql_value.h"

#include <bit>

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

// The count of a collection, and each of its parts with its size.
std::string EncodeParts(size_t count, const std::vector<std::string_view>& parts) {
  std::string bytes = Encode(static_cast<uint32_t>(count));
  for (const std::string_view part : parts) {
    bytes += Encode(static_cast<uint32_t>(part.size()));
    bytes += part;
  }
  return bytes;
}

}  // namespace

std::string EncodeInt(int32_t value) { return Encode(static_cast<uint32_t>(value)); }

std::string EncodeBigint(int64_t value) { return Encode(static_cast<uint64_t>(value)); }

std::string EncodeBoolean(bool value) { return std::string(1, value ? '\1' : '\0'); }

std::string EncodeBlobs(const std::vector<std::string_view>& blobs) { return EncodeParts(blobs.size(), blobs); }

std::string EncodeMap(const std::map<std::string, double>& entries) {
  std::vector<std::string> numbers;
  std::vector<std::string_view> parts;
  numbers.reserve(entries.size());
  for (const auto& [name, number] : entries) {
    parts.push_back(name);
    parts.push_back(numbers.emplace_back(Encode(std::bit_cast<uint64_t>(number))));
  }
  return EncodeParts(entries.size(), parts);
}

std::string EncodeMap(const std::map<std::string, std::string>& entries) {
  std::vector<std::string_view> parts;
  for (const auto& [name, text] : entries) {
    parts.push_back(name);
    parts.push_back(text);
  }
  return EncodeParts(entries.size(), parts);
}

int32_t DecodeInt(std::string_view bytes) { return static_cast<int32_t>(Decode<uint32_t>(bytes)); }

int64_t DecodeBigint(std::string_view bytes) { return static_cast<int64_t>(Decode<uint64_t>(bytes)); }

bool DecodeBoolean(std::string_view bytes) { return bytes.size() == 1 && bytes[0] != '\0'; }

}  // namespace scoreway::cassandra
