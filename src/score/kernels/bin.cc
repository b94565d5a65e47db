#include <algorithm>
#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class BinKernel final : public OperatorKernel<op::Bin> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    MapCells(Input(tile), Output(tile), tile.rows,
             [this](uint32_t c) { return [this, c](double x) { return std::isnan(x) ? x : CodeOf(c, x); }; });
    return {};
  }

 private:
  double CodeOf(uint32_t c, double x) const {
    const std::vector<double>& edges = op_.edges[c];
    const auto at = op_.right_closed ? std::lower_bound(edges.begin(), edges.end(), x)
                                     : std::upper_bound(edges.begin(), edges.end(), x);
    const auto passed = static_cast<double>(at - edges.begin());
    return std::min(passed, static_cast<double>(op_.codes[c]) - 1);
  }
};

}  // namespace

KernelResult MakeBin(const KernelContext& context) { return KernelOf<BinKernel>(context); }

}  // namespace scoreway
