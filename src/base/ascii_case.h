// Texts whose ASCII letters are of one case, for names that do not tell it.
#pragma once

#include <string>

namespace scoreway {

inline std::string AsciiLower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

inline std::string AsciiUpper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

}  // namespace scoreway
