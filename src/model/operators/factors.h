// Operators that find of how much of each of some parts a row is made: parts that a training library kept. The
// conventions are those of model/operators.h.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace scoreway::op {

// A row as a sum of few atoms (scikit-learn's sparse_encode): how much of each. Atoms are rows of `dictionary`, of
// in_width numbers; with c the dot products of row and atoms:
//   kThreshold: c, nearer to 0 by penalty, if that does not cross 0;
//   kMatchingPursuit: the atom with the greatest remaining product joins those found, of which the least squares fit is
//     taken, until there are `count`;
//   kLeastAngle: the path on which all atoms found keep equal products with what remains, until there are `count`;
//   kLassoPath: the same with atoms that leave when they cross 0, until products have fallen to penalty, which is where
//     half the squared length of what remains plus penalty times the sum of absolute values is least; in `steps` at
//     most. Products count as equal within 2^-23 times in_width.
// `positive`: amounts below 0 are not allowed (kThreshold: become 0).
struct SparseCode {
  static constexpr std::string_view kName = "sparse_code";
  enum class Method : uint8_t {
    kThreshold = 0,
    kMatchingPursuit = 1,
    kLeastAngle = 2,
    kLassoPath = 3,
  };
  Method method = Method::kMatchingPursuit;
  double penalty = 1;
  uint32_t count = 1;
  uint32_t steps = 1000;
  bool positive = false;
  std::vector<double> dictionary;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("method", self.method);
    visit("penalty", self.penalty);
    visit("count", self.count);
    visit("steps", self.steps);
    visit("positive", self.positive);
    visit("dictionary", self.dictionary);
  }
};

// How much of each topic is in a document of so many of each term, by variational inference (scikit-learn's
// LatentDirichletAllocation): with the digamma function psi, E(g) = exp(psi(g) - psi(sum g)), from g = 1 on
//   g = prior + E(g) * sum over terms w of topics[w] * count[w] / (topics[w] . E(g) + 2^-52)
// until g changes by less than tolerance in the mean, at most `steps` times; then g over its sum. topics is a row of as
// many numbers as topics for each term. psi is the series that scikit-learn uses, of some ten digits.
struct TopicShares {
  static constexpr std::string_view kName = "topic_shares";
  double prior = 1;
  double tolerance = 1e-3;
  uint32_t steps = 100;
  std::vector<double> topics;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("prior", self.prior);
    visit("tolerance", self.tolerance);
    visit("steps", self.steps);
    visit("topics", self.topics);
  }
};

// The circular convolution of all inputs, of one width: of two, column k is the sum of x[i] * y[j] over i + j = k
// modulo the width.
struct CircularConvolution {
  static constexpr std::string_view kName = "circular_convolution";
  template <typename Self, typename Visit>
  static void Fields(Self&, Visit&&) {}
};

}  // namespace scoreway::op
