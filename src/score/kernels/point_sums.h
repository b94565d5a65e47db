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
  void Run(const double* row, double* sums) const { run_({by_column_.data(), count_, padded_, width_}, row, sums); }

 private:
  // Column c of point k is cells[c * padded + k].
  struct Points {
    const double* cells;
    size_t count, padded, width;
  };
  friend struct PointSumFunctions;
  using Function = void (*)(const Points& points, const double* row, double* sums);

  size_t count_, padded_, width_;
  std::vector<double> by_column_;
  Function run_;
};

}  // namespace scoreway
