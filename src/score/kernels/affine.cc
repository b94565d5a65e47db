#include "score/cells_kernel.h"
#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

// Many cells of one row, each with its own offset and factor.
using AffineFunction = void (*)(const double* x, const double* offsets, const double* factors, size_t count, double* y);

[[gnu::always_inline]] inline void SubtractDivide(const double* x, const double* offsets, const double* factors,
                                                  size_t count, double* __restrict y) {
  for (size_t c = 0; c < count; ++c) y[c] = (x[c] - offsets[c]) / factors[c];
}
[[gnu::always_inline]] inline void MultiplyAdd(const double* x, const double* offsets, const double* factors,
                                               size_t count, double* __restrict y) {
  for (size_t c = 0; c < count; ++c) y[c] = x[c] * factors[c] + offsets[c];
}

void SubtractDividePortable(const double* x, const double* offsets, const double* factors, size_t count, double* y) {
  SubtractDivide(x, offsets, factors, count, y);
}
void MultiplyAddPortable(const double* x, const double* offsets, const double* factors, size_t count, double* y) {
  MultiplyAdd(x, offsets, factors, count, y);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void SubtractDivideAvx2(const double* x, const double* offsets, const double* factors,
                                                size_t count, double* y) {
  SubtractDivide(x, offsets, factors, count, y);
}
[[gnu::target("avx2")]] void MultiplyAddAvx2(const double* x, const double* offsets, const double* factors,
                                             size_t count, double* y) {
  MultiplyAdd(x, offsets, factors, count, y);
}
#endif

AffineFunction BestAffine(op::Affine::Form form) {
  const bool divides = form == op::Affine::Form::kSubtractDivide;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") != 0) return divides ? SubtractDivideAvx2 : MultiplyAddAvx2;
#endif
  return divides ? SubtractDividePortable : MultiplyAddPortable;
}

class AffineKernel final : public OperatorKernel<op::Affine>, public CellsKernel {
 public:
  explicit AffineKernel(const KernelContext& context)
      : OperatorKernel(context),
        width_(context.input_shape().width),
        offset_(op_.offset),
        factor_(op_.factor),
        many_(BestAffine(op_.form)) {
    // Steps that are skipped become ones that change no bit: x - 0, x * 1, and x + -0, as x + 0 would lose -0.
    if (offset_.empty()) offset_.assign(width_, op_.form == op::Affine::Form::kSubtractDivide ? 0.0 : -0.0);
    if (factor_.empty()) factor_.assign(width_, 1.0);
    clips_ = op_.low > -op::kInfinity || op_.high < op::kInfinity;
  }

  Status Run(const Tile& tile) const override {
    if (tile.rows == 1) {
      RunCells(Input(tile).numbers, Output(tile).numbers);
    } else {
      RunRows(tile);
    }
    return {};
  }

  void RunCells(const double* in, double* out) const override {
    if (width_ >= kFewCells) {
      many_(in, offset_.data(), factor_.data(), width_, out);
    } else if (op_.form == op::Affine::Form::kSubtractDivide) {
      for (uint32_t c = 0; c < width_; ++c, OneByOne()) out[c] = (in[c] - offset_[c]) / factor_[c];
    } else {
      for (uint32_t c = 0; c < width_; ++c, OneByOne()) out[c] = in[c] * factor_[c] + offset_[c];
    }
    if (clips_) Clip(out, width_);
  }

 private:
  [[gnu::noinline]] void RunRows(const Tile& tile) const {
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
    if (clips_) ForRuns(Output(tile), tile.rows, [this](double* cells, size_t count) { Clip(cells, count); });
  }

  // NaN stays NaN, as in numpy's clip.
  void Clip(double* y, size_t count) const {
    for (size_t i = 0; i < count; ++i) {
      const double raised = y[i] < op_.low ? op_.low : y[i];
      y[i] = raised > op_.high ? op_.high : raised;
    }
  }

  const uint32_t width_;
  std::vector<double> offset_, factor_;
  AffineFunction many_;
  bool clips_;
};

}  // namespace

KernelResult MakeAffine(const KernelContext& context) { return KernelOf<AffineKernel>(context); }

}  // namespace scoreway
