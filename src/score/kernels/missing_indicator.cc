#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class MissingIndicatorKernel final : public OperatorKernel<op::MissingIndicator> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (uint32_t i = 0; i < out.width; ++i) {
      double* to = out.number_column(i);
      if (in.texts != nullptr) {
        const std::string_view* from = in.text_column(op_.columns[i]);
        for (size_t r = 0; r < tile.rows; ++r) to[r] = from[r].data() == nullptr ? 1 : 0;
      } else {
        MarkNumbers(in.number_column(op_.columns[i]), tile.rows, to);
      }
    }
    return {};
  }

 private:
  void MarkNumbers(const double* from, size_t rows, double* to) const {
    if (std::isnan(op_.marker)) {
      for (size_t r = 0; r < rows; ++r) to[r] = std::isnan(from[r]) ? 1 : 0;
    } else {
      for (size_t r = 0; r < rows; ++r) to[r] = from[r] == op_.marker ? 1 : 0;
    }
  }
};

}  // namespace

KernelResult MakeMissingIndicator(const KernelContext& context) { return KernelOf<MissingIndicatorKernel>(context); }

}  // namespace scoreway
