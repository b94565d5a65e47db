// Words that are found without RE2 are those that RE2 finds.
#include "score/kernels/word_replacer.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <random>

namespace scoreway {
namespace {

constexpr std::string_view kBounded = R"(\b(a|the|is|x_1|not)\b)", kSeparated = R"((\W+)(a|the|is|x_1|not)(\W+))";

std::string Replaced(std::string_view pattern, std::string_view replacement, std::string_view text) {
  const auto replacer = WordReplacer::Make(pattern, replacement, true);
  TextArena texts;
  return std::string(replacer->Replace(text, texts));
}

// As op::NormalizeText says: by RE2, until nothing changes.
std::string Expected(std::string_view pattern, std::string_view replacement, std::string text) {
  const re2::RE2 compiled(re2::StringPiece(pattern.data(), pattern.size()));
  for (std::string before; before != text;) {
    before = text;
    re2::RE2::GlobalReplace(&text, compiled, re2::StringPiece(replacement.data(), replacement.size()));
  }
  return text;
}

TEST(WordReplacer, TakesWordsOutOfTheirSeparators) {
  EXPECT_EQ(Replaced(kSeparated, " ", "so, the a is not. it"), "so it");
  EXPECT_EQ(Replaced(kSeparated, " ", "the mic is great"), "the mic great");
  EXPECT_EQ(Replaced(kSeparated, " ", " the mic - that's not"), " mic - that's not");
  EXPECT_EQ(Replaced(kBounded, "", "The a-b, is the"), "The -b,  ");
  EXPECT_EQ(Replaced("(?i)" + std::string(kBounded), "-", "The tHe x_1 X_10"), "- - - X_10");
  EXPECT_EQ(Replaced(kBounded, " ", ""), "");
}

TEST(WordReplacer, IsOfWordsAlone) {
  for (const char* pattern : {R"(\b(a|)\b)", R"(\b(a|b+)\b)", R"(\b(don't)\b)", R"(\b(a))", R"((\W+)(a)(\s+))",
                              R"((a)\b)", R"((\s+)(a)(\W+))", R"(\b(a|(b))\b)", "a", ""}) {
    EXPECT_EQ(WordReplacer::Make(pattern, " ", true), nullptr) << pattern;
  }
  for (const char* replacement : {"x", "\\1", "_", "\xC3\xA9"}) {
    EXPECT_EQ(WordReplacer::Make(kBounded, replacement, true), nullptr) << replacement;
  }
  // One round takes every other of words side by side; without anything between them two words become one.
  EXPECT_EQ(WordReplacer::Make(kSeparated, " ", false), nullptr);
  EXPECT_EQ(WordReplacer::Make(kSeparated, "", true), nullptr);
  EXPECT_NE(WordReplacer::Make(kBounded, "", false), nullptr);
}

TEST(WordReplacer, DoesWhatRe2Does) {
  std::mt19937 random(7);
  const std::string_view pieces[] = {"a", "the", "is", "x_1", "not", "The", "IS", "b", "nota", "x_10", " ",
                                     " ", " ",   " ",  ", ",  ".",   "-",   "\n", "'", "9",    "\t",   " a "};
  for (int i = 0; i < 4000; ++i) {
    std::string text;
    for (size_t k = 0, count = random() % 12; k < count; ++k) text += pieces[random() % std::size(pieces)];
    for (const std::string_view words : {kBounded, kSeparated}) {
      for (const std::string_view flag : {"", "(?i)"}) {
        for (const std::string_view replacement : {" ", ". "}) {
          const std::string pattern = std::string(flag) + std::string(words);
          ASSERT_EQ(Replaced(pattern, replacement, text), Expected(pattern, replacement, text))
              << pattern << " " << text;
        }
      }
    }
  }
}

}  // namespace
}  // namespace scoreway
