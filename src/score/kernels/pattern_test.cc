// Patterns and dates, against what Python's re and datetime give.
#include <gtest/gtest.h>

#include "score/run_operator.h"

namespace scoreway {
namespace {

TEST(Patterns, AreFoundAnywhere) {
  ExpectRows(RunOperator(op::MatchText{"[0-9]{2}|^x"}, {{"a12"}, {"a1b2"}, {"xy"}, {"yx"}, {""}, {kMissing}}),
             {{1.}, {0.}, {1.}, {0.}, {0.}, {kMissing}});
}

TEST(Patterns, CountCharactersNotBytes) {
  ExpectRows(RunOperator(op::MatchText{"^.{2}\\z"}, {{"€ñ"}, {"ab"}, {"€"}, {"𐐀b"}}), {{1.}, {1.}, {0.}, {1.}});
}

TEST(Patterns, AreReplacedFromLeftToRight) {
  ExpectRows(RunOperator(op::ReplaceText{"[aeiou]+", ""}, {{"queue"}, {"sky"}, {"aeiou"}, {""}, {kMissing}, {"ñoß"}}),
             {{"q"}, {"sky"}, {""}, {""}, {kMissing}, {"ñß"}});
  ExpectRows(RunOperator(op::ReplaceText{"(a|ab)(c?)", "<\\2|\\1>\\\\"}, {{"abc"}, {"ac-ab"}}),
             {{"<|a>\\bc"}, {"<c|a>\\-<|a>\\b"}});
}

TEST(Patterns, AreRefusedWhereTheyCannotBe) {
  EXPECT_FALSE(PlanOfOperator(op::MatchText{"(a"}, {1}, {true}).ok());
  EXPECT_FALSE(PlanOfOperator(op::MatchText{"(?=a)"}, {1}, {true}).ok());
  EXPECT_FALSE(PlanOfOperator(op::ReplaceText{"a", "\\1"}, {1}, {true}).ok());
  EXPECT_FALSE(PlanOfOperator(op::MatchText{std::string(70'000, 'a')}, {1}, {true}).ok());
}

TEST(Dates, AsDaysAndSeconds) {
  const TestRows rows = {{"1970-01-01"}, {"2000-02-29T12:30"}, {"1969-12-31 23:59:59.75"},
                         {"0001-01-01"}, {"9999-12-31"},       {kMissing}};
  ExpectRows(RunOperator(op::DateText{op::DateFunction::kDays, ""}, rows),
             {{0.}, {11016.}, {-1.}, {-719162.}, {2932896.}, {kMissing}});
  ExpectRows(RunOperator(op::DateText{op::DateFunction::kSeconds, ""}, rows),
             {{0.}, {951827400.}, {-1.}, {-62135596800.}, {253402214400.}, {kMissing}});
  ExpectRows(RunOperator(op::DateText{op::DateFunction::kSecondsOfDay, ""}, rows),
             {{0.}, {45000.}, {86399.}, {0.}, {0.}, {kMissing}});
}

TEST(Dates, ByAFormat) {
  const TestRows rows = {{"2004-12-31T07:08:09"}, {"1999-01-02"}};
  ExpectRows(RunOperator(op::DateText{op::DateFunction::kFormat, "%d/%m/%y %H:%M:%S day %j of %Y, 100%%"}, rows),
             {{"31/12/04 07:08:09 day 366 of 2004, 100%"}, {"02/01/99 00:00:00 day 002 of 1999, 100%"}});
  EXPECT_FALSE(PlanOfOperator(op::DateText{op::DateFunction::kFormat, "%q"}, {1}, {true}).ok());
  EXPECT_FALSE(PlanOfOperator(op::DateText{op::DateFunction::kFormat, "%"}, {1}, {true}).ok());
}

TEST(Dates, WhatIsNoneIsRefused) {
  for (const char* text : {"", "2001", "2001-02-29", "1900-02-29", "2001-13-01", "2001-00-01", "2001-1-1", "0000-01-01",
                           "2001-01-01T", "2001-01-01T24:00", "2001-01-01T10", "2001-01-01T10:60",
                           "2001-01-01T10:10:", "2001-01-01T10:10:10.", "2001-01-01Z", "2001/01/01", "+001-01-01"}) {
    const Result<TestRows> rows = RunOperator(op::DateText{op::DateFunction::kDays, ""}, {{text}});
    EXPECT_FALSE(rows.ok()) << text;
  }
  ExpectCellError(RunOperator(op::DateText{op::DateFunction::kDays, ""}, {{"2001-01-01"}, {"soon"}}),
                  "row 2, column 0: text 'soon' is not a date (as 2004-02-29)");
}

}  // namespace
}  // namespace scoreway
