// The tree kernel with a choice of instructions, for tests and benchmarks; everyone else calls MakeTreeEnsemble.
#pragma once

#include "score/kernels/kernels.h"
#include "score/kernels/tree_ensemble_blend.h"

namespace scoreway {

struct TreeEnsembleOptions {
  forest::Vectors vectors = forest::BestVectors();
  bool blend = true;  // false: only walk
  bool sets = true;   // false: categorical nodes look into their sets as they are walked
};
KernelResult MakeTreeEnsembleWith(const KernelContext& context, const TreeEnsembleOptions& options);

}  // namespace scoreway
