#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class ImputeNumberKernel final : public OperatorKernel<op::ImputeNumber> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const double* fills = op_.fill.data();
    if (std::isnan(op_.marker)) {
      MapCells(Input(tile), Output(tile), tile.rows,
               [fills](uint32_t c) { return [fill = fills[c]](double x) { return std::isnan(x) ? fill : x; }; });
    } else {
      MapCells(Input(tile), Output(tile), tile.rows, [fills, marker = op_.marker](uint32_t c) {
        return [fill = fills[c], marker](double x) { return x == marker ? fill : x; };
      });
    }
    return {};
  }
};

class ImputeTextKernel final : public OperatorKernel<op::ImputeText> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& out = Output(tile);
    ForEachText(Input(tile), tile.rows, [&](uint32_t c, size_t r, std::string_view text) {
      out.text_column(c)[r] = IsMissing(text) ? std::string_view(op_.fill[c]) : text;
    });
    return {};
  }

 private:
  bool IsMissing(std::string_view text) const {
    if (!op_.has_marker) return text.data() == nullptr;
    return text.data() != nullptr && text == op_.marker;
  }
};

}  // namespace

KernelResult MakeImputeNumber(const KernelContext& context) { return KernelOf<ImputeNumberKernel>(context); }
KernelResult MakeImputeText(const KernelContext& context) { return KernelOf<ImputeTextKernel>(context); }

}  // namespace scoreway
