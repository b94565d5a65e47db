// The right singular vectors of a matrix, the greatest singular value first.
#pragma once

#include <cstddef>
#include <vector>

namespace scoreway::learn {

struct SingularVectors {
  std::vector<double> values;   // falling
  std::vector<double> vectors;  // a row of `columns` numbers each, of length 1; 0 where the value is 0
};

// `cells` row by row. As many values as the smaller side has. By Householder reflections and one-sided Jacobi
// rotations, which keep small singular values accurate (J. Demmel, K. Veselic, Jacobi's Method is More Accurate than
// QR, 1992).
SingularVectors RightSingularVectors(std::vector<double> cells, size_t columns);

}  // namespace scoreway::learn
