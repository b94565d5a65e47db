#include "score/kernels/text_finder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace scoreway {
namespace {

using Found = std::vector<std::string>;

template <typename Find>
Found All(std::string_view text, const Find& find) {
  Found found;
  for (size_t at = 0; at <= text.size();) {
    TextFinder::Match match;
    if (!find(at, &match)) break;
    found.push_back(std::to_string(match.begin) + ":" + std::string(text.substr(match.begin, match.end - match.begin)));
    at = match.empty() ? match.end + 1 : match.end;
  }
  return found;
}

Found Ours(const std::string& pattern, std::string_view text) {
  const auto finder = TextFinder::Make(pattern);
  if (!finder.ok()) return {finder.error().ToString()};
  return All(text, [&](size_t at, TextFinder::Match* match) { return finder->Find(text, IsAscii(text), at, match); });
}

Found OfRe2(const std::string& pattern, std::string_view text) {
  const re2::RE2 compiled(pattern);
  return All(text, [&](size_t at, TextFinder::Match* match) {
    re2::StringPiece found;
    if (!compiled.Match(Piece(text), at, text.size(), re2::RE2::UNANCHORED, &found, 1)) return false;
    match->begin = static_cast<size_t>(found.data() - text.data());
    match->end = match->begin + found.size();
    return true;
  });
}

TEST(TextFinder, FindsWhatRe2Finds) {
  const std::vector<std::string> patterns = {R"(\s+)",
                                             R"(\s)",
                                             R"(\w+)",
                                             R"(\W+)",
                                             "[\\p{L}\\p{N}_]{2,}",
                                             "[\\p{L}\\p{N}_]{1,}",
                                             "[^a-z]+",
                                             "[a\\]b]+",
                                             "[]a]+",
                                             "[[:alpha:]]+",
                                             "[ ,;]",
                                             " ",
                                             ",+",
                                             "a{2,}",
                                             "a{0,}",
                                             "a*",
                                             "ab+",
                                             "(a+)",
                                             "[a-c]+[d]",
                                             "a|b+",
                                             R"(\bcat\b)",
                                             R"(\p{L}+)",
                                             R"(\d+)",
                                             ".+",
                                             "(?i)[a-z]+",
                                             R"(\b\w\w+\b)",
                                             R"(\b\w+\b)",
                                             R"(\b\w\b)",
                                             R"(\w\w\w+)",
                                             R"(\w\w)",
                                             R"(\b\d+\b)",
                                             R"(\b\w{3,}\b)",
                                             "[\\w']{3,}",
                                             "x{,}",
                                             "x{2}",
                                             "[^\\s]+",
                                             R"(\.+)"};
  const std::vector<std::string> texts = {"",
                                          " ",
                                          "a",
                                          "a b",
                                          "  two  words ",
                                          "The cat, the dog; and  a]b]] x{,} xx.",
                                          "aaabab aa ]]a",
                                          "it's 3.14, isn't it?",
                                          "na\u00efve caf\u00e9s are nice",
                                          "\t\n\v mixed\r\nlines ",
                                          std::string("nul\0in text", 11),
                                          "x_y-z 10 1 2abc"};
  for (const std::string& pattern : patterns) {
    for (const std::string& text : texts)
      EXPECT_EQ(Ours(pattern, text), OfRe2(pattern, text)) << pattern << " in " << text;
  }
}

TEST(TextFinder, RefusesWhatIsNoPattern) {
  EXPECT_EQ(TextFinder::Make("[a-").code(), Code::kCorrupt);
  EXPECT_EQ(TextFinder::Make("a{2,1}").code(), Code::kCorrupt);
}

}  // namespace
}  // namespace scoreway
