#include <algorithm>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

// Most inputs already lie in the output's block (plan_layout.h); only the others are copied.
class ConcatKernel final : public OperatorKernel<op::Concat> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& out = Output(tile);
    uint32_t column = 0;
    for (size_t i = 0; i < input_count(); ++i) {
      const Block& in = Input(tile, i);
      if (out.texts != nullptr) {
        if (in.texts != out.text_column(column)) CopyTexts(in, out, column, tile.rows);
      } else if (in.numbers != out.number_column(column)) {
        CopyNumbers(in, out, column, tile.rows);
      }
      column += in.width;
    }
    return {};
  }

 private:
  static void CopyNumbers(const Block& in, const Block& out, uint32_t column, size_t rows) {
    for (uint32_t c = 0; c < in.width; ++c) std::copy_n(in.number_column(c), rows, out.number_column(column + c));
  }
  static void CopyTexts(const Block& in, const Block& out, uint32_t column, size_t rows) {
    for (uint32_t c = 0; c < in.width; ++c) std::copy_n(in.text_column(c), rows, out.text_column(column + c));
  }
};

}  // namespace

KernelResult MakeConcat(const KernelContext& context) { return KernelOf<ConcatKernel>(context); }

}  // namespace scoreway
