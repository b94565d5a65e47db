// Means and variances of columns that grow by batches, as scikit-learn merges them; missing cells are passed over.
// Source: T. Chan, G. Golub, R. LeVeque, Algorithms for Computing the Sample Variance (1983).
#pragma once

#include <vector>

#include "learn/estimator.h"

namespace scoreway::learn {

struct ColumnMoments {
  std::vector<double> mean, variance, count;

  void Merge(const Examples& examples);
};

}  // namespace scoreway::learn
