// PointSums: what the columns of one row and of many points add up to, many points at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace scoreway {

// The term of a column with x in the row and y in the point.
enum class PointTerm : uint8_t {
  kSquare,      // (x - y)^2
  kDifference,  // |x - y|
  kProduct,     // x y
  kChi2,        // (x - y)^2 / (x + y), 0 where the sum is 0
  kFused,       // x y, multiplied and added in one rounding
};

class PointSums {
 public:
  // `points`: `width` numbers a point, one point after another.
  PointSums(PointTerm term, std::span<const double> points, size_t width);

  size_t count() const { return count_; }

  // sums[k], of count(): the terms of `row` and point k, added in the order of the columns, whatever the vectors of the
  // machine.
  void Run(const double* row, double* sums) const { run_(*this, row, sums); }

  // Of a column that has no others; `usual` is the more frequent.
  struct TwoNumbers {
    double usual = 0, other = 0;
  };

 private:
  friend struct PointSumFunctions;
  using Function = void (*)(const PointSums& points, const double* row, double* sums);

  // Fewer points are added up before their columns are told apart.
  static constexpr size_t kTwoNumbersFrom = 32;
  // The terms of so many are on the stack.
  static constexpr size_t kWordsMax = 32;

  // Columns of two numbers side by side, as indicators are: a word of a point has a bit for each, 1 for the other one.
  struct Words {
    size_t wide_before = 0;  // columns between these and those of the word before
    std::vector<TwoNumbers> two;
    size_t others_max = 0;  // of the bits of a point
  };

  size_t count_;
  // Blocks of as many points as are added up together: within one, a column of numbers after the other.
  size_t wide_columns_ = 0;
  std::vector<double> cells_;
  // Likewise, a word of each point after the other; none on machines that have no use for them.
  std::vector<Words> words_;
  size_t wide_after_ = 0;  // columns behind the last word
  std::vector<uint64_t> bits_;
  Function run_;
};

}  // namespace scoreway
