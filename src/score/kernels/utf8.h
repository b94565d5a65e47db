// What Python's str methods do, on UTF-8. Bytes that are no UTF-8 count as one character each and stay as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "score/text_arena.h"

namespace scoreway::utf8 {

// Bytes of the character at the head of a text that is not empty; of white space, else 0.
size_t CharacterSize(std::string_view text);
size_t SpaceSize(std::string_view text);
// Code points.
size_t Length(std::string_view text);
// Code points [start, end); negative positions count from the end, those beyond it stop there.
std::string_view Substring(std::string_view text, int64_t start, int64_t end);
// Without the white space at both ends.
std::string_view Trim(std::string_view text);
// lower() and upper() with Unicode's full mappings (one letter may become several). The answer lies in `texts` or is
// the text itself.
std::string_view ToLower(std::string_view text, TextArena& texts);
std::string_view ToUpper(std::string_view text, TextArena& texts);
// Letters taken apart (Unicode's NFKD) without their combining marks; `ascii`: and without all that is not ASCII.
std::string_view WithoutAccents(std::string_view text, bool ascii, TextArena& texts);

}  // namespace scoreway::utf8
