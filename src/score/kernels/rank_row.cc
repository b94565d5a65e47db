#include <algorithm>
#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class RankRowKernel final : public OperatorKernel<op::RankRow> {
 public:
  explicit RankRowKernel(const KernelContext& context) : OperatorKernel(context), width_(context.input_shape().width) {}

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    auto* ranked = reinterpret_cast<Cell*>(tile.scratch);
    for (size_t r = 0; r < tile.rows; ++r) {
      for (uint32_t c = 0; c < width_; ++c) ranked[c] = Cell{in.number_column(c)[r], c};
      std::partial_sort(ranked, ranked + op_.count, ranked + width_,
                        [this](const Cell& a, const Cell& b) { return ComesBefore(a, b); });
      for (uint32_t i = 0; i < op_.count; ++i) {
        const bool missing = std::isnan(ranked[i].number);
        out.number_column(i)[r] = missing ? op::kNaN : ranked[i].column;
        out.number_column(op_.count + i)[r] = ranked[i].number;
      }
    }
    return {};
  }

  size_t ScratchBytes(size_t) const override { return width_ * sizeof(Cell); }

 private:
  struct Cell {
    double number;
    uint32_t column;
  };

  bool ComesBefore(const Cell& a, const Cell& b) const {
    if (std::isnan(a.number) || std::isnan(b.number)) {
      if (std::isnan(a.number) != std::isnan(b.number)) return std::isnan(b.number);
    } else if (a.number != b.number) {
      return (a.number < b.number) != op_.descending;
    }
    return a.column < b.column;
  }

  uint32_t width_;
};

}  // namespace

KernelResult MakeRankRow(const KernelContext& context) { return KernelOf<RankRowKernel>(context); }

}  // namespace scoreway
