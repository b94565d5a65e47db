// Writing of numbers, little-endian as base/bytes.h has them, to a place for which the caller has made room.
#pragma once

#include <cstring>
#include <type_traits>

namespace scoreway {

// Writes the value at *at, which moves behind it.
template <typename T>
  requires std::is_arithmetic_v<T>
void WriteNumber(T value, char** at) {
  std::memcpy(*at, &value, sizeof value);
  *at += sizeof value;
}

}  // namespace scoreway
