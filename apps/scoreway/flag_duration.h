// Durations that flags take.
#pragma once

#include <cstdint>
#include <string>

#include "base/duration_text.h"
#include "base/result.h"

namespace scoreway {

// In microseconds. kInvalidArgument names the flag.
inline Result<int64_t> ReadDuration(const std::string& flag, const std::string& text) {
  if (const auto micros = ParseDuration(text)) return *micros;
  return Error{Code::kInvalidArgument, "not a duration such as 30d, 12h, 15m or 90s", flag + " '" + text + "'"};
}

}  // namespace scoreway
