#include <algorithm>
#include <cmath>
#include <numeric>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class WeightedMedianKernel final : public OperatorKernel<op::WeightedMedian> {
 public:
  using OperatorKernel::OperatorKernel;

  size_t ScratchBytes(size_t /*rows*/) const override { return op_.weights.size() * sizeof(uint32_t); }

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    double* out = Output(tile).numbers;
    const std::span<uint32_t> order(reinterpret_cast<uint32_t*>(tile.scratch), op_.weights.size());
    for (size_t row = 0; row < tile.rows; ++row) out[row] = Median(in, row, order);
    return {};
  }

 private:
  double Median(const Block& in, size_t row, std::span<uint32_t> order) const {
    const auto cell = [&in, row](uint32_t column) { return in.number_column(column)[row]; };
    for (uint32_t column = 0; column < order.size(); ++column) {
      if (std::isnan(cell(column))) return op::kNaN;
    }
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&cell](uint32_t a, uint32_t b) { return cell(a) < cell(b); });
    double total = 0;
    for (uint32_t column : order) total += op_.weights[column];
    double sum = 0;
    for (uint32_t column : order) {
      sum += op_.weights[column];
      if (sum >= 0.5 * total) return cell(column);
    }
    // Only where weights are no numbers: the first, as numpy's argmax of nothing but false.
    return cell(order[0]);
  }
};

}  // namespace

KernelResult MakeWeightedMedian(const KernelContext& context) { return KernelOf<WeightedMedianKernel>(context); }

}  // namespace scoreway
