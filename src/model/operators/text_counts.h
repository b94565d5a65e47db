// Operators from texts to numbers of words. The conventions are those of model/operators.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scoreway::op {

// How often each term occurs in a text (scikit-learn's CountVectorizer and HashingVectorizer, after lower case and
// accents). Tokens are:
//   kWords: what `token` (RE2) matches, or its group, if it has one; of these only such as `whole`, if not empty,
//     matches from end to end, and that are no stop words;
//   kCharacters: code points, of white space at most one; kWordCharacters: of each word with a blank on either side.
// Terms are sequences of least to most tokens, words joined by a blank. A term's column is its place in `terms`, or if
// `hash_columns` is not 0, MurmurHash3 modulo that, counted negatively by its sign if signed_hash. `presence` counts
// every term once. A missing text fails the run, naming the row.
struct CountText {
  static constexpr std::string_view kName = "count_text";
  enum class Unit : uint8_t { kWords = 0, kCharacters = 1, kWordCharacters = 2 };
  Unit unit = Unit::kWords;
  std::string token;
  std::string whole;
  std::vector<std::string> stop_words;
  uint32_t least = 1, most = 1;
  std::vector<std::string> terms;
  uint32_t hash_columns = 0;
  bool signed_hash = true;
  bool presence = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("unit", self.unit);
    visit("token", self.token);
    visit("whole", self.whole);
    visit("stop_words", self.stop_words);
    visit("least", self.least);
    visit("most", self.most);
    visit("terms", self.terms);
    visit("hash_columns", self.hash_columns);
    visit("signed_hash", self.signed_hash);
    visit("presence", self.presence);
  }
};

}  // namespace scoreway::op
