// Base64 (RFC 4648, section 4), with padding and without ends of lines.
#pragma once

#include <string>
#include <string_view>

namespace scoreway {

std::string Base64(std::string_view bytes);

}  // namespace scoreway
