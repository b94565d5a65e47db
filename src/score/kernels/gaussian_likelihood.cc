#include <algorithm>
#include <cmath>
#include <numbers>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class GaussianLikelihoodKernel final : public OperatorKernel<op::GaussianLikelihood> {
 public:
  explicit GaussianLikelihoodKernel(const KernelContext& context) : OperatorKernel(context) {
    const size_t width = context.input_shape().width;
    for (size_t k = 0; k < op_.log_prior.size(); ++k) {
      double sum = 0;
      for (size_t j = 0; j < width; ++j) sum += std::log(2 * std::numbers::pi * op_.variance[k * width + j]);
      log_scale_.push_back(-0.5 * sum);
    }
  }

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (uint32_t k = 0; k < out.width; ++k) {
      const double* means = op_.mean.data() + size_t{k} * in.width;
      const double* variances = op_.variance.data() + size_t{k} * in.width;
      double* __restrict sums = out.number_column(k);
      std::fill_n(sums, tile.rows, 0.0);
      for (uint32_t c = 0; c < in.width; ++c) {
        const double* __restrict x = in.number_column(c);
        const double mean = means[c], variance = variances[c];
        for (size_t r = 0; r < tile.rows; ++r) sums[r] += (x[r] - mean) * (x[r] - mean) / variance;
      }
      const double log_prior = op_.log_prior[k], log_scale = log_scale_[k];
      for (size_t r = 0; r < tile.rows; ++r) sums[r] = log_prior + (log_scale - 0.5 * sums[r]);
    }
    return {};
  }

 private:
  std::vector<double> log_scale_;  // a class each
};

}  // namespace

KernelResult MakeGaussianLikelihood(const KernelContext& context) {
  return KernelOf<GaussianLikelihoodKernel>(context);
}

}  // namespace scoreway
