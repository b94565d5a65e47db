#include "importers/sklearn/dense.h"

#include <cmath>

namespace scoreway::sklearn {
namespace {

constexpr size_t kSideMax = 2000;

}  // namespace

Matrix Multiply(const Matrix& a, const Matrix& b) {
  Matrix out;
  out.shape = {a.rows(), b.columns()};
  out.values.assign(a.rows() * b.columns(), 0);
  for (size_t i = 0; i < a.rows(); ++i) {
    for (size_t k = 0; k < a.columns(); ++k) {
      const double factor = a.values[i * a.columns() + k];
      for (size_t j = 0; j < b.columns(); ++j) {
        out.values[i * b.columns() + j] += factor * b.values[k * b.columns() + j];
      }
    }
  }
  return out;
}

Matrix Transpose(const Matrix& a) {
  Matrix out;
  out.shape = {a.columns(), a.rows()};
  out.values.reserve(a.size());
  for (size_t j = 0; j < a.columns(); ++j) {
    for (size_t i = 0; i < a.rows(); ++i) out.values.push_back(a.values[i * a.columns() + j]);
  }
  return out;
}

Result<Inverse> Invert(Context& context, const Object& at, Matrix a) {
  const size_t n = a.rows();
  if (a.columns() != n) return at.Corrupt("a square matrix was expected");
  if (n > kSideMax) return context.Unsupported(at, "so large a matrix to invert");
  SCOREWAY_RETURN_IF_ERROR(context.Charge(2 * n * n * sizeof(double), at));
  Inverse inverse;
  inverse.matrix.shape = {n, n};
  inverse.matrix.values.assign(n * n, 0);
  std::vector<double>& out = inverse.matrix.values;
  for (size_t i = 0; i < n; ++i) out[i * n + i] = 1;
  for (size_t column = 0; column < n; ++column) {
    size_t pivot = column;
    for (size_t row = column + 1; row < n; ++row) {
      if (std::fabs(a.values[row * n + column]) > std::fabs(a.values[pivot * n + column])) pivot = row;
    }
    const double head = a.values[pivot * n + column];
    if (head == 0 || !std::isfinite(head)) return context.Unsupported(at, "a matrix that has no inverse");
    inverse.log_det += std::log(std::fabs(head));
    for (size_t j = 0; j < n; ++j) {
      std::swap(a.values[pivot * n + j], a.values[column * n + j]);
      std::swap(out[pivot * n + j], out[column * n + j]);
      a.values[column * n + j] /= head;
      out[column * n + j] /= head;
    }
    for (size_t row = 0; row < n; ++row) {
      const double factor = row == column ? 0 : a.values[row * n + column];
      if (factor == 0) continue;
      for (size_t j = 0; j < n; ++j) {
        a.values[row * n + j] -= factor * a.values[column * n + j];
        out[row * n + j] -= factor * out[column * n + j];
      }
    }
  }
  return inverse;
}

}  // namespace scoreway::sklearn
