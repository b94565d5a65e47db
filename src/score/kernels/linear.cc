#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

// Every sum runs in four parts, columns 0, 4, 8 ... in the first and so on, that are added at the end: in the same
// order for one row and for many, so that a row's answer does not depend on its company.
constexpr size_t kParts = 4;
constexpr size_t kRowsTogether = 4;

template <typename T>
T SumOfParts(const T* parts) {
  return (parts[0] + parts[1]) + (parts[2] + parts[3]);
}

// One row, its cells `step` apart.
template <typename T, typename Cell>
T Dot(const Cell* x, size_t step, const T* w, size_t width) {
  T parts[kParts] = {};
  size_t c = 0;
  for (; c + kParts <= width; c += kParts) {
    for (size_t k = 0; k < kParts; ++k) parts[k] += static_cast<T>(x[(c + k) * step]) * w[c + k];
  }
  for (size_t k = 0; c < width; ++c, ++k) parts[k] += static_cast<T>(x[c * step]) * w[c];
  return SumOfParts(parts);
}

// kRowsTogether rows side by side.
template <typename T>
void DotRows(const T* __restrict x, size_t step, const T* __restrict w, size_t width, T* __restrict sums) {
  T parts[kParts][kRowsTogether] = {};
  size_t c = 0;
  for (; c + kParts <= width; c += kParts) {
    for (size_t k = 0; k < kParts; ++k) {
      for (size_t r = 0; r < kRowsTogether; ++r) parts[k][r] += x[(c + k) * step + r] * w[c + k];
    }
  }
  for (size_t k = 0; c < width; ++c, ++k) {
    for (size_t r = 0; r < kRowsTogether; ++r) parts[k][r] += x[c * step + r] * w[c];
  }
  for (size_t r = 0; r < kRowsTogether; ++r) sums[r] = (parts[0][r] + parts[1][r]) + (parts[2][r] + parts[3][r]);
}

// T is float for models that compute in float32, else double.
template <typename T>
class LinearKernel final : public OperatorKernel<op::Linear> {
 public:
  explicit LinearKernel(const KernelContext& context)
      : OperatorKernel(context),
        weights_(op_.weights.begin(), op_.weights.end()),
        bias_(op_.bias.begin(), op_.bias.end()) {
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
    const size_t whole = tile.rows / kRowsTogether * kRowsTogether;
    for (size_t r = 0; r < whole; r += kRowsTogether) RunRows(in, out, r, reinterpret_cast<T*>(tile.scratch));
    for (size_t r = whole; r < tile.rows; ++r) {
      for (uint32_t j = 0; j < out.width; ++j) {
        out.number_column(j)[r] = Dot<T>(in.numbers + r, in.stride, WeightsOf(j, in.width), in.width) + bias_[j];
      }
    }
    return {};
  }

  size_t ScratchBytes(size_t rows) const override {
    return rows > 1 && op_.outputs > 0 ? op_.weights.size() / op_.outputs * kRowsTogether * sizeof(T) : 0;
  }

 private:
  const T* WeightsOf(uint32_t output, size_t width) const { return weights_.data() + output * width; }

  void RunRows(const Block& in, const Block& out, size_t row, T* packed) const {
    const T* x = packed;
    size_t step = kRowsTogether;
    if (std::is_same_v<T, double> && out.width == 1) {
      x = reinterpret_cast<const T*>(in.numbers + row);
      step = in.stride;
    } else {
      // Packed, the rows are read again and again from the first-level cache.
      for (uint32_t c = 0; c < in.width; ++c) {
        for (size_t r = 0; r < kRowsTogether; ++r) {
          packed[c * kRowsTogether + r] = static_cast<T>(in.number_column(c)[row + r]);
        }
      }
    }
    for (uint32_t j = 0; j < out.width; ++j) {
      T sums[kRowsTogether];
      DotRows(x, step, WeightsOf(j, in.width), in.width, sums);
      double* to = out.number_column(j) + row;
      for (size_t r = 0; r < kRowsTogether; ++r) to[r] = sums[r] + bias_[j];
    }
  }

  std::vector<T> weights_, bias_;
};

}  // namespace

KernelResult MakeLinear(const KernelContext& context) {
  if (std::get<op::Linear>(context.op.params).precision == op::Precision::kFloat32) {
    return KernelOf<LinearKernel<float>>(context);
  }
  return KernelOf<LinearKernel<double>>(context);
}

}  // namespace scoreway
