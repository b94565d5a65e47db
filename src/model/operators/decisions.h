// Operators that turn scores into decisions. The conventions are those of model/operators.h.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace scoreway::op {

// Over the columns of each row.
enum class RowFunction : uint8_t {
  kSoftmax = 0,       // exp(x - max) / sum
  kNormalizeSum = 1,  // x / sum; a sum of 0 gives 1/width each if zero_sum_uniform, else divides by 1
  kArgMax = 2,        // index of the greatest, the first of equals; NaN counts as greatest (numpy)
  kArgMin = 3,
  kLogSoftmax = 4,
  kCumulativeSum = 5,
  kSort = 6,  // into rising order
};
struct Row {
  static constexpr std::string_view kName = "row";
  RowFunction function = RowFunction::kSoftmax;
  bool zero_sum_uniform = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("function", self.function);
    visit("zero_sum_uniform", self.zero_sum_uniform);
  }
};

// 1 if x > threshold (or_equal: x >= threshold), else 0. A binary classifier's decision; scikit-learn's Binarizer.
struct Threshold {
  static constexpr std::string_view kName = "threshold";
  double threshold = 0;
  bool or_equal = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("threshold", self.threshold);
    visit("or_equal", self.or_equal);
  }
};

// sum over inputs i of weights[i] * input_i, all of one width, in order, divided by divisor. Empty weights are 1.
struct WeightedSum {
  static constexpr std::string_view kName = "weighted_sum";
  std::vector<double> weights;
  double divisor = 1;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("weights", self.weights);
    visit("divisor", self.divisor);
  }
};

// Inputs: codes 0..classes-1 of width 1 (or one input of width n): the weighted votes of each class.
struct Votes {
  static constexpr std::string_view kName = "votes";
  uint32_t classes = 0;
  std::vector<double> weights;  // a voter each; empty: 1
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("classes", self.classes);
    visit("weights", self.weights);
  }
};

// Piecewise linear in x through (x_k, y_k), constant outside (isotonic regression with clip, calibration). With
// nan_outside cells outside are NaN.
struct Interpolate {
  static constexpr std::string_view kName = "interpolate";
  std::vector<double> x, y;
  bool nan_outside = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("x", self.x);
    visit("y", self.y);
    visit("nan_outside", self.nan_outside);
  }
};

// Log joint likelihood of each class under independent normals (scikit-learn's GaussianNB): for class k
// log_prior[k] - sum_j 0.5 * log(2 pi var[k,j]) - 0.5 * sum_j (x_j - mean[k,j])^2 / var[k,j].
struct GaussianLikelihood {
  static constexpr std::string_view kName = "gaussian_likelihood";
  std::vector<double> log_prior;
  std::vector<double> mean, variance;  // classes * in_width
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("log_prior", self.log_prior);
    visit("mean", self.mean);
    visit("variance", self.variance);
  }
};

// The weighted median of the columns of each row (scikit-learn's AdaBoostRegressor): the first in rising order at which
// the weights so far reach half of all.
struct WeightedMedian {
  static constexpr std::string_view kName = "weighted_median";
  std::vector<double> weights;  // a column each
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("weights", self.weights);
  }
};

}  // namespace scoreway::op
