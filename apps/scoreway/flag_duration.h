// Durations that flags take, and as they are shown.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/duration_text.h"
#include "base/result.h"

namespace scoreway {

// In microseconds. kInvalidArgument names the flag.
inline Result<int64_t> ReadDuration(const std::string& flag, const std::string& text) {
  if (const auto micros = ParseDuration(text)) return *micros;
  return Error{Code::kInvalidArgument, "not a duration such as 30d, 12h, 15m or 90s", flag + " '" + text + "'"};
}

// In the largest unit of which it is a whole number: "30d", "12h", "90s".
inline std::string DurationText(int64_t seconds) {
  for (const auto& [unit, length] : {std::pair('d', 86'400), std::pair('h', 3'600), std::pair('m', 60)}) {
    if (seconds >= length && seconds % length == 0) return std::to_string(seconds / length) + unit;
  }
  return std::to_string(seconds) + "s";
}

}  // namespace scoreway
