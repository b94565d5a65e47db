#include <algorithm>

#include "score/cells_kernel.h"
#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class OneHotKernel final : public OperatorKernel<op::OneHot>, public CellsKernel {
 public:
  explicit OneHotKernel(const KernelContext& context) : OperatorKernel(context), width_(context.output_shape().width) {}

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    if (tile.rows == 1) {
      RunCells(in.numbers, out.numbers);
      return {};
    }
    for (uint32_t k = 0; k < out.width; ++k) std::fill_n(out.number_column(k), tile.rows, 0.0);
    uint32_t first = 0;
    for (uint32_t c = 0; c < in.width; ++c) {
      const std::vector<int32_t>& slots = op_.slots[c];
      const double* codes = in.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        if (!(codes[r] >= 0 && codes[r] < static_cast<double>(slots.size()))) continue;
        const int32_t slot = slots[static_cast<size_t>(codes[r])];
        if (slot >= 0) out.number_column(first + static_cast<uint32_t>(slot))[r] = 1;
      }
      first += op_.widths[c];
    }
    return {};
  }

  void RunCells(const double* codes, double* out) const override {
    if (width_ < kFewCells) {
      for (uint32_t k = 0; k < width_; ++k, OneByOne()) out[k] = 0;
    } else {
      std::fill_n(out, width_, 0.0);
    }
    const uint32_t* width = op_.widths.data();
    for (const std::vector<int32_t>& slots : op_.slots) {
      const double code = *codes++;
      if (code >= 0 && code < static_cast<double>(slots.size())) {
        const int32_t slot = slots[static_cast<size_t>(code)];
        if (slot >= 0) out[slot] = 1;
      }
      out += *width++;
    }
  }

 private:
  const uint32_t width_;
};

}  // namespace

KernelResult MakeOneHot(const KernelContext& context) { return KernelOf<OneHotKernel>(context); }

}  // namespace scoreway
