// Numbers as text: read strictly, and written with the fewest digits that read back as the same number.
//
// No locale, no allocation but the string's own growth. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace scoreway {

enum class NumberParse : uint8_t {
  kOk = 0,
  kNotANumber,  // the text, or part of it, is no number
  kOutOfRange,  // a number, but too large for the type
};

// The whole text must be a decimal number ("41", "-0.5", "+.5", "1e-3"), or in any case of letters "inf", "infinity" or
// "nan" with or without a sign. Rounds to nearest, ties to even; what is too small to represent becomes zero.
// *value is set only when kOk.
NumberParse ParseDouble(std::string_view text, double* value);

// The whole text must be decimal digits, with or without a sign.
NumberParse ParseInt64(std::string_view text, int64_t* value);

// As Python's repr: "1.0", "0.1", "1e-05", "1e+16", "nan", "inf", "-inf".
void AppendDouble(double value, std::string* out);
// The same, with the digits that a float32 needs.
void AppendFloat(float value, std::string* out);
void AppendInt64(int64_t value, std::string* out);
// A whole number that is exact as an int64, else as AppendDouble.
void AppendShortest(double value, std::string* out);

}  // namespace scoreway
