#include "score/few_texts.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace scoreway {
namespace {

using namespace std::string_literals;

const std::vector<std::string> kTexts{"", "a", "b", "ab", "a\0b"s, "abcd", "abcdefgh", "abcdefghijklmnop", "b"};

struct Filled {
  Filled() {
    for (size_t i = 0; i < cells.size(); ++i) cells[i] = static_cast<double>(i);
  }
  // Two cells a text: 2i and 2i + 1, then those of a missing one and of others.
  FewTexts Make(bool others) const {
    FewTexts::Table table{.width = 2};
    for (size_t i = 0; i < kTexts.size(); ++i) table.of_text.push_back(&cells[2 * i]);
    table.of_missing = &cells[100];
    if (others) table.of_others = &cells[200];
    return FewTexts(kTexts, table);
  }
  std::array<double, 300> cells;
};

using Two = std::array<double, 2>;
Two CopyOf(const FewTexts& few, std::string_view text) {
  Two to{-1, -1};
  EXPECT_TRUE(few.Copy(text, to.data()));
  return to;
}

TEST(FewTexts, GiveTheCellsOfEachTextAndOfOthers) {
  const Filled filled;
  const FewTexts few = filled.Make(true);
  for (size_t i = 0; i + 1 < kTexts.size(); ++i) {
    const double first = 2 * static_cast<double>(i);
    EXPECT_EQ(CopyOf(few, kTexts[i]), (Two{first, first + 1})) << kTexts[i];
  }
  EXPECT_EQ(CopyOf(few, "b"), (Two{4, 5}));  // of equal ones the first
  EXPECT_EQ(CopyOf(few, std::string_view()), (Two{100, 101}));
  for (const std::string& other : {"c"s, "aa"s, "a\0"s, "abce"s, "abcdefgi"s, "abcdefghi"s, "abcdefghijklmnoq"s,
                                   "abcdefghijklmnopq"s, std::string(1000, 'a')}) {
    EXPECT_EQ(CopyOf(few, other), (Two{200, 201})) << other;
  }
}

TEST(FewTexts, SayWhereThereAreNone) {
  const Filled filled;
  Two to{-1, -1};
  EXPECT_FALSE(filled.Make(false).Copy("c", to.data()));
  EXPECT_EQ(to, (Two{-1, -1}));
}

TEST(FewTexts, AreFewAndShort) {
  EXPECT_TRUE(FewTexts::Fits(kTexts));
  EXPECT_FALSE(FewTexts::Fits(std::vector<std::string>{"abcdefghijklmnopq"}));
  EXPECT_FALSE(FewTexts::Fits(std::vector<std::string>(1000, "a")));
}

}  // namespace
}  // namespace scoreway
