// Operators that compare a row with kept points field by field, and rank what came of it. The conventions are those of
// model/operators.h.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/operators/constants.h"

namespace scoreway::op {

// How a cell x and the cell y of a point differ in one field.
enum class FieldCompare : uint8_t {
  kAbsoluteDifference = 0,  // |x - y|
  kGaussian = 1,            // exp(-ln 2 (x - y)^2 / scale^2)
  kUnequal = 2,             // 0 if x equals y, else 1
  kEqual = 3,               // 1 if x equals y, else 0
};

// The distance of the row to each point (rows of in_width) over the fields that the row has: with the weighted
// differences w * c^q, summed (kChebyshev: their greatest, q = 1) and multiplied by the sum of presence_weight over all
// fields divided by that over the present ones, then the q-th root (kSquaredEuclidean: none). Missing if every field
// is.
struct FieldDistances {
  static constexpr std::string_view kName = "field_distances";
  enum class Measure : uint8_t {
    kEuclidean = 0,
    kSquaredEuclidean = 1,
    kChebyshev = 2,
    kManhattan = 3,
    kMinkowski = 4
  };
  Measure measure = Measure::kEuclidean;
  double exponent = 2;                  // q of kMinkowski
  std::vector<FieldCompare> compare;    // a column each
  std::vector<double> scale;            // of kGaussian; a column each
  std::vector<double> weight;           // a column each
  std::vector<double> presence_weight;  // a column each
  std::vector<double> points;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("measure", self.measure);
    visit("exponent", self.exponent);
    visit("compare", self.compare);
    visit("scale", self.scale);
    visit("weight", self.weight);
    visit("presence_weight", self.presence_weight);
    visit("points", self.points);
  }
};

// How alike the row's flags (0 or 1) and each point's are. With the counts n11 (both 1), n10 (only the row), n01 (only
// the point) and n00: sum of numerator[i] * n_i over sum of denominator[i] * n_i, both in the order 11, 10, 01, 00.
// Missing with a missing flag, with one that is neither 0 nor 1, and where the denominator is 0.
struct FlagSimilarities {
  static constexpr std::string_view kName = "flag_similarities";
  std::vector<double> numerator, denominator;  // 4 numbers each
  std::vector<uint8_t> points;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("numerator", self.numerator);
    visit("denominator", self.denominator);
    visit("points", self.points);
  }
};

// The indices of the `count` least cells of each row in rising order (descending: of the greatest, falling), equals in
// column order; then the cells themselves. Missing cells come last, their indices are missing too.
struct RankRow {
  static constexpr std::string_view kName = "rank_row";
  uint32_t count = 1;
  bool descending = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("count", self.count);
    visit("descending", self.descending);
  }
};

}  // namespace scoreway::op
