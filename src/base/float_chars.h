// The characters of numbers: the digits beneath base/number_text.h and Python's float.
//
// In WebAssembly bindings/js/float_chars.cc takes the place of float_chars.cc: the standard library's need 120 kB of
// tables, and a browser writes few numbers.
#pragma once

#include <charconv>

namespace scoreway {

// As std::to_chars: the fewest digits that read back as this number, which is finite, and of those the closest. The
// notation is `fixed`, in which whole numbers show all their digits, or `scientific`. There must be room. Returns the
// end of what was written.
char* WriteFloatChars(char* first, char* last, double value, std::chars_format notation);
char* WriteFloatChars(char* first, char* last, float value, std::chars_format notation);

// As std::from_chars of a text that begins with a digit or a point; *value is set unless the error is invalid_argument.
// What is too small is out of range or zero.
std::from_chars_result ReadFloatChars(const char* first, const char* last, double* value);

}  // namespace scoreway
