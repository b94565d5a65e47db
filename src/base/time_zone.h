// TimeZone: what clocks on the wall show at a place, as a file of the tz database (TZif, RFC 9636) tells it: the past
// by a table, the future by the rule behind it.
//
// A local time is a number of seconds, too: the one that UTC has when its clocks show the same. A value; immutable.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway {

class TimeZone {
 public:
  // UTC.
  TimeZone() = default;
  // kCorrupt for what is no such file; kUnsupported for one of version 1, or with leap seconds.
  static Result<TimeZone> Parse(std::string_view bytes);

  // Seconds east of Greenwich.
  int32_t OffsetAt(int64_t seconds) const;

  // When clocks show a local time: in most cases once; twice where they were put back; not at all where they were put
  // forward over it, `first` is then when that happened.
  struct Instants {
    int count = 1;
    int64_t first = 0, second = 0;
  };
  Instants WhenLocal(int64_t local_seconds) const;

  // The day of a rule: kMonthWeekDay as in "the last Sunday of March", else a day of the year.
  struct RuleDay {
    enum class Kind : uint8_t { kMonthWeekDay, kDayFrom1WithoutLeapDay, kDayFrom0 };
    Kind kind = Kind::kMonthWeekDay;
    int month = 1, week = 1, day = 0;
    int32_t time = 7200;  // seconds after its midnight
  };
  struct Rule {
    int32_t standard_offset = 0, summer_offset = 0;
    bool has_summer = false;
    RuleDay summer_begins, summer_ends;
  };

 private:
  struct Change {
    int64_t at = 0;
    int32_t offset = 0;  // from then on
  };
  bool RuleHolds(int64_t seconds) const { return has_rule_ && (changes_.empty() || seconds >= changes_.back().at); }
  // Those from `begin` to before `end`, in order.
  std::vector<Change> ChangesWithin(int64_t begin, int64_t end) const;

  int32_t first_offset_ = 0;  // before the first change
  std::vector<Change> changes_;
  bool has_rule_ = false;  // for what comes after the last change
  Rule rule_;
};

}  // namespace scoreway
