// The comparison at an inner node of a tree ensemble as one of float64 that sends every number the same way, whatever
// precision the training library compares in. Formats whose trees compare in float64 then branch as the library does.
#pragma once

#include "model/operators/predictors.h"

namespace scoreway {

struct TreeCut {
  bool or_equal = true;  // left if x <= threshold, else if x < threshold
  double threshold = 0;
};

// Nothing goes left of a threshold that is NaN.
TreeCut Float64Cut(op::TreeEnsemble::Compare compare, double threshold);

}  // namespace scoreway
