#include "score/kernels/dot_rows.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

// T is float for models that compute in float32, else double.
template <typename T>
class LinearKernel final : public OperatorKernel<op::Linear> {
 public:
  explicit LinearKernel(const KernelContext& context)
      : OperatorKernel(context),
        weights_(op_.weights.begin(), op_.weights.end()),
        bias_(op_.bias.begin(), op_.bias.end()),
        dot_rows_(BestDotRows<T>()) {
    bias_.resize(op_.outputs);
  }

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    if (tile.rows == 1) {
      for (uint32_t j = 0; j < out.width; ++j) {
        out.numbers[j] = Dot<T>(in.numbers, 1, WeightsOf(j, in.width), in.width) + bias_[j];
      }
      return {};
    }
    const size_t whole = tile.rows / kDotRows * kDotRows;
    for (size_t r = 0; r < whole; r += kDotRows) RunRows(in, out, r, reinterpret_cast<T*>(tile.scratch));
    for (size_t r = whole; r < tile.rows; ++r) {
      for (uint32_t j = 0; j < out.width; ++j) {
        out.number_column(j)[r] = Dot<T>(in.numbers + r, in.stride, WeightsOf(j, in.width), in.width) + bias_[j];
      }
    }
    return {};
  }

  size_t ScratchBytes(size_t rows) const override {
    return rows > 1 && op_.outputs > 0 ? op_.weights.size() / op_.outputs * kDotRows * sizeof(T) : 0;
  }

 private:
  const T* WeightsOf(uint32_t output, size_t width) const { return weights_.data() + output * width; }

  void RunRows(const Block& in, const Block& out, size_t row, T* packed) const {
    if constexpr (std::is_same_v<T, double>) {
      if (out.width == 1) return RunOutputs(in.numbers + row, in.stride, in, out, row);
    }
    // Packed, the rows are read again for every output from the first-level cache.
    for (uint32_t c = 0; c < in.width; ++c) {
      const double* from = in.number_column(c) + row;
      for (size_t r = 0; r < kDotRows; ++r) packed[c * kDotRows + r] = static_cast<T>(from[r]);
    }
    RunOutputs(packed, kDotRows, in, out, row);
  }

  void RunOutputs(const T* x, size_t step, const Block& in, const Block& out, size_t row) const {
    for (uint32_t j = 0; j < out.width; ++j) {
      T sums[kDotRows];
      dot_rows_(x, step, WeightsOf(j, in.width), in.width, sums);
      double* to = out.number_column(j) + row;
      for (size_t r = 0; r < kDotRows; ++r) to[r] = sums[r] + bias_[j];
    }
  }

  std::vector<T> weights_, bias_;
  DotRowsFunction<T> dot_rows_;
};

}  // namespace

KernelResult MakeLinear(const KernelContext& context) {
  if (std::get<op::Linear>(context.op.params).precision == op::Precision::kFloat32) {
    return KernelOf<LinearKernel<float>>(context);
  }
  return KernelOf<LinearKernel<double>>(context);
}

}  // namespace scoreway
