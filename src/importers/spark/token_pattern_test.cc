#include "importers/spark/token_pattern.h"

#include <gtest/gtest.h>

namespace scoreway::spark {
namespace {

TEST(TokenPattern, SpellsOutWhatJavaMeans) {
  EXPECT_EQ(TokenPattern(R"(\s+)"), R"([ \t\n\x0B\f\r]+)");
  EXPECT_EQ(TokenPattern(R"(,\s*|[\s.]+)"), R"(,[ \t\n\x0B\f\r]*|[ \t\n\x0B\f\r.]+)");
  EXPECT_EQ(TokenPattern(R"(\W)"), R"(\W)");
  EXPECT_EQ(TokenPattern("a.{2}?"), R"(a[^\n\r\x{85}\x{2028}\x{2029}]{2}?)");
  EXPECT_EQ(TokenPattern("é+"), "é+");
}

TEST(TokenPattern, LeavesOutWhatMayMeanAnythingElse) {
  for (const char* pattern : {"", "(a)", "^a", "a$", R"(\bword)", R"(\p{Punct})", "[a&&b]", "[a[b]]", "a++", "a*",
                              "x|b?", "a||b", "[", "[]", R"(\)", "a{2", "+a"}) {
    EXPECT_EQ(TokenPattern(pattern), std::nullopt) << pattern;
  }
}

}  // namespace
}  // namespace scoreway::spark
