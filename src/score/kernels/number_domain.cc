#include <cmath>

#include "score/kernels/cell_error.h"
#include "score/kernels/kernels.h"
#include "score/kernels/number_index.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

class NumberDomainKernel final : public OperatorKernel<op::NumberDomain> {
 public:
  explicit NumberDomainKernel(const KernelContext& context)
      : OperatorKernel(context),
        allowed_(op_.allowed.begin(), op_.allowed.end()),
        markers_(op_.missing_markers),
        keeps_all_within_(markers_.empty() && allowed_.empty() && op_.outlier == op::NumberDomain::Outlier::kKeep) {}

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (uint32_t c = 0; c < in.width; ++c) {
      const double* from = in.number_column(c);
      double* to = out.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        to[r] = from[r];
        if (keeps_all_within_ && Within(c, from[r])) continue;
        if (!Treat(c, &to[r])) return Reject(tile, r, c, from[r]);
      }
    }
    return {};
  }

 private:
  // The steps in the order that the operator states; false if the cell is to be rejected.
  bool Treat(uint32_t c, double* cell) const {
    if (markers_.Find(*cell) != NumberIndex::kAbsent) *cell = op::kNaN;
    if (!std::isnan(*cell) && !Valid(c, *cell)) {
      if (op_.invalid == op::InvalidCell::kReject) return false;
      if (op_.invalid == op::InvalidCell::kMissing) *cell = op::kNaN;
      if (op_.invalid == op::InvalidCell::kReplace) *cell = op_.invalid_value;
    } else if (op_.outlier != op::NumberDomain::Outlier::kKeep) {
      *cell = TreatOutlier(c, *cell);
    }
    if (!std::isnan(*cell)) return true;
    *cell = op_.missing_value;
    return !op_.reject_missing;
  }

  bool Within(uint32_t c, double x) const { return op_.low[c] <= x && x <= op_.high[c]; }

  bool Valid(uint32_t c, double x) const {
    if (!Within(c, x)) return false;
    return allowed_.empty() || allowed_[c].empty() || allowed_[c].Find(x) != NumberIndex::kAbsent;
  }

  // Comparisons with a NaN bound are false, and so is a bound that is not there.
  double TreatOutlier(uint32_t c, double x) const {
    const bool clip = op_.outlier == op::NumberDomain::Outlier::kClip;
    if (x < op_.clip_low[c]) return clip ? op_.clip_low[c] : op::kNaN;
    if (x > op_.clip_high[c]) return clip ? op_.clip_high[c] : op::kNaN;
    return x;
  }

  Status Reject(const Tile& tile, size_t row, uint32_t c, double cell) const {
    if (std::isnan(cell) || op_.invalid != op::InvalidCell::kReject || markers_.Find(cell) != NumberIndex::kAbsent) {
      return MissingCellError(tile, row, op_.column_names, c);
    }
    return CellError(tile, row, op_.column_names, c, "value " + ShownCell(cell) + " is outside the model's domain");
  }

  std::vector<NumberIndex> allowed_;
  NumberIndex markers_;
  const bool keeps_all_within_;  // the bounds
};

}  // namespace

KernelResult MakeNumberDomain(const KernelContext& context) { return KernelOf<NumberDomainKernel>(context); }

}  // namespace scoreway
