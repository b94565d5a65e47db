#include <algorithm>
#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class VotesKernel final : public OperatorKernel<op::Votes> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& out = Output(tile);
    for (uint32_t k = 0; k < out.width; ++k) std::fill_n(out.number_column(k), tile.rows, 0.0);
    size_t voter = 0;
    for (size_t i = 0; i < input_count(); ++i) {
      const Block& in = Input(tile, i);
      for (uint32_t c = 0; c < in.width; ++c, ++voter) {
        const double weight = op_.weights.empty() ? 1 : op_.weights[voter];
        const double* codes = in.number_column(c);
        for (size_t r = 0; r < tile.rows; ++r) CastVote(out, r, codes[r], weight);
      }
    }
    return {};
  }

 private:
  // The votes of a row with a missing voter are missing. A code that is no class votes for none.
  static void CastVote(const Block& out, size_t row, double code, double weight) {
    if (std::isnan(code)) {
      for (uint32_t k = 0; k < out.width; ++k) out.number_column(k)[row] = op::kNaN;
    } else if (code >= 0 && code < out.width) {
      out.number_column(static_cast<uint32_t>(code))[row] += weight;
    }
  }
};

}  // namespace

KernelResult MakeVotes(const KernelContext& context) { return KernelOf<VotesKernel>(context); }

}  // namespace scoreway
