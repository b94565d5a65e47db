// Times are what clocks on the wall show, as Python's zoneinfo has them.
#include "batches/cron.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/utc_time.h"

namespace scoreway {
namespace {

TimeZone ZoneOf(const std::string& name) {
  std::ifstream file("/usr/share/zoneinfo/" + name, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  Result<TimeZone> zone = TimeZone::Parse(std::move(bytes).str());
  EXPECT_TRUE(zone.ok()) << name << ": " << zone.status().ToString();
  return zone.ok() ? *zone : TimeZone();
}

int64_t At(const std::string& text) { return ParseUtc(text).value() / 1'000'000; }

// The next times of a line, in UTC, to the minute.
std::vector<std::string> Next(const char* line, const TimeZone& zone, const char* after, size_t count) {
  Result<Cron> cron = Cron::Parse(line);
  EXPECT_TRUE(cron.ok()) << line << ": " << cron.status().ToString();
  std::vector<std::string> times;
  int64_t at = At(after);
  while (cron.ok() && times.size() < count) {
    const auto next = cron->NextAfter(zone, at);
    if (!next) break;
    at = *next;
    times.push_back(FormatUtc(at * 1'000'000).substr(0, 16));
  }
  return times;
}

using Times = std::vector<std::string>;

TEST(Cron, ReadsLines) {
  const TimeZone utc;
  EXPECT_EQ(Next("30 2 * * *", utc, "2026-01-01T02:30:00", 2), (Times{"2026-01-02T02:30", "2026-01-03T02:30"}));
  EXPECT_EQ(Next("*/20 8-9 * * *", utc, "2026-01-01T08:30:00", 3),
            (Times{"2026-01-01T08:40", "2026-01-01T09:00", "2026-01-01T09:20"}));
  EXPECT_EQ(Next("0 0 1 JAN,jul *", utc, "2026-01-01", 2), (Times{"2026-07-01T00:00", "2027-01-01T00:00"}));
  EXPECT_EQ(Next("0 12 * * Mon-Fri", utc, "2026-01-02T12:00:00", 1), (Times{"2026-01-05T12:00"}));
  EXPECT_EQ(Next("0 12 * * 7", utc, "2026-01-01", 1), (Times{"2026-01-04T12:00"})) << "7 is Sunday, as 0";
  EXPECT_EQ(Next("5/20 0 * * *", utc, "2026-01-01", 3),
            (Times{"2026-01-01T00:05", "2026-01-01T00:25", "2026-01-01T00:45"}));
  EXPECT_EQ(Next("@weekly", utc, "2026-01-01", 1), (Times{"2026-01-04T00:00"}));
  EXPECT_EQ(Next("@hourly", utc, "2026-01-01T00:59:59", 1), (Times{"2026-01-01T01:00"}));
  EXPECT_EQ(Next("0 0 29 2 *", utc, "2096-02-29", 1), (Times{"2104-02-29T00:00"})) << "2100 is no leap year";
  EXPECT_TRUE(Next("0 0 30 2 *", utc, "2026-01-01", 1).empty());
}

TEST(Cron, TakesEitherKindOfDayWhereBothAreGiven) {
  EXPECT_EQ(Next("0 0 13 * fri", TimeZone(), "2026-01-01", 4),
            (Times{"2026-01-02T00:00", "2026-01-09T00:00", "2026-01-13T00:00", "2026-01-16T00:00"}));
}

TEST(Cron, RefusesWhatIsNoLine) {
  for (const char* line : {"", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
                           "* * * * 8", "5-1 * * * *", "*/0 * * * *", "a * * * *", "1,,2 * * * *", "-1 * * * *",
                           "1- * * * *", "* * * * mo", "@never", "1/99 * * * *"}) {
    EXPECT_EQ(Cron::Parse(line).code(), Code::kInvalidArgument) << line;
  }
  EXPECT_NE(Cron::Parse("* 24 * * *").status().ToString().find("hour '24'"), std::string::npos);
}

TEST(Cron, ComesOnceWhereClocksAreChanged) {
  const TimeZone zurich = ZoneOf("Europe/Zurich");
  // 02:30 is skipped on the 29th of March: it comes when clocks are put forward, at 03:00.
  EXPECT_EQ(Next("30 2 * * *", zurich, "2026-03-27T12:00:00", 3),
            (Times{"2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"}));
  // It comes twice on the 25th of October: the first time counts.
  EXPECT_EQ(Next("30 2 * * *", zurich, "2026-10-24T12:00:00", 2), (Times{"2026-10-25T00:30", "2026-10-26T01:30"}));
  // Several times within the hour that is skipped are one.
  EXPECT_EQ(Next("0,20,40 2 * * *", zurich, "2026-03-28T12:00:00", 2), (Times{"2026-03-29T01:00", "2026-03-30T00:00"}));
  EXPECT_EQ(Next("0 3 * * *", zurich, "2026-03-28T12:00:00", 1), (Times{"2026-03-29T01:00"}));
  // Clocks there are put back at midnight, to the day before.
  const TimeZone havana = ZoneOf("America/Havana");
  EXPECT_EQ(Next("30 0 * * *", havana, "2026-10-31T12:00:00", 2), (Times{"2026-11-01T04:30", "2026-11-02T05:30"}));
}

TEST(Cron, KeepsIntervalsWhereClocksAreChanged) {
  const TimeZone zurich = ZoneOf("Europe/Zurich");
  EXPECT_EQ(Next("30 * * * *", zurich, "2026-03-28T23:59:00", 3),
            (Times{"2026-03-29T00:30", "2026-03-29T01:30", "2026-03-29T02:30"}));
  EXPECT_EQ(Next("30 * * * *", zurich, "2026-10-24T23:59:00", 4),
            (Times{"2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T02:30", "2026-10-25T03:30"}));
  EXPECT_EQ(Next("*/15 * * * *", ZoneOf("Australia/Lord_Howe"), "2026-04-04T14:40:00", 4),
            (Times{"2026-04-04T14:45", "2026-04-04T15:00", "2026-04-04T15:15", "2026-04-04T15:30"}));
}

}  // namespace
}  // namespace scoreway
