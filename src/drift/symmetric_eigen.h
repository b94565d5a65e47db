// SymmetricEigen: all eigenvalues and eigenvectors of a symmetric matrix, by Householder's reduction to three diagonals
// and QL steps with implicit shifts (Golub and Van Loan, "Matrix Computations", 8.3). A pure function.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace scoreway {

struct EigenPairs {
  std::vector<double> values;   // the greatest first
  std::vector<double> vectors;  // row by row: row i has length 1 and belongs to value i
};

// `matrix`: size x size numbers, of which the lower triangle counts. Nothing if it does not converge, as where a number
// is not finite.
std::optional<EigenPairs> SymmetricEigen(std::vector<double> matrix, size_t size);

}  // namespace scoreway
