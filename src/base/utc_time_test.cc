#include "base/utc_time.h"

#include <gtest/gtest.h>

#include <limits>

namespace scoreway {
namespace {

TEST(UtcTime, FormatsKnownInstants) {
  EXPECT_EQ(FormatUtc(0), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(FormatUtc(1'000'000'000'000'001), "2001-09-09T01:46:40.000001Z");
  EXPECT_EQ(FormatUtc(-1), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(FormatUtc(std::numeric_limits<int64_t>::max()), "9999-12-31T23:59:59.999999Z");
}

TEST(UtcTime, ParsesWhatItFormatsAndShorterForms) {
  for (const int64_t micros : {int64_t{0}, int64_t{1'709'208'000'123'456}, int64_t{-86'400'000'000}}) {
    EXPECT_EQ(ParseUtc(FormatUtc(micros)), micros);
  }
  EXPECT_EQ(ParseUtc("2001-09-09"), 999'993'600'000'000);
  EXPECT_EQ(ParseUtc("2001-09-09 01:46:40"), 1'000'000'000'000'000);
  EXPECT_EQ(ParseUtc("2001-09-09T01:46:40.5"), 1'000'000'000'500'000);
}

TEST(UtcTime, RefusesWhatIsNoTime) {
  for (const char* text : {"", "2001", "2001-02-29", "2001-13-01", "2001-09-09T", "2001-09-09T24:00:00",
                           "2001-09-09T01:46:40.", "2001-09-09T01:46:40.1234567", "2001-09-09T01:46:40+01:00", "x"}) {
    EXPECT_EQ(ParseUtc(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace scoreway
