// Bytes as lower-case hexadecimal digits, two a byte.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scoreway {

void AppendHex(std::string_view bytes, std::string* out);
// Digits of either case; nothing for any other text.
std::optional<std::string> FromHex(std::string_view digits);

}  // namespace scoreway
