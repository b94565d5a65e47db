// FlatTable: a table of a flatbuffer, read with every offset checked against the buffer, whoever wrote it.
// Layout: https://flatbuffers.dev/internals/ - a table begins with the distance back to its vtable; the vtable holds
// its own size, the table's size, and for each field its place in the table or 0.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace scoreway {

class FlatTable {
 public:
  // The table that a buffer is about; none if the bytes are no flatbuffer.
  static std::optional<FlatTable> Root(std::string_view buffer) {
    const auto offset = Read<uint32_t>(buffer, 0);
    return offset ? At(buffer, *offset) : std::nullopt;
  }

  // The field's value, the default where it is not stored; none if it lies outside.
  template <typename T>
  std::optional<T> Get(int field, T otherwise) const {
    const auto place = FieldPlace(field);
    if (!place) return std::nullopt;
    return *place == 0 ? otherwise : Read<T>(buffer_, *place);
  }
  bool Has(int field) const {
    const auto place = FieldPlace(field);
    return place && *place != 0;
  }

  std::optional<FlatTable> Table(int field) const {
    const auto place = Target(field);
    return place ? At(buffer_, *place) : std::nullopt;
  }
  std::optional<std::string_view> Text(int field) const { return Vector(field, 1); }
  // The items of a vector as one run of bytes.
  std::optional<std::string_view> Vector(int field, size_t item_bytes) const {
    const auto place = Target(field);
    if (!place) return std::nullopt;
    const auto count = Read<uint32_t>(buffer_, *place);
    if (!count || *count > (buffer_.size() - *place - sizeof(uint32_t)) / item_bytes) return std::nullopt;
    return buffer_.substr(*place + sizeof(uint32_t), *count * item_bytes);
  }
  // Item i of a vector of tables that Vector(field, 4) has given.
  std::optional<FlatTable> TableOf(std::string_view vector, size_t i) const {
    const size_t place = static_cast<size_t>(vector.data() - buffer_.data()) + i * sizeof(uint32_t);
    const auto offset = Read<uint32_t>(buffer_, place);
    return offset ? At(buffer_, place + *offset) : std::nullopt;
  }

 private:
  FlatTable(std::string_view buffer, size_t place, size_t vtable, size_t vtable_bytes)
      : buffer_(buffer), place_(place), vtable_(vtable), vtable_bytes_(vtable_bytes) {}

  template <typename T>
  static std::optional<T> Read(std::string_view buffer, size_t place) {
    if (place > buffer.size() || buffer.size() - place < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, buffer.data() + place, sizeof value);
    return value;
  }

  static std::optional<FlatTable> At(std::string_view buffer, size_t place) {
    const auto back = Read<int32_t>(buffer, place);
    if (!back) return std::nullopt;
    const int64_t vtable = static_cast<int64_t>(place) - *back;
    if (vtable < 0) return std::nullopt;
    const auto bytes = Read<uint16_t>(buffer, static_cast<size_t>(vtable));
    if (!bytes) return std::nullopt;
    return FlatTable(buffer, place, static_cast<size_t>(vtable), *bytes);
  }

  // Where a field is stored; 0 if it is not.
  std::optional<size_t> FieldPlace(int field) const {
    const size_t entry = 4 + 2 * static_cast<size_t>(field);
    if (entry + 2 > vtable_bytes_) return 0;
    const auto offset = Read<uint16_t>(buffer_, vtable_ + entry);
    if (!offset) return std::nullopt;
    return *offset == 0 ? 0 : place_ + *offset;
  }
  // What the offset stored in a field points at.
  std::optional<size_t> Target(int field) const {
    const auto place = FieldPlace(field);
    if (!place || *place == 0) return std::nullopt;
    const auto offset = Read<uint32_t>(buffer_, *place);
    return offset ? std::optional(*place + *offset) : std::nullopt;
  }

  std::string_view buffer_;
  size_t place_;
  size_t vtable_;
  size_t vtable_bytes_;
};

}  // namespace scoreway
