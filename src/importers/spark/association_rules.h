// Association rules of frequent itemsets, as Spark's FPGrowthModel derives them: every itemset X + {y} of which X is
// frequent too is a rule X => y, if it holds often enough.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace scoreway::spark {

struct FrequentItemset {
  std::vector<uint32_t> items;  // in the order in which they are saved
  double count = 0;
};

struct AssociationRule {
  std::vector<uint32_t> antecedent;
  uint32_t consequent = 0;
};

// How the Scala that Spark was built with hashes a sequence, which decides the order of the rules: 2.12 up to Spark 3,
// 2.13 since Spark 4, where evenly spaced hashes are those of a range.
enum class SequenceHash : uint8_t { kScala212, kScala213 };

// The rules with count(X + {y}) / count(X) >= confidence_min, in the order in which Spark lists them where its data are
// one partition. item_hashes are Java's, by item.
std::vector<AssociationRule> FindAssociationRules(const std::vector<FrequentItemset>& itemsets,
                                                  std::span<const int32_t> item_hashes, SequenceHash sequence_hash,
                                                  double confidence_min);

}  // namespace scoreway::spark
