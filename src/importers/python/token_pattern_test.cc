#include "importers/python/token_pattern.h"

#include <gtest/gtest.h>

namespace scoreway::python {
namespace {

TEST(TokenPattern, RunsOfWordCharacters) {
  for (const char* pattern : {R"((?u)\b\w\w+\b)", R"(\w\w+)", R"(\b(\w\w+)\b)"}) {
    const Result<TokenPattern> tokens = TranslateTokenPattern(pattern);
    ASSERT_TRUE(tokens.ok()) << pattern;
    EXPECT_EQ(tokens->token, R"([\p{L}\p{N}_]{2,})");
    EXPECT_EQ(tokens->whole, "");
  }
}

TEST(TokenPattern, WordsOfSomeCharacters) {
  const Result<TokenPattern> tokens = TranslateTokenPattern(R"(\b[a-zA-Z]{3,}\b)");
  ASSERT_TRUE(tokens.ok());
  EXPECT_EQ(tokens->token, R"([\p{L}\p{N}_]{1,})");
  EXPECT_EQ(tokens->whole, "[a-zA-Z]{3,}");
}

TEST(TokenPattern, OthersAsTheyStand) {
  const Result<TokenPattern> tokens = TranslateTokenPattern("[^ ,]+");
  ASSERT_TRUE(tokens.ok());
  EXPECT_EQ(tokens->token, "[^ ,]+");
  EXPECT_EQ(TranslateTokenPattern("#([a-z]+)")->token, "#([a-z]+)");
}

TEST(TokenPattern, RefusesWhatWouldDiffer) {
  for (const char* pattern : {R"(\b\w+'\w+\b)", R"(\b[a-z-]+\b)", R"(a\b|\bb)", R"(\ba|b\b)", "(a)(b)", "x*", R"(\b)",
                              R"(\b[^a]+\b)", R"(\b[Z-a]+\b)", R"((?i)\w+)"}) {
    EXPECT_FALSE(TranslateTokenPattern(pattern).ok()) << pattern;
  }
}

TEST(TokenPattern, BetweenSeparators) {
  const Result<TokenPattern> tokens = TranslateSeparators("[ ,]+");
  ASSERT_TRUE(tokens.ok());
  EXPECT_EQ(tokens->token, R"(\p{P}*([^ ,\p{P}](?:[^ ,]*[^ ,\p{P}])?))");
  EXPECT_TRUE(TranslateSeparators(R"(\s+)").ok());
  for (const char* pattern : {R"(\s)", "ab+", "[^a]+", "(a)+", ".+"}) {
    EXPECT_FALSE(TranslateSeparators(pattern).ok()) << pattern;
  }
}

}  // namespace
}  // namespace scoreway::python
