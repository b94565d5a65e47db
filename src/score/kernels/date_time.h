// Dates and moments as ISO 8601 writes them, in the calendar that runs back without a break.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace scoreway {

struct DateTime {
  int64_t days = 0;            // since 1970-01-01
  int64_t seconds_of_day = 0;  // 0 .. 86399; fractions of a second are cut
  int year = 1970;
  int month = 1;
  int day = 1;
};

// "2004-02-29", "2004-02-29T23:59", "2004-02-29 23:59:59.5"; years 1 to 9999, no time zone.
std::optional<DateTime> ReadDateTime(std::string_view text);

int64_t DaysSince1970(int year, int month, int day);

}  // namespace scoreway
