#include "score/kernels/cell_error.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/text_index.h"

namespace scoreway {
namespace {

class TextDomainKernel final : public OperatorKernel<op::TextDomain> {
 public:
  explicit TextDomainKernel(const KernelContext& context)
      : OperatorKernel(context), allowed_(op_.allowed.begin(), op_.allowed.end()), markers_(op_.missing_markers) {}

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (uint32_t c = 0; c < in.width; ++c) {
      const std::string_view* from = in.text_column(c);
      std::string_view* to = out.text_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        to[r] = from[r];
        if (!Treat(c, &to[r])) return Reject(tile, r, c, from[r]);
      }
    }
    return {};
  }

 private:
  // As for numbers (number_domain.cc); false if the cell is to be rejected.
  bool Treat(uint32_t c, std::string_view* cell) const {
    if (IsMissing(*cell)) *cell = {};
    if (cell->data() != nullptr && !Valid(c, *cell)) {
      if (op_.invalid == op::InvalidCell::kReject) return false;
      if (op_.invalid == op::InvalidCell::kMissing) *cell = {};
      if (op_.invalid == op::InvalidCell::kReplace) *cell = op_.invalid_value;
    }
    if (cell->data() != nullptr) return true;
    if (op_.has_missing_value) *cell = op_.missing_value;
    return !op_.reject_missing;
  }

  bool IsMissing(std::string_view cell) const {
    return cell.data() == nullptr || markers_.Find(cell) != TextIndex::kAbsent;
  }
  bool Valid(uint32_t c, std::string_view cell) const {
    return allowed_.empty() || allowed_[c].empty() || allowed_[c].Find(cell) != TextIndex::kAbsent;
  }

  Status Reject(const Tile& tile, size_t row, uint32_t c, std::string_view cell) const {
    if (IsMissing(cell) || op_.invalid != op::InvalidCell::kReject) {
      return MissingCellError(tile, row, op_.column_names, c);
    }
    return CellError(tile, row, op_.column_names, c, "value " + ShownCell(cell) + " is outside the model's domain");
  }

  std::vector<TextIndex> allowed_;
  TextIndex markers_;
};

}  // namespace

KernelResult MakeTextDomain(const KernelContext& context) { return KernelOf<TextDomainKernel>(context); }

}  // namespace scoreway
