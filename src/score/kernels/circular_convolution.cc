#include <vector>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class CircularConvolutionKernel final : public OperatorKernel<op::CircularConvolution> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    // Kept between runs, so that rows like those before allocate nothing.
    thread_local std::vector<double> product, factor, next;
    const Block& out = Output(tile);
    for (size_t r = 0; r < tile.rows; ++r) {
      Read(Input(tile, 0), r, &product);
      for (size_t i = 1; i < input_count(); ++i) {
        Read(Input(tile, i), r, &factor);
        Convolve(product, factor, &next);
        product.swap(next);
      }
      for (uint32_t c = 0; c < out.width; ++c) out.number_column(c)[r] = product[c];
    }
    return {};
  }

 private:
  static void Read(const Block& block, size_t row, std::vector<double>* to) {
    to->clear();
    for (uint32_t c = 0; c < block.width; ++c) to->push_back(block.number_column(c)[row]);
  }

  // Rows are sparse where few columns come in, so columns of 0 are passed over.
  static void Convolve(const std::vector<double>& x, const std::vector<double>& y, std::vector<double>* sums) {
    const size_t width = x.size();
    sums->assign(width, 0);
    for (size_t i = 0; i < width; ++i) {
      if (x[i] == 0) continue;
      for (size_t j = 0; j < width - i; ++j) (*sums)[i + j] += x[i] * y[j];
      for (size_t j = width - i; j < width; ++j) (*sums)[i + j - width] += x[i] * y[j];
    }
  }
};

}  // namespace

KernelResult MakeCircularConvolution(const KernelContext& context) {
  return KernelOf<CircularConvolutionKernel>(context);
}

}  // namespace scoreway
