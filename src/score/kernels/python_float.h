// Numbers to and from text as Python's float() and repr() do.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "score/text_arena.h"

namespace scoreway {

// What float(text) gives for text without surrounding white space: decimal digits, with single underscores between
// digits, point and exponent; inf, infinity and nan in any case. Nothing for other text.
std::optional<double> ReadPythonFloat(std::string_view text, TextArena& texts);

// repr(value): the shortest digits that read back as the same number, with an exponent below 1e-4 and from 1e16 on.
// `buffer` must have kPythonFloatBytes; the answer is a part of it.
inline constexpr size_t kPythonFloatBytes = 40;
std::string_view WritePythonFloat(double value, char* buffer);

}  // namespace scoreway
