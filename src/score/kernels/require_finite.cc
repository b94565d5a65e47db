#include <algorithm>
#include <cmath>
#include <limits>

#include "score/kernels/cell_error.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

// The least magnitude whose float32 is infinite: halfway between the greatest float32 and the next power of two.
constexpr double kFloat32Overflow = 0x1.ffffffp+127;

class RequireFiniteKernel final : public OperatorKernel<op::RequireFinite> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    if (tile.rows == 1) {
      if (!AllGood(in.numbers, in.width)) return FirstError(tile);
      if (out.numbers != in.numbers) std::copy_n(in.numbers, in.width, out.numbers);
      return {};
    }
    for (uint32_t c = 0; c < in.width; ++c) {
      if (!AllGood(in.number_column(c), tile.rows)) return FirstError(tile);
      if (out.numbers != in.numbers) std::copy_n(in.number_column(c), tile.rows, out.number_column(c));
    }
    return {};
  }

 private:
  bool Good(double x) const {
    if (std::isnan(x)) return op_.allow_nan;
    return op_.as_float32 ? std::fabs(x) < kFloat32Overflow : !std::isinf(x);
  }

  // Without branches, as nearly every cell is good.
  bool AllGood(const double* cells, size_t count) const {
    const double limit = op_.as_float32 ? kFloat32Overflow : std::numeric_limits<double>::infinity();
    int64_t bad = 0;
    if (op_.allow_nan) {
      for (size_t i = 0; i < count; ++i) bad |= static_cast<int64_t>(std::fabs(cells[i]) >= limit);
    } else {
      for (size_t i = 0; i < count; ++i) bad |= static_cast<int64_t>(!(std::fabs(cells[i]) < limit));
    }
    return bad == 0;
  }

  // Of the first bad row, its first bad column.
  Status FirstError(const Tile& tile) const {
    const Block& in = Input(tile);
    for (size_t r = 0; r < tile.rows; ++r) {
      for (uint32_t c = 0; c < in.width; ++c) {
        const double x = in.number_column(c)[r];
        if (Good(x)) continue;
        if (std::isnan(x)) return MissingCellError(tile, r, op_.column_names, c);
        return CellError(tile, r, op_.column_names, c,
                         std::isinf(x) ? "infinite value" : "value " + ShownCell(x) + " is too large for float32");
      }
    }
    return Status(Code::kInternal, "a bad cell was seen but not found");
  }
};

}  // namespace

KernelResult MakeRequireFinite(const KernelContext& context) { return KernelOf<RequireFiniteKernel>(context); }

}  // namespace scoreway
