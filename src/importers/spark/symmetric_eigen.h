// Eigenvalues and eigenvectors of a symmetric matrix.
#pragma once

#include <cstddef>
#include <vector>

namespace scoreway::spark {

struct SymmetricEigen {
  std::vector<double> values;
  std::vector<double> vectors;  // vector k is the row k
};

// Of the `size` x `size` numbers, row after row; only the lower triangle counts. By Jacobi's rotations, in time of the
// cube of the size.
SymmetricEigen FindSymmetricEigen(std::vector<double> matrix, size_t size);

}  // namespace scoreway::spark
