// Operators on the pairs of classes that one-against-one classifiers decide between: (0,1), (0,2), ... (0,n-1), (1,2),
// ... The conventions are those of model/operators.h.
#pragma once

#include <cstdint>
#include <string_view>

namespace scoreway::op {

// Inputs: for each pair 1 if the second class wins, else 0; then optionally how sure that is, positive for the second.
// The wins of each class; with the second input plus the sum of what speaks for the class, bounded to less than half a
// win: s / (3 (|s| + 1)).
struct PairVotes {
  static constexpr std::string_view kName = "pair_votes";
  uint32_t classes = 0;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("classes", self.classes);
  }
};

// For each pair the probability of its first class given that it is one of the two: the probabilities of all classes,
// by the second method of Wu, Lin and Weng (2004) with the rule to end of libsvm.
struct CouplePairs {
  static constexpr std::string_view kName = "couple_pairs";
  uint32_t classes = 0;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("classes", self.classes);
  }
};

}  // namespace scoreway::op
