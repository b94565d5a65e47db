// Little-endian reading and writing of byte strings, bounds-checked.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.h"

namespace scoreway {

static_assert(std::endian::native == std::endian::little, "the formats here are little-endian; add byte swaps");

// The number at a place that the caller has found to lie within the bytes.
template <typename T>
  requires std::is_trivially_copyable_v<T>
T LoadAt(std::string_view bytes, size_t place) {
  T value;
  std::memcpy(&value, bytes.data() + place, sizeof value);
  return value;
}

// Reads from a view that must outlive it. Every Read checks the bounds and reports the offset when it falls short.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  size_t offset() const { return offset_; }
  size_t remaining() const { return bytes_.size() - offset_; }
  bool at_end() const { return remaining() == 0; }

  template <typename T>
    requires std::is_arithmetic_v<T>
  Status Read(T* value) {
    if (remaining() < sizeof(T)) return Truncated(sizeof(T));
    std::memcpy(value, bytes_.data() + offset_, sizeof(T));
    offset_ += sizeof(T);
    return {};
  }

  // A view into the bytes, valid as long as they are.
  Status ReadView(uint64_t size, std::string_view* view) {
    if (remaining() < size) return Truncated(size);
    *view = bytes_.substr(offset_, size);
    offset_ += size;
    return {};
  }

 private:
  Status Truncated(uint64_t wanted) const {
    return Status(Code::kCorrupt,
                  "truncated: " + std::to_string(wanted) + " bytes wanted, " + std::to_string(remaining()) + " left",
                  "offset " + std::to_string(offset_));
  }

  std::string_view bytes_;
  size_t offset_ = 0;
};

// Appends to a string.
class ByteWriter {
 public:
  explicit ByteWriter(std::string* out) : out_(out) {}

  template <typename T>
    requires std::is_arithmetic_v<T>
  void Write(T value) {
    out_->append(reinterpret_cast<const char*>(&value), sizeof(T));
  }
  void WriteBytes(std::string_view bytes) { out_->append(bytes); }

 private:
  std::string* out_;
};

}  // namespace scoreway
