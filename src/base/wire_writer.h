// WireWriter: the wire format of Protocol Buffers: numbers, byte strings, nested messages. A message is the string that
// its fields were appended to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace scoreway {

class WireWriter {
 public:
  void Reserve(size_t bytes) { bytes_.reserve(bytes); }
  // Begins anew, in the same memory.
  void Clear() { bytes_.clear(); }

  void Int(uint32_t field, int64_t value) {
    AppendVarint(uint64_t{field} << 3 | kVarint);
    AppendVarint(static_cast<uint64_t>(value));
  }
  // Text, bytes, or a message.
  void Bytes(uint32_t field, std::string_view bytes) {
    BytesHead(field, bytes.size());
    bytes_.append(bytes);
  }
  void Message(uint32_t field, const WireWriter& message) { Bytes(field, message.bytes_); }
  // What stands before `size` bytes that are written elsewhere.
  void BytesHead(uint32_t field, uint64_t size) {
    AppendVarint(uint64_t{field} << 3 | kLengthDelimited);
    AppendVarint(size);
  }

  // Repeated numbers, packed. proto3 packs them unless told otherwise.
  void PackedInts(uint32_t field, std::span<const int64_t> values) {
    uint64_t size = 0;
    for (const int64_t value : values) size += VarintBytes(static_cast<uint64_t>(value));
    BytesHead(field, size);
    for (const int64_t value : values) AppendVarint(static_cast<uint64_t>(value));
  }

  const std::string& bytes() const { return bytes_; }
  std::string TakeBytes() && { return std::move(bytes_); }

 private:
  static constexpr uint64_t kVarint = 0;
  static constexpr uint64_t kLengthDelimited = 2;

  static uint64_t VarintBytes(uint64_t value) {
    uint64_t size = 1;
    while ((value >>= 7) != 0) ++size;
    return size;
  }
  void AppendVarint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>(value | 0x80));
    bytes_.push_back(static_cast<char>(value));
  }

  std::string bytes_;
};

}  // namespace scoreway
