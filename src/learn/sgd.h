// Stochastic gradient descent of one weighted sum, a pass over the rows, as scikit-learn does it: weights kept as a
// scale times a vector, the average kept sparsely, the l1 penalty by truncated gradients.
// Sources: L. Bottou, Stochastic Gradient Descent Tricks (2012); W. Xu, Towards Optimal One Pass Large Scale Learning
// with Averaged Stochastic Gradient Descent (2011); Y. Tsuruoka et al., Stochastic Gradient Descent Training for
// L1-regularized Log-linear Models with Cumulative Penalty (2009); K. Crammer et al., Online Passive-Aggressive
// Algorithms (2006).
#pragma once

#include <span>
#include <vector>

#include "learn/estimator.h"

namespace scoreway::learn {

enum class SgdLoss {
  kHinge,
  kPerceptron,
  kSquaredHinge,
  kLog,           // as scikit-learn before 1.6, which rounds far from 0
  kHalfBinomial,  // since
  kModifiedHuber,
  kSquared,
  kHuber,
  kEpsilonInsensitive,
  kSquaredEpsilonInsensitive,
};
enum class SgdPenalty { kNone, kL1, kL2, kElasticNet };
// kPassiveAggressive1 and 2 choose the step by the loss; kOptimal is Bottou's 1 / (alpha (t0 + t)).
enum class SgdSchedule { kConstant, kOptimal, kInverseScaling, kPassiveAggressive1, kPassiveAggressive2 };

struct SgdSettings {
  SgdLoss loss = SgdLoss::kHinge;
  double epsilon = 0.1;  // of kHuber and the insensitive losses
  SgdPenalty penalty = SgdPenalty::kL2;
  double alpha = 0.0001;
  double l1_ratio = 0.15;  // of kElasticNet
  SgdSchedule schedule = SgdSchedule::kOptimal;
  double eta0 = 0;       // or the aggressiveness C
  double power_t = 0.5;  // of kInverseScaling
  bool fit_intercept = true;
  // Rows count as scipy's sparse ones: the intercept moves by a hundredth, and a zero cell is not penalised by l1.
  bool sparse = false;
  double average = 0;  // averaging begins with this row; 0: none
};

// What one weighted sum has learned.
struct SgdWeights {
  std::vector<double> weights;
  double intercept = 0;
  // If there is averaging.
  std::vector<double> average_weights;
  double average_intercept = 0;
};

struct SgdPass {
  std::span<const double> targets;  // a row each; of a classifier -1 or 1
  std::span<const uint32_t> order;  // in which the rows are taken; empty: as they are
  double weight_positive = 1, weight_negative = 1;
  double t = 1;  // the count of rows so far, and one
};

// INVALID_ARGUMENT when the weights are no longer finite.
Status RunSgd(const SgdSettings& settings, const Examples& examples, const SgdPass& pass, SgdWeights* learned);

}  // namespace scoreway::learn
