#include <cmath>
#include <cstddef>
#include <vector>

#include "score/kernels/cholesky.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class BarycenterWeightsKernel final : public OperatorKernel<op::BarycenterWeights> {
 public:
  explicit BarycenterWeightsKernel(const KernelContext& context)
      : OperatorKernel(context), width_(context.input_shape().width), count_(op_.points.size() / width_) {}

  Status Run(const Tile& tile) const override {
    // Kept between runs, so that rows like those before allocate nothing.
    thread_local Working working;
    const Block& in = Input(tile, 0);
    const Block& indices = Input(tile, 1);
    const Block& out = Output(tile);
    for (size_t r = 0; r < tile.rows; ++r) {
      working.differences.clear();
      for (uint32_t i = 0; i < indices.width; ++i) {
        const double index = indices.number_column(i)[r];
        const bool known = index >= 0 && index < static_cast<double>(count_);
        const double* point = op_.points.data() + (known ? static_cast<size_t>(index) : 0) * width_;
        for (uint32_t c = 0; c < width_; ++c) {
          working.differences.push_back(known ? point[c] - in.number_column(c)[r] : op::kNaN);
        }
      }
      Weigh(indices.width, &working);
      double sum = 0;
      for (const double weight : working.weights) sum += weight;
      for (uint32_t i = 0; i < out.width; ++i) out.number_column(i)[r] = working.weights[i] / sum;
    }
    return {};
  }

 private:
  struct Working {
    std::vector<double> differences;  // a row of width_ a point
    std::vector<double> gram;         // its lower half
    std::vector<double> line, weights;
    Cholesky factor;
  };

  void Weigh(size_t size, Working* working) const {
    std::vector<double>& gram = working->gram;
    gram.assign(size * size, 0);
    double trace = 0;
    for (size_t i = 0; i < size; ++i) {
      const double* a = working->differences.data() + i * width_;
      for (size_t j = 0; j <= i; ++j) {
        const double* b = working->differences.data() + j * width_;
        for (uint32_t c = 0; c < width_; ++c) gram[i * size + j] += a[c] * b[c];
      }
      trace += gram[i * size + i];
    }
    const double raise = trace > 0 ? op_.regularization * trace : op_.regularization;
    working->factor.Clear();
    for (size_t i = 0; i < size; ++i) {
      working->line.assign(gram.begin() + static_cast<std::ptrdiff_t>(i * size),
                           gram.begin() + static_cast<std::ptrdiff_t>(i * size + i));
      working->factor.Append(std::sqrt(working->factor.Prepare(working->line, gram[i * size + i] + raise)));
    }
    working->weights.assign(size, 1);
    working->factor.Solve(&working->weights);
  }

  uint32_t width_;
  size_t count_;
};

}  // namespace

KernelResult MakeBarycenterWeights(const KernelContext& context) { return KernelOf<BarycenterWeightsKernel>(context); }

}  // namespace scoreway
