#include <algorithm>
#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/map_cells.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class VotesKernel final : public OperatorKernel<op::Votes> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& out = Output(tile);
    if (tile.rows == 1) {
      RunOne(tile, out.numbers, out.width);
      return {};
    }
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
  void RunOne(const Tile& tile, double* votes, uint32_t classes) const {
    for (uint32_t k = 0; k < classes; ++k, OneByOne()) votes[k] = 0;
    const double* weight = op_.weights.empty() ? nullptr : op_.weights.data();
    for (size_t i = 0; i < input_count(); ++i) {
      const Block& in = Input(tile, i);
      for (const double* code = in.numbers; code != in.numbers + in.width; ++code) {
        const double votes_of_one = weight == nullptr ? 1 : *weight++;
        if (*code >= 0 && *code < classes) {
          votes[static_cast<uint32_t>(*code)] += votes_of_one;
        } else if (std::isnan(*code)) {
          std::fill_n(votes, classes, op::kNaN);
        }
      }
    }
  }

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
