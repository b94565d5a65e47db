// Cron: the times that a line of cron's five fields names: minute, hour, day of the month, month, day of the week.
//
//     30 2 * * mon-fri        */15 8-18 * * *        0 0 1 jan,jul *        @daily
//
// Where both kinds of days are given one of them is enough, as in every cron. Clocks are those of a time zone. Where
// they are put forward, what lies in the hour that is skipped comes at once thereafter; where they are put back, what
// lies in the hour that comes twice comes once, the first time. Lines whose hour is '*' or '*/N' name intervals rather
// than times: they come in every real hour that there is. A value; immutable.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time_zone.h"

namespace scoreway {

class Cron {
 public:
  // kInvalidArgument names the field that is wrong.
  static Result<Cron> Parse(std::string_view text);

  // The first time after this one, in seconds since 1970; nothing if there is none within some years, as on the 30th of
  // February.
  std::optional<int64_t> NextAfter(const TimeZone& zone, int64_t seconds) const;

 private:
  bool HasDay(int64_t day) const;

  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;  // of the month
  std::bitset<13> months_;
  std::bitset<7> week_days_;  // 0: Sunday
  bool any_day_ = false, any_week_day_ = false;
  bool every_hour_ = false;  // '*' or '*/N'
};

}  // namespace scoreway
