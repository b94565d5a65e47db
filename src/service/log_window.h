// LogWindow: part of a model's prediction log as a profile.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "drift/profile.h"
#include "service/records.h"

namespace scoreway {

// By rows or by time.
struct LogWindow {
  uint64_t rows = 0;  // at most so many, the newest or, with `oldest`, the oldest; 0: all of the time
  bool oldest = false;
  bool shadow = false;  // copies that the version scored in shadow, in place of its answers
  int64_t from_micros = 0;
  int64_t to_micros = INT64_MAX;
};

// "10000": the newest so many rows; "1h", "30m", "7d": those of the time until now. INVALID_ARGUMENT if it is neither.
// `ago_micros`: of the same length, but ending so long ago.
Result<LogWindow> ReadWindow(std::string_view text, int64_t now_micros, int64_t ago_micros = 0);

// The answers of this version, or its copies. Without rows there are no columns. Columns of texts
// and truth values are categories, those of numbers numbers.
Result<Profile> ProfileLog(const Records& records, std::string_view model, int64_t version, const LogWindow& window);

}  // namespace scoreway
