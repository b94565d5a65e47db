#include <algorithm>
#include <cmath>

#include "score/kernels/cell_error.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

constexpr uint32_t kDegreeMax = 32;  // as InferShape allows

// The B-splines of one column: their values at x are those of the degree + 1 splines that do not vanish between the two
// knots beside x.
class Splines {
 public:
  Splines(const std::vector<double>& knots, uint32_t degree) : knots_(knots), degree_(degree) {}

  size_t count() const { return knots_.size() - degree_ - 1; }
  double low() const { return knots_[degree_]; }
  double high() const { return knots_[count()]; }

  // The interval of x; beyond the ends the first or last one. Splines [interval - degree, interval] do not vanish
  // there.
  size_t IntervalOf(double x) const {
    const auto first = knots_.begin() + degree_ + 1, last = knots_.begin() + static_cast<ptrdiff_t>(count());
    return static_cast<size_t>(std::upper_bound(first, last, x) - knots_.begin()) - 1;
  }

  // The values of the order + 1 splines of degree `order` that do not vanish on the interval, by Cox and de Boor's
  // recurrence: each spline gives a part of itself to its two neighbours of the next degree.
  void Evaluate(double x, size_t interval, uint32_t order, double* values) const {
    values[0] = 1;
    for (uint32_t d = 1; d <= order; ++d) {
      double from_left = 0;
      for (uint32_t i = 0; i < d; ++i) {
        const double begin = knots_[interval + i + 1 - d], end = knots_[interval + i + 1];
        const double share = begin == end ? 0 : values[i] / (end - begin);
        values[i] = from_left + share * (end - x);
        from_left = share * (x - begin);
      }
      values[d] = from_left;
    }
  }

  // Their derivatives, from the splines of one degree less.
  void Derive(double x, size_t interval, double* slopes) const {
    if (degree_ == 0) {
      slopes[0] = 0;
      return;
    }
    double lower[kDegreeMax + 1];
    Evaluate(x, interval, degree_ - 1, lower);
    double from_left = 0;
    for (uint32_t i = 0; i < degree_; ++i) {
      const double begin = knots_[interval + i + 1 - degree_], end = knots_[interval + i + 1];
      const double share = begin == end ? 0 : degree_ * lower[i] / (end - begin);
      slopes[i] = from_left - share;
      from_left = share;
    }
    slopes[degree_] = from_left;
  }

 private:
  const std::vector<double>& knots_;
  uint32_t degree_;
};

class SplineBasisKernel final : public OperatorKernel<op::SplineBasis> {
 public:
  explicit SplineBasisKernel(const KernelContext& context) : OperatorKernel(context) {
    uint32_t first = 0;
    for (const std::vector<double>& knots : op_.knots) {
      Column column{Splines(knots, op_.degree)};
      column.first = first;
      column.period = static_cast<uint32_t>(column.splines.count()) - (Periodic() ? op_.degree : 0);
      column.width = column.period - (op_.include_bias ? 0 : 1);
      SetEnds(knots, columns_.size(), &column);
      first += column.width;
      columns_.push_back(column);
    }
  }

  Status Run(const Tile& tile) const override {
    const Block& out = Output(tile);
    for (uint32_t c = 0; c < out.width; ++c) std::fill_n(out.number_column(c), tile.rows, 0.0);
    for (uint32_t c = 0; c < columns_.size(); ++c) {
      const double* from = Input(tile).number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        if (!RunCell(columns_[c], from[r], out, r)) {
          return CellError(tile, r, {}, c,
                           "value " + ShownCell(from[r]) + " is beyond the knots of the model's spline");
        }
      }
    }
    return {};
  }

 private:
  using Extrapolation = op::SplineBasis::Extrapolation;

  struct Column {
    Splines splines;
    uint32_t first = 0;        // output column
    uint32_t width = 0;        // output columns
    uint32_t period = 0;       // spline i and i + period are one
    double low = 0, high = 0;  // outside, cells are extrapolated
    uint32_t reach = 0;        // splines from either end that are extrapolated
  };

  // scikit-learn, in every release so far, counts its degree up from column to column while it extrapolates linearly
  // with a degree below two, and so places the ends of later columns further in. Models were trained on that.
  void SetEnds(const std::vector<double>& knots, size_t index, Column* column) const {
    size_t degree = op_.degree;
    column->reach = op_.degree;
    if (op_.extrapolation == Extrapolation::kLinear && op_.degree < 2) {
      degree = std::min({op_.degree + index, size_t{2}, knots.size() - 1});
      column->reach = static_cast<uint32_t>(std::min(degree + 1, size_t{2}));
    }
    column->low = knots[degree];
    column->high = knots[knots.size() - 1 - degree];
  }

  bool Periodic() const { return op_.extrapolation == Extrapolation::kPeriodic; }

  // False where the model refuses x.
  bool RunCell(const Column& column, double x, const Block& out, size_t row) const {
    const Splines& splines = column.splines;
    if (std::isnan(x)) {
      const double missing = op_.missing_is_zero ? 0 : op::kNaN;
      for (uint32_t i = 0; i < column.width; ++i) out.number_column(column.first + i)[row] = missing;
      return true;
    }
    if (Periodic()) {
      x = IntoPeriod(splines, x);
    } else if (x < column.low || x > column.high) {
      if (op_.extrapolation == Extrapolation::kError) return false;
      if (op_.extrapolation != Extrapolation::kContinue) {
        RunOutside(column, x, out, row);
        return true;
      }
    }
    double values[kDegreeMax + 1];
    const size_t interval = splines.IntervalOf(x);
    splines.Evaluate(x, interval, op_.degree, values);
    Store(column, interval, values, out, row);
    return true;
  }

  // Constant: the values at the nearer end. Linear: along the slopes there.
  void RunOutside(const Column& column, double x, const Block& out, size_t row) const {
    const Splines& splines = column.splines;
    const bool below = x < column.low;
    const double end = below ? column.low : column.high;
    const size_t interval = splines.IntervalOf(end);
    double values[kDegreeMax + 1];
    splines.Evaluate(end, interval, op_.degree, values);
    if (op_.extrapolation == Extrapolation::kLinear) {
      double slopes[kDegreeMax + 1];
      splines.Derive(end, interval, slopes);
      for (uint32_t i = 0; i <= op_.degree; ++i) values[i] += (x - end) * slopes[i];
    }
    // Only the outermost `reach` splines go on.
    for (uint32_t i = 0; i <= op_.degree; ++i) {
      const size_t spline = interval - op_.degree + i;
      if (below ? spline >= column.reach : spline + column.reach < splines.count()) values[i] = 0;
    }
    Store(column, interval, values, out, row);
  }

  void Store(const Column& column, size_t interval, const double* values, const Block& out, size_t row) const {
    for (uint32_t i = 0; i <= op_.degree; ++i) {
      const size_t spline = (interval - op_.degree + i) % column.period;
      if (spline < column.width) out.number_column(column.first + static_cast<uint32_t>(spline))[row] += values[i];
    }
  }

  // As numpy's remainder, whose sign is the divisor's.
  static double IntoPeriod(const Splines& splines, double x) {
    const double period = splines.high() - splines.low();
    if (!(period > 0)) return 0;
    double rest = std::fmod(x - splines.low(), period);
    if (rest < 0) rest += period;
    return splines.low() + rest;
  }

  std::vector<Column> columns_;
};

}  // namespace

KernelResult MakeSplineBasis(const KernelContext& context) { return KernelOf<SplineBasisKernel>(context); }

}  // namespace scoreway
