#include "base/duration_text.h"

#include <utility>

#include "base/number_text.h"

namespace scoreway {

std::optional<int64_t> ParseDuration(std::string_view text) {
  constexpr std::pair<char, double> kUnits[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
  constexpr double kSecondsMax = 3.2e9;
  double seconds_per_unit = 1;
  for (const auto& [unit, seconds] : kUnits) {
    if (text.empty() || text.back() != unit) continue;
    text.remove_suffix(1);
    seconds_per_unit = seconds;
    break;
  }
  double count = 0;
  if (ParseDouble(text, &count) != NumberParse::kOk || !(count >= 0 && count * seconds_per_unit <= kSecondsMax)) {
    return std::nullopt;
  }
  return static_cast<int64_t>(count * seconds_per_unit * 1e6);
}

}  // namespace scoreway
