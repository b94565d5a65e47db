#include "drift/symmetric_eigen.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace scoreway {
namespace {

constexpr int kStepsMax = 60;  // a value; three are usual

// The matrix as Q T Q', T of three diagonals. Rows are what Q's transpose has.
class Eigen {
 public:
  Eigen(std::vector<double> matrix, size_t size) : a_(std::move(matrix)), n_(size), diagonal_(size), beside_(size, 0) {
    for (size_t i = 0; i < n_; ++i) {
      for (size_t j = 0; j < i; ++j) at(j, i) = at(i, j);
    }
  }

  std::optional<EigenPairs> Run() {
    Reduce();
    for (size_t i = 0; i < n_; ++i) {
      if (!Converge(i)) return std::nullopt;
    }
    EigenPairs pairs;
    std::vector<size_t> order(n_);
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t i, size_t j) { return diagonal_[i] > diagonal_[j]; });
    for (const size_t i : order) {
      pairs.values.push_back(diagonal_[i]);
      pairs.vectors.insert(pairs.vectors.end(), q_.begin() + static_cast<ptrdiff_t>(i * n_),
                           q_.begin() + static_cast<ptrdiff_t>((i + 1) * n_));
    }
    return pairs;
  }

 private:
  double& at(size_t row, size_t column) { return a_[row * n_ + column]; }
  double* row_of_q(size_t row) { return q_.data() + row * n_; }

  // Column by column a reflection I - 2 v v' makes zeros beneath the second diagonal.
  void Reduce() {
    q_.assign(n_ * n_, 0);
    for (size_t i = 0; i < n_; ++i) q_[i * n_ + i] = 1;
    std::vector<double> v(n_), p(n_);
    for (size_t k = 0; k + 2 < n_; ++k) {
      double norm = 0;
      for (size_t i = k + 1; i < n_; ++i) norm += at(i, k) * at(i, k);
      norm = std::sqrt(norm);
      if (norm == 0) continue;
      for (size_t i = k + 1; i < n_; ++i) v[i] = at(i, k);
      v[k + 1] += v[k + 1] >= 0 ? norm : -norm;
      double length = 0;
      for (size_t i = k + 1; i < n_; ++i) length += v[i] * v[i];
      length = std::sqrt(length);
      for (size_t i = k + 1; i < n_; ++i) v[i] /= length;
      Reflect(k, v, &p);
    }
    for (size_t i = 0; i < n_; ++i) diagonal_[i] = at(i, i);
    for (size_t i = 0; i + 1 < n_; ++i) beside_[i] = at(i + 1, i);
  }

  // A - v w' - w v' with w = 2 (A v - (v' A v) v), and the same reflection of the rows of Q'.
  void Reflect(size_t k, const std::vector<double>& v, std::vector<double>* p) {
    double projection = 0;
    for (size_t i = k; i < n_; ++i) {
      double sum = 0;
      for (size_t j = k + 1; j < n_; ++j) sum += at(i, j) * v[j];
      (*p)[i] = sum;
      if (i > k) projection += v[i] * sum;
    }
    for (size_t i = k; i < n_; ++i) {
      const double vi = i > k ? v[i] : 0;
      const double wi = 2 * ((*p)[i] - projection * vi);
      (*p)[i] = wi;
    }
    for (size_t i = k; i < n_; ++i) {
      const double vi = i > k ? v[i] : 0, wi = (*p)[i];
      for (size_t j = k; j < n_; ++j) at(i, j) -= vi * (*p)[j] + wi * (j > k ? v[j] : 0);
    }
    std::vector<double> sums(n_, 0);
    for (size_t i = k + 1; i < n_; ++i) {
      const double* const row = row_of_q(i);
      for (size_t j = 0; j < n_; ++j) sums[j] += v[i] * row[j];
    }
    for (size_t i = k + 1; i < n_; ++i) {
      double* const row = row_of_q(i);
      for (size_t j = 0; j < n_; ++j) row[j] -= 2 * v[i] * sums[j];
    }
  }

  // QL steps until what stands beside diagonal value i is nothing.
  bool Converge(size_t i) {
    for (int step = 0; step <= kStepsMax; ++step) {
      size_t end = i;
      while (end + 1 < n_ && !IsNothing(end)) ++end;
      if (end == i) return true;
      Step(i, end);
    }
    return false;
  }

  bool IsNothing(size_t i) const {
    const double scale = std::abs(diagonal_[i]) + std::abs(diagonal_[i + 1]);
    return std::abs(beside_[i]) <= std::numeric_limits<double>::epsilon() * scale ||
           std::abs(beside_[i]) < std::numeric_limits<double>::min();
  }

  void Step(size_t first, size_t end) {
    // Wilkinson's shift: of the block of two at `first` the eigenvalue that is nearer to its corner.
    const double half = (diagonal_[first + 1] - diagonal_[first]) / (2 * beside_[first]);
    const double root = std::hypot(half, 1.0);
    double g = diagonal_[end] - diagonal_[first] + beside_[first] / (half + std::copysign(root, half));
    double sine = 1, cosine = 1, taken = 0;
    for (size_t i = end; i-- > first;) {
      const double f = sine * beside_[i], b = cosine * beside_[i];
      const double r = std::hypot(f, g);
      beside_[i + 1] = r;
      if (r == 0) {
        diagonal_[i + 1] -= taken;
        beside_[end] = 0;
        return;
      }
      sine = f / r;
      cosine = g / r;
      g = diagonal_[i + 1] - taken;
      const double t = (diagonal_[i] - g) * sine + 2 * cosine * b;
      taken = sine * t;
      diagonal_[i + 1] = g + taken;
      g = cosine * t - b;
      Rotate(i, sine, cosine);
    }
    diagonal_[first] -= taken;
    beside_[first] = g;
    beside_[end] = 0;
  }

  void Rotate(size_t i, double sine, double cosine) {
    double* const low = row_of_q(i);
    double* const high = row_of_q(i + 1);
    for (size_t j = 0; j < n_; ++j) {
      const double x = high[j];
      high[j] = sine * low[j] + cosine * x;
      low[j] = cosine * low[j] - sine * x;
    }
  }

  std::vector<double> a_;
  const size_t n_;
  std::vector<double> diagonal_, beside_;  // beside_[i] stands between the values i and i + 1
  std::vector<double> q_;                  // row by row; in the end the eigenvectors
};

}  // namespace

std::optional<EigenPairs> SymmetricEigen(std::vector<double> matrix, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      if (!std::isfinite(matrix[i * size + j])) return std::nullopt;
    }
  }
  return Eigen(std::move(matrix), size).Run();
}

}  // namespace scoreway
