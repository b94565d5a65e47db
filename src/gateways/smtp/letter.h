// LetterText: a mail as it goes over the wire (RFC 5322, MIME), lines ended by CR LF.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "service/mail.h"

namespace scoreway::smtp {

// The body in base64, so that no line is too long, none begins with a dot, and any text may stand in it.
std::string LetterText(const Mail& mail, std::string_view from, int64_t unix_seconds);

}  // namespace scoreway::smtp
