// NormalEquations: the least squares problem that gives one row of factors when the other side's rows are known, as
// Spark's ALS sums it up: (sum c a a' + lambda I) x = sum b a.
// Sources: Y. Zhou et al., Large-Scale Parallel Collaborative Filtering for the Netflix Prize (2008); Y. Hu, Y. Koren,
// C. Volinsky, Collaborative Filtering for Implicit Feedback Datasets (2008).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace scoreway::learn {

class NormalEquations {
 public:
  explicit NormalEquations(size_t rank) : rank_(rank), products_(rank * rank), targets_(rank) {}

  void Add(std::span<const float> row, double target, double weight = 1);

  // False, with `x` as it was, where the matrix is not positive definite.
  bool Solve(double lambda, std::vector<double>* x) const;
  // Of all x >= 0 the one with the least squares, by active sets (C. Lawson, R. Hanson, Solving Least Squares Problems,
  // 1974).
  bool SolveNonnegative(double lambda, std::vector<double>* x) const;

 private:
  // The solution with those columns alone that are free; 0 for the others.
  bool SolveFree(double lambda, const std::vector<bool>& free, std::vector<double>* x) const;

  size_t rank_;
  std::vector<double> products_;  // row by row; the lower triangle
  std::vector<double> targets_;
};

}  // namespace scoreway::learn
