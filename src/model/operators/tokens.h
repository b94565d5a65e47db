// Operators on lists of tokens. The conventions are those of model/operators.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/operators/text_counts.h"

namespace scoreway::op {

// The items of a list (a JSON array of texts, or with `numbers` one of numbers), each behind a U+001F: a text of which
// CountText finds the items by the token kItem. Numbers are written in their shortest form, whole ones without a point.
// A text that is no such list, and an item with a U+001F in it, fail the run, naming the row.
struct ListItems {
  static constexpr std::string_view kName = "list_items";
  static constexpr std::string_view kItem = "\x1F([^\x1F]*)";
  bool numbers = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("numbers", self.numbers);
  }
};

// What lies between matches of `separator` (RE2, never empty), the way Java splits: nothing is left out but empty parts
// at the end, and a text without a match is one part. Each part stands behind a U+001F, as in ListItems. With
// U+001F in it a text fails the run, naming the row.
struct SplitText {
  static constexpr std::string_view kName = "split_text";
  std::string separator;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("separator", self.separator);
  }
};

// The words of a text as a list (a JSON array): those that `words` would count, or sequences of them joined by a blank.
struct ListWords {
  static constexpr std::string_view kName = "list_words";
  CountText words;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    CountText::Fields(self.words, visit);
  }
};

// Words counted as `count` says, but a term's column is its MurmurHash3 by `seed`, a signed number, modulo hash_columns
// (Spark's HashingTF). With tail_bytes each of the last bytes that fill no block of four counts as a block (before
// Spark 3.0).
struct HashText {
  static constexpr std::string_view kName = "hash_text";
  CountText count;
  uint32_t seed = 42;
  bool tail_bytes = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    CountText::Fields(self.count, visit);
    visit("seed", self.seed);
    visit("tail_bytes", self.tail_bytes);
  }
};

// The sum of the vectors of the words that are terms, divided by the number of all words; 0 for a text of none (Spark's
// Word2Vec). vectors are rows, one for each of words.terms. A missing text fails the run, naming the row.
struct TermMeans {
  static constexpr std::string_view kName = "term_means";
  CountText words;
  std::vector<double> vectors;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    CountText::Fields(self.words, visit);
    visit("vectors", self.vectors);
  }
};

// Rules over items (Spark's FPGrowth): rule r says that a set which holds all of antecedents[ends[r-1] .. ends[r]) also
// wants consequents[r]; these are positions in items.terms. The list (a JSON array) of what the rules that apply to the
// words of a text want and is not among them, each once, in the order of the rules. Of a missing text it is empty.
// `numbers`: the items are numbers.
struct ItemRules {
  static constexpr std::string_view kName = "item_rules";
  CountText items;
  std::vector<uint32_t> antecedents, ends, consequents;
  bool numbers = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    CountText::Fields(self.items, visit);
    visit("antecedents", self.antecedents);
    visit("ends", self.ends);
    visit("consequents", self.consequents);
    visit("numbers", self.numbers);
  }
};

// How much of each topic is in a document of so many of each term, by variational inference (Spark's LDA): with the
// digamma function psi (base/digamma.h), E(g) = exp(psi(g) - psi(sum g)), from g = start on
//   g = prior + E(g) * sum over terms w of topics[w] * count[w] / (topics[w] . E(g) + 1e-100)
// until g changes by no more than 0.001 in the mean; then g over its sum. topics is a row of as many numbers as topics
// for each term. A document of no term gives 0.
struct TopicInference {
  static constexpr std::string_view kName = "topic_inference";
  std::vector<double> prior, start;
  std::vector<double> topics;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("prior", self.prior);
    visit("start", self.start);
    visit("topics", self.topics);
  }
};

}  // namespace scoreway::op
