#include "base/float_chars.h"

namespace scoreway {

char* WriteFloatChars(char* first, char* last, double value, std::chars_format notation) {
  return std::to_chars(first, last, value, notation).ptr;
}
char* WriteFloatChars(char* first, char* last, float value, std::chars_format notation) {
  return std::to_chars(first, last, value, notation).ptr;
}

std::from_chars_result ReadFloatChars(const char* first, const char* last, double* value) {
  return std::from_chars(first, last, *value);
}

}  // namespace scoreway
