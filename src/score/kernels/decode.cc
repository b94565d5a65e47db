#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

// False also for NaN. A code between two whole numbers counts as the lower one.
bool InTable(double code, size_t size) { return code >= 0 && code < static_cast<double>(size); }

class DecodeNumberKernel final : public OperatorKernel<op::DecodeNumber> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const double* table = op_.table.data();
    const size_t size = op_.table.size();
    MapCells(Input(tile), Output(tile), tile.rows, [table, size](uint32_t) {
      return [table, size](double code) { return InTable(code, size) ? table[static_cast<size_t>(code)] : op::kNaN; };
    });
    return {};
  }
};

class DecodeTextKernel final : public OperatorKernel<op::DecodeText> {
 public:
  explicit DecodeTextKernel(const KernelContext& context)
      : OperatorKernel(context), table_(op_.table.begin(), op_.table.end()) {}

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (uint32_t c = 0; c < in.width; ++c) {
      const double* codes = in.number_column(c);
      std::string_view* to = out.text_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        to[r] = InTable(codes[r], table_.size()) ? table_[static_cast<size_t>(codes[r])] : std::string_view();
      }
    }
    return {};
  }

 private:
  std::vector<std::string_view> table_;
};

}  // namespace

KernelResult MakeDecodeNumber(const KernelContext& context) { return KernelOf<DecodeNumberKernel>(context); }
KernelResult MakeDecodeText(const KernelContext& context) { return KernelOf<DecodeTextKernel>(context); }

}  // namespace scoreway
