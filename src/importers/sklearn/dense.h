// Small dense matrices, for what a fitted object leaves to be worked out when it is asked.
#pragma once

#include "importers/sklearn/lowering.h"

namespace scoreway::sklearn {

// a * b of matrices with rows and columns.
Matrix Multiply(const Matrix& a, const Matrix& b);
Matrix Transpose(const Matrix& a);

struct Inverse {
  Matrix matrix;
  double log_det = 0;  // of the absolute determinant
};

// By Gauss and Jordan with pivots; UNSUPPORTED if the matrix has none or is very large.
Result<Inverse> Invert(Context& context, const Object& at, Matrix a);

}  // namespace scoreway::sklearn
