// Times as text, always in UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scoreway {

// "2026-03-01T12:00:00.000000Z" for microseconds since 1970; years beyond 0 to 9999 are clamped.
std::string FormatUtc(int64_t micros);

// "2026-03-01", or "2026-03-01T12:00:00" with up to six decimals and a 'Z' or neither; a blank may stand for the 'T'.
// Nothing for any other text or a day that does not exist.
std::optional<int64_t> ParseUtc(std::string_view text);

}  // namespace scoreway
