// UTF-8: is it well-formed, and where not; and writing it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace scoreway {

// The length of the well-formed UTF-8 sequence at the start of text, whose first byte is >= 0x80; 0 if there is none.
size_t Utf8Length(std::string_view text);

// The offset of the first byte that is not part of a well-formed sequence; npos if there is none.
size_t FindInvalidUtf8(std::string_view text);

inline bool IsUtf8(std::string_view text) { return FindInvalidUtf8(text) == std::string_view::npos; }

// Appends a code point below 0x110000. Half of a surrogate pair becomes bytes that are not well-formed.
void AppendUtf8(uint32_t code, std::string* out);

}  // namespace scoreway
