#include <algorithm>

#include "score/cells_kernel.h"
#include "score/kernels/dot_rows.h"
#include "score/kernels/fused_dot.h"
#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class LinearKernel final : public OperatorKernel<op::Linear>, public CellsKernel {
 public:
  explicit LinearKernel(const KernelContext& context)
      : OperatorKernel(context),
        weights_(op_.weights.begin(), op_.weights.end()),
        bias_(op_.bias.begin(), op_.bias.end()),
        width_(context.input_shape().width),
        dot_rows_(BestDotRows<double>()),
        dot_outputs_(BestDotOutputs()) {
    bias_.resize(op_.outputs);
    if (op_.outputs < kDotRows) return;
    columns_step_ = (op_.outputs + kDotRows - 1) / kDotRows * kDotRows;
    columns_.resize(width_ * columns_step_);
    for (size_t j = 0; j < op_.outputs; ++j) {
      for (size_t c = 0; c < width_; ++c) columns_[c * columns_step_ + j] = weights_[j * width_ + c];
    }
  }

  Status Run(const Tile& tile) const override {
    if (tile.rows > 1) {
      RunRows(tile);
    } else {
      RunCells(Input(tile).numbers, Output(tile).numbers);
    }
    return {};
  }

  void RunCells(const double* in, double* out) const override {
    if (width_ >= kNarrow || !columns_.empty()) return RunMany(in, out);
    const double* weights = weights_.data();
    for (const double bias : bias_) {
      *out++ = DotOfFew(in, weights, width_) + bias;
      weights += width_;
      OneByOne();
    }
  }

  size_t ScratchBytes(size_t rows) const override {
    return rows > 1 && op_.outputs > 0 ? op_.weights.size() / op_.outputs * kDotRows * sizeof(double) : 0;
  }

 private:
  // On its own, as the few are done before its registers are saved.
  [[gnu::noinline]] void RunMany(const double* in, double* out) const {
    if (!columns_.empty()) return RunColumns(in, out);
    dot_outputs_(in, weights_.data(), width_, bias_.size(), out);
    for (size_t j = 0; j < bias_.size(); ++j, OneByOne()) out[j] += bias_[j];
  }

  // One row and many outputs: as if these were the rows, and it the weights.
  void RunColumns(const double* in, double* out) const {
    double sums[kDotRows];
    for (size_t first = 0; first < bias_.size(); first += kDotRows) {
      dot_rows_(columns_.data() + first, columns_step_, in, width_, sums);
      const size_t end = std::min(bias_.size(), first + kDotRows);
      for (size_t j = first; j < end; ++j, OneByOne()) out[j] = sums[j - first] + bias_[j];
    }
  }

  // On its own, as what loops over rows asks of the registers would be asked of one row, too.
  [[gnu::noinline]] void RunRows(const Tile& tile) const {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    const size_t whole = tile.rows / kDotRows * kDotRows;
    for (size_t r = 0; r < whole; r += kDotRows) RunRows(in, out, r, reinterpret_cast<double*>(tile.scratch));
    for (size_t r = whole; r < tile.rows; ++r) {
      for (uint32_t j = 0; j < out.width; ++j) {
        out.number_column(j)[r] = Dot<double>(in.numbers + r, in.stride, WeightsOf(j, in.width), in.width) + bias_[j];
      }
    }
  }

  const double* WeightsOf(size_t output, size_t width) const { return weights_.data() + output * width; }

  void RunRows(const Block& in, const Block& out, size_t row, double* packed) const {
    if (out.width == 1) return RunOutputs(in.numbers + row, in.stride, in, out, row);
    // Packed, the rows are read again for every output from the first-level cache.
    for (uint32_t c = 0; c < in.width; ++c) {
      const double* from = in.number_column(c) + row;
      for (size_t r = 0; r < kDotRows; ++r) packed[c * kDotRows + r] = from[r];
    }
    RunOutputs(packed, kDotRows, in, out, row);
  }

  void RunOutputs(const double* x, size_t step, const Block& in, const Block& out, size_t row) const {
    for (uint32_t j = 0; j < out.width; ++j) {
      double sums[kDotRows];
      dot_rows_(x, step, WeightsOf(j, in.width), in.width, sums);
      double* to = out.number_column(j) + row;
      for (size_t r = 0; r < kDotRows; ++r) to[r] = sums[r] + bias_[j];
    }
  }

  // In a narrower row a product ends before it is worth its vectors, or a call.
  static constexpr size_t kNarrow = 24;

  std::vector<double> weights_, bias_;
  size_t width_;                 // of a row
  std::vector<double> columns_;  // the weights by column, columns_step_ outputs each; empty if there are few outputs
  size_t columns_step_ = 0;
  DotRowsFunction<double> dot_rows_;
  DotOutputsFunction dot_outputs_;
};

// In float32, as ONNX Runtime's matrix products have it.
class FusedLinearKernel final : public OperatorKernel<op::Linear> {
 public:
  explicit FusedLinearKernel(const KernelContext& context)
      : OperatorKernel(context),
        weights_(op_.weights.begin(), op_.weights.end()),
        bias_(op_.bias.begin(), op_.bias.end()),
        dot_(BestFusedDot()) {
    bias_.resize(op_.outputs);
  }

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    auto* packed = reinterpret_cast<float*>(tile.scratch);
    for (size_t first = 0; first < tile.rows; first += kFusedRows) {
      const size_t rows = std::min(kFusedRows, tile.rows - first);
      // Lanes without a row hold 0.
      for (uint32_t c = 0; c < in.width; ++c) {
        const double* from = in.number_column(c) + first;
        for (size_t r = 0; r < kFusedRows; ++r) packed[c * kFusedRows + r] = r < rows ? static_cast<float>(from[r]) : 0;
      }
      for (uint32_t j = 0; j < out.width; ++j) {
        float sums[kFusedRows];
        std::fill_n(sums, kFusedRows, bias_[j]);
        dot_(packed, weights_.data() + size_t{j} * in.width, in.width, sums);
        std::copy_n(sums, rows, out.number_column(j) + first);
      }
    }
    return {};
  }

  size_t ScratchBytes(size_t) const override {
    return op_.outputs > 0 ? op_.weights.size() / op_.outputs * kFusedRows * sizeof(float) : 0;
  }

 private:
  std::vector<float> weights_, bias_;
  FusedDotFunction dot_;
};

}  // namespace

KernelResult MakeLinear(const KernelContext& context) {
  if (std::get<op::Linear>(context.op.params).precision == op::Precision::kFloat32) {
    return KernelOf<FusedLinearKernel>(context);
  }
  return KernelOf<LinearKernel>(context);
}

}  // namespace scoreway
