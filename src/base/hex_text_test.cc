#include "base/hex_text.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

TEST(HexText, BytesAndDigitsGoBothWays) {
  const std::string bytes("\x00\x7f\x80\xff\x0a", 5);
  std::string digits = "-";
  AppendHex(bytes, &digits);
  EXPECT_EQ(digits, "-007f80ff0a");
  EXPECT_EQ(FromHex("007f80ff0a"), bytes);
  EXPECT_EQ(FromHex("7F"), "\x7f");
  EXPECT_EQ(FromHex(""), "");
}

TEST(HexText, OtherTextsAreNone) {
  for (const char* text : {"0", "0g", "g0", "-1", "+1", " 1", "1 ", "0x", "00 0"}) EXPECT_FALSE(FromHex(text)) << text;
}

}  // namespace
}  // namespace scoreway
