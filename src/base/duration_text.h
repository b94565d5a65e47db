// Lengths of time as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace scoreway {

// "30d", "12h", "15m", "90s" or, in seconds, "90", with decimals if wanted: microseconds, at most a century. Nothing
// for any other text.
std::optional<int64_t> ParseDuration(std::string_view text);

}  // namespace scoreway
