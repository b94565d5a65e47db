// Operators on texts by pattern, and on dates. The conventions are those of model/operators.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace scoreway::op {

// 1 where the text has a part that matches the pattern, else 0. Patterns are RE2's: linear in time, no look-around.
struct MatchText {
  static constexpr std::string_view kName = "match_text";
  std::string pattern;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("pattern", self.pattern);
  }
};

// Every part that matches the pattern replaced, from left to right; the leftmost match first, of those the one that
// backtracking finds. In `replacement` \0 to \9 stand for groups, \\ for a backslash.
struct ReplaceText {
  static constexpr std::string_view kName = "replace_text";
  std::string pattern;
  std::string replacement;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("pattern", self.pattern);
    visit("replacement", self.replacement);
  }
};

// A date or a moment written as ISO 8601 (2004-02-29, 2004-02-29T23:59:59, a blank for the T, no time zone) as a number
// of whole days or seconds since 1970, of seconds since midnight, or as text by a format of C's strftime with the
// letters Y y m d H M S j and %. A text that is no date fails the run, naming row, column and value.
enum class DateFunction : uint8_t { kDays = 0, kSeconds = 1, kSecondsOfDay = 2, kFormat = 3 };
struct DateText {
  static constexpr std::string_view kName = "date_text";
  DateFunction function = DateFunction::kDays;
  std::string format;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("function", self.function);
    visit("format", self.format);
  }
};

}  // namespace scoreway::op
