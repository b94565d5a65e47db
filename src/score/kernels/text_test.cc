// Functions of text, against what Python's str, float and repr give.
#include <gtest/gtest.h>

#include <limits>

#include "score/kernels/python_float.h"
#include "score/run_operator.h"

namespace scoreway {
namespace {

op::TextUnary Text(op::TextFunction function) { return {.function = function}; }

TEST(TextUnary, LowerAndUpper) {
  const TestRows rows = {{"Hello, W0rld"}, {"ÅØÆ ß ŉ Ǆ"}, {"ΟΔΥΣΣΕΥΣ ΣΑΣ"}, {""}, {kMissing}, {"ЖЩЯ ёж"}, {"𐐀𐐨"}};
  ExpectRows(RunOperator(Text(op::TextFunction::kLower), rows),
             {{"hello, w0rld"}, {"åøæ ß ŉ ǆ"}, {"οδυσσευς σας"}, {""}, {kMissing}, {"жщя ёж"}, {"𐐨𐐨"}});
  ExpectRows(RunOperator(Text(op::TextFunction::kUpper), rows),
             {{"HELLO, W0RLD"}, {"ÅØÆ SS ʼN Ǆ"}, {"ΟΔΥΣΣΕΥΣ ΣΑΣ"}, {""}, {kMissing}, {"ЖЩЯ ЁЖ"}, {"𐐀𐐀"}});
}

TEST(TextUnary, BytesThatAreNoUtf8StayAsTheyAre) {
  const TestRows rows = {{"A\xFF"}, {"\xC3"}, {"\xE2\x82 B"}, {"\xA0\x85"}};
  ExpectRows(RunOperator(Text(op::TextFunction::kLower), rows), {{"a\xFF"}, {"\xC3"}, {"\xE2\x82 b"}, {"\xA0\x85"}});
  ExpectRows(RunOperator(Text(op::TextFunction::kTrim), rows), rows);
  ExpectRows(RunOperator(Text(op::TextFunction::kLength), rows), {{2.}, {1.}, {4.}, {2.}});
}

TEST(TextUnary, Trim) {
  ExpectRows(
      RunOperator(Text(op::TextFunction::kTrim), {{" a b\t\n"}, {"\u00a0\u3000x\u2003"}, {" \x1c "}, {kMissing}}),
      {{"a b"}, {"x"}, {""}, {kMissing}});
}

// As scikit-learn's strip_accents_unicode and strip_accents_ascii.
TEST(TextUnary, WithoutAccents) {
  const TestRows rows = {{"Éà e\u0301 ß ﬁ 한 ½"}, {"plain"}, {"\u0301"}, {"ø\u0327 ①"}, {"\xC3"}, {""}, {kMissing}};
  ExpectRows(RunOperator(Text(op::TextFunction::kWithoutAccents), rows),
             {{"Ea e ß fi \u1112\u1161\u11ab 1⁄2"}, {"plain"}, {""}, {"ø 1"}, {"\xC3"}, {""}, {kMissing}});
  ExpectRows(RunOperator(Text(op::TextFunction::kWithoutAccentsAscii), rows),
             {{"Ea e  fi  12"}, {"plain"}, {""}, {" 1"}, {""}, {""}, {kMissing}});
}

TEST(TextUnary, LengthCountsCodePoints) {
  ExpectRows(RunOperator(Text(op::TextFunction::kLength), {{"añ€𐐀"}, {""}, {kMissing}}), {{4.}, {0.}, {kMissing}});
}

TEST(TextUnary, SubstringAsAPythonSlice) {
  const auto slice = [](int64_t start, int64_t end) {
    return RunOperator(op::TextUnary{op::TextFunction::kSubstring, start, end}, {{"añ€𐐀z"}, {""}, {kMissing}});
  };
  constexpr int64_t kOpen = std::numeric_limits<int64_t>::max();
  ExpectRows(slice(1, 3), {{"ñ€"}, {""}, {kMissing}});
  ExpectRows(slice(-2, kOpen), {{"𐐀z"}, {""}, {kMissing}});
  ExpectRows(slice(0, -1), {{"añ€𐐀"}, {""}, {kMissing}});
  ExpectRows(slice(3, 2), {{""}, {""}, {kMissing}});
  ExpectRows(slice(std::numeric_limits<int64_t>::min(), 99), {{"añ€𐐀z"}, {""}, {kMissing}});
}

TEST(TextUnary, ToNumberReadsWhatPythonReads) {
  const TestRows rows = {{" 1.5 "},   {"-.5e1"}, {"+7."},    {"1_000"}, {"iNf"}, {"-Infinity"}, {"1e999"},
                         {"-1e-999"}, {"0e999"}, {kMissing}, {"nan"},   {"0.1"}, {"00012"}};
  ExpectRows(RunOperator(Text(op::TextFunction::kToNumber), rows), {{1.5},
                                                                    {-5.},
                                                                    {7.},
                                                                    {1000.},
                                                                    {op::kInfinity},
                                                                    {-op::kInfinity},
                                                                    {op::kInfinity},
                                                                    {-0.},
                                                                    {0.},
                                                                    {kMissing},
                                                                    {kMissing},
                                                                    {0.1},
                                                                    {12.}});
}

TEST(TextUnary, ToNumberRefusesWhatPythonRefuses) {
  for (const char* text :
       {"", ".", "1__0", "_1", "1_", "0x10", "1e", "--1", "1 2", "nan(1)", "e5", "infinit", "1_.5"}) {
    ExpectCellError(RunOperator(Text(op::TextFunction::kToNumber), {{"1"}, {text}}),
                    "row 2, column 0: text '" + std::string(text) + "' is not a number");
  }
}

TEST(NumberToText, AsPythonWrites) {
  const TestRows rows = {{1e16}, {1e15},   {123456789.125},          {1e-4},  {1e-5},          {0.1},
                         {-0.0}, {5e-324}, {1.7976931348623157e308}, {100.0}, {op::kInfinity}, {kMissing}};
  ExpectRows(RunOperator(op::NumberToText{}, rows), {{"1e+16"},
                                                     {"1000000000000000.0"},
                                                     {"123456789.125"},
                                                     {"0.0001"},
                                                     {"1e-05"},
                                                     {"0.1"},
                                                     {"-0.0"},
                                                     {"5e-324"},
                                                     {"1.7976931348623157e+308"},
                                                     {"100.0"},
                                                     {"inf"},
                                                     {kMissing}});
  ExpectRows(RunOperator(op::NumberToText{.integer = true}, {{3.}, {-0.0}, {1e22}, {-12.}, {kMissing}}),
             {{"3"}, {"0"}, {"10000000000000000000000"}, {"-12"}, {kMissing}});
}

TEST(JoinText, PutsTheSeparatorBetween) {
  ExpectRows(RunOperator(op::JoinText{", "}, {1, 1, 1}, {{"a", "", "c"}, {"a", kMissing, "c"}}),
             {{"a, , c"}, {kMissing}});
  ExpectRows(RunOperator(op::JoinText{}, {1, 1}, {{"", ""}}), {{""}});
}

TEST(JoinText, KeepsEveryByteOfTextsOfAnyLength) {
  const std::string letters = "abcdefghijklmnopqrstuvwxyz";
  for (size_t first = 0; first <= letters.size(); ++first) {
    for (size_t second = 0; second <= letters.size(); ++second) {
      const std::string a = letters.substr(0, first), b = letters.substr(letters.size() - second);
      ExpectRows(RunOperator(op::JoinText{"--"}, {1, 1}, {{a, b}}), {{a + "--" + b}});
    }
  }
}

TEST(MatchText, FindsAPartThatMatches) {
  ExpectRows(RunOperator(op::MatchText{"[0-9]+x"}, {{"ab12x"}, {"12"}, {""}, {kMissing}}),
             {{1.}, {0.}, {0.}, {kMissing}});
  const auto plan = PlanOfOperator(op::MatchText{"("}, {1}, {true});
  EXPECT_EQ(plan.code(), Code::kCorrupt);
}

// Python: re.sub(r"(a+)b", r"<\1>", text)
TEST(ReplaceText, ReplacesEveryPart) {
  ExpectRows(RunOperator(op::ReplaceText{"(a+)b", "<\\1>"}, {{"aab ab b"}, {"x"}, {""}, {kMissing}}),
             {{"<aa> <a> b"}, {"x"}, {""}, {kMissing}});
  ExpectRows(RunOperator(op::ReplaceText{".+", ""}, {{"all"}, {""}}), {{""}, {""}});
}

// Python: (datetime.date(...) - datetime.date(1970, 1, 1)).days and datetime.strftime.
TEST(DateText, AsNumbersAndByFormat) {
  using enum op::DateFunction;
  const TestRows rows = {{"2004-02-29"}, {"1969-12-31 23:59:59"}, {"2021-07-04T01:02:03.5"}, {kMissing}};
  ExpectRows(RunOperator(op::DateText{kDays, ""}, rows), {{12477.}, {-1.}, {18812.}, {kMissing}});
  ExpectRows(RunOperator(op::DateText{kSeconds, ""}, rows), {{1078012800.}, {-1.}, {1625360523.}, {kMissing}});
  ExpectRows(RunOperator(op::DateText{kSecondsOfDay, ""}, rows), {{0.}, {86399.}, {3723.}, {kMissing}});
  ExpectRows(RunOperator(op::DateText{kFormat, "%d.%m.%y %j %%"}, rows),
             {{"29.02.04 060 %"}, {"31.12.69 365 %"}, {"04.07.21 185 %"}, {kMissing}});
}

TEST(DateText, RefusesWhatIsNoDate) {
  for (const char* text :
       {"", "2003-02-29", "2004-13-01", "2004-00-10", "2004-1-1", "2004-02-29x", "2004-02-29T24:00"}) {
    ExpectCellError(RunOperator(op::DateText{op::DateFunction::kDays, ""}, {{"2004-02-29"}, {text}}),
                    "row 2, column 0: text '" + std::string(text) + "' is not a date (as 2004-02-29)");
  }
}

}  // namespace
}  // namespace scoreway
