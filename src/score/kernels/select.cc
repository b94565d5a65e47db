#include <algorithm>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class SelectKernel final : public OperatorKernel<op::Select> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    if (op_.columns.empty()) return {};
    if (out.texts != nullptr) {
      if (out.texts == in.text_column(op_.columns[0])) return {};  // a range, and part of the input's block
      for (uint32_t c = 0; c < out.width; ++c) {
        std::copy_n(in.text_column(op_.columns[c]), tile.rows, out.text_column(c));
      }
      return {};
    }
    if (out.numbers == in.number_column(op_.columns[0])) return {};
    if (tile.rows == 1) {
      const uint32_t* columns = op_.columns.data();
      for (uint32_t c = 0; c < out.width; ++c) out.numbers[c] = in.numbers[columns[c]];
      return {};
    }
    for (uint32_t c = 0; c < out.width; ++c) {
      std::copy_n(in.number_column(op_.columns[c]), tile.rows, out.number_column(c));
    }
    return {};
  }
};

}  // namespace

KernelResult MakeSelect(const KernelContext& context) { return KernelOf<SelectKernel>(context); }

}  // namespace scoreway
