#include "importers/spark/sql_tokens.h"

#include <gtest/gtest.h>

namespace scoreway::spark {
namespace {

std::vector<std::string> Texts(std::string_view statement) {
  const std::vector<SqlToken> tokens = ReadSqlTokens(statement).value();
  std::vector<std::string> texts;
  for (const SqlToken& token : tokens) texts.push_back(token.text);
  return texts;
}

TEST(SqlTokens, AreNamesNumbersTextsAndSigns) {
  EXPECT_EQ(Texts("SELECT *, (a1/ `b c`*52.5e-1) AS x FROM __THIS__"),
            (std::vector<std::string>{"SELECT", "*", ",", "(", "a1", "/", "b c", "*", "52.5e-1", ")", "AS", "x", "FROM",
                                      "__THIS__", ""}));
  EXPECT_EQ(Texts("x<=3 AND y<>'it' OR z==\"M\""),
            (std::vector<std::string>{"x", "<=", "3", "AND", "y", "<>", "it", "OR", "z", "==", "M", ""}));
}

TEST(SqlTokens, AnOpenQuoteAndAStrangeCharacterAreErrors) {
  EXPECT_EQ(ReadSqlTokens("SELECT 'x").error().ToString(), "the SQL statement: has a quote that does not end");
  EXPECT_EQ(ReadSqlTokens("a ; b").error().ToString(), "the SQL statement: has the character ';'");
}

}  // namespace
}  // namespace scoreway::spark
