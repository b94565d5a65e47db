#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

// The cells of column c; an input of width 1 serves every column.
template <typename Cell>
const Cell* Broadcast(const Block& block, Cell* cells, uint32_t c) {
  return cells + (block.width == 1 ? 0 : c) * block.stride;
}

class WhereKernel final : public OperatorKernel<op::Where> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& a = Input(tile, 1);
    const Block& b = Input(tile, 2);
    const Block& out = Output(tile);
    if (tile.rows == 1 && out.texts == nullptr) {
      ChooseOne(Input(tile), a, b, out);
      return {};
    }
    for (uint32_t c = 0; c < out.width; ++c) {
      const double* condition = Broadcast(Input(tile), Input(tile).numbers, c);
      if (out.texts != nullptr) {
        Choose(condition, Broadcast(a, a.texts, c), Broadcast(b, b.texts, c), tile.rows, out.text_column(c));
      } else {
        Choose(condition, Broadcast(a, a.numbers, c), Broadcast(b, b.numbers, c), tile.rows, out.number_column(c));
      }
    }
    return {};
  }

 private:
  static void ChooseOne(const Block& condition, const Block& a, const Block& b, const Block& out) {
    const size_t step = condition.width == 1 ? 0 : 1, a_step = a.width == 1 ? 0 : 1, b_step = b.width == 1 ? 0 : 1;
    for (uint32_t c = 0; c < out.width; ++c, OneByOne()) {
      const double when = condition.numbers[c * step];
      out.numbers[c] = when != 0 && !std::isnan(when) ? a.numbers[c * a_step] : b.numbers[c * b_step];
    }
  }

  template <typename Cell>
  static void Choose(const double* condition, const Cell* a, const Cell* b, size_t rows, Cell* out) {
    for (size_t r = 0; r < rows; ++r) out[r] = condition[r] != 0 && !std::isnan(condition[r]) ? a[r] : b[r];
  }
};

}  // namespace

KernelResult MakeWhere(const KernelContext& context) { return KernelOf<WhereKernel>(context); }

}  // namespace scoreway
