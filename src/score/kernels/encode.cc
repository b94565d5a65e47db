#include <cmath>

#include "score/kernels/cell_error.h"
#include "score/kernels/kernels.h"
#include "score/kernels/number_index.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/text_index.h"

namespace scoreway {
namespace {

bool IsMissing(double cell) { return std::isnan(cell); }
bool IsMissing(std::string_view cell) { return cell.data() == nullptr; }
const double* CellsOf(const Block& block, uint32_t c, double) { return block.number_column(c); }
const std::string_view* CellsOf(const Block& block, uint32_t c, std::string_view) { return block.text_column(c); }

// Both encoders: of numbers with a NumberIndex, of text with a TextIndex a column.
template <typename Op, typename Index, typename Cell>
class EncodeKernel final : public OperatorKernel<Op> {
 public:
  explicit EncodeKernel(const KernelContext& context)
      : OperatorKernel<Op>(context), indexes_(this->op_.categories.begin(), this->op_.categories.end()) {}

  Status Run(const Tile& tile) const override {
    for (uint32_t c = 0; c < indexes_.size(); ++c) SCOREWAY_RETURN_IF_ERROR(RunColumn(tile, c));
    return {};
  }

 private:
  Status RunColumn(const Tile& tile, uint32_t c) const {
    const Index& index = indexes_[c];
    const Cell* cells = CellsOf(this->Input(tile), c, Cell());
    double* codes = this->Output(tile).number_column(c);
    for (size_t r = 0; r < tile.rows; ++r) {
      if (IsMissing(cells[r])) {
        if (this->op_.missing[c].reject) return MissingCellError(tile, r, this->op_.column_names, c);
        codes[r] = this->op_.missing[c].code;
        continue;
      }
      const uint32_t code = index.Find(cells[r]);
      if (code != Index::kAbsent) {
        codes[r] = code;
        continue;
      }
      if (this->op_.unknown[c].reject) {
        return CellError(tile, r, this->op_.column_names, c, "unknown category " + ShownCell(cells[r]));
      }
      codes[r] = this->op_.unknown[c].code;
    }
    return {};
  }

  std::vector<Index> indexes_;
};

}  // namespace

KernelResult MakeEncodeNumber(const KernelContext& context) {
  return KernelOf<EncodeKernel<op::EncodeNumber, NumberIndex, double>>(context);
}
KernelResult MakeEncodeText(const KernelContext& context) {
  return KernelOf<EncodeKernel<op::EncodeText, TextIndex, std::string_view>>(context);
}

}  // namespace scoreway
