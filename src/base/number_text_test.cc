#include "base/number_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>

#include "base/utf8.h"

namespace scoreway {
namespace {

double Parsed(std::string_view text) {
  double value = -12345;
  EXPECT_EQ(ParseDouble(text, &value), NumberParse::kOk) << text;
  return value;
}

TEST(NumberText, ReadsWhatStrtodReads) {
  for (const char* text : {"0",
                           "-0",
                           "41",
                           "+41",
                           "0.1",
                           ".5",
                           "5.",
                           "1e22",
                           "1e23",
                           "123456789012345678901234567890",
                           "9007199254740993",
                           "0.1234567890123456789",
                           "1.7976931348623157e308",
                           "4.9e-324",
                           "2.2250738585072011e-308",
                           "1e-400",
                           "-1e-400",
                           "0e999999999999",
                           "000000000000000000000000000001.5",
                           "6.02214076E+23",
                           "0.000000000000000000000000000001"}) {
    const double expected = std::strtod(text, nullptr);
    EXPECT_EQ(Parsed(text), expected) << text;
    EXPECT_EQ(std::signbit(Parsed(text)), std::signbit(expected)) << text;
  }
}

TEST(NumberText, ReadsInfinityAndNan) {
  EXPECT_EQ(Parsed("inf"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(Parsed("-Infinity"), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(Parsed("NaN")));
  EXPECT_TRUE(std::isnan(Parsed("-nan")));
}

TEST(NumberText, RefusesWhatIsNoNumber) {
  double value = 7;
  for (const char* text : {"", "-", "+", ".", "e5", "1e", "1e+", "1 ", " 1", "1,5", "0x10", "1_000", "--1", "+-1",
                           "1.2.3", "infinit", "nano", "1e5.0", "1f"}) {
    EXPECT_EQ(ParseDouble(text, &value), NumberParse::kNotANumber) << text;
  }
  EXPECT_EQ(ParseDouble("1e400", &value), NumberParse::kOutOfRange);
  EXPECT_EQ(ParseDouble("-1.8e308", &value), NumberParse::kOutOfRange);
  EXPECT_EQ(ParseDouble("1" + std::string(400, '0'), &value), NumberParse::kOutOfRange);
  EXPECT_EQ(value, 7);
}

TEST(NumberText, ReadsWholeNumbers) {
  int64_t value = 0;
  EXPECT_EQ(ParseInt64("-9223372036854775808", &value), NumberParse::kOk);
  EXPECT_EQ(value, std::numeric_limits<int64_t>::min());
  EXPECT_EQ(ParseInt64("+7", &value), NumberParse::kOk);
  EXPECT_EQ(value, 7);
  EXPECT_EQ(ParseInt64("9223372036854775808", &value), NumberParse::kOutOfRange);
  for (const char* text : {"", "-", "+", "+-7", "7.0", "7 ", "a"}) {
    EXPECT_EQ(ParseInt64(text, &value), NumberParse::kNotANumber) << text;
  }
}

TEST(NumberText, WritesAsPythonDoes) {
  const auto text = [](double value) {
    std::string out;
    AppendDouble(value, &out);
    return out;
  };
  EXPECT_EQ(text(1), "1.0");
  EXPECT_EQ(text(-0.0), "-0.0");
  EXPECT_EQ(text(0.1), "0.1");
  EXPECT_EQ(text(100000), "100000.0");
  EXPECT_EQ(text(123456.789), "123456.789");
  EXPECT_EQ(text(0.0001), "0.0001");
  EXPECT_EQ(text(0.00001), "1e-05");
  EXPECT_EQ(text(1.5e-7), "1.5e-07");
  EXPECT_EQ(text(1e15), "1000000000000000.0");
  EXPECT_EQ(text(1e16), "1e+16");
  EXPECT_EQ(text(5e-324), "5e-324");
  EXPECT_EQ(text(1.7976931348623157e308), "1.7976931348623157e+308");
  EXPECT_EQ(text(std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(text(-std::numeric_limits<double>::infinity()), "-inf");
  std::string out;
  AppendFloat(0.1f, &out);
  EXPECT_EQ(out, "0.1");
}

TEST(NumberText, WritesFewDecimalsAsTheShortestDigits) {
  // printf with as many decimals as the text has must give the text, and one decimal fewer must not read back the same.
  std::mt19937_64 random(3);
  for (int i = 0; i < 100'000; ++i) {
    const int decimals = static_cast<int>(random() % 6);
    const double value =
        std::round(std::ldexp(double(random() >> 11), -static_cast<int>(random() % 53))) / std::pow(10, decimals);
    if (value >= 1e15 || (value != 0 && value < 1e-4)) continue;
    std::string text;
    AppendDouble(value, &text);
    const size_t shown = text.size() - text.find('.') - 1;
    char expected[64];
    std::snprintf(expected, sizeof(expected), "%.*f", static_cast<int>(shown), value);
    ASSERT_EQ(text, expected);
    ASSERT_EQ(std::strtod(text.c_str(), nullptr), value);
    if (shown > 1) {
      std::snprintf(expected, sizeof(expected), "%.*f", static_cast<int>(shown) - 1, value);
      ASSERT_NE(std::strtod(expected, nullptr), value) << text;
    }
    const auto narrow = static_cast<float>(value);
    text.clear();
    AppendFloat(narrow, &text);
    ASSERT_EQ(std::strtof(text.c_str(), nullptr), narrow) << text;
  }
}

TEST(NumberText, EveryNumberReadsBackTheSame) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 200'000; ++i) {
    auto value = std::bit_cast<double>(uint64_t{random()});
    if (!std::isfinite(value)) continue;
    // Few digits take the fast path, all digits the slow one.
    if (i % 2 == 0) value = std::round(std::ldexp(value, -std::ilogb(value)) * 1e6) / 1e3;
    std::string text;
    AppendDouble(value, &text);
    ASSERT_EQ(Parsed(text), value) << text;
    ASSERT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
  }
}

TEST(Utf8, FindsTheFirstBadByte) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("plain text of more than eight bytes, é, €, 😀"));
  EXPECT_EQ(FindInvalidUtf8("caf\xE9"), 3u);
  EXPECT_EQ(FindInvalidUtf8("a long run of plain text \xC0\x80"), 25u);
  EXPECT_EQ(FindInvalidUtf8("€\xED\xA0\x80"), 3u);
  EXPECT_EQ(FindInvalidUtf8("\xE2\x82"), 0u);
}

}  // namespace
}  // namespace scoreway
