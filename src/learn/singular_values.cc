#include "learn/singular_values.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace scoreway::learn {
namespace {

// The upper triangle R of QR, columns * columns; rows >= columns.
std::vector<double> Triangle(std::vector<double> cells, size_t columns) {
  const size_t rows = cells.size() / columns;
  const auto at = [&](size_t i, size_t j) -> double& { return cells[i * columns + j]; };
  for (size_t k = 0; k < columns; ++k) {
    double squares = 0;
    for (size_t i = k; i < rows; ++i) squares += at(i, k) * at(i, k);
    const double length = std::sqrt(squares);
    if (length == 0) continue;
    const double diagonal = at(k, k) > 0 ? -length : length;
    std::vector<double> mirror(rows - k);
    for (size_t i = k; i < rows; ++i) mirror[i - k] = at(i, k);
    mirror[0] -= diagonal;
    double mirror_squares = 0;
    for (double cell : mirror) mirror_squares += cell * cell;
    std::vector<double> products(columns);
    for (size_t i = k; i < rows; ++i) {
      for (size_t j = k; j < columns; ++j) products[j] += mirror[i - k] * at(i, j);
    }
    for (size_t i = k; i < rows; ++i) {
      for (size_t j = k; j < columns; ++j) at(i, j) -= 2 * products[j] / mirror_squares * mirror[i - k];
    }
    for (size_t i = k + 1; i < rows; ++i) at(i, k) = 0;
  }
  cells.resize(columns * columns);
  return cells;
}

double Dot(const double* a, const double* b, size_t size) {
  double sum = 0;
  for (size_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

// Rotates rows among themselves until all are orthogonal.
void Orthogonalise(std::vector<double>* cells, size_t columns) {
  constexpr int kSweepsMax = 60;
  const size_t rows = cells->size() / columns;
  const double tolerance = std::numeric_limits<double>::epsilon();
  for (int sweep = 0; sweep < kSweepsMax; ++sweep) {
    bool rotated = false;
    for (size_t p = 0; p + 1 < rows; ++p) {
      for (size_t q = p + 1; q < rows; ++q) {
        double* a = cells->data() + p * columns;
        double* b = cells->data() + q * columns;
        const double aa = Dot(a, a, columns), bb = Dot(b, b, columns), ab = Dot(a, b, columns);
        if (std::fabs(ab) <= tolerance * std::sqrt(aa * bb)) continue;
        rotated = true;
        const double zeta = (bb - aa) / (2 * ab);
        const double tangent = (zeta >= 0 ? 1.0 : -1.0) / (std::fabs(zeta) + std::sqrt(1 + zeta * zeta));
        const double cosine = 1 / std::sqrt(1 + tangent * tangent), sine = cosine * tangent;
        for (size_t j = 0; j < columns; ++j) {
          const double before = a[j];
          a[j] = cosine * before - sine * b[j];
          b[j] = sine * before + cosine * b[j];
        }
      }
    }
    if (!rotated) return;
  }
}

}  // namespace

SingularVectors RightSingularVectors(std::vector<double> cells, size_t columns) {
  if (cells.size() / columns > columns) cells = Triangle(std::move(cells), columns);
  Orthogonalise(&cells, columns);
  const size_t rows = cells.size() / columns;
  std::vector<double> lengths(rows);
  for (size_t i = 0; i < rows; ++i) {
    lengths[i] = std::sqrt(Dot(&cells[i * columns], &cells[i * columns], columns));
  }
  std::vector<size_t> falling(rows);
  std::iota(falling.begin(), falling.end(), 0);
  std::stable_sort(falling.begin(), falling.end(), [&](size_t a, size_t b) { return lengths[a] > lengths[b]; });
  SingularVectors found;
  for (size_t i : falling) {
    found.values.push_back(lengths[i]);
    for (size_t j = 0; j < columns; ++j) {
      found.vectors.push_back(lengths[i] == 0 ? 0 : cells[i * columns + j] / lengths[i]);
    }
  }
  return found;
}

}  // namespace scoreway::learn
