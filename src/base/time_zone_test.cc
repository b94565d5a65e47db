// Offsets are those that Python's zoneinfo gives.
#include "base/time_zone.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "base/utc_time.h"

namespace scoreway {
namespace {

std::string BytesOf(const std::string& zone) {
  std::ifstream file("/usr/share/zoneinfo/" + zone, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

TimeZone ZoneOf(const std::string& name) {
  Result<TimeZone> zone = TimeZone::Parse(BytesOf(name));
  EXPECT_TRUE(zone.ok()) << name << ": " << zone.status().ToString();
  return zone.ok() ? *zone : TimeZone();
}

int64_t At(const std::string& text) { return ParseUtc(text).value() / 1'000'000; }

TEST(TimeZone, KnowsOffsetsOfThePastAndTheFuture) {
  const struct {
    const char* zone;
    int64_t seconds;
    int32_t offset;
  } cases[] = {
      {"Europe/Zurich", 1774745999, 3600},        {"Europe/Zurich", 1774746000, 7200},
      {"Europe/Zurich", 1792889999, 7200},        {"Europe/Zurich", 1792890000, 3600},
      {"Europe/Zurich", -2524521600, 1786},       {"Europe/Zurich", 3802550400, 7200},
      {"America/New_York", 3786912000, -18000},   {"Australia/Lord_Howe", 1767225600, 39600},
      {"Australia/Lord_Howe", 2855865600, 37800}, {"Pacific/Apia", 1325239199, -36000},
      {"Pacific/Apia", 1325239200, 50400},        {"America/Sao_Paulo", 2524608000, -10800},
      {"Africa/Casablanca", 1771545600, 0},       {"Asia/Kathmandu", 1767225600, 20700},
      {"Europe/Dublin", 2524608000, 0},           {"Europe/Dublin", 2540246400, 3600},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(ZoneOf(each.zone).OffsetAt(each.seconds), each.offset) << each.zone << " " << each.seconds;
  }
  EXPECT_EQ(TimeZone().OffsetAt(1774746000), 0);
}

TEST(TimeZone, TellsWhenClocksShowATime) {
  for (const char* year : {"2026", "2060"}) {
    const TimeZone zurich = ZoneOf("Europe/Zurich");
    const std::string y = year;
    const auto once = zurich.WhenLocal(At(y + "-06-01T12:00:00"));
    EXPECT_EQ(once.count, 1);
    EXPECT_EQ(once.first, At(y + "-06-01T10:00:00"));
  }
  const TimeZone zurich = ZoneOf("Europe/Zurich");
  const auto skipped = zurich.WhenLocal(At("2026-03-29T02:30:00"));
  EXPECT_EQ(skipped.count, 0);
  EXPECT_EQ(skipped.first, At("2026-03-29T01:00:00"));
  const auto twice = zurich.WhenLocal(At("2026-10-25T02:30:00"));
  EXPECT_EQ(twice.count, 2);
  EXPECT_EQ(twice.first, At("2026-10-25T00:30:00"));
  EXPECT_EQ(twice.second, At("2026-10-25T01:30:00"));
  // A day that was skipped as a whole.
  const auto no_day = ZoneOf("Pacific/Apia").WhenLocal(At("2011-12-30T12:00:00"));
  EXPECT_EQ(no_day.count, 0);
  EXPECT_EQ(no_day.first, At("2011-12-30T10:00:00"));
  EXPECT_EQ(TimeZone().WhenLocal(7).first, 7);
}

TEST(TimeZone, RefusesWhatIsNoZone) {
  const std::string bytes = BytesOf("Europe/Zurich");
  for (const size_t size : {size_t{0}, size_t{10}, size_t{44}, bytes.size() / 2, bytes.size() - 1}) {
    EXPECT_EQ(TimeZone::Parse(std::string_view(bytes).substr(0, size)).code(), Code::kCorrupt) << size;
  }
  std::string old = bytes;
  old[4] = '\0';
  EXPECT_EQ(TimeZone::Parse(old).code(), Code::kUnsupported);
  std::string wrong_rule = bytes;
  wrong_rule[wrong_rule.rfind(",M") + 2] = 'X';
  EXPECT_EQ(TimeZone::Parse(wrong_rule).code(), Code::kCorrupt);
}

}  // namespace
}  // namespace scoreway
