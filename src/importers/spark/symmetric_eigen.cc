#include "importers/spark/symmetric_eigen.h"

#include <cmath>

namespace scoreway::spark {
namespace {

// Rotations settle within some ten sweeps.
constexpr int kSweepsMax = 60;

// Turns rows (or, with the stride, columns) p and q.
void Rotate(double* matrix, size_t size, size_t p, size_t q, size_t row_step, size_t item_step, double c, double s) {
  for (size_t k = 0; k < size; ++k) {
    double& a = matrix[p * row_step + k * item_step];
    double& b = matrix[q * row_step + k * item_step];
    const double old_a = a, old_b = b;
    a = c * old_a - s * old_b;
    b = s * old_a + c * old_b;
  }
}

}  // namespace

SymmetricEigen FindSymmetricEigen(std::vector<double> matrix, size_t size) {
  SymmetricEigen eigen;
  eigen.vectors.assign(size * size, 0.0);
  for (size_t i = 0; i < size; ++i) {
    eigen.vectors[i * size + i] = 1;
    for (size_t j = 0; j < i; ++j) matrix[j * size + i] = matrix[i * size + j];
  }
  for (int sweep = 0; sweep < kSweepsMax; ++sweep) {
    bool turned = false;
    for (size_t p = 0; p < size; ++p) {
      for (size_t q = p + 1; q < size; ++q) {
        const double off = matrix[p * size + q];
        const double a = matrix[p * size + p], b = matrix[q * size + q];
        if (off == 0 || !(std::abs(off) > 1e-17 * std::sqrt(std::abs(a * b)))) continue;
        turned = true;
        const double theta = (b - a) / (2 * off);
        const double t = (theta >= 0 ? 1.0 : -1.0) / (std::abs(theta) + std::hypot(theta, 1.0));
        const double c = 1 / std::hypot(t, 1.0), s = t * c;
        Rotate(matrix.data(), size, p, q, size, 1, c, s);
        Rotate(matrix.data(), size, p, q, 1, size, c, s);
        matrix[p * size + q] = matrix[q * size + p] = 0;
        Rotate(eigen.vectors.data(), size, p, q, size, 1, c, s);
      }
    }
    if (!turned) break;
  }
  for (size_t i = 0; i < size; ++i) eigen.values.push_back(matrix[i * size + i]);
  return eigen;
}

}  // namespace scoreway::spark
