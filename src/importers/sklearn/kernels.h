// Kernels as estimators name them: 'rbf', 'poly' and so on, with gamma, degree and coef0.
#pragma once

#include "importers/sklearn/lowering.h"

namespace scoreway::sklearn {

struct KernelSettings {
  op::Similarity similarity = op::Similarity::kLinear;
  std::optional<double> gamma;  // one over the number of columns where it is not given
  double offset = 1;
  double degree = 3;
};

// Of an estimator that has gamma, degree and coef0 beside `kernel`, its name, or has them in the dict `arguments`. Code
// of the user's own and a kernel that was computed beforehand are unsupported.
Result<KernelSettings> ReadKernel(Context& context, const Object& estimator, const Object& kernel,
                                  const Object& arguments = {});

// The kernel between `value` and each of the points.
Result<ValueId> AddKernel(Context& context, const Object& origin, const KernelSettings& settings,
                          std::vector<double> points, ValueId value);

}  // namespace scoreway::sklearn
