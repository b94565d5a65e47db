#include "learn/normal_equations.h"

#include <algorithm>
#include <cmath>

#include "score/kernels/cholesky.h"

namespace scoreway::learn {

void NormalEquations::Add(std::span<const float> row, double target, double weight) {
  for (size_t i = 0; i < rank_; ++i) {
    const double scaled = weight * row[i];
    for (size_t j = 0; j <= i; ++j) products_[i * rank_ + j] += scaled * row[j];
    targets_[i] += target * row[i];
  }
}

bool NormalEquations::Solve(double lambda, std::vector<double>* x) const {
  return SolveFree(lambda, std::vector<bool>(rank_, true), x);
}

bool NormalEquations::SolveFree(double lambda, const std::vector<bool>& free, std::vector<double>* x) const {
  std::vector<size_t> columns;
  for (size_t i = 0; i < rank_; ++i) {
    if (free[i]) columns.push_back(i);
  }
  Cholesky factor;
  std::vector<double> line, solution;
  for (size_t i = 0; i < columns.size(); ++i) {
    const double* row = products_.data() + columns[i] * rank_;
    line.clear();
    for (size_t j = 0; j < i; ++j) line.push_back(row[columns[j]]);
    const double square = factor.Prepare(line, row[columns[i]] + lambda);
    if (!(square > 0)) return false;
    factor.Append(std::sqrt(square));
    solution.push_back(targets_[columns[i]]);
  }
  factor.Solve(&solution);
  x->assign(rank_, 0);
  for (size_t i = 0; i < columns.size(); ++i) (*x)[columns[i]] = solution[i];
  return true;
}

bool NormalEquations::SolveNonnegative(double lambda, std::vector<double>* x) const {
  double greatest = 0;
  for (const double target : targets_) greatest = std::max(greatest, std::fabs(target));
  const double tolerance = 1e-12 * greatest;
  std::vector<double> now(rank_), wanted;
  std::vector<bool> free(rank_);
  // Each round frees a column and lowers the squares, so that no set of free columns comes twice; rounding could.
  for (size_t round = 0; round < 10 * rank_; ++round) {
    size_t steepest = rank_;
    double most = tolerance;
    for (size_t i = 0; i < rank_; ++i) {
      if (free[i]) continue;
      double slope = targets_[i] - lambda * now[i];
      for (size_t j = 0; j < rank_; ++j) slope -= products_[std::max(i, j) * rank_ + std::min(i, j)] * now[j];
      if (slope > most) {
        most = slope;
        steepest = i;
      }
    }
    if (steepest == rank_) break;
    free[steepest] = true;
    while (true) {
      if (!SolveFree(lambda, free, &wanted)) return false;
      // As far towards the wanted as no column falls below 0; those that reach it are held there.
      double share = 1;
      for (size_t i = 0; i < rank_; ++i) {
        if (free[i] && wanted[i] <= 0) share = std::min(share, now[i] / (now[i] - wanted[i]));
      }
      if (!(share < 1)) break;
      for (size_t i = 0; i < rank_; ++i) {
        if (!free[i]) continue;
        const bool reached = wanted[i] <= 0 && now[i] / (now[i] - wanted[i]) <= share;
        now[i] = reached ? 0 : now[i] + share * (wanted[i] - now[i]);
        free[i] = !reached;
      }
    }
    now = wanted;
  }
  *x = std::move(now);
  return true;
}

}  // namespace scoreway::learn
