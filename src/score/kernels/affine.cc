#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class AffineKernel final : public OperatorKernel<op::Affine> {
 public:
  explicit AffineKernel(const KernelContext& context)
      : OperatorKernel(context), offset_(op_.offset), factor_(op_.factor) {
    // Steps that are skipped become ones that change no bit: x - 0, x * 1, and x + -0, as x + 0 would lose -0.
    const size_t width = context.input_shape().width;
    if (offset_.empty()) offset_.assign(width, op_.form == op::Affine::Form::kSubtractDivide ? 0.0 : -0.0);
    if (factor_.empty()) factor_.assign(width, 1.0);
    clips_ = op_.low > -op::kInfinity || op_.high < op::kInfinity;
  }

  Status Run(const Tile& tile) const override {
    const double* offsets = offset_.data();
    const double* factors = factor_.data();
    if (op_.form == op::Affine::Form::kSubtractDivide) {
      MapCells(Input(tile), Output(tile), tile.rows, [offsets, factors](uint32_t c) {
        return [offset = offsets[c], factor = factors[c]](double x) { return (x - offset) / factor; };
      });
    } else {
      MapCells(Input(tile), Output(tile), tile.rows, [offsets, factors](uint32_t c) {
        return [offset = offsets[c], factor = factors[c]](double x) { return x * factor + offset; };
      });
    }
    if (clips_) Clip(Output(tile), tile.rows);
    return {};
  }

 private:
  // NaN stays NaN, as in numpy's clip.
  void Clip(const Block& out, size_t rows) const {
    for (uint32_t c = 0; c < out.width; ++c) {
      double* y = out.number_column(c);
      for (size_t r = 0; r < rows; ++r) {
        const double raised = y[r] < op_.low ? op_.low : y[r];
        y[r] = raised > op_.high ? op_.high : raised;
      }
    }
  }

  std::vector<double> offset_, factor_;
  bool clips_;
};

}  // namespace

KernelResult MakeAffine(const KernelContext& context) { return KernelOf<AffineKernel>(context); }

}  // namespace scoreway
