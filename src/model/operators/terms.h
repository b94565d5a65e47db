// Operators on the terms of a text, as PMML's TextIndex has them. The conventions are those of model/operators.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scoreway::op {

// Every part that patterns[i] matches becomes replacements[i], one pattern after the other; with `recursive` all of
// them over again until none changes the text. Patterns and replacements are those of ReplaceText. A text that keeps
// changing, or grows too long, fails the run, naming row and column.
struct NormalizeText {
  static constexpr std::string_view kName = "normalize_text";
  std::vector<std::string> patterns, replacements;
  bool recursive = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("patterns", self.patterns);
    visit("replacements", self.replacements);
    visit("recursive", self.recursive);
  }
};

// How often each of the terms occurs in the text, a column a term. Texts and terms are cut into tokens: what `token`
// (RE2) matches, or if that is empty, what lies between matches of `separator`, without the punctuation at its ends. A
// term occurs where its tokens follow one another, each differing by insertions, deletions and replacements of
// characters, `distance_max` in all. With best_hits only the occurrences that differ least count.
struct TermFrequency {
  static constexpr std::string_view kName = "term_frequency";
  enum class Weight : uint8_t { kFrequency = 0, kBinary = 1, kLogarithmic = 2 /* log10(1 + frequency) */ };
  std::vector<std::string> terms;
  std::string token;
  std::string separator;
  bool ignore_case = false;
  uint32_t distance_max = 0;
  bool best_hits = false;
  Weight weight = Weight::kFrequency;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("terms", self.terms);
    visit("token", self.token);
    visit("separator", self.separator);
    visit("ignore_case", self.ignore_case);
    visit("distance_max", self.distance_max);
    visit("best_hits", self.best_hits);
    visit("weight", self.weight);
  }
};

}  // namespace scoreway::op
