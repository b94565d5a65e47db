// Logistic regression, a row at a time: by stochastic gradients, and by FTRL-proximal, which gives every weight a rate
// of its own and leaves useless ones at 0. Columns are put on one scale first by their mean and deviation so far.
// Source: H. B. McMahan et al., Ad Click Prediction: a View from the Trenches (2013).

#include <cmath>

#include "learn/estimators.h"

namespace scoreway::learn {
namespace {

// Mean and deviation of each column, as rows come.
class RunningScale {
 public:
  std::vector<double> mean, squares;
  double count = 0;

  void Add(std::span<const double> row) {
    count += 1;
    for (size_t j = 0; j < row.size(); ++j) {
      const double apart = row[j] - mean[j];
      mean[j] += apart / count;
      squares[j] += apart * (row[j] - mean[j]);
    }
  }
  double Deviation(size_t column) const {
    const double variance = count == 0 ? 0 : squares[column] / count;
    return variance > 0 ? std::sqrt(variance) : 1;
  }
};

// The weights of one sum, the intercept last.
struct Sum {
  std::vector<double> weights;
  std::vector<double> gradients, squares;  // of FTRL: summed gradients less what the weights hold, and their squares
};

class LogisticEstimator final : public Estimator {
 public:
  TargetKind target_kind() const override { return TargetKind::kClass; }

  Status Learn(const Examples& examples) override {
    std::vector<double> row(examples.width + 1, 1.0);
    for (size_t i = 0; i < examples.count(); ++i) {
      const std::span<const double> cells = examples.row(i);
      if (scales_) scale_.Add(cells);
      for (size_t j = 0; j < cells.size(); ++j) {
        row[j] = scales_ ? (cells[j] - scale_.mean[j]) / scale_.Deviation(j) : cells[j];
      }
      for (size_t k = 0; k < sums_.size(); ++k) {
        const size_t positive = sums_.size() == 1 ? 1 : k;
        LearnRow(row, examples.targets[i] == static_cast<double>(positive) ? 1 : 0, &sums_[k]);
      }
    }
    for (const Sum& sum : sums_) {
      for (double weight : sum.weights) {
        if (!std::isfinite(weight)) {
          return Status(Code::kInvalidArgument, "the weights have grown beyond all numbers; learn slower");
        }
      }
    }
    return {};
  }

  void Save(LearnerState* state) const override {
    state->Set("scale.count", scale_.count);
    state->Set("scale.mean", scale_.mean);
    state->Set("scale.squares", scale_.squares);
    std::vector<double> weights, gradients, squares;
    for (const Sum& sum : sums_) {
      weights.insert(weights.end(), sum.weights.begin(), sum.weights.end());
      gradients.insert(gradients.end(), sum.gradients.begin(), sum.gradients.end());
      squares.insert(squares.end(), sum.squares.begin(), sum.squares.end());
    }
    state->Set("weights", std::move(weights));
    state->Set("gradients", std::move(gradients));
    state->Set("squares", std::move(squares));
  }

  Status Write(PlacedOperators* operators) const override {
    const auto affines = operators->All<op::Affine>();
    const auto linears = operators->All<op::Linear>();
    if (affines.size() != 1 || linears.size() != 1) return Status(Code::kCorrupt, "a scaling and a sum were expected");
    const size_t width = scale_.mean.size();
    affines[0]->offset.assign(width, 0);
    affines[0]->factor.assign(width, 1);
    for (size_t j = 0; j < width && scales_; ++j) {
      affines[0]->offset[j] = scale_.mean[j];
      affines[0]->factor[j] = scale_.Deviation(j);
    }
    linears[0]->weights.clear();
    linears[0]->bias.clear();
    for (const Sum& sum : sums_) {
      linears[0]->weights.insert(linears[0]->weights.end(), sum.weights.begin(), sum.weights.end() - 1);
      linears[0]->bias.push_back(sum.weights.back());
    }
    return {};
  }

 private:
  friend Result<EstimatorPtr> scoreway::learn::MakeLogistic(const LearnerState&, size_t);

  void LearnRow(std::span<const double> row, double target, Sum* sum) const {
    double product = 0;
    for (size_t j = 0; j < row.size(); ++j) product += sum->weights[j] * row[j];
    const double error = 1 / (1 + std::exp(-product)) - target;
    for (size_t j = 0; j < row.size(); ++j) {
      const bool intercept = j + 1 == row.size();
      const double gradient = error * row[j];
      if (proximal_) {
        StepProximal(gradient, intercept ? 0 : l1_, j, sum);
      } else {
        sum->weights[j] -= rate_ * (gradient + (intercept ? 0 : l2_ * sum->weights[j]));
      }
    }
  }

  void StepProximal(double gradient, double l1, size_t j, Sum* sum) const {
    double& gradients = sum->gradients[j];
    double& squares = sum->squares[j];
    double& weight = sum->weights[j];
    const double slower = (std::sqrt(squares + gradient * gradient) - std::sqrt(squares)) / rate_;
    gradients += gradient - slower * weight;
    squares += gradient * gradient;
    const double beyond = std::fabs(gradients) - l1;
    weight = beyond <= 0 ? 0 : -std::copysign(beyond, gradients) / ((beta_ + std::sqrt(squares)) / rate_ + l2_);
  }

  bool proximal_ = false, scales_ = true;
  double rate_ = 0.01, beta_ = 1, l1_ = 0, l2_ = 0;
  RunningScale scale_;
  std::vector<Sum> sums_;  // one of two classes, else one a class
};

}  // namespace

Result<EstimatorPtr> MakeLogistic(const LearnerState& state, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const size_t classes, ClassCount(state));
  auto logistic = std::make_unique<LogisticEstimator>();
  logistic->proximal_ = state.kind == "scoreway.Ftrl";
  logistic->scales_ = state.NumberOr("standardize", 1) != 0;
  logistic->rate_ = state.NumberWithin("rate", 1e-12, 1e6, logistic->proximal_ ? 0.1 : 0.01);
  logistic->beta_ = state.NumberWithin("beta", 0, 1e12, 1);
  logistic->l1_ = state.NumberWithin("l1", 0, 1e12, 0);
  logistic->l2_ = state.NumberWithin("l2", 0, 1e12, 0);
  const size_t sums = classes == 2 ? 1 : classes;
  logistic->scale_.mean.assign(width, 0);
  logistic->scale_.squares.assign(width, 0);
  logistic->sums_.assign(
      sums, Sum{std::vector<double>(width + 1), std::vector<double>(width + 1), std::vector<double>(width + 1)});
  if (!state.Has("weights")) return EstimatorPtr(std::move(logistic));
  SCOREWAY_ASSIGN_OR_RETURN(logistic->scale_.count, state.Number("scale.count"));
  SCOREWAY_ASSIGN_OR_RETURN(logistic->scale_.mean, state.Numbers("scale.mean", width));
  SCOREWAY_ASSIGN_OR_RETURN(logistic->scale_.squares, state.Numbers("scale.squares", width));
  const auto read = [&](const char* name, std::vector<double> Sum::*part) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> all, state.Numbers(name, sums * (width + 1)));
    for (size_t k = 0; k < sums; ++k) {
      const auto begin = all.begin() + static_cast<ptrdiff_t>(k * (width + 1));
      (logistic->sums_[k].*part).assign(begin, begin + static_cast<ptrdiff_t>(width + 1));
    }
    return {};
  };
  SCOREWAY_RETURN_IF_ERROR(read("weights", &Sum::weights));
  SCOREWAY_RETURN_IF_ERROR(read("gradients", &Sum::gradients));
  SCOREWAY_RETURN_IF_ERROR(read("squares", &Sum::squares));
  return EstimatorPtr(std::move(logistic));
}

}  // namespace scoreway::learn
