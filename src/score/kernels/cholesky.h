// Cholesky: the lower triangular factor of a symmetric matrix, grown row by row. Allocates nothing but its own growth.
#pragma once

#include <cstddef>
#include <vector>

namespace scoreway {

class Cholesky {
 public:
  void Clear() { rows_.clear(), size_ = 0; }

  // Works out another row of the factor, of the matrix's cells before its diagonal and that on it: the square of the
  // factor's diagonal there. Append keeps the row, with this diagonal.
  double Prepare(const std::vector<double>& products, double square) {
    rows_.resize(Start(size_));
    for (size_t i = 0; i < size_; ++i) {
      double sum = products[i];
      for (size_t j = 0; j < i; ++j) sum -= at(i, j) * rows_[Start(size_) + j];
      rows_.push_back(sum / at(i, i));
    }
    for (size_t i = 0; i < size_; ++i) square -= rows_[Start(size_) + i] * rows_[Start(size_) + i];
    return square;
  }
  void Append(double diagonal) {
    rows_.push_back(diagonal);
    ++size_;
  }

  // In place: L L' x = b.
  void Solve(std::vector<double>* b) const {
    double* x = b->data();
    for (size_t i = 0; i < size_; ++i) {
      for (size_t j = 0; j < i; ++j) x[i] -= at(i, j) * x[j];
      x[i] /= at(i, i);
    }
    for (size_t i = size_; i-- > 0;) {
      for (size_t j = i + 1; j < size_; ++j) x[i] -= at(j, i) * x[j];
      x[i] /= at(i, i);
    }
  }

 private:
  static size_t Start(size_t row) { return row * (row + 1) / 2; }
  double at(size_t row, size_t column) const { return rows_[Start(row) + column]; }

  std::vector<double> rows_;
  size_t size_ = 0;
};

}  // namespace scoreway
