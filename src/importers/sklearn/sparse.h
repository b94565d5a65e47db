// Matrices that scipy keeps sparse.
#pragma once

#include "importers/sklearn/lowering.h"

namespace scoreway::sklearn {

// A numpy array, or a sparse matrix of scipy (csr, csc, coo or diagonal) with its zeros filled in.
Result<Matrix> ReadMatrix(Context& context, const Object& at);

}  // namespace scoreway::sklearn
